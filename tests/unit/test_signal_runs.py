"""A batch of the switch is parted into what one transaction may take."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from callcenter.dialer.signals import runs_of
from callcenter.telephony import events as tel

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)


def of_call(number: int) -> tel.Signal:
    return tel.CustomerAnswered(at=AT, call_id=UUID(int=number))


LINK = tel.LinkDown(at=AT, reason="cut")
signals = st.lists(st.one_of(st.integers(0, 9).map(of_call), st.just(LINK)), max_size=250)


def test_signals_of_calls_stay_together_up_to_the_next_other_signal() -> None:
    first, second = of_call(1), of_call(2)
    assert runs_of([first, second, LINK, LINK, first]) == [[first, second], [LINK], [LINK], [first]]


@given(signals)
def test_no_signal_is_lost_or_overtakes_another(batch: list[tel.Signal]) -> None:
    runs = runs_of(batch)
    assert [signal for run in runs for signal in run] == batch
    assert all(len(run) <= 100 for run in runs)
    assert all(len(run) == 1 for run in runs if LINK in run)
