"""The recorder of the bell's bench, in a process of its own: ``python -m tests.bench.recorder URL SHIFT``.

The store is that of the environment. SHIFT: the seconds by which the bench's clock is shifted.
"""

import asyncio
import sys
from datetime import timedelta

from callcenter.bootstrap import Part, build, running
from callcenter.kit.clock import ShiftedClock
from callcenter.storage.s3 import S3Store
from callcenter.storage.settings import StorageSettings
from tests.support.settings import core_settings


async def main(url: str, shift: float) -> None:
    clock = ShiftedClock(timedelta(seconds=shift))
    system = build(core_settings(url, node="n1"), store=S3Store(StorageSettings()), clock=clock)
    async with running(system, {Part.RECORDER}):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2])))
