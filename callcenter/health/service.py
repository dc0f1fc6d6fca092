"""Keeps what the processes of the installation report, and says how each engine keeps up.

Every process reads the reports of all others in the statement that writes its own. So a page or a screen that shows an
engine's state asks this memory and sends no statement.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.health import repository
from callcenter.health.rules import engine_of
from callcenter.health.settings import HealthSettings
from callcenter.health.types import HEALTH_TOPIC, EngineHealth, EngineReport, Keeping, Report
from callcenter.kit.clock import Clock
from callcenter.kit.work import Work

_REMEMBERED = timedelta(hours=1)
"""Reports of processes that died without an end are read, and kept, for so long."""


class HealthService:
    """Holds the latest reports in this process's memory; raises the alerts of engines that do not keep up."""

    def __init__(self, alerts: AlertService, settings: HealthSettings, clock: Clock) -> None:
        self._alerts = alerts
        self._settings = settings
        self._clock = clock
        self._reports: Sequence[Report] = ()
        self._known: Mapping[str, Keeping] = {}
        self._read_since: datetime | None = None
        self._written: Keeping | None = None
        """The state of this process's own engine as the database has it."""

    @property
    def reports(self) -> Sequence[Report]:
        """Returns the reports of the processes that live, as they were read last."""
        now = self._clock.now()
        return [report for report in self._reports if now - report.beat_at <= self._settings.silent_after]

    def engine(self, node: str) -> EngineHealth | None:
        """Returns how the engine of a node keeps up; None while this process has not read any reports.

        An engine that has never reported counts as silent once this process has read long enough to know.
        """
        if self._read_since is None:
            return None
        now = self._clock.now()
        known = engine_of(node, self._reports, now, self._settings.silent_after)
        if known is None and now - self._read_since > self._settings.silent_after:
            return EngineHealth(node, Keeping.SILENT, self._read_since, timedelta(0))
        return known

    def engines(self) -> list[EngineHealth]:
        """Returns how each engine keeps up that has reported within the last hour, by the names of their nodes."""
        return self._engines(self._reports, self._clock.now())

    def _engines(self, reports: Sequence[Report], now: datetime) -> list[EngineHealth]:
        nodes = sorted({report.node for report in reports if report.engine is not None})
        found = (engine_of(node, reports, now, self._settings.silent_after) for node in nodes)
        return [engine for engine in found if engine is not None]

    async def begin(self, work: Work) -> None:
        """Removes the reports of processes that died long ago."""
        await repository.remove_older(work.session, work.now - _REMEMBERED)

    async def beat(self, work: Work, own: Report) -> Sequence[Report]:
        """Writes this process's report and returns all; raises or clears the alerts of engines whose state changed.

        Pass them to ``take`` when the transaction has committed.
        """
        reports = (own, *await repository.beat(work.session, own, work.now - _REMEMBERED))
        if own.engine is not None and own.engine.keeping is not self._written:
            await self._announce(work, own.node, own.engine)
        for engine in self._engines(reports, work.now):
            if engine.keeping is Keeping.SILENT and self._known.get(engine.node) is not Keeping.SILENT:
                facts = {"node": engine.node, "at": engine.since.isoformat()}
                await self._alerts.raise_(work, AlertKind.ENGINE_SILENT, _subject(engine.node), facts)
        return reports

    def take(self, reports: Sequence[Report]) -> bool:
        """Takes reports that have been read for the present ones; returns whether the state of an engine changed."""
        now = self._clock.now()
        self._read_since = self._read_since or now
        self._reports = reports
        own = reports[0].engine
        self._written = own.keeping if own else None
        before, self._known = self._known, {engine.node: engine.keeping for engine in self.engines()}
        return before != self._known

    async def end(self, work: Work, process: str) -> None:
        """Removes the report of this process, which ends in order."""
        await repository.remove(work.session, process)
        await work.notify(HEALTH_TOPIC)

    async def _announce(self, work: Work, node: str, engine: EngineReport) -> None:
        """Writes the alert of this process's own engine as its state demands; also ends one that an earlier engine
        left."""
        await work.notify(HEALTH_TOPIC)
        await self._alerts.clear(work, AlertKind.ENGINE_SILENT, _subject(node))
        if engine.keeping is Keeping.IN_TIME:
            await self._alerts.clear(work, AlertKind.ENGINE_LATE, _subject(node))
            return
        facts = {
            "node": node,
            "seconds": round(engine.lag.total_seconds(), 1),
            "behind": self._settings.lag_behind.total_seconds(),
        }
        await self._alerts.raise_(work, AlertKind.ENGINE_LATE, _subject(node), facts)


def _subject(node: str) -> str:
    return f"engine:{node}"
