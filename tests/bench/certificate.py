"""How long ``callcenter verify`` takes on weeks of calls, and how much memory: of all days, and of the last day alone.

The reference, in the same run, reads the same rows one after the other by bare cursors, opens each sealed value and
computes each hash of the trail: what no certificate can do without. Each is measured in a process of its own, on two
databases, the second three times as large: what grows faster than the database shows.
"""

import asyncio
import json
import multiprocessing
import resource
import time
from collections.abc import Callable
from datetime import datetime

import asyncpg
from sqlmodel import SQLModel

from callcenter.audit.certificate.service import CertificateService
from callcenter.audit.rules import Entry, hash_entry
from callcenter.audit.seals.columns import sealed_tables
from callcenter.audit.service import AuditService
from callcenter.embedded.postgres import EmbeddedPostgres
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock
from callcenter.kit.db import Database
from callcenter.kit.work import Works
from tests.bench.certified import Weeks, make_weeks
from tests.bench.server import database, sqlalchemy_url
from tests.bench.table import Table
from tests.support.rows import VAULT

_PAGE = 2_000
_TABLES = ("call", "call_signal", "recording", "assignment", "fact_digest")
"""Read beside the sealed tables and the trail."""


def run(made: EmbeddedPostgres, *, full: bool) -> Table:
    sizes = (100_000, 300_000) if full else (10_000, 30_000)
    table = Table(
        f"the certificate of {sizes[-1]:,} calls, recordings, hearings and entries of the trail",
        ("", "calls", "s", "µs per call", "MiB more"),
    )
    for size in sizes:
        url, weeks = asyncio.run(_filled(made, size))
        bare = _measured(_read_bare, url, weeks.since, weeks.until)
        whole = _measured(_certify, url, weeks.since, weeks.until)
        day = _measured(_certify, url, weeks.last_day, weeks.until)
        for name, (seconds, memory) in (("bare read", bare), ("all days", whole), ("the last day", day)):
            table.rows.append((name, f"{size:,}", f"{seconds:.1f}", f"{seconds / size * 1e6:.0f}", f"{memory:.0f}"))
        ratios = f"all days {whole[0] / bare[0]:.2f} times the bare read, the last day {day[0] / bare[0]:.2f}"
        table.notes.append(f"{size:,} calls: {ratios}.")
    return table


async def _filled(made: EmbeddedPostgres, size: int) -> tuple[str, Weeks]:
    url = await database(made, f"certified_{size}")
    return url, await make_weeks(url, size)


Measure = Callable[[str, datetime, datetime], float]


def _measured(measure: Measure, url: str, since: datetime, until: datetime) -> tuple[float, float]:
    """Returns the seconds and the MiB that the process has grown by, measured in one that does nothing else."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_alone, (measure, url, since, until))


def _alone(measure: Measure, url: str, since: datetime, until: datetime) -> tuple[float, float]:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = measure(url, since, until)
    return seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def _certify(url: str, since: datetime, until: datetime) -> float:
    async def certify() -> float:
        base = Database(sqlalchemy_url(url))
        works = Works(base, FrozenClock(until), Bus())
        service = CertificateService(AuditService(), vault=VAULT)
        began = time.perf_counter()
        async with works.begin() as work:
            certificate = await service.certify(work, since, until)
        seconds = time.perf_counter() - began
        await base.close()
        assert certificate.ok, [(section.id, section.exceptions[:3]) for section in certificate.sections]
        return seconds

    return asyncio.run(certify())


def _read_bare(url: str, _since: datetime, _until: datetime) -> float:
    async def read() -> float:
        connection = await asyncpg.connect(url)
        began = time.perf_counter()
        async with connection.transaction():
            for name in _TABLES:
                async for _row in connection.cursor(f"SELECT * FROM {name}", prefetch=_PAGE):
                    pass
            for table in sealed_tables(SQLModel.metadata):
                width = len(table.keys) + len(table.by)
                async for row in connection.cursor(f"SELECT {table.select} FROM {table.name} t", prefetch=_PAGE):
                    by = dict(zip(table.by, row[len(table.keys) : width], strict=True))
                    for column, value in zip(table.columns, row[width:], strict=True):
                        if value is not None:
                            VAULT.open(value, column.binding.place(*(by[name] for name in column.binding.by)))
            await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
            async for row in connection.cursor("SELECT * FROM audit_entry ORDER BY id", prefetch=_PAGE):
                assert hash_entry(Entry(*row)) == row["hash"]
        seconds = time.perf_counter() - began
        await connection.close()
        return seconds

    return asyncio.run(read())
