"""The evening run: seconds and memory, and how they grow with agents and stock (requirements D1, D4)."""

import asyncio
import json
import math
import resource
import subprocess
import sys
import time
from typing import Any

import asyncpg

from callcenter.allocation.runs import RunService
from callcenter.embedded.postgres import EmbeddedPostgres
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock
from callcenter.kit.db import Database
from callcenter.kit.work import Works
from tests.bench.population import NOW, TOMORROW, populate
from tests.bench.server import database, sqlalchemy_url
from tests.bench.table import Table
from tests.support.allocation import allocation_services
from tests.support.rows import VAULT, make_campaign

QUOTA = 30
STOCK_PER_AGENT = 300

_TRUTHS = """
    SELECT (SELECT count(*) FROM assignment) AS assignments,
           (SELECT count(*) FROM lead WHERE state = 'assigned') AS assigned,
           (SELECT max(n) FROM (SELECT count(*) n FROM assignment GROUP BY agent_id) x) AS most,
           (SELECT count(*) FROM (SELECT lead_id FROM assignment GROUP BY lead_id HAVING count(*) > 1) x) AS twice,
           (SELECT max(hi - lo) FROM (SELECT max(n) hi, min(n) lo FROM (
               SELECT a.agent_id, l.customer_class, count(*) n FROM assignment a JOIN lead l ON l.id = a.lead_id
               GROUP BY 1, 2) y GROUP BY customer_class) x) AS spread
"""


def run(made: EmbeddedPostgres, *, full: bool) -> Table:
    sizes = (100, 1000, 10_000) if full else (10, 100, 1000)
    table = Table(
        f"Allocation: agents × {QUOTA} leads, from {STOCK_PER_AGENT} leads in stock for each agent, "
        "4 classes × 40 districts",
        ("agents", "stock", "assigned", "plan s", "commit s", "both s", "peak MB", "above idle MB", "growth of time"),
    )
    measured: list[dict[str, Any]] = []
    for agents in sizes:
        url = asyncio.run(database(made, f"allocation_{agents}"))
        answer = subprocess.run(
            [sys.executable, "-m", "tests.bench.allocation", url, str(agents)], check=True, stdout=subprocess.PIPE
        )
        now = json.loads(answer.stdout)
        both = now["plan"] + now["commit"]
        growth = ""
        if measured:
            before = measured[-1]
            factor = math.log(now["agents"] / before["agents"])
            growth = f"n^{math.log(both / (before['plan'] + before['commit'])) / factor:.2f}"
        measured.append(now)
        table.rows.append(
            (
                f"{agents:,}",
                f"{now['stock']:,}",
                f"{now['assignments']:,}",
                f"{now['plan']:.2f}",
                f"{now['commit']:.2f}",
                f"{both:.2f}",
                f"{now['peak_mb']:.0f}",
                f"{now['peak_mb'] - now['idle_mb']:.0f}",
                growth,
            )
        )
        assert now["twice"] == 0, "a lead assigned to two agents"
        assert now["most"] == QUOTA, "an agent above the quota"
        assert now["spread"] <= 1, "a class is not allocated evenly"
    table.notes.append(
        "Checked in each: no lead twice, no agent above the quota, every class within one between agents."
    )
    hundred = next((size for size in measured if size["agents"] == 100), None)
    if hundred:
        table.notes.append(f"100 agents × 30: {hundred['plan'] + hundred['commit']:.2f} s (promised: under 2 s).")
    return table


async def measure(url: str, agents: int) -> dict[str, Any]:
    """Plans one size and commits the plan by its digest, which plans again; returns the figures."""
    base = Database(sqlalchemy_url(url))
    works = Works(base, FrozenClock(NOW), Bus())
    async with works.begin() as work:
        campaign = await make_campaign(work, quota=QUOTA)
    stock = agents * STOCK_PER_AGENT
    await populate(works, url, campaign.id, agents=agents, leads=stock)
    runs = allocation_services(VAULT).get(RunService)
    idle = _memory()
    began = time.perf_counter()
    async with works.begin() as work:
        planned = await runs.plan(work, campaign.id, TOMORROW)
    planned_at = time.perf_counter()
    async with works.begin() as work:
        await runs.allocate(work, campaign.id, TOMORROW, None, planned.digest)
    ended = time.perf_counter()
    peak = _memory()
    await base.close()
    connection = await asyncpg.connect(url)
    truths = dict(await connection.fetchrow(_TRUTHS, timeout=600) or {})
    await connection.close()
    return {
        "agents": agents,
        "stock": stock,
        "plan": planned_at - began,
        "commit": ended - planned_at,
        "idle_mb": idle,
        "peak_mb": peak,
        **truths,
    }


def _memory() -> float:
    """Returns the most memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(sys.argv[1], int(sys.argv[2])))))
