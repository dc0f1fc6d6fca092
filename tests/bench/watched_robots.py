"""The robot agents of a rehearsal, who note when each state of their call comes to their screen.

Run as a process of its own; ``BENCH_SCREENS`` names the file, a line of JSON for each new state of a call.
"""

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any

from callcenter.kit.log import set_up_logging
from callcenter.rehearsal import robots
from callcenter.rehearsal.settings import RobotSettings

VARIABLE = "BENCH_SCREENS"


class WatchedRobot(robots.Robot):
    _shown: tuple[str, str] | None = None

    async def _act(self, http: Any, snapshot: dict[str, Any], *, leaving: bool) -> bool:
        call = snapshot["call"]
        shown = (call["id"], call["state"]) if call else None
        if shown is not None and shown != self._shown:
            line = json.dumps({"at": time.time(), "call": shown[0], "state": shown[1]})
            _screens.write(line + "\n")
        self._shown = shown
        return await super()._act(http, snapshot, leaving=leaving)


if __name__ == "__main__":
    set_up_logging()
    with Path(os.environ[VARIABLE]).open("w", buffering=1) as _screens:
        asyncio.run(robots.work(RobotSettings(), WatchedRobot))
