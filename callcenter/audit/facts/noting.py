"""Takes the notes: every quarter of an hour what was written since, every night whatever else is not noted yet.

A note is rows in ``fact_digest``, one per fact of a row, and one act in the trail with their counts and digests, per
fact and day. The rows name what was changed; the trail, whose head is kept outside the database, proves the rows.
"""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

from callcenter.audit.facts import repository
from callcenter.audit.facts.table import FACTS, NAMES
from callcenter.audit.facts.types import NOTED, NoteCard, Tally
from callcenter.kit.clock import business_date
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work

LOOK_BACK = timedelta(days=3)
"""How far a note within the day looks back; the first of each day, and of a release with new facts, looks at all."""
AT_LEAST_EVERY = timedelta(hours=1)
"""A note without any new fact is taken only when the last one is older: it says that there was none."""
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_LOCK = "audit.facts"
_STATEMENTS = repository.statements(FACTS)


class FactNotes:
    """Notes the business facts."""

    async def take(self, work: Work) -> NoteCard | None:
        """Notes every fact that is settled and not noted yet; None when there is none and the last note is recent."""
        await work.lock(_LOCK)
        last = await repository.last_note(work.session)
        # Before the rows are read: an act behind this entry may have changed a row that was read already.
        after_entry = await repository.last_entry(work.session)
        await repository.in_utc(work.session)
        number = 1 if last is None else last.number + 1
        tallies: list[Tally] = []
        for statement in _STATEMENTS:
            tallies += await repository.take(work.session, statement, number, _since(last, work.now))
        if not tallies and last is not None and work.now - last.noted_at < AT_LEAST_EVERY:
            return None
        note = NoteCard(number, work.now, frozenset(NAMES))
        await repository.add_note(work.session, note, after_entry, NAMES)
        days: dict[str, dict[str, list[Any]]] = defaultdict(dict)
        for tally in tallies:
            days[tally.fact][tally.day_on.isoformat()] = [tally.count, tally.digest]
        facts = {"number": number, "rows": sum(tally.count for tally in tallies), "noted": dict(days)}
        await work.announce(Noted(NOTED, f"fact_note:{number}", facts))
        return note


def _since(last: NoteCard | None, now: datetime) -> datetime:
    """Returns from which instant on rows are looked at."""
    if last is None or business_date(last.noted_at) != business_date(now) or not last.covers.issuperset(NAMES):
        return _BEGINNING
    return last.noted_at - LOOK_BACK
