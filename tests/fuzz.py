"""``python -m tests.fuzz [MINUTES] [--seed N]``: real lists with random damage, until the time is over.

Nothing may raise, and every physical line has to be accounted for. A file that breaks this is written to
``var/fuzz`` with the seed that made it, and the command ends with exit code 1.
"""

import argparse
import random
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

from tests.support.damage import damaged, damaged_within, require_accounted, texts, workbooks


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__)
    parser.add_argument("minutes", nargs="?", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=None, help="of the first file; default: the clock")
    request = parser.parse_args()
    seed = request.seed if request.seed is not None else int(time.time())
    until = time.monotonic() + request.minutes * 60
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
