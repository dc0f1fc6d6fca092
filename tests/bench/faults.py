"""``python -m tests.bench faults [--rounds 20] [--robots 40] [--seed 1]``: rounds of faults under robots, and the
certificate. The exit code says whether every count was zero and the certificate holds."""

import asyncio
import tempfile
from pathlib import Path

from rich.console import Console

from callcenter.audit.certificate.report import render
from callcenter.rehearsal.run import Options
from tests.bench.table import Table
from tests.support.fault_rounds import Outcome, trial


def run(*, rounds: int, robots: int, seed: int) -> int:
    with tempfile.TemporaryDirectory(prefix="cc-faults-") as folder:
        outcome = asyncio.run(_run(Path(folder) / "r", rounds, robots, seed))
    table = Table(
        f"{rounds} rounds of faults under {robots} robots, seed {seed}",
        ("fault", "calls go on after s", "dialled twice", "kept aside", "claims unheld > 30 s", "without outcome"),
        [
            (one.fault, f"{one.seconds:.0f}", *map(str, (one.twice, one.aside, one.unheld, one.without_outcome)))
            for one in outcome.rounds
        ],
        [f"{outcome.facts:,} facts reached an engine, {outcome.lost} are not in the journal"],
    )
    table.notes.append(f"calls still open at the end: {outcome.left_open}")
    print(f"\n{table}\n", flush=True)
    render(outcome.certificate, Console())
    return 0 if outcome.holds else 1


async def _run(folder: Path, rounds: int, robots: int, seed: int) -> Outcome:
    customers = max(300, robots * 30)
    options = Options(folder=folder, robots=robots, customers=customers, seed=seed, pace=2)
    async with trial(options, lambda said: print(f"· {said}", flush=True)) as made:
        return await made.play(rounds, lambda said: print(f"· {said}", flush=True))
