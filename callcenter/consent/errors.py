"""Refusals about the legal basis."""

from callcenter.kit.errors import Invalid


class EvidenceTooOld(Invalid):
    """A withdrawn basis comes back only by evidence given after the withdrawal."""

    code = "basis_evidence_too_old"
    rule = "L9"


class EvidenceInvalid(Invalid):
    """The evidence is dated in the future, or its time is over."""

    code = "basis_evidence_invalid"
    rule = "L9"
