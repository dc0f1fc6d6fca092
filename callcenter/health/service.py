"""Keeps what the processes of the installation report, and says which parts run and how each engine keeps up.

Every process reads the reports of all others in the statement that writes its own. So a page or a screen that shows an
engine's state asks this memory and sends no statement. What decides something asks the database: ``current``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.health import repository
from callcenter.health.rules.lag import engine_of
from callcenter.health.rules.nodes import LostLook, NodeChoice, choose_node, confirm_lost, lost_nodes, may_move
from callcenter.health.rules.parts import Watch, judge, watched
from callcenter.health.settings import HealthSettings
from callcenter.health.types import (
    HEALTH_TOPIC,
    EngineHealth,
    EngineReport,
    Keeping,
    Node,
    Part,
    PartCard,
    Reading,
    Report,
)
from callcenter.kit.clock import Clock
from callcenter.kit.config import CoreSettings
from callcenter.kit.work import Work

_REMEMBERED = timedelta(hours=1)
"""Reports of processes that died without an end are read, and kept, for so long."""

_ALERT_OF = {
    Keeping.LATE: AlertKind.ENGINE_LATE,
    Keeping.BEHIND: AlertKind.ENGINE_LATE,
    Keeping.NO_SWITCH: AlertKind.SWITCH_GONE,
}
"""What an engine raises of itself in each state; in any other state it clears both kinds."""


@dataclass(frozen=True, slots=True)
class Beaten:
    """What one heartbeat has read, and the parts it found missing."""

    reading: Reading
    watch: Watch


class HealthService:
    """Holds the latest reports in this process's memory; raises the alerts of parts that are missing or late."""

    def __init__(self, alerts: AlertService, core: CoreSettings, settings: HealthSettings, clock: Clock) -> None:
        self._alerts = alerts
        self._own_node = core.node
        self._settings = settings
        self._clock = clock
        self._reading = Reading((), ())
        self._known: Mapping[str, Keeping] = {}
        self._read_since: datetime | None = None
        self._written: Keeping | None = None
        """The state of this process's own engine as the database has it."""
        self._watch: Watch | None = None
        """The missing parts as the alerts in the database name them; None until the first heartbeat."""

    @property
    def reports(self) -> Sequence[Report]:
        """Returns the reports of the processes that live, as they were read last."""
        now = self._clock.now()
        return [report for report in self._reading.reports if now - report.beat_at <= self._settings.silent_after]

    @property
    def nodes(self) -> Sequence[Node]:
        """Returns the nodes as they were read last, by name."""
        return self._reading.nodes

    def engine(self, node: str) -> EngineHealth | None:
        """Returns how the engine of a node keeps up; None while this process has not read any reports.

        An engine that has never reported counts as silent once this process has read long enough to know.
        """
        if self._read_since is None:
            return None
        now = self._clock.now()
        known = engine_of(node, self._reading.reports, now, self._settings.silent_after)
        if known is None and now - self._read_since > self._settings.silent_after:
            return EngineHealth(node, Keeping.SILENT, self._read_since, timedelta(0))
        return known

    def engines(self) -> list[EngineHealth]:
        """Returns how each engine keeps up, by the names of their nodes; of nodes out of use those that report."""
        names = {node.name for node in self._reading.nodes if node.open} | _nodes_with_engines(self._reading)
        found = [engine for name in sorted(names) if (engine := self.engine(name)) is not None]
        return [engine for engine in found if not (engine.keeping.lost and engine.node in self._reading.closed)]

    def may_move(self, node: str) -> bool:
        """Returns whether an agent of this node would get one that carries calls by logging on again."""
        return may_move(self.engine(node), self.engines(), self._reading.closed)

    # -- what decides, and so asks the database

    async def current(self, work: Work) -> Reading:
        """Returns the reports of the last hour and all nodes as the database holds them now."""
        return await repository.read(work.session, work.now - _REMEMBERED)

    async def parts(self, work: Work) -> list[PartCard]:
        """Returns every part that is needed, and which processes run it."""
        return self._judge(await self.current(work), work.now)

    def choose(self, reading: Reading, agents: Mapping[str, int], now: datetime) -> NodeChoice | None:
        """Returns the node of an agent who logs on; ``agents``: those logged on per node. None: all are out of use."""
        return choose_node(reading, agents, now, self._settings.silent_after)

    def engine_in(self, reading: Reading, node: str, now: datetime) -> EngineHealth | None:
        """Returns how the engine of a node keeps up, as a reading has it."""
        return engine_of(node, reading.reports, now, self._settings.silent_after)

    async def look_for_lost(self, work: Work, first_at: Mapping[str, datetime]) -> LostLook:
        """Looks for the nodes that are given up: their calls and legs have not been heard of for too long.

        ``first_at`` is that of the look before; two looks confirm a lost node.
        """
        limits = self._settings
        lost = lost_nodes(await self.current(work), work.now, limits.silent_after, limits.gone_after)
        return confirm_lost(lost, first_at, work.now, timedelta(seconds=limits.beat_seconds))

    # -- the heartbeat

    async def begin(self, work: Work) -> None:
        """Removes the reports of processes that died long ago."""
        await repository.remove_older(work.session, work.now - _REMEMBERED)

    async def beat(self, work: Work, own: Report) -> Beaten:
        """Writes this process's report and reads all; raises and clears the alerts of what has changed.

        Pass the result to ``take`` when the transaction has committed.
        """
        reading = await repository.beat(work.session, own, work.now - _REMEMBERED)
        if own.engine is not None and own.engine.keeping is not self._written:
            await self._announce(work, own.node, own.engine)
        for engine in self._engines(reading, work.now):
            if engine.keeping is Keeping.SILENT and self._known.get(engine.node) is not Keeping.SILENT:
                await self._raise_silent(work, engine.node, engine.since)
        return Beaten(reading, await self._watch_parts(work, reading))

    def take(self, beaten: Beaten) -> bool:
        """Takes what has been read for the present state; returns whether the state of an engine changed."""
        now = self._clock.now()
        self._read_since = self._read_since or now
        self._reading, self._watch = beaten.reading, beaten.watch
        own = beaten.reading.reports[0].engine
        self._written = own.keeping if own else None
        before, self._known = self._known, {engine.node: engine.keeping for engine in self.engines()}
        return before != self._known

    async def end(self, work: Work, process: str) -> None:
        """Removes the report of this process, which ends in order."""
        await repository.remove(work.session, process)
        await work.notify(HEALTH_TOPIC)

    def _engines(self, reading: Reading, now: datetime) -> list[EngineHealth]:
        """Returns the engines that have reported within the last hour, on nodes in use."""
        names = sorted(_nodes_with_engines(reading) - reading.closed)
        found = (engine_of(name, reading.reports, now, self._settings.silent_after) for name in names)
        return [engine for engine in found if engine is not None]

    def _judge(self, reading: Reading, now: datetime) -> list[PartCard]:
        """Judges the nodes in use; before the first engine has registered one, that of this process."""
        needed = {node.name for node in reading.nodes if node.open} if reading.nodes else {self._own_node}
        return judge(reading.reports, needed, now, self._settings.silent_after)

    async def _watch_parts(self, work: Work, reading: Reading) -> Watch:
        """Raises the alerts of parts that are missing for too long, and clears those of parts that are back."""
        cards = self._judge(reading, work.now)
        before = self._watch or await self._alerted(work)
        after = watched(before, cards, work.now, self._settings.missing_after)
        for card in cards:
            if card.subject in after.overdue - before.overdue:
                since = after.missing_since[card.subject]
                if card.part is Part.ENGINE and card.node:
                    await self._raise_silent(work, card.node, since)
                else:
                    facts = {"part": card.part.value, "node": card.node, "at": since.isoformat()}
                    await self._alerts.raise_(work, AlertKind.PART_MISSING, card.subject, facts)
        for subject in sorted(before.overdue - after.overdue):
            await self._alerts.clear(work, AlertKind.PART_MISSING, subject)
        return after

    async def _alerted(self, work: Work) -> Watch:
        """Returns the parts whose alerts are open: an earlier process has raised them."""
        cards = await self._alerts.list_of_kinds(work, [AlertKind.PART_MISSING])
        return Watch({}, frozenset(card.subject for card in cards))

    async def _announce(self, work: Work, node: str, engine: EngineReport) -> None:
        """Writes the alerts of this process's own engine as its state demands; also ends those that an earlier engine
        left."""
        await work.notify(HEALTH_TOPIC)
        await self._alerts.clear(work, AlertKind.ENGINE_SILENT, _subject(node))
        kind = _ALERT_OF.get(engine.keeping)
        for other in {*_ALERT_OF.values()} - {kind}:
            await self._alerts.clear(work, other, _subject(node))
        if kind is AlertKind.SWITCH_GONE:
            await self._alerts.raise_(work, kind, _subject(node), {"node": node, "at": engine.since.isoformat()})
        elif kind is AlertKind.ENGINE_LATE:
            facts = {
                "node": node,
                "seconds": round(engine.lag.total_seconds(), 1),
                "behind": self._settings.lag_behind.total_seconds(),
            }
            await self._alerts.raise_(work, kind, _subject(node), facts)

    async def _raise_silent(self, work: Work, node: str, since: datetime) -> None:
        facts = {"node": node, "at": since.isoformat()}
        await self._alerts.raise_(work, AlertKind.ENGINE_SILENT, _subject(node), facts)


def _nodes_with_engines(reading: Reading) -> set[str]:
    return {report.node for report in reading.reports if report.engine is not None}


def _subject(node: str) -> str:
    return f"engine:{node}"
