"""Pure rules of valid evidence. Whether a basis allows a call: ``leads.rules.basis``. Source: requirement L9."""

from datetime import date

from callcenter.consent.types import BasisEvidence


def is_current(evidence: BasisEvidence, today: date) -> bool:
    """Returns whether evidence is dated no later than today and still valid."""
    return evidence.dated_on <= today and (evidence.valid_until is None or evidence.valid_until >= today)


def is_evidence_after(dated_on: date, withdrawn_on: date) -> bool:
    """Returns whether evidence restores a withdrawn basis: the customer gave it on a later day."""
    return dated_on > withdrawn_on
