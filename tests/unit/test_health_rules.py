"""A lag changes an engine's state at once for the worse, and for the better only after it has stayed small."""

from datetime import UTC, datetime, timedelta

import pytest

from callcenter.health.rules.lag import LagLimits, LagState, engine_of, next_state
from callcenter.health.types import EngineReport, Keeping, Report

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LIMITS = LagLimits(late=SECOND, behind=5 * SECOND, calm=10 * SECOND)
IN_TIME, LATE, BEHIND, SILENT = Keeping.IN_TIME, Keeping.LATE, Keeping.BEHIND, Keeping.SILENT


def played(*lags: float, state: Keeping = IN_TIME) -> list[Keeping]:
    """Returns the state after each measurement, one a second."""
    current, states = LagState(state, NOW), []
    for second, lag in enumerate(lags, start=1):
        current = next_state(current, timedelta(seconds=lag), LIMITS, NOW + second * SECOND)
        states.append(current.keeping)
    return states


@pytest.mark.parametrize(("lag", "state"), [(0.0, IN_TIME), (1.0, IN_TIME), (1.1, LATE), (5.0, LATE), (5.1, BEHIND)])
def test_a_lag_above_a_threshold_counts_at_once(lag: float, state: Keeping) -> None:
    assert played(lag) == [state]


def test_a_state_gets_worse_step_by_step_or_in_one() -> None:
    assert played(2, 6) == [LATE, BEHIND]
    assert played(6) == [BEHIND]


def test_a_state_is_left_when_the_lag_has_stayed_at_most_half_of_its_threshold() -> None:
    assert played(*[0.5] * 10, state=LATE) == [LATE] * 10
    assert played(*[0.5] * 11, state=LATE)[-1] is IN_TIME
    assert played(*[0.6] * 60, state=LATE) == [LATE] * 60, "below the threshold, but not far enough"


def test_a_lag_around_a_threshold_does_not_flutter() -> None:
    assert set(played(*[0.9, 1.1] * 40, state=LATE)) == {LATE}
    assert set(played(*[4.9, 5.1] * 40, state=BEHIND)) == {BEHIND}
    assert set(played(*[0.1] * 9, 0.8, *[0.1] * 9, 0.8, state=LATE)) == {LATE}, "the calm begins anew"


def test_an_engine_that_has_caught_up_goes_through_the_state_between() -> None:
    states = played(*[2.0] * 11, *[0.1] * 11, state=BEHIND)
    assert states == [BEHIND] * 10 + [LATE] * 11 + [IN_TIME]


def test_the_instant_of_a_change_is_kept() -> None:
    late = next_state(LagState(IN_TIME, NOW), 2 * SECOND, LIMITS, NOW + SECOND)
    assert next_state(late, 2 * SECOND, LIMITS, NOW + 9 * SECOND).since == NOW + SECOND


@pytest.mark.parametrize(("state", "offers"), [(IN_TIME, True), (LATE, True), (BEHIND, False), (SILENT, False)])
def test_an_engine_behind_or_silent_offers_no_call(state: Keeping, offers: bool) -> None:
    assert state.offers is offers


def report(process: str, node: str, seconds_ago: float, keeping: Keeping | None) -> Report:
    engine = EngineReport(keeping, NOW, 2 * SECOND) if keeping else None
    return Report(
        process=process,
        node=node,
        parts=("engine",),
        pid=1,
        started_at=NOW,
        beat_at=NOW - timedelta(seconds=seconds_ago),
        engine=engine,
    )


def state_of(node: str, *reports: Report) -> Keeping | None:
    engine = engine_of(node, reports, NOW, 10 * SECOND)
    return engine.keeping if engine else None


def test_the_newest_report_of_a_nodes_engine_counts() -> None:
    reports = [report("old", "n1", 60, BEHIND), report("new", "n1", 1, LATE), report("other", "n2", 0, IN_TIME)]
    assert [state_of(node, *reports) for node in ("n1", "n2", "n3")] == [LATE, IN_TIME, None]


def test_an_engine_without_a_report_for_long_is_silent_whatever_a_standby_reports() -> None:
    reports = [report("dead", "n1", 11, IN_TIME), report("standby", "n1", 0, None)]
    assert state_of("n1", *reports) is SILENT
    assert state_of("n1", report("alive", "n1", 10, IN_TIME), report("standby", "n1", 0, None)) is IN_TIME
