"""``python -m tests.bench [NAME …] [--full]``: runs the benches and prints their tables.

``attack``, ``faults``, ``memory`` and ``seats`` run whole rehearsals, ``api`` sends thousands of requests: only when
they are named.
"""

import argparse
import importlib
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import api, attack, faults, memory, seats
from tests.bench.server import server
from tests.bench.table import Table

BENCHES = (
    *("import_rows", "customers", "allocation", "claimers", "callbacks", "engine", "bell", "certificate"),
    "recordings",
)
"""Modules of this package, each with ``run(server, full) -> Table``."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"of {', '.join(BENCHES)}; default: all; or one of attack, faults, memory, seats, api",
    )
    parser.add_argument("--full", action="store_true", help="the sizes the system promises; takes many minutes")
    parser.add_argument("--rounds", type=int, default=20, help="of faults (default 20)")
    parser.add_argument("--minutes", type=int, default=10, help="of memory (default 10)")
    parser.add_argument("--robots", type=int, help="agents (default 40; of attack without --full: 8)")
    parser.add_argument("--examples", type=int, default=20, help="of api, for each operation (default 20)")
    parser.add_argument("--seed", type=int, help="default 1; of api: another each time")
    parser.add_argument("--seats", type=int, nargs="+", default=(), help="steps (default 4; --full: 10 to 140)")
    parser.add_argument("--talk", type=float, default=30, help="seconds that customers of seats talk on average")
    parser.add_argument("--wrap-up", type=float, default=10, help="seconds that agents of seats wrap up on average")
    request = parser.parse_args()
    if request.names == ["attack"]:
        return attack.run(full=request.full, robots=request.robots)
    if request.names == ["faults"]:
        return faults.run(rounds=request.rounds, robots=request.robots or 40, seed=request.seed or 1)
    if request.names == ["memory"]:
        return memory.run(minutes=request.minutes, robots=request.robots or 40, seed=request.seed or 1)
    if request.names == ["api"]:
        return api.run(examples=request.examples, seed=request.seed)
    if request.names == ["seats"]:
        chosen = seats.plan(full=request.full, steps=request.seats, talk=request.talk, wrap_up=request.wrap_up)
        return seats.run(chosen)
    if strangers := set(request.names) - set(BENCHES):
        parser.error(f"no such bench: {', '.join(sorted(strangers))}")
    for name in request.names or BENCHES:
        print(f"==> {name}", file=sys.stderr, flush=True)
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="callcenter-bench-") as folder, server(Path(folder)) as made:
            table: Table = importlib.import_module(f"tests.bench.{name}").run(made, full=request.full)
        print(f"\n{table}\n({time.monotonic() - began:.0f} s in all)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
