"""Writes the audit trail and verifies it."""

from collections.abc import Sequence
from dataclasses import asdict
from weakref import WeakKeyDictionary

from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.audit import repository
from callcenter.audit.models import AuditEntry
from callcenter.audit.rules import ChainCheck, Entry, hash_entry, plain, write_after
from callcenter.audit.types import Anchor, ChainReport, TrailFilter
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work

_LOCK = "audit.chain"
_PAGE = 1000
ALL_ENTRIES = TrailFilter()


class AuditService:
    def __init__(self) -> None:
        self._waiting: WeakKeyDictionary[AsyncSession, list[Noted]] = WeakKeyDictionary()

    async def write(self, work: Work, noted: Noted) -> None:
        """Adds an act to the trail, in this transaction.

        Entries are chained as the last step before the commit. Only one transaction can extend the chain at a time;
        taken last, its lock is held for two statements and cannot be part of a deadlock.
        """
        waiting = self._waiting.get(work.session)
        if waiting is None:
            waiting = self._waiting[work.session] = []
            work.at_end(lambda: self._chain(work))
        waiting.append(noted)

    async def search(
        self, work: Work, wanted: TrailFilter = ALL_ENTRIES, *, before: int | None = None, limit: int = 100
    ) -> list[Entry]:
        """Returns the entries that match, the newest first; ``before`` is the last entry of the page before."""
        return await repository.search(work.session, wanted, before=before, limit=limit)

    async def verify_chain(self, work: Work, anchors: Sequence[Anchor] = ()) -> ChainReport:
        """Reads the whole trail and reports every place where an entry was changed, removed or inserted.

        ``anchors`` are heads noted outside the database earlier; only they reveal that the whole chain was rewritten.
        Entries written during the check are left for the next one.
        """
        check = ChainCheck(anchors)
        head, last = await repository.find_ends(work.session)
        until = max(head.entry_id if head else 0, last.entry_id if last else 0)
        after = 0
        while page := await repository.list_after(work.session, after, until, limit=_PAGE):
            check.take(page)
            after = page[-1].id
        return check.finish(head)

    async def _chain(self, work: Work) -> None:
        await work.lock(_LOCK)
        head, last = await repository.find_ends(work.session)
        previous = write_after(head, last)
        entries = []
        for noted in self._waiting.pop(work.session):
            entry = _entry(work, noted, previous)
            entries.append(entry)
            previous = Anchor(entry.id, entry.hash)
        await repository.append(work.session, entries)


def _entry(work: Work, noted: Noted, last: Anchor) -> AuditEntry:
    entry = Entry(
        id=last.entry_id + 1,
        at=work.now,
        actor=work.actor.label,
        act=noted.act,
        subject=noted.subject,
        facts=plain(noted.facts),
        previous_hash=last.hash,
    )
    return AuditEntry(**{**asdict(entry), "hash": hash_entry(entry)})
