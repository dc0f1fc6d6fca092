"""Counts what an operator watches beside calls and recordings: jobs, trunks, alerts, the database itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import func, or_, select, text
from sqlmodel import col

from callcenter.alerts.models import Alert
from callcenter.kit.jobs import Job, JobState
from callcenter.kit.work import Work
from callcenter.lines.models import Trunk
from callcenter.lines.types import TrunkState

_FAILED_FOR = timedelta(days=1)
_DATABASE = text(
    "SELECT count(*), count(*) FILTER (WHERE state = 'idle in transaction'),"
    " coalesce(extract(epoch FROM max(clock_timestamp() - xact_start)), 0),"
    " current_setting('max_connections')::int, pg_database_size(current_database())"
    " FROM pg_stat_activity WHERE datname = current_database()"
)


@dataclass(frozen=True, slots=True)
class DatabaseFigures:
    connections: int
    idle_in_transaction: int
    longest_seconds: float
    """Of the transaction that is open for the longest time."""
    most_connections: int
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What an operator watches, at one instant."""

    jobs: Sequence[tuple[str, JobState, int]]
    """Kind, state, jobs that wait or run, or have failed within a day."""
    trunks: Sequence[tuple[str, TrunkState, int]]
    """Name, state, refusals in a row."""
    alerts: Sequence[tuple[str, int]]
    """Kind, open alerts."""
    database: DatabaseFigures


async def count_operation(work: Work) -> Operation:
    """Counts by four statements."""
    failed = (col(Job.state) == JobState.FAILED) & (col(Job.ended_at) > work.now - _FAILED_FOR)
    jobs = select(col(Job.kind), col(Job.state), func.count()).where(
        or_(col(Job.state).in_((JobState.QUEUED, JobState.RUNNING)), failed)
    )
    alerts = select(col(Alert.kind), func.count()).where(col(Alert.cleared_at).is_(None))
    row = (await work.session.execute(_DATABASE)).one()
    return Operation(
        jobs=[
            (kind, state, count)
            for kind, state, count in await work.session.execute(jobs.group_by(col(Job.kind), col(Job.state)))
        ],
        trunks=[
            (name, state, refusals)
            for name, state, refusals in await work.session.execute(
                select(col(Trunk.name), col(Trunk.state), col(Trunk.refusals))
            )
        ],
        alerts=[(kind.value, count) for kind, count in await work.session.execute(alerts.group_by(col(Alert.kind)))],
        database=DatabaseFigures(*row),
    )


def families(operation: Operation) -> Iterator[Metric]:
    """Yields the metrics of what was counted."""
    jobs = GaugeMetricFamily(
        "callcenter_jobs", "Jobs that wait or run, or have failed within a day", labels=["kind", "state"]
    )
    for kind, state, count in operation.jobs:
        jobs.add_metric([kind, state.value], count)
    yield jobs
    states = GaugeMetricFamily("callcenter_trunk_state", "1: the trunk is in this state", labels=["trunk", "state"])
    refusals = GaugeMetricFamily("callcenter_trunk_refusals", "Refused calls in a row", labels=["trunk"])
    for name, trunk_state, count in operation.trunks:
        for one in TrunkState:
            states.add_metric([name, one.value], float(one is trunk_state))
        refusals.add_metric([name], count)
    yield states
    yield refusals
    alerts = GaugeMetricFamily("callcenter_alerts_open", "Alerts whose cause is not over", labels=["kind"])
    for alert, count in operation.alerts:
        alerts.add_metric([alert], count)
    yield alerts
    yield from _of_database(operation.database)


def _of_database(figures: DatabaseFigures) -> Iterator[Metric]:
    for name, value, meaning in (
        ("connections", figures.connections, "Connections to this database"),
        ("connections_limit", figures.most_connections, "Connections that the server takes at the most"),
        ("idle_in_transaction", figures.idle_in_transaction, "Connections with an open transaction that do nothing"),
        ("longest_transaction_seconds", figures.longest_seconds, "Age of the oldest open transaction"),
        ("size_bytes", figures.size, "Size of the database"),
    ):
        yield GaugeMetricFamily(f"callcenter_database_{name}", meaning, value=float(value))
