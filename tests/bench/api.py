"""``python -m tests.bench api [--examples 20] [--seed N]``: thousands of requests that schemathesis makes.

Every role sends them. None crashes the system, no answer is undocumented. The short run is a test
(``tests/web/test_generated_requests.py``). Here each run takes another seed, which is shown and repeats the run.
"""

import asyncio
import tempfile
import time
from pathlib import Path
from random import Random

import pytest

from callcenter import bootstrap
from callcenter.embedded.postgres import EmbeddedPostgres
from callcenter.kit.clock import FrozenClock
from callcenter.people.types import Role
from callcenter.storage.memory import MemoryStore
from tests.bench.population import NOW
from tests.bench.server import database, server
from tests.bench.table import Table
from tests.support.settings import core_settings, set_environment
from tests.web.generated import UNLIMITED, Tally, send_all


def run(*, examples: int, seed: int | None) -> int:
    """Returns the exit code: 1 when an answer was wrong."""
    of_seed = Random().randrange(10**6) if seed is None else seed
    print(f"· seed {of_seed}, {examples} examples", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="callcenter-bench-") as folder, server(Path(folder)) as made:
        spool = Path(folder) / "spool"
        spool.mkdir()
        tally = asyncio.run(_run(made, spool, examples, of_seed))
    print(f"\n{_table(tally, of_seed, time.monotonic() - began)}\n", flush=True)
    return 1 if tally.wrong else 0


async def _run(made: EmbeddedPostgres, spool: Path, examples: int, of_seed: int) -> Tally:
    with pytest.MonkeyPatch.context() as patch:
        set_environment(patch, spool, LOG_LEVEL="CRITICAL")
        for name, value in UNLIMITED.items():
            patch.setenv(name, value)
        clock = FrozenClock(NOW)
        settings = core_settings(await database(made, "api"), secure_cookies=False)
        system = bootstrap.build(settings, store=MemoryStore(clock), clock=clock)
        try:
            app = bootstrap.application(system)
            return await send_all(system, app, examples=examples, of_seed=of_seed, senders_of_misfits=len(Role) + 1)
        finally:
            await system.close()


def _table(tally: Tally, of_seed: int, seconds: float) -> Table:
    sent = tally.sent.total()
    table = Table(
        f"{sent:,} generated requests to {len(tally.operations)} operations, seed {of_seed}",
        ("status", "answers"),
        [(str(status), f"{count:,}") for status, count in sorted(tally.statuses.items())],
    )
    table.notes.append(f"{tally.followed:,} requests named rows of earlier answers; {sent / seconds:.0f} sent a second")
    table.notes.append(f"{len(tally.wrong)} answers were wrong")
    table.notes += tally.wrong[:20]
    return table
