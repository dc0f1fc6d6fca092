"""How long an entry lasts, what lifting it takes, when a basis counts. Pure (requirements L6, L9)."""

from datetime import date, datetime, timedelta

from callcenter.leads.types import DncReason

CUSTOMERS_OWN = frozenset({DncReason.CUSTOMER_REQUEST, DncReason.REFUSED, DncReason.COMPLAINT})
"""Said by the customer: no term shorter than the law's, and no single person undoes it."""


def needs_second(reason: DncReason, until: datetime | None) -> bool:
    """Whether lifting an entry takes two persons: it is for ever, or the customer asked for it."""
    return until is None or reason in CUSTOMERS_OWN


def shortest_until(reason: DncReason, now: datetime, term: timedelta) -> datetime:
    """The earliest end an entry may be given."""
    return now + term if reason in CUSTOMERS_OWN else now


def is_evidence_after(dated_on: date, withdrawn_on: date) -> bool:
    """Evidence brings a withdrawn basis back only if the customer gave it on a later day than the withdrawal."""
    return dated_on > withdrawn_on


def basis_counts(withdrawn: bool, valid_until: date | None, today: date) -> bool:
    """A basis counts on its last day too."""
    return not withdrawn and (valid_until is None or valid_until >= today)
