"""Refusals about the legal basis."""

from callcenter.kit.errors import Invalid


class EvidenceTooOld(Invalid):
    """Refuses evidence that is not newer than the withdrawal that it should undo."""

    code = "basis_evidence_too_old"
    rule = "L9"


class EvidenceInvalid(Invalid):
    """Refuses evidence that is dated in the future or has expired."""

    code = "basis_evidence_invalid"
    rule = "L9"
