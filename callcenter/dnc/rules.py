"""When an entry is in force, how long it lasts, and what lifting it takes. Pure (requirement L6)."""

from datetime import datetime, timedelta

from callcenter.dnc.types import DncReason, EntryState

CUSTOMERS_OWN = frozenset({DncReason.CUSTOMER_REQUEST, DncReason.REFUSED, DncReason.COMPLAINT})
"""Said by the customer: no term shorter than the law's, and no single person undoes it."""


def in_force(lifted_at: datetime | None, until: datetime | None, now: datetime) -> bool:
    """Returns whether an entry keeps its number from being called at ``now``.

    ``repository.in_force`` is the same rule as an SQL expression; a test holds one against the other. The audit's
    certificate has its own on purpose: it judges instants of the past, and believes no rule of this room.
    """
    return lifted_at is None and (until is None or until > now)


def state_of(lifted_at: datetime | None, until: datetime | None, now: datetime, *, lift_proposed: bool) -> EntryState:
    """Returns the state of an entry, which follows from its instants and an open proposal to lift it."""
    if in_force(lifted_at, until, now):
        return EntryState.LIFT_PROPOSED if lift_proposed else EntryState.IN_FORCE
    return EntryState.EXPIRED if lifted_at is None else EntryState.LIFTED


def needs_second(reason: DncReason, until: datetime | None) -> bool:
    """Returns whether lifting an entry takes two persons: it is for ever, or the customer asked for it."""
    return until is None or reason in CUSTOMERS_OWN


def shortest_until(reason: DncReason, now: datetime, term: timedelta) -> datetime:
    """Returns the earliest end an entry may be given."""
    return now + term if reason in CUSTOMERS_OWN else now
