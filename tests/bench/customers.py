"""Pages of customers of one class or one district, as the search of customers and the ledger show them (L4, R3).

The reference is the same page of all leads, in the same run, read back from the newest lead by the primary key; in the
search, which needs a criterion, of all leads in stock. Besides a word that every fourth or fortieth lead has, one that
few leads have, and one that many have, but none since the first list: that page must be found neither by reading back
through all leads nor by sorting a million.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from callcenter.customers.service import CustomerService
from callcenter.customers.types import Search
from callcenter.dnc.in_force import DncInForce
from callcenter.embedded.postgres import EmbeddedPostgres
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock
from callcenter.kit.db import Database
from callcenter.kit.jobs import Jobs
from callcenter.kit.work import Work, Works
from callcenter.leads.lists import LeadLists
from callcenter.leads.records import LeadRecords
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from callcenter.reporting.service import LedgerService
from callcenter.reporting.settings import ReportingSettings
from callcenter.reporting.types import LedgerFilter
from callcenter.storage.memory import MemoryStore
from tests.bench.population import NOW, populate
from tests.bench.server import database, sqlalchemy_url
from tests.bench.table import Table
from tests.support.leads import lead_service
from tests.support.rows import VAULT, make_campaign

PAGE = 50
_ROUNDS = 40
_WORDS = """
    UPDATE lead SET name_sealed = $1, phone_sealed = $2,
        customer_class = CASE WHEN id % 20011 = 7 THEN 'rare' WHEN list_id = $3 THEN 'former' ELSE customer_class END,
        district = CASE WHEN id % 20011 = 7 THEN 'rare' WHEN list_id = $3 THEN 'former' ELSE district END
"""
_KINDS = ("common", "former", "rare")

Page = Callable[[Work, int | None], Awaitable[Sequence[int]]]
"""Returns the ids of a page that begins before an id."""


@dataclass(frozen=True)
class _Times:
    first: list[float]
    following: list[float]


def run(made: EmbeddedPostgres, *, full: bool) -> Table:
    leads = 1_000_000 if full else 100_000
    table = Table(
        f"Pages of {PAGE} customers, of {leads:,} leads, against a page of all of them",
        ("page", "of", "first p50 ms", "p95", "next p50 ms", "p95", "× the reference's p50"),
    )
    url = asyncio.run(database(made, "customers"))
    asyncio.run(_measure(url, leads, table))
    table.notes.append("former: as many leads as one of thirty lists, all in the first. rare: one lead of 20 011.")
    table.notes.append("Next: the five pages behind the first, as far as there are any. Checked: no lead twice.")
    return table


async def _measure(url: str, leads: int, table: Table) -> None:
    base = Database(sqlalchemy_url(url))
    works = Works(base, FrozenClock(NOW), Bus())
    async with works.begin() as work:
        campaign_id = (await make_campaign(work)).id
    await populate(works, url, campaign_id, agents=1, leads=leads)
    connection = await asyncpg.connect(url)
    first = await connection.fetchval("SELECT min(list_id) FROM lead")
    await connection.execute(_WORDS, VAULT.seal_unbound("王某"), VAULT.seal_unbound("19900000000"), first, timeout=1800)
    await connection.execute("VACUUM ANALYZE lead", timeout=1800)
    await connection.close()

    people = PeopleService(PeopleSettings())
    customers = CustomerService(VAULT, lead_service(VAULT), LeadRecords(), LeadLists(), DncInForce(), people)
    ledger = LedgerService(Jobs(), VAULT, MemoryStore(FrozenClock(NOW)), ReportingSettings())

    def found(**wanted: Any) -> Page:
        async def page(work: Work, before: int | None) -> Sequence[int]:
            return [hit.id for hit in await customers.search(work, Search(**wanted), before=before, limit=PAGE)]

        return page

    def lines(**wanted: Any) -> Page:
        async def page(work: Work, before: int | None) -> Sequence[int]:
            question = LedgerFilter(**wanted)
            return [line.lead_id for line in await ledger.lines(work, question, before=before, limit=PAGE)]

        return page

    bare = {"search": found(state="stock"), "ledger": lines()}
    for place, reference in bare.items():
        times = await _times(works, reference)
        norm = statistics.median(times.first)
        table.rows.append(_row(place, "all", times, norm))
        ask = found if place == "search" else lines
        for column in ("customer_class", "district"):
            if place == "search" and column == "district":
                continue  # customers are not searched by district
            for kind in _KINDS:
                word = {"common": "core" if column == "customer_class" else "district 7"}.get(kind, kind)
                times = await _times(works, ask(**{column: word}))
                table.rows.append(_row(place, f"{kind} {column.replace('customer_', '')}", times, norm))
    await base.close()


async def _times(works: Works, page: Page) -> _Times:
    times = _Times([], [])
    for _ in range(_ROUNDS // 5):
        seen: set[int] = set()
        before: int | None = None
        for number in range(6):
            began = time.perf_counter()
            async with works.begin() as work:
                ids = await page(work, before)
            (times.following if number else times.first).append((time.perf_counter() - began) * 1000)
            assert not seen & set(ids)
            assert number or ids, "there are such customers"
            seen.update(ids)
            if len(ids) < PAGE:
                break
            before = ids[-1]
    return times


def _row(place: str, what: str, times: _Times, norm: float) -> Sequence[str]:
    following = times.following or [0.0]
    return (
        place,
        what,
        f"{statistics.median(times.first):.1f}",
        f"{_p95(times.first):.1f}",
        f"{statistics.median(following):.1f}",
        f"{_p95(following):.1f}",
        f"{statistics.median(times.first) / norm:.1f}",
    )


def _p95(times: Sequence[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)] if len(times) > 1 else times[0]
