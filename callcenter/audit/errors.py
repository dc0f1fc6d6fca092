"""Refusals of the audit room."""

from callcenter.kit.errors import Invalid, NotFound


class AnchorsUnreadable(Invalid):
    """Says that a file of noted heads is missing or damaged: restore it; nothing was compared."""

    code = "anchors_unreadable"
    rule = "S3"


class PeriodInvalid(Invalid):
    """Refuses to certify days that lie in the future, end before they begin, or are too many for one certificate."""

    code = "period_invalid"
    rule = "S4"


class CertificateNotFound(NotFound):
    code = "certificate_not_found"
