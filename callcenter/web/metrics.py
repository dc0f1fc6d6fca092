"""Serves the metrics of the whole installation in the text format of Prometheus.

What a process counts of itself reaches the others by its heartbeat, so any web process answers for all of them; queues
and open calls are counted in the database at each scrape. Without the database the rest is still answered.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import prometheus_client
from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlmodel import col

from callcenter.calls.models import Call
from callcenter.calls.outcomes import outcome_name
from callcenter.calls.types import CallState, Outcome
from callcenter.health.figures import SIGNAL_BUCKETS, bucket_name
from callcenter.health.service import HealthService
from callcenter.health.types import Keeping, Report
from callcenter.kit.effects import EffectState, OutboxEntry
from callcenter.kit.log import get_logger
from callcenter.kit.wake import Waker
from callcenter.kit.work import Work, Works
from callcenter.recordings.models import Recording
from callcenter.recordings.types import RecordingState
from callcenter.web.context import WebContext
from callcenter.web.errors import problem
from callcenter.web.guard import within
from callcenter.web.operation import Operation, count_operation, families

log = get_logger(__name__)
router = APIRouter(include_in_schema=False)

_WITHIN = 3.0
"""Seconds the database has to count; then the answer is sent without it."""
_OF_A_PROCESS = ("process", "node", "parts")


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in the database."""

    outbox: Sequence[tuple[str, int, datetime]] = ()
    """Queue, effects that are due, the oldest due time."""
    calls: Sequence[tuple[str, CallState, int]] = ()
    operation: Operation | None = None
    recordings: Sequence[tuple[str, RecordingState, int, datetime]] = ()
    """Node, state, recordings not yet in the store or still on the local disk, the oldest one's beginning."""


async def count_backlog(work: Work) -> Backlog:
    """Counts what waits: three statements over partial indexes, and four of ``operation``."""
    due = (col(OutboxEntry.state) == EffectState.PENDING) & (col(OutboxEntry.due_at) <= work.now)
    outbox = select(col(OutboxEntry.queue), func.count(), func.min(col(OutboxEntry.due_at))).where(due)
    calls = select(col(Call.node), col(Call.state), func.count()).where(col(Call.state) != CallState.ENDED)
    unfinished = col(Recording.local_removed_at).is_(None) & col(Recording.state).in_(
        (RecordingState.ARMED, RecordingState.CAPTURED, RecordingState.STORED)
    )
    recordings = select(
        col(Recording.node), col(Recording.state), func.count(), func.min(col(Recording.armed_at))
    ).where(unfinished)
    outbox, calls = outbox.group_by(col(OutboxEntry.queue)), calls.group_by(col(Call.node), col(Call.state))
    recordings = recordings.group_by(col(Recording.node), col(Recording.state))
    return Backlog(
        operation=await count_operation(work),
        outbox=[(queue, count, since) for queue, count, since in await work.session.execute(outbox)],
        calls=[(node, state, count) for node, state, count in await work.session.execute(calls)],
        recordings=[
            (node, state, count, since) for node, state, count, since in await work.session.execute(recordings)
        ],
    )


@dataclass(frozen=True, slots=True, eq=False)
class Installation(Collector):
    """Turns reports and backlog into families of metrics."""

    health: HealthService
    backlog: Backlog | None
    now: datetime
    listening: bool
    reports: Sequence[Report] = field(default_factory=tuple)

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("callcenter_database_up", "1: the database has answered this scrape")
        up.add_metric([], float(self.backlog is not None))
        yield up
        listening = GaugeMetricFamily("callcenter_listening", "1: notifications arrive in the process that answers")
        listening.add_metric([], float(self.listening))
        yield listening
        yield from self._of_processes()
        yield from self._of_engines()
        if self.backlog is not None:
            yield from self._of_backlog(self.backlog)
            if self.backlog.operation is not None:
                yield from families(self.backlog.operation)

    def _of_processes(self) -> Iterator[Metric]:
        for name, figure, text in (
            ("callcenter_process_cpu_seconds", "cpu_seconds", "CPU time of a process"),
            ("callcenter_process_children_cpu_seconds", "children_cpu_seconds", "CPU time of its ended children"),
            ("callcenter_statements", "statements", "Statements a process has sent to the database"),
            ("callcenter_commits", "commits", "Transactions a process has committed"),
            ("callcenter_calls_ended", "calls_ended", "Calls whose end a process has written"),
        ):
            counter = CounterMetricFamily(name, text, labels=_OF_A_PROCESS)
            for report in self.reports:
                counter.add_metric(_labels(report), report.figures.get(figure, 0))
            yield counter
        outcomes = CounterMetricFamily(
            "callcenter_calls_by_outcome", "Calls whose end a process has written", labels=[*_OF_A_PROCESS, "outcome"]
        )
        for report in self.reports:
            for outcome in Outcome:
                if count := report.figures.get(outcome_name(outcome)):
                    outcomes.add_metric([*_labels(report), outcome.value], count)
        yield outcomes
        memory = GaugeMetricFamily("callcenter_process_peak_memory_bytes", "Most memory held", labels=_OF_A_PROCESS)
        age = GaugeMetricFamily("callcenter_heartbeat_age_seconds", "Time since the last report", labels=_OF_A_PROCESS)
        for report in self.reports:
            memory.add_metric(_labels(report), report.figures.get("peak_memory_bytes", 0))
            age.add_metric(_labels(report), (self.now - report.beat_at).total_seconds())
        yield memory
        yield age

    def _of_engines(self) -> Iterator[Metric]:
        lag = GaugeMetricFamily(
            "callcenter_signal_lag_seconds", "From an event at the switch to its taking, now", labels=["node"]
        )
        state = GaugeMetricFamily("callcenter_engine_state", "1: the engine is in this state", labels=["node", "state"])
        for engine in self.health.engines():
            if engine.keeping is not Keeping.SILENT:
                lag.add_metric([engine.node], engine.lag.total_seconds())
            for keeping in Keeping:
                state.add_metric([engine.node, keeping.value], float(keeping is engine.keeping))
        yield lag
        yield state
        delays = HistogramMetricFamily(
            "callcenter_signal_delay_seconds", "From an event at the switch to its taking", labels=_OF_A_PROCESS
        )
        per_call = GaugeMetricFamily(
            "callcenter_statements_per_call",
            "Statements of a process with an engine, by the calls whose end it has written, since its start",
            labels=_OF_A_PROCESS,
        )
        for report in self.reports:
            figures = report.figures
            if signals := figures.get("signals"):
                buckets = [(f"{limit:g}", figures.get(bucket_name(limit), 0)) for limit in SIGNAL_BUCKETS]
                total = figures.get("signal_lag_seconds_sum", 0)
                delays.add_metric(_labels(report), [*buckets, ("+Inf", signals)], total)
            if report.engine is not None and (ended := figures.get("calls_ended")):
                per_call.add_metric(_labels(report), figures.get("statements", 0) / ended)
        yield delays
        yield per_call

    def _of_backlog(self, backlog: Backlog) -> Iterator[Metric]:
        waiting = GaugeMetricFamily("callcenter_outbox_due", "Effects that are due", labels=["queue"])
        oldest = GaugeMetricFamily("callcenter_outbox_age_seconds", "How long the oldest is due", labels=["queue"])
        for queue, count, due_at in backlog.outbox:
            waiting.add_metric([queue], count)
            oldest.add_metric([queue], (self.now - due_at).total_seconds())
        yield waiting
        yield oldest
        calls = GaugeMetricFamily("callcenter_open_calls", "Calls that have not ended", labels=["node", "state"])
        for node, state, count in backlog.calls:
            calls.add_metric([node, state.value], count)
        yield calls
        queue_length = GaugeMetricFamily(
            "callcenter_recorder_queue", "Recordings in work, by state", labels=["node", "state"]
        )
        queue_age = GaugeMetricFamily(
            "callcenter_recorder_queue_age_seconds", "Age of the oldest of them", labels=["node", "state"]
        )
        for node, recording_state, count, since in backlog.recordings:
            queue_length.add_metric([node, recording_state.value], count)
            queue_age.add_metric([node, recording_state.value], (self.now - since).total_seconds())
        yield queue_length
        yield queue_age


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Returns the metrics, to the networks that the settings name; the proxy in front must not forward this path."""
    system: WebContext = request.app.state.system
    if not within(request, system.web.metrics_networks):
        return problem(
            403,
            "network_not_allowed",
            "metrics are for the monitors of the bank: name their network in CALLCENTER_WEB_METRICS_NETWORKS",
        )
    text = prometheus_client.generate_latest()
    if health := system.services.get(HealthService):
        registry = prometheus_client.CollectorRegistry()
        registry.register(await _installation(system.works, system.waker, health))
        text += prometheus_client.generate_latest(registry)
    return Response(text, media_type=prometheus_client.CONTENT_TYPE_LATEST)


async def _installation(works: Works, waker: Waker, health: HealthService) -> Installation:
    backlog = None
    try:
        async with asyncio.timeout(_WITHIN), works.begin() as work:
            backlog = await count_backlog(work)
    except Exception as error:  # then most of all the rest is of interest
        log.warning("metrics without the database", error=type(error).__name__)
    return Installation(health, backlog, works.clock.now(), waker.connected, health.reports)


def _labels(report: Report) -> list[str]:
    return [report.process[:8], report.node, "+".join(report.parts)]
