"""Decides how an engine keeps up, from the lag it measures. Pure. Source: requirements S5, T3; law 7.

A state is entered at once and left only after the lag has stayed well below its threshold for a while, so that a lag
around a threshold does not let the mark, the alert and the offering of calls alternate.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from callcenter.health.types import EngineHealth, Keeping, Report


@dataclass(frozen=True, slots=True)
class LagLimits:
    late: timedelta
    """Above this the screens are marked and an alert is raised."""
    behind: timedelta
    """Above this no new call is offered."""
    calm: timedelta
    """A state is left when the lag has been at most half of its threshold for so long."""


@dataclass(frozen=True, slots=True)
class LagState:
    """How an engine keeps up, and since when its lag has been small enough for a better state."""

    keeping: Keeping
    since: datetime
    calm_since: datetime | None = None


def next_state(state: LagState, lag: timedelta, limits: LagLimits, now: datetime) -> LagState:
    """Returns the state after a measurement: worse at once, better one step at a time and after a calm while."""
    measured = _measured(lag, limits)
    if _RANK[measured] > _RANK[state.keeping]:
        return LagState(measured, now)
    if state.keeping is Keeping.IN_TIME or lag > _entry(state.keeping, limits) / 2:
        return replace(state, calm_since=None)
    if state.calm_since is None:
        return replace(state, calm_since=now)
    if now - state.calm_since < limits.calm:
        return state
    # The better state has a smaller threshold: whether the lag is small enough for the next step is measured anew.
    return LagState(_BETTER[state.keeping], now)


def _measured(lag: timedelta, limits: LagLimits) -> Keeping:
    if lag > limits.behind:
        return Keeping.BEHIND
    return Keeping.LATE if lag > limits.late else Keeping.IN_TIME


def _entry(keeping: Keeping, limits: LagLimits) -> timedelta:
    return limits.behind if keeping is Keeping.BEHIND else limits.late


_RANK: Mapping[Keeping, int] = {Keeping.IN_TIME: 0, Keeping.LATE: 1, Keeping.BEHIND: 2}
_BETTER: Mapping[Keeping, Keeping] = {Keeping.BEHIND: Keeping.LATE, Keeping.LATE: Keeping.IN_TIME}


def engine_of(node: str, reports: Iterable[Report], now: datetime, silent_after: timedelta) -> EngineHealth | None:
    """Returns how the engine of a node keeps up, by its newest heartbeat; None where none has reported lately."""
    of_node = [report for report in reports if report.node == node and report.engine is not None]
    newest = max(of_node, key=lambda report: report.beat_at, default=None)
    if newest is None or newest.engine is None:
        return None
    if now - newest.beat_at > silent_after:
        return EngineHealth(node, Keeping.SILENT, newest.beat_at, timedelta(0))
    return EngineHealth(node, newest.engine.keeping, newest.engine.since, newest.engine.lag)
