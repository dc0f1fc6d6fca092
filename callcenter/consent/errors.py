"""Refusals about the legal basis."""

from callcenter.kit.errors import Invalid


class EvidenceTooOld(Invalid):
    """Refuses evidence that was not given after the withdrawal it is to undo."""

    code = "basis_evidence_too_old"
    rule = "L9"


class EvidenceInvalid(Invalid):
    """Refuses evidence that is dated in the future, or whose time is over."""

    code = "basis_evidence_invalid"
    rule = "L9"
