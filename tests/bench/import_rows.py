"""The import: rows a second and memory, against a bare COPY of the same parsed rows (requirements L1, L2).

The reference is what no import can do without: the same file parsed by the csv module and copied as clear texts, in
batches, into an unlogged table without an index. Ours, beside that, seals, looks for duplicates and do-not-call
entries, keeps indexes, and is one durable transaction. Memory is the most the real process ``callcenter import`` has
had, the interpreter and all it imports included.
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
from pathlib import Path
from typing import Any

import asyncpg
import xlsxwriter

from callcenter.embedded.postgres import EmbeddedPostgres
from callcenter.kit.bus import Bus
from callcenter.kit.clock import SystemClock
from callcenter.kit.db import Database
from callcenter.kit.work import Works
from tests.bench.server import database, sqlalchemy_url
from tests.bench.table import Table
from tests.support.leads import HEADER, list_rows
from tests.support.processes import environment
from tests.support.rows import make_campaign

_BATCH = 2000
_PROMISED_MB = 300


def run(made: EmbeddedPostgres, *, full: bool) -> Table:
    sizes = (10_000, 100_000, 1_000_000) if full else (10_000, 50_000)
    table = Table(
        "Import: rows a second, against a bare COPY of the same rows into an unlogged table",
        ("rows", "file", "COPY rows/s", "import rows/s", "× the time of COPY", "peak MB"),
    )
    for rows in sizes:
        bare = 0.0
        for kind, write in _KINDS.items():
            with tempfile.TemporaryDirectory(prefix="callcenter-bench-") as folder:
                file = Path(folder) / f"list.{kind.split()[0]}"
                write(file, rows)
                bare = bare or asyncio.run(_copy(made, file, rows))
                seconds, peak = _ours(made, file, rows, f"import_{rows}_{kind.replace(' ', '_')}")
            table.rows.append(
                (
                    f"{rows:,}",
                    kind,
                    f"{rows / bare:,.0f}",
                    f"{rows / seconds:,.0f}",
                    f"{seconds / bare:.1f}",
                    f"{peak:.0f}",
                )
            )
            assert peak <= _PROMISED_MB, "more memory than promised"
    table.notes.append("Checked in each: every row is a lead, none is rejected. Start of the process not counted.")
    return table


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


async def _copy(made: EmbeddedPostgres, file: Path, rows: int) -> float:
    """Returns the seconds that copying the rows takes."""
    await made.ensure_database(f"bare_{rows}")
    connection = await asyncpg.connect(made.url(f"bare_{rows}"))
    names = [f"c{place}" for place in range(len(HEADER.split(",")))]
    await connection.execute(f"CREATE UNLOGGED TABLE bare ({', '.join(f'{name} text' for name in names)})")
    began = time.perf_counter()
    with file.open(encoding="utf-8", newline="") as text:
        reader = csv.reader(text)
        next(reader)
        async with connection.transaction():
            while batch := list(itertools.islice(reader, _BATCH)):
                await connection.copy_records_to_table("bare", records=batch, columns=names)
    seconds = time.perf_counter() - began
    assert await connection.fetchval("SELECT count(*) FROM bare") == rows
    await connection.close()
    return seconds


def _ours(made: EmbeddedPostgres, file: Path, rows: int, name: str) -> tuple[float, float]:
    """Seconds of the job and the most memory, MB, of the process that uploads and performs it."""
    url = asyncio.run(database(made, name))
    campaign_id = asyncio.run(_campaign(url))
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
        peak = max(peak, _high_water(process.pid))
        time.sleep(0.1)
    assert process.stdout is not None
    report: Mapping[str, Any] = json.loads(process.stdout.read())
    assert process.returncode == 0
    assert report["good"] == report["rows"] == rows
    return asyncio.run(_seconds(url)), peak


def _high_water(pid: int) -> float:
    """The most memory a process has had so far, MB; what its parent had at the fork does not count, as in ru_maxrss."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0.0)


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
