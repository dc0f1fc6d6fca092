"""``python -m tests.fuzz [MINUTES] [--laws] [--seed N]``: what the tests do, with other random numbers each time.

Real lists with random damage, until the time is over: nothing may raise, and every physical line has to be accounted
for. A file that breaks this is written to ``var/fuzz`` with the seed that made it.

``--laws``: weeks of the small system of ``tests/scenarios``, seed after seed until the time is over; for each night.
The seed that breaks a law is printed with the command that plays it again: with ``--laws --seed N`` that one alone.

The exit code is 1 when something was found.
"""

import argparse
import os
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from tests.support.damage import damaged, damaged_within, require_accounted, texts, workbooks

_CHEAP_HASHES = {"MEMORY_KIB": 8, "PASSES": 1, "LANES": 1}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("minutes", nargs="?", type=float, default=10.0)
    parser.add_argument("--laws", action="store_true", help="play weeks of the small system instead")
    parser.add_argument("--seed", type=int, default=None, help="the first one; default: the clock")
    request = parser.parse_args()
    if request.laws:
        return play_weeks(request.minutes, request.seed)
    return damage_lists(request.minutes, request.seed)


def play_weeks(minutes: float, only: int | None) -> int:
    """Plays the weeks of one seed after the other; with ``only`` those of this seed, once."""
    # As in the tests: hashing a password is slow on purpose, and these protect nothing.
    os.environ |= {f"CALLCENTER_PEOPLE_ARGON2_{name}": str(value) for name, value in _CHEAP_HASHES.items()}
    from tests.scenarios.calling_weeks import play
    from tests.support.databases import databases_running
    from tests.support.rows import VAULT

    number = only if only is not None else int(time.time())
    until = time.monotonic() + minutes * 60
    first, reached = number, set[str]()
    with tempfile.TemporaryDirectory(prefix="callcenter-laws-") as folder, databases_running(Path(folder)) as databases:
        while True:
            try:
                reached |= play(databases, VAULT, number=number)
            except Exception:
                traceback.print_exc()
                print(f"seed {number} breaks a law; again: scripts/fuzz --laws --seed {number}", file=sys.stderr)
                return 1
            number += 1
            if only is not None or time.monotonic() >= until:
                break
    print(f"{number - first} seeds from {first} broke no law; they came to: {', '.join(sorted(reached))}")
    return 0


def damage_lists(minutes: float, first_seed: int | None) -> int:
    """Damages and reads one file after the other."""
    seed = first_seed if first_seed is not None else int(time.time())
    until = time.monotonic() + minutes * 60
    of_texts, of_workbooks = texts(), workbooks()
    became: Counter[str] = Counter()
    first = seed
    while time.monotonic() < until:
        chance = random.Random(seed)
        content = chance.choice(of_texts) if chance.random() < 0.8 else chance.choice(of_workbooks)
        is_workbook = content.startswith(b"PK")
        content = damaged_within(content, chance) if is_workbook and chance.random() < 0.7 else damaged(content, chance)
        try:
            became[f"{'workbook' if is_workbook else 'text'} {require_accounted(content)}"] += 1
        except Exception:
            folder = Path("var/fuzz")
            folder.mkdir(parents=True, exist_ok=True)
            file = folder / f"seed-{seed}"
            file.write_bytes(content)
            traceback.print_exc()
            print(f"seed {seed}: the file is {file}", file=sys.stderr)
            return 1
        seed += 1
    print(f"{seed - first} files from seed {first}: " + ", ".join(f"{count} {what}" for what, count in became.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
