"""Computes what another policy would do to the recordings that are stored, without doing it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from callcenter.kit.work import Works
from callcenter.recordings import repository
from callcenter.recordings.cards import facts_of
from callcenter.recordings.models import Recording
from recordings_policy import Policy, decide

_PORTION = 5000


@dataclass(frozen=True, slots=True)
class PolicyEffects:
    """How many stored recordings another policy would keep for longer, for less, or as long."""

    stored: int
    longer: int
    """Their locks would be lengthened."""
    same: int
    shorter: int
    """Their term would end earlier than by the policy in force."""
    locked_beyond: int
    """Of these: the lock in the store lasts longer than the new term, and stays as it is."""
    over_at_once: int
    """Of these: term and lock are over already, so that the next run would list them for destruction."""


async def effects_of(works: Works, candidate: Policy, in_force: Policy) -> PolicyEffects:
    """Judges every stored recording by both policies at this moment."""
    stored = longer = same = shorter = locked_beyond = over_at_once = 0
    async for row, now in _stored(works):
        old, new = (decide(facts_of(row), policy, now) for policy in (in_force, candidate))
        stored += 1
        if new.open_ended == old.open_ended and new.retain_until == old.retain_until:
            same += 1
        elif new.retain_until > old.retain_until or (new.open_ended and not old.open_ended):
            longer += 1
        else:
            shorter += 1
            locked = row.retain_until or now
            locked_beyond += locked > new.retain_until
            over_at_once += not new.open_ended and max(locked, new.retain_until) <= now
    return PolicyEffects(stored, longer, same, shorter, locked_beyond, over_at_once)


async def _stored(works: Works) -> AsyncIterator[tuple[Recording, datetime]]:
    """Yields every stored recording, in portions: a million rows do not fit into the memory at once."""
    after = 0
    while True:
        async with works.begin() as work:
            rows = await repository.list_stored(work, after=after, limit=_PORTION)
            for row in rows:
                yield row, work.now
        if len(rows) < _PORTION:
            return
        after = rows[-1].id
