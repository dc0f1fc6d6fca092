"""The import: rows a second, processor time and memory, against a bare COPY of the same parsed rows (L1, L2).

There are two references. Both parse the same file by the csv module and copy it as clear texts, in batches, into a
table of its columns without an index; neither judges or seals anything. The table of the first is unlogged, so nothing
of it would outlast a crash: by that one our promise was measured from the beginning. The table of the second is an
ordinary one, whose rows are as durable as ours. Ours, beside that, seals, looks for duplicates and do-not-call entries,
keeps indexes, and is one transaction.
Between them stands what the server alone takes for the leads of that import: the ready rows, copied by one statement
into an empty table of leads with its keys, checks and indexes. An import in one transaction cannot be faster than that:
indexes take about half of it, foreign keys and checks a fifth (decisions 129 and 155).

Memory is the most that the real process ``callcenter import`` and the processes it has started hold together, the
interpreters and all they import included. Processor time is that of all processes, the server's too: on a machine that
is busy with other work it says what the clock cannot.
"""

import asyncio
import csv
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import xlsxwriter

from callcenter.embedded.postgres import EmbeddedPostgres
from callcenter.kit.bus import Bus
from callcenter.kit.clock import SystemClock
from callcenter.kit.db import Database
from callcenter.kit.work import Works
from tests.bench.server import database, server_cpu, sqlalchemy_url
from tests.bench.table import Table
from tests.support.leads import HEADER, list_rows
from tests.support.processes import environment
from tests.support.rows import make_campaign

_BATCH = 2000
_PROMISED_MB = 300
_REFERENCES = ("UNLOGGED TABLE", "TABLE")


@dataclass(frozen=True)
class Spent:
    """What one run has taken."""

    seconds: float
    cpu: float
    """Seconds of all processors, over all processes."""
    peak: float = 0.0
    """MB."""


@dataclass(frozen=True)
class _Bare:
    """What the references have taken."""

    unlogged: Spent
    ordinary: Spent


def run(made: EmbeddedPostgres, *, full: bool) -> Table:
    sizes = (10_000, 100_000, 1_000_000) if full else (10_000, 50_000)
    table = Table(
        "Import, against a bare COPY of the same rows as clear texts into a table without an index",
        ("rows", "what", "rows/s", "× unlogged", "× ordinary", "× CPU of unlogged", "CPU s", "peak MB"),
    )
    for rows in sizes:
        bare: _Bare | None = None
        for kind, write in _KINDS.items():
            with tempfile.TemporaryDirectory(prefix="callcenter-bench-") as folder:
                file = Path(folder) / f"list.{kind.split()[0]}"
                write(file, rows)
                name = f"import_{rows}_{kind.replace(' ', '_')}"
                first = bare is None
                if bare is None:
                    bare = _Bare(*(asyncio.run(_copy(made, file, rows, one)) for one in _REFERENCES))
                    _add(table, rows, "COPY, unlogged table", bare, bare.unlogged)
                    _add(table, rows, "COPY, ordinary table", bare, bare.ordinary)
                ours = _ours(made, file, rows, name)
                assert ours.peak <= _PROMISED_MB, "more memory than promised"
                if first:
                    _add(table, rows, "the server alone", bare, asyncio.run(_ready_rows(made, name, Path(folder))))
                _add(table, rows, kind, bare, ours)
    table.notes.append("Checked in each: every row is a lead, none is rejected. Start of the process not counted, but")
    table.notes.append("in its CPU. On two idle cores the time is at least half the CPU. The server alone: the ready")
    table.notes.append("rows of that import copied into an empty table of leads, with its keys, checks and indexes.")
    return table


def _add(table: Table, rows: int, what: str, bare: _Bare, spent: Spent) -> None:
    table.rows.append(
        (
            f"{rows:,}",
            what,
            f"{rows / spent.seconds:,.0f}",
            f"{spent.seconds / bare.unlogged.seconds:.1f}",
            f"{spent.seconds / bare.ordinary.seconds:.1f}",
            f"{spent.cpu / bare.unlogged.cpu:.1f}",
            f"{spent.cpu:.1f}",
            f"{spent.peak:.0f}" if spent.peak else "",
        )
    )
    print(table.rows[-1], file=sys.stderr, flush=True)


def _csv(file: Path, rows: int) -> None:
    with file.open("w", encoding="utf-8", newline="") as text:
        text.write(HEADER + "\r\n")
        for line in _lines(rows):
            text.write(line + "\r\n")


def _xlsx(*, shared: bool) -> Callable[[Path, int], None]:
    def write(file: Path, rows: int) -> None:
        book = xlsxwriter.Workbook(file, {"constant_memory": not shared})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER.split(","))
        for number, line in enumerate(_lines(rows), start=1):
            for place, cell in enumerate(line.split(",")):
                sheet.write_string(number, place, cell)
        book.close()

    return write


_KINDS = {"csv": _csv, "xlsx shared texts": _xlsx(shared=True), "xlsx inline texts": _xlsx(shared=False)}


def _lines(rows: int) -> Iterator[str]:
    for first in range(0, rows, _BATCH):
        yield from list_rows(min(_BATCH, rows - first), first=first)


async def _copy(made: EmbeddedPostgres, file: Path, rows: int, table: str) -> Spent:
    """Copies the rows as they are, into a new table of this kind."""
    database_name = f"bare_{rows}_{table.split()[0].lower()}"
    await made.ensure_database(database_name)
    connection = await asyncpg.connect(made.url(database_name))
    names = [f"c{place}" for place in range(len(HEADER.split(",")))]
    await connection.execute(f"CREATE {table} bare ({', '.join(f'{name} text' for name in names)})")
    began, cpu = time.perf_counter(), time.process_time() + server_cpu(made)
    with file.open(encoding="utf-8", newline="") as text:
        reader = csv.reader(text)
        next(reader)
        async with connection.transaction():
            while batch := list(itertools.islice(reader, _BATCH)):
                await connection.copy_records_to_table("bare", records=batch, columns=names)
    seconds = time.perf_counter() - began
    assert await connection.fetchval("SELECT count(*) FROM bare") == rows
    await connection.close()
    await _until_gone(made)
    return Spent(seconds, time.process_time() + server_cpu(made) - cpu)


async def _ready_rows(made: EmbeddedPostgres, name: str, folder: Path) -> Spent:
    """Copies the leads of an import, and their list, into another database that has no leads yet."""
    url = await database(made, f"{name}_ready")
    await _campaign(url)
    source, target = await asyncpg.connect(made.url(name)), await asyncpg.connect(url)
    for kind in ("lead_list", "lead"):
        rows = folder / kind
        await source.copy_from_query(f"SELECT * FROM {kind} ORDER BY id", output=rows)
        began, cpu = time.perf_counter(), server_cpu(made)
        await target.copy_to_table(kind, source=rows)
    seconds = time.perf_counter() - began
    assert await target.fetchval("SELECT count(*) FROM lead") > 0
    await source.close()
    await target.close()
    await _until_gone(made)
    return Spent(seconds, server_cpu(made) - cpu)


async def _until_gone(made: EmbeddedPostgres) -> None:
    """Waits until the server has counted the processor time of connections that were closed."""
    await asyncio.sleep(1)


def _ours(made: EmbeddedPostgres, file: Path, rows: int, name: str) -> Spent:
    """Uploads and imports the file by the command."""
    url = asyncio.run(database(made, name))
    campaign_id = asyncio.run(_campaign(url))
    cpu = server_cpu(made) + sum(os.times()[2:4])
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "callcenter",
            "import",
            str(file),
            f"--campaign={campaign_id}",
            "--list=bench",
            "--json",
        ],
        env={**os.environ, **environment(url, file.parent)},
        stdout=subprocess.PIPE,
    )
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, _held(process.pid))
        time.sleep(0.2)
    assert process.stdout is not None
    report: Mapping[str, Any] = json.loads(process.stdout.read())
    assert process.returncode == 0
    assert report["good"] == report["rows"] == rows
    seconds = asyncio.run(_seconds(url))
    asyncio.run(_until_gone(made))
    return Spent(seconds, server_cpu(made) + sum(os.times()[2:4]) - cpu, peak)


def _held(pid: int) -> float:
    """Returns what a process and those it has started hold, MB; what several of them share counts once."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        return sum(float(member.memory_full_info().pss) for member in family) / (1 << 20)
    except (psutil.Error, OSError):
        return 0.0


async def _campaign(url: str) -> int:
    base = Database(sqlalchemy_url(url))
    async with Works(base, SystemClock(), Bus()).begin() as work:
        campaign_id = (await make_campaign(work)).id
    await base.close()
    return campaign_id


async def _seconds(url: str) -> float:
    connection = await asyncpg.connect(url)
    job = await connection.fetchrow("SELECT started_at, ended_at FROM job ORDER BY id DESC LIMIT 1")
    await connection.close()
    assert job is not None
    return float((job["ended_at"] - job["started_at"]).total_seconds())
