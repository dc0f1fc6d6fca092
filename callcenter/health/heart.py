"""Writes the heartbeat of one process and reads those of all others: one statement each time."""

import contextlib
import os
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import uuid4

from callcenter.health.duties import Duties
from callcenter.health.lag import LagMeter
from callcenter.health.service import HealthService
from callcenter.health.settings import HealthSettings
from callcenter.health.types import HEALTH_TOPIC, KEEPING_TOPIC, EngineReport, Keeping, Part, Report
from callcenter.kit.log import get_logger
from callcenter.kit.wake import Wake, Waker
from callcenter.kit.work import Works

log = get_logger(__name__)


class Heart:
    """Beats for one process. A beat that fails is left out: the next one says the same and more."""

    def __init__(
        self,
        *,
        works: Works,
        waker: Waker,
        health: HealthService,
        meter: LagMeter,
        duties: Duties,
        settings: HealthSettings,
    ) -> None:
        self._works = works
        self._waker = waker
        self._health = health
        self._meter = meter
        self._duties = duties
        self._settings = settings
        self._process = str(uuid4())
        self._started_at = works.clock.now()
        self._written: Mapping[str, datetime] = {}
        """The parts that it leads, as the database has them."""

    async def run(self, node: str, parts: Collection[str]) -> None:
        """Beats until cancelled: at the interval, and earlier when an engine changes its state or a part its leader.

        Cancelled, it removes its report, so that an orderly end is not taken for a death.
        """
        try:
            await self._begin()
            with self._waker.listen(HEALTH_TOPIC) as wake:
                while True:
                    engine, leads = self._meter.report(), self._leads()
                    await self._beat(node, parts, engine, leads)
                    await self._rest(wake, engine, leads)
        finally:
            await self._end()

    async def _rest(self, wake: Wake, reported: EngineReport | None, led: Mapping[str, datetime]) -> None:
        """Waits for the next beat; it comes early when this process has something new to report, or another has."""
        left = self._settings.beat_seconds
        while left > 0:
            pause = min(left, self._settings.look_seconds)
            if await wake.wait(timeout=pause) or _keeping(self._meter.report()) is not _keeping(reported):
                return
            if self._leads() != led:
                return
            left -= pause

    async def _beat(
        self, node: str, parts: Collection[str], engine: EngineReport | None, leads: Mapping[str, datetime]
    ) -> None:
        own = Report(
            process=self._process,
            node=node,
            parts=tuple(sorted(parts)),
            leads=leads,
            pid=os.getpid(),
            started_at=self._started_at,
            beat_at=self._works.clock.now(),
            engine=engine,
            figures=self._meter.figures.read(),
        )
        try:
            async with self._works.begin() as work:
                beaten = await self._health.beat(work, own)
                if leads != self._written:
                    await work.notify(HEALTH_TOPIC)
        except Exception as error:
            log.warning("heartbeat not written", error=type(error).__name__)
            return
        self._written = leads
        if self._health.take(beaten):
            self._waker.ring(KEEPING_TOPIC)

    def _leads(self) -> Mapping[str, datetime]:
        since = self._meter.leads_since
        return {**self._duties.held, Part.ENGINE.value: since} if since else self._duties.held

    async def _begin(self) -> None:
        with contextlib.suppress(Exception):  # what is left now is removed when the next process begins
            async with self._works.begin() as work:
                await self._health.begin(work)

    async def _end(self) -> None:
        try:
            async with self._works.begin() as work:
                await self._health.end(work, self._process)
        except Exception as error:  # the report grows old, and the alert says so
            log.warning("heartbeat not removed", error=type(error).__name__)


def _keeping(engine: EngineReport | None) -> Keeping | None:
    return engine.keeping if engine else None
