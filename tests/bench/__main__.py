"""``python -m tests.bench [NAME …] [--full]``: runs the benches and prints their tables."""

import argparse
import importlib
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.server import server
from tests.bench.table import Table

BENCHES = ("import_rows", "allocation", "claimers", "callbacks", "engine")
"""Modules of this package, each with ``run(server, full) -> Table``."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHES)}; default: all")
    parser.add_argument("--full", action="store_true", help="the sizes the system promises; takes many minutes")
    request = parser.parse_args()
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
