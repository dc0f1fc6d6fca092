"""Why a customer is not called now: every gate, in agreement with the decision itself."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.calls.types import CallKind
from callcenter.eligibility.gates import ABOUT_AN_AGENT, GateId, Standing, explain, rule_gates
from callcenter.eligibility.rules import RULES, cap_begins_on, cap_frees_on, may_call
from callcenter.eligibility.types import CallFacts, Cause, Horizon, RuleId
from callcenter.kit.clock import at_business_time, business_date
from callcenter.leads.types import LeadState
from tests.unit.test_eligibility_rules import FINE, FLAWS

MONDAY = date(2026, 11, 23)
NOW = at_business_time(MONDAY, 10, 30)
ANN, BEN = 1, 2


def from_ten(at: datetime) -> datetime:
    """Opens from 10:00 to 18:00, every day."""
    on = business_date(at)
    if at < at_business_time(on, 10):
        return at_business_time(on, 10)
    return at if at < at_business_time(on, 18) else at_business_time(on + timedelta(days=1), 10)


SOON = Horizon(opening=from_ten, dnc_until=None, called_at=(), basis_until=None, licensed_until=None)
NEVER = replace(SOON, opening=lambda _: None)
HELD = Standing(lead_state=LeadState.ASSIGNED, agent_id=ANN, holder_id=ANN, due_at=NOW, on_roster=True)


@st.composite
def facts_of(draw: st.DrawFn) -> CallFacts:
    """Draws a call with no flaw, or a few, and numbers around their limits."""
    facts = replace(
        FINE,
        kind=draw(st.sampled_from(CallKind)),
        calls_today=draw(st.integers(0, 2)),
        calls_7_days=draw(st.integers(2, 3)),
        attempts=draw(st.integers(1, 3)),
    )
    for _, flaw in draw(st.lists(st.sampled_from(FLAWS), max_size=3)):
        facts = replace(facts, **flaw)
    return facts


@given(facts=facts_of())
def test_a_call_is_allowed_exactly_when_every_gate_of_the_rules_passes(facts: CallFacts) -> None:
    agree(facts)


@pytest.mark.parametrize("flaw", [{}, *(flaw for _, flaw in FLAWS)])
def test_one_flaw_closes_the_same_gate_in_the_decision_and_in_the_explanation(flaw: dict[str, Any]) -> None:
    agree(replace(FINE, **flaw))


def agree(facts: CallFacts) -> None:
    """Checks that the gates of the rules agree with the decision."""
    gates = list(rule_gates(facts, SOON, NOW))
    verdict = may_call(facts, SOON, NOW)
    assert [gate.rule for gate in gates] == [rule for rule, _ in RULES]
    assert verdict.allowed is all(gate.passes for gate in gates)
    shut = [gate for gate in gates if not gate.passes]
    assert verdict.rule == (shut[0].rule if shut else RuleId.NONE)
    if shut:
        assert shut[0].objection is not None
        assert verdict.reason == shut[0].objection.text


def named(facts: CallFacts = FINE, standing: Standing = HELD, horizon: Horizon = SOON) -> dict[str, Any]:
    """Returns the gates that are shut, each with its cause."""
    explanation = explain(facts, standing, horizon, NOW)
    return {gate.rule: gate.objection.cause for gate in explanation.gates if gate.objection is not None}


def test_a_call_without_objections_is_possible_now() -> None:
    explanation = explain(FINE, HELD, SOON, NOW)
    assert explanation.callable
    assert explanation.next_possible_at == NOW
    assert {RuleId(gate.rule) for gate in explanation.gates if gate.rule in set(RuleId)} == {rule for rule, _ in RULES}


def test_every_invalid_setting_is_named_at_once() -> None:
    worst = FINE
    for _, flaw in FLAWS:
        worst = replace(worst, **flaw)
    assert set(named(worst)) == {rule for rule, _ in FLAWS}


@pytest.mark.parametrize(
    ("standing", "shut"),
    [
        ({"lead_state": LeadState.CLOSED}, {GateId.NOT_CLOSED: Cause.CUSTOMER_CLOSED}),
        ({"holder_id": None}, {GateId.ASSIGNED: Cause.NOT_ALLOCATED}),
        ({"holder_id": BEN}, {GateId.ASSIGNED: Cause.HELD_BY_ANOTHER}),
        ({"due_at": NOW + timedelta(seconds=1)}, {GateId.DUE: Cause.NOT_DUE}),
    ],
)
def test_reasons_not_to_offer_a_customer_are_named(standing: dict[str, Any], shut: dict[str, Any]) -> None:
    assert named(standing=replace(HELD, **standing)) == shut
    assert not explain(FINE, replace(HELD, **standing), SOON, NOW).callable


def test_an_agent_off_the_roster_may_still_call() -> None:
    explanation = explain(FINE, replace(HELD, on_roster=False), SOON, NOW)
    assert explanation.callable
    assert [gate.rule for gate in explanation.gates if not gate.passes] == [GateId.ROSTER]


def test_gates_of_the_agent_are_left_out_while_the_lead_is_not_assigned() -> None:
    nobody = replace(HELD, agent_id=None, holder_id=None, on_roster=None, lead_state=LeadState.STOCK)
    explanation = explain(replace(FINE, holds_lead=False), nobody, SOON, NOW)
    assert not explanation.callable
    assert not ABOUT_AN_AGENT & {gate.rule for gate in explanation.gates}
    assert GateId.ROSTER not in {gate.rule for gate in explanation.gates}
    assert [gate.rule for gate in explanation.gates if not gate.passes] == [GateId.ASSIGNED]


def test_a_complaint_callback_is_closed_to_the_agent_complained_of_alone() -> None:
    owed = replace(FINE, kind=CallKind.COMPLAINT, do_not_call=True)
    standing = replace(HELD, holder_id=None, lead_state=LeadState.CLOSED, excluded_agent_id=ANN)
    assert named(owed, standing) == {GateId.NO_CONFLICT: Cause.AGENT_COMPLAINED_OF}
    assert named(owed, replace(standing, agent_id=BEN)) == {}
    assert named(owed, replace(standing, agent_id=None)) == {}


def test_a_promise_is_kept_by_its_agent_first_and_by_the_team_later() -> None:
    promised = replace(FINE, kind=CallKind.CALLBACK)
    opens = NOW + timedelta(minutes=30)
    standing = replace(HELD, agent_id=BEN, holder_id=None, promised_by=ANN, opens_to_team_at=opens)
    assert named(promised, standing) == {GateId.ASSIGNED: Cause.PROMISED_BY_ANOTHER}
    assert explain(promised, standing, SOON, NOW).next_possible_at == opens
    assert named(promised, replace(standing, agent_id=ANN)) == {}
    assert named(promised, replace(standing, opens_to_team_at=NOW)) == {}


def next_at(horizon: Horizon = SOON, standing: Standing = HELD, **flaws: Any) -> datetime | None:
    return explain(replace(FINE, **flaws), standing, horizon, NOW).next_possible_at


def test_a_gate_that_time_opens_has_its_time() -> None:
    tomorrow = at_business_time(MONDAY + timedelta(days=1), 10)
    assert next_at(calls_today=1) == tomorrow, "the cap of a day ends with the day, the window opens at ten"
    until = at_business_time(date(2027, 5, 1), 3)
    assert next_at(replace(SOON, dnc_until=until), do_not_call=True) == at_business_time(date(2027, 5, 1), 10)
    evening = at_business_time(MONDAY, 19)
    assert next_at(standing=replace(HELD, due_at=evening)) == tomorrow
    assert next_at(replace(SOON, opening=lambda at: max(at, evening)), window_open=False) == evening


def test_the_gate_that_opens_last_decides_when_a_call_is_possible() -> None:
    until = at_business_time(date(2027, 5, 1), 12)
    assert next_at(replace(SOON, dnc_until=until), do_not_call=True, calls_today=1) == until


def test_what_ends_before_the_call_is_possible_forbids_it_then() -> None:
    tired: dict[str, Any] = {"calls_today": 1}
    ends_today = replace(SOON, basis_until=MONDAY)
    assert next_at(ends_today, **tired) is None, "tomorrow the legal basis has ended"
    assert next_at(replace(SOON, basis_until=MONDAY + timedelta(days=1)), **tired) is not None
    assert next_at(replace(SOON, licensed_until=MONDAY), **tired) is None, "tomorrow the licence has expired"


def test_a_promise_of_one_cap_is_held_against_the_other() -> None:
    """After the day's cap the longer one still refuses: the later day is the one named."""
    days = (MONDAY - timedelta(days=6), MONDAY - timedelta(days=1), MONDAY)
    called_at = tuple(at_business_time(on, 11) for on in days)
    facts = replace(FINE, calls_today=1, calls_7_days=3, cap_per_day=2)
    horizon = replace(SOON, called_at=called_at)
    assert explain(facts, HELD, horizon, NOW).next_possible_at == at_business_time(MONDAY + timedelta(days=1), 10)


@pytest.mark.parametrize(
    "flaw",
    [
        {"do_not_call": True},
        {"basis_valid": False},
        {"attempts": 3},
        {"unfit": ("licence",)},
        {"campaign_running": False},
        {"recorder_ready": False},
        {"caller_id_approved": False},
    ],
)
def test_a_gate_that_a_person_must_open_has_no_time(flaw: dict[str, Any]) -> None:
    assert next_at(**flaw) is None
    assert next_at(calls_today=1, **flaw) is None
    assert next_at(NEVER, calls_today=1) is None


def test_the_longer_cap_frees_when_enough_calls_have_left_its_days() -> None:
    calls = [at_business_time(date(2026, 11, day), 11) for day in (17, 19, 20, 23)]
    assert cap_frees_on(calls, 5) is None
    assert cap_frees_on(calls[:3], 3) == date(2026, 11, 24)
    assert cap_frees_on(calls, 3) == date(2026, 11, 26), "with two more than allowed, two must leave"
    horizon = replace(SOON, called_at=tuple(calls[:3]))
    assert next_at(horizon, calls_7_days=3) == at_business_time(date(2026, 11, 24), 10)


@given(
    days=st.lists(st.integers(0, 6), min_size=1, max_size=9),
    cap=st.integers(1, 6),
)
def test_the_day_found_is_the_first_on_which_a_call_fits_the_cap(days: list[int], cap: int) -> None:
    calls = sorted(at_business_time(MONDAY - timedelta(days=ago), 11) for ago in days)

    def counting(on: date) -> int:
        return sum(business_date(at) >= cap_begins_on(on) for at in calls)

    frees_on = cap_frees_on(calls, cap)
    if frees_on is None:
        assert counting(MONDAY) < cap
    else:
        assert counting(frees_on) < cap
        assert counting(frees_on - timedelta(days=1)) >= cap


def test_a_complaint_is_left_to_the_complaint_staff_until_its_time() -> None:
    owed = replace(FINE, kind=CallKind.COMPLAINT)
    opens = NOW + timedelta(hours=2)
    standing = replace(HELD, agent_id=BEN, holder_id=None, opens_to_team_at=opens)
    [gate] = [gate for gate in explain(owed, standing, SOON, NOW).gates if gate.rule is GateId.ASSIGNED]
    assert gate.objection
    assert (gate.objection.cause, gate.passes_at) == (Cause.LEFT_TO_COMPLAINT_STAFF, opens)
    assert named(owed, replace(standing, of_complaint_staff=True)) == {}
    assert named(owed, replace(standing, opens_to_team_at=NOW)) == {}
