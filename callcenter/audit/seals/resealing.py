"""Seals what is stored again with the active key, each value for its place: after an upgrade and after a new key (L7).

A batch is a transaction of its own and is written only where the old values are still there, so that the work of the
day goes on beside it. A job that is begun again looks for what is left. The trail stays as it is: its entries are
chained, and each text in it was sealed for its entry from the first.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Row
from sqlmodel import SQLModel

from callcenter.audit.seals import repository
from callcenter.audit.seals.columns import SealedTable, row_name, sealed_tables
from callcenter.audit.types import RESEAL, RESEALED
from callcenter.kit.crypto import UndecipherableError, Vault
from callcenter.kit.jobs import JobCard, JobHandler, Jobs, Report
from callcenter.kit.log import get_logger
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works

log = get_logger(__name__)

_AT_ONCE = 1_000


class Resealing:
    """Runs the job; a revision of the database and a command request it."""

    def __init__(self, vault: Vault, jobs: Jobs) -> None:
        self._vault = vault
        self._jobs = jobs

    async def order(self, work: Work) -> JobCard:
        """Requests the job. Raises JobAlreadyOpen while it waits or runs."""
        return await self._jobs.enqueue(work, RESEAL, {}, key=RESEAL)

    async def reseal(self, works: Works, job: JobCard, report: Report) -> Mapping[str, Any]:
        """Seals every older value again; notes when none is left that is bound to no place."""
        done, unreadable = int(job.figures.get("sealed", 0)), 0
        mark, tables = self._vault.newest_mark, sealed_tables(SQLModel.metadata)
        async with works.begin(job.actor) as work:
            total = done + sum([await repository.count_older(work.session, table, mark) for table in tables])
        await report(done, total, sealed=done)
        for table in tables:
            after: Sequence[Any] | None = None
            while True:
                async with works.begin(job.actor) as work:
                    rows = await repository.list_older(work.session, table, mark, after, _AT_ONCE)
                    if not rows:
                        break
                    keys, old, new = await asyncio.to_thread(self._sealed_again, table, rows)
                    done += await repository.write(work.session, table, keys, old, new) if keys else 0
                after, unreadable = table.key(rows[-1]), unreadable + len(rows) - len(keys)
                await report(done, total, sealed=done)
        async with works.begin(job.actor) as work:
            left = sum([await repository.count_unbound(work.session, table) for table in tables])
            if not left:
                await repository.note_all_bound(work.session, work.now)
            facts = {"sealed": done, "unreadable": unreadable, "bound": not left}
            await work.announce(Noted(RESEALED, f"job:{job.id}", facts))
        return facts

    async def count_by_key(self, work: Work) -> Mapping[str, int]:
        """Returns how many stored values each key has sealed: key id → values, of all tables but the trail's."""
        counts: Counter[str] = Counter()
        for table in sealed_tables(SQLModel.metadata):
            counts.update(await repository.count_by_key(work.session, table))
        return counts

    def job_handlers(self, works: Works) -> Mapping[str, JobHandler]:
        """Returns the handler of the job by its kind."""
        return {RESEAL: partial(self.reseal, works)}

    def _sealed_again(
        self, table: SealedTable, rows: Sequence[Row[Any]]
    ) -> tuple[list[Sequence[Any]], list[list[str | None]], list[list[str | None]]]:
        """Returns keys, old and new values of the rows that could be opened. Blocks."""
        keys: list[Sequence[Any]] = []
        old: list[list[str | None]] = []
        new: list[list[str | None]] = []
        for row in rows:
            sealed = table.sealed(row)
            try:
                again = [
                    None if value is None else self._vault.seal(self._vault.open(value, place), place)
                    for value, place in zip(sealed, table.places(row), strict=True)
                ]
            except UndecipherableError:
                # The certificate names it. It stays as evidence, and the values of others do not wait for it.
                log.error("sealed value cannot be opened", table=table.name, row=row_name(table.key(row)))
                continue
            keys.append(table.key(row))
            old.append(sealed)
            new.append(again)
        return keys, old, new
