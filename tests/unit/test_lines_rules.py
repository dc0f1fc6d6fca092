"""When a trunk is taken out, and who may try it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.calls.types import Outcome
from callcenter.lines.rules import refuses_everything, use_of, wait_before_probe
from callcenter.lines.settings import LineSettings
from callcenter.lines.types import TrunkCard, TrunkState, TrunkUse

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
RULES = LineSettings().probe_rules()
FAULT = Outcome.LINE_FAULT
PAUSED = TrunkCard(
    name="carrier",
    state=TrunkState.PAUSED,
    refusals=5,
    sip_code=503,
    changed_at=NOW,
    probe_at=NOW + timedelta(seconds=20),
    probe_lead_id=None,
)


def test_a_handful_of_refusals_in_a_row_pauses_a_trunk() -> None:
    assert refuses_everything([FAULT] * 5, RULES)
    assert not refuses_everything([FAULT] * 4, RULES), "too few to judge by"


@pytest.mark.parametrize("outcome", [Outcome.BUSY, Outcome.INVALID_NUMBER, Outcome.ANSWERED, Outcome.UNREACHABLE])
@pytest.mark.parametrize("at", range(5))
def test_one_answer_of_the_network_among_them_shows_that_it_works(outcome: Outcome, at: int) -> None:
    latest = [FAULT] * 5
    latest[at] = outcome
    assert not refuses_everything(latest, RULES)


def test_what_lies_further_back_is_not_asked() -> None:
    assert refuses_everything([*[FAULT] * 5, Outcome.ANSWERED], RULES)


@given(refusals=st.integers(5, 10_000))
def test_probes_become_rarer_and_never_cease(refusals: int) -> None:
    wait = wait_before_probe(refusals, RULES)
    assert RULES.first_wait <= wait <= RULES.longest_wait
    assert wait <= wait_before_probe(refusals + 1, RULES)


def test_a_paused_trunk_is_closed_until_one_call_may_try_it() -> None:
    assert use_of(None, 1, NOW) is TrunkUse.OPEN
    assert use_of(PAUSED, 1, NOW) is TrunkUse.CLOSED
    assert use_of(PAUSED, 1, NOW + timedelta(seconds=20)) is TrunkUse.PROBE


def test_while_a_probe_is_going_on_it_is_open_to_that_call_alone() -> None:
    probing = replace(PAUSED, state=TrunkState.PROBING, probe_lead_id=7, probe_at=NOW + timedelta(minutes=3))
    assert use_of(probing, 7, NOW) is TrunkUse.PROBE
    assert use_of(probing, 8, NOW) is TrunkUse.CLOSED
    assert use_of(probing, 8, NOW + timedelta(minutes=3)) is TrunkUse.PROBE, (
        "a probe without an end is followed by another"
    )
