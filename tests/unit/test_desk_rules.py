"""Which requests of an agent would be granted."""

from datetime import UTC, datetime

from callcenter.agents.types import AgentState, DeskDuty, LegState, Seat
from callcenter.calls.types import CallState
from callcenter.desk.rules import allowed_verbs

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


def seat(state: AgentState, leg: LegState = LegState.UP) -> Seat:
    return Seat(
        session_id=1,
        agent_id=1,
        node="n1",
        state=state,
        since=NOW,
        pause_code=None,
        pause_requested=None,
        duty=DeskDuty.MARKETING,
        extension="1001",
        robot_number=None,
        phone_registered=True,
        leg_id="leg-1",
        leg_state=leg,
        assignment_id=None,
        callback_id=None,
        call_id=None,
    )


def test_nobody_who_is_logged_off_can_do_more_than_log_on() -> None:
    assert allowed_verbs(None, None) == ["log_on"]


def test_without_a_leg_nobody_becomes_ready_or_calls() -> None:
    assert "ready" in allowed_verbs(seat(AgentState.PAUSED), None)
    assert "ready" not in allowed_verbs(seat(AgentState.PAUSED, LegState.CONNECTING), None)
    assert "call" not in allowed_verbs(seat(AgentState.PREVIEW, LegState.NONE), None)


def test_a_call_is_ended_only_while_it_goes_on() -> None:
    assert "hang_up" in allowed_verbs(seat(AgentState.ON_CALL), CallState.RINGING)
    assert "hang_up" not in allowed_verbs(seat(AgentState.ON_CALL), CallState.ENDED)


def test_after_the_call_comes_the_disposition_and_a_pause_may_be_asked_for() -> None:
    verbs = allowed_verbs(seat(AgentState.WRAP_UP), CallState.ENDED)
    assert verbs == ["pause", "dispose"]
