"""The table of an agent's states."""

from callcenter.agents.transitions import REQUESTS, SEAT, Act, permitted
from callcenter.agents.types import AgentState


def test_an_agent_does_not_leave_a_call_without_a_disposition() -> None:
    for state in (AgentState.ON_CALL, AgentState.WRAP_UP):
        assert Act.LOG_OFF not in permitted(state)
        assert Act.READY not in permitted(state)


def test_a_call_begins_only_with_one_customer_on_the_screen() -> None:
    assert {state for state, act in SEAT.table if act is Act.CALL} == {AgentState.PREVIEW}
    assert {state for state, act in SEAT.table if act is Act.OFFERED} == {AgentState.READY}


def test_the_agent_is_offered_only_acts_that_the_table_permits() -> None:
    for state in AgentState:
        assert all(SEAT.advance(state, act) for act in permitted(state))
        assert set(permitted(state)) <= set(REQUESTS)
