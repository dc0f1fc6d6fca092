"""``python -m tests.bench memory [--minutes 10] [--robots 40] [--seed 1]``: the memory of each part of a rehearsal
under robots, minute by minute. The reference is the part itself after the first minutes, when its caches are filled."""

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from callcenter.rehearsal.run import Options, Rehearsal, rehearsal_running, robots_working
from tests.bench.table import Table
from tests.support.waiting import eventually

_WARM_UP_MINUTES = 2
_MIB = 1024**2


def run(*, minutes: int, robots: int, seed: int) -> int:
    with tempfile.TemporaryDirectory(prefix="cc-memory-") as folder:
        measured = asyncio.run(_run(Path(folder) / "r", minutes, robots, seed))
    shown = [0, *range(_WARM_UP_MINUTES, minutes + 1, max(1, minutes // 5))]
    table = Table(
        f"memory (RSS, MiB) of each part under {robots} robots, {minutes} minutes, seed {seed}",
        ("part", *(f"{minute} min" for minute in shown), "MiB/min after warm-up"),
        [
            (
                part,
                *(f"{sizes[minute] / _MIB:.0f}" for minute in shown),
                f"{_slope(sizes[_WARM_UP_MINUTES:]) / _MIB:+.2f}",
            )
            for part, sizes in sorted(measured.items())
        ],
    )
    print(f"\n{table}\n", flush=True)
    return 0


async def _run(folder: Path, minutes: int, robots: int, seed: int) -> Mapping[str, Sequence[float]]:
    def say(said: str) -> None:
        print(f"· {said}", flush=True)

    options = Options(folder=folder, robots=robots, customers=max(300, robots * 30), seed=seed)
    async with rehearsal_running(options, say) as rehearsal, robots_working(rehearsal, say):
        await eventually(lambda: _has_calls(rehearsal), 180)
        measured: dict[str, list[float]] = {part: [] for part in rehearsal.service.restarts}
        for minute in range(minutes + 1):
            for part, sizes in measured.items():
                pid = rehearsal.service.pid(part)
                assert pid is not None
                sizes.append(float(psutil.Process(pid).memory_info().rss))
            say(f"minute {minute}: " + ", ".join(f"{part} {sizes[-1] / _MIB:.0f}" for part, sizes in measured.items()))
            if minute < minutes:
                await asyncio.sleep(60)
    return measured


async def _has_calls(rehearsal: Rehearsal) -> bool:
    async with rehearsal.system.works.begin() as work:
        return (await rehearsal.system.floor.snapshot(work)).totals.placed > 0


def _slope(sizes: Sequence[float]) -> float:
    """Returns the growth per step of the line that fits best; zero for fewer than two sizes."""
    if len(sizes) < 2:
        return 0.0
    middle, mean = (len(sizes) - 1) / 2, sum(sizes) / len(sizes)
    spread = sum((step - middle) ** 2 for step in range(len(sizes)))
    return sum((step - middle) * (size - mean) for step, size in enumerate(sizes)) / spread
