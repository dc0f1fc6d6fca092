"""Writes the audit trail and verifies it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.audit import repository
from callcenter.audit.models import AuditEntry
from callcenter.audit.rules import ChainCheck, Entry, hash_entry, plain, write_after
from callcenter.audit.types import TYPED, Anchor, ChainReport, TrailFilter
from callcenter.kit.crypto import UndecipherableError, Vault
from callcenter.kit.log import get_logger
from callcenter.kit.trail import SEALED, Noted, place_of
from callcenter.kit.work import Work

log = get_logger(__name__)

_LOCK = "audit.chain"
_PAGE = 1000
ALL_ENTRIES = TrailFilter()


class AuditService:
    def __init__(self, vault: Vault | None = None) -> None:
        """``vault``: seals what people have typed. A check of the chain needs none: it is over what is stored."""
        self._vault = vault
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
        entries = await repository.search(work.session, wanted, before=before, limit=limit)
        return [replace(entry, facts=self.opened(entry.id, entry.facts)) for entry in entries]

    def opened(self, entry_id: int, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the facts of an entry with its sealed texts in clear; one that cannot be opened stays as it is."""
        shown: dict[str, Any] = {}
        for name, value in facts.items():
            fact = name.removesuffix(SEALED)
            if fact == name or self._vault is None:
                shown[name] = value
                continue
            try:
                shown[fact] = self._vault.open(str(value), place_of(entry_id, fact))
            except UndecipherableError:
                log.error("sealed fact of the trail cannot be opened", entry=entry_id, fact=fact)
                shown[name] = value
        return shown

    async def verify_chain(self, work: Work, anchors: Sequence[Anchor] = ()) -> ChainReport:
        """Reads the whole trail and reports every place where an entry was changed, removed or inserted.

        ``anchors`` are heads noted outside the database earlier; only they reveal that the whole chain was rewritten.
        Entries written during the check are left for the next one.
        """
        return await self._verify(work, ChainCheck(anchors), after=0)

    async def verify_since(self, work: Work, noted: Anchor, anchors: Sequence[Anchor] = ()) -> ChainReport:
        """Reads the trail from an entry on that was noted outside the database; the report counts those entries."""
        return await self._verify(work, ChainCheck(anchors, since=noted), after=noted.entry_id - 1)

    async def _verify(self, work: Work, check: ChainCheck, *, after: int) -> ChainReport:
        head, last = await repository.find_ends(work.session)
        until = max(head.entry_id if head else 0, last.entry_id if last else 0)
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
            entry = self._entry(work, noted, previous)
            entries.append(entry)
            previous = Anchor(entry.id, entry.hash)
        await repository.append(work.session, entries)

    def _entry(self, work: Work, noted: Noted, last: Anchor) -> AuditEntry:
        entry = Entry(
            id=last.entry_id + 1,
            at=work.now,
            actor=work.actor.label,
            act=noted.act,
            subject=noted.subject,
            facts=self._sealed(last.entry_id + 1, noted),
            previous_hash=last.hash,
        )
        return AuditEntry(**{**asdict(entry), "hash": hash_entry(entry)})

    def _sealed(self, entry_id: int, noted: Noted) -> dict[str, Any]:
        """Returns the facts as they are stored: what a person has typed is sealed for this entry alone."""
        facts = plain(noted.facts)
        typed = TYPED.get(noted.act)
        if typed is None or not facts.get(typed):
            return facts
        if self._vault is None:
            raise ValueError(f"{noted.act} holds what a person has typed: the trail is written with the keys only")
        facts[typed + SEALED] = self._vault.seal(str(facts.pop(typed)), place_of(entry_id, typed))
        return facts
