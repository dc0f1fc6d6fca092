"""The engine of one switch: takes its signals, gives it its commands, offers ready agents their next customer.

Exactly one engine per switch (an advisory lock; a standby waits). Everything it needs to go on after a crash is in the
database: planned calls, agent sessions, the outbox.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from callcenter.dialer.sweep import Sweeper
from callcenter.dialer.switch import Switch
from callcenter.health.rules.parts import lock_of
from callcenter.health.types import Part
from callcenter.kit.leader import lead
from callcenter.kit.tasks import every, keep_running

Loop = Callable[[], Awaitable[None]]
"""Runs until cancelled; what it raises is logged, and it is started again."""


class Engine:
    """Runs the loops that command one switch on behalf of the system."""

    def __init__(self, *, database_url: str, switch: Switch, loops: Mapping[str, Loop], sweeper: Sweeper) -> None:
        self._database_url = database_url
        self._switch = switch
        self._loops = loops
        self._sweeper = sweeper

    @property
    def linked(self) -> bool:
        """Returns whether the control link to the switch is up."""
        return self._switch.link.up

    async def run(self) -> None:
        """Waits to be the only engine of its switch, then works until cancelled."""
        await lead(self._database_url, lock_of(Part.ENGINE, self._switch.node), self._work)

    async def _work(self) -> None:
        with self._switch.lag.leading(linked=lambda: self._switch.link.ready):
            await self._run_loops()

    async def _run_loops(self) -> None:
        async with asyncio.TaskGroup() as group:
            for name, loop in self._loops.items():
                group.create_task(keep_running(name, loop))
            group.create_task(every(self._switch.settings.sweep_seconds, self._sweeper.sweep, "sweep"))
