"""The lag of an engine is that of the signals it took last, or of the oldest one that waits."""

from datetime import timedelta

import pytest

from callcenter.health.figures import Figures
from callcenter.health.lag import LagMeter
from callcenter.health.settings import HealthSettings
from callcenter.health.types import EngineReport, Keeping
from callcenter.kit.clock import FrozenClock
from callcenter.kit.db import Database

SECOND = timedelta(seconds=1)


@pytest.fixture
def figures() -> Figures:
    return Figures(Database("postgresql+asyncpg://user@localhost:1/none"))


@pytest.fixture
def meter(clock: FrozenClock, figures: Figures) -> LagMeter:
    return LagMeter(clock, HealthSettings(), figures)


def linked() -> bool:
    return True


def reported(meter: LagMeter) -> EngineReport:
    report = meter.report()
    assert report is not None
    return report


def test_a_process_that_commands_no_switch_reports_no_engine_and_stops_no_offer(meter: LagMeter) -> None:
    assert meter.report() is None
    assert meter.offers
    with meter.leading(linked):
        assert reported(meter).keeping is Keeping.IN_TIME
    assert meter.report() is None


def test_the_lag_of_signals_taken_counts_for_some_seconds(meter: LagMeter, clock: FrozenClock) -> None:
    with meter.leading(linked):
        with meter.taking(clock.now() - 2 * SECOND):
            meter.taken(clock.now() - 2 * SECOND)
            meter.taken(clock.now())
        assert reported(meter).lag == 2 * SECOND
        assert reported(meter).keeping is Keeping.LATE
        clock.advance(4 * SECOND)
        assert reported(meter).lag == timedelta(0)


def test_the_oldest_signal_that_waits_counts_before_it_is_taken(meter: LagMeter, clock: FrozenClock) -> None:
    with meter.leading(linked), meter.taking(clock.now()):
        clock.advance(6 * SECOND)
        assert not meter.offers, "the database has not answered for six seconds"
        meter.taken(clock.now() - 1 * SECOND)
        clock.advance(4 * SECOND)
        assert reported(meter).lag == 5 * SECOND, "what waits now is younger than what was taken"


def test_offers_begin_again_when_the_lag_has_fallen_and_stayed_small(meter: LagMeter, clock: FrozenClock) -> None:
    with meter.leading(linked):
        with meter.taking(clock.now() - 6 * SECOND):
            meter.taken(clock.now() - 6 * SECOND)
        offers = []
        for _ in range(16):
            offers.append(meter.offers)
            clock.advance(SECOND)
    assert offers == [False] * 14 + [True] * 2


def test_signals_are_counted_by_their_lag(meter: LagMeter, clock: FrozenClock, figures: Figures) -> None:
    for lag in (0.05, 0.3, 7, -1):
        meter.taken(clock.now() - lag * SECOND)
    read = figures.read()
    assert read["signals"] == 4
    assert read["signal_lag_seconds_sum"] == pytest.approx(7.35)
    counts = [read.get(f"signal_lag_seconds_le_{limit}", 0) for limit in ("0.05", "0.2", "0.5", "5", "10")]
    assert counts == [2, 2, 3, 3, 4]


def test_a_switch_that_does_not_answer_shows_after_a_while(meter: LagMeter, clock: FrozenClock) -> None:
    answers = [False]
    begun = clock.now()
    with meter.leading(lambda: answers[0]):
        assert reported(meter).keeping is Keeping.IN_TIME
        clock.advance(10 * SECOND)
        assert reported(meter).keeping is Keeping.IN_TIME, "a link that comes back within seconds is no loss"
        clock.advance(1 * SECOND)
        assert reported(meter) == EngineReport(Keeping.NO_SWITCH, begun, timedelta(0))
        assert not meter.offers
        answers[0] = True
        assert reported(meter).keeping is Keeping.IN_TIME
        answers[0] = False
        assert reported(meter).keeping is Keeping.IN_TIME, "it is judged by this loss, not by the one before"
