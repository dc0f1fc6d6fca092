"""Decides whether a listed recording may be destroyed now (requirement R3). Pure."""

from datetime import datetime

from callcenter.recordings.destruction.types import ItemFacts, Kept


def keep_reason(facts: ItemFacts, now: datetime) -> Kept | None:
    """Returns why a recording is kept; None when it may be destroyed.

    A hold beats everything; then the term by the policy's present verdict; then the lock. A recording that is being
    exported is not taken away from the one who waits for it.
    """
    if facts.held:
        return Kept.HELD
    if not facts.stored:
        return Kept.GONE
    if facts.open_ended or facts.wanted_until is None or facts.wanted_until > now:
        return Kept.TERM
    if facts.retain_until is None or facts.retain_until > now:
        return Kept.LOCKED
    return Kept.OPEN_EXPORT if facts.open_export else None
