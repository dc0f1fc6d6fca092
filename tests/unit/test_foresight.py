"""What the page says will be is what the judge says then: for every rule, and for all of them together."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from callcenter.calendar.rules import WorkingCalendar
from callcenter.calls.types import CallKind
from callcenter.campaigns.rules import window_at
from callcenter.dialer.rules.settlement import SettlementKind, set_aside
from callcenter.eligibility.gates import Standing, explain
from callcenter.eligibility.rules import RULES, foresee, may_call, passes_at
from callcenter.eligibility.types import CallFacts, Horizon
from callcenter.kit.clock import at_business_time, business_date
from callcenter.leads.types import LeadState
from tests.support.rules import campaign_rules
from tests.unit.test_eligibility_rules import FINE, FLAWS

CALENDAR = WorkingCalendar()
CAMPAIGN = campaign_rules()
FRIDAY = date(2026, 9, 25)
"""Mid-Autumn; the week of the National Day follows, with make-up working days."""
STEP = timedelta(hours=1)
INSTANTS = st.builds(
    lambda days, minutes: at_business_time(FRIDAY, 0) + timedelta(days=days, minutes=minutes),
    st.integers(0, 20),
    st.integers(0, 24 * 60 - 1),
)


def opening(at: datetime) -> datetime | None:
    verdict = window_at(CALENDAR, CAMPAIGN, at)
    return at if verdict.open else verdict.opens_at


@st.composite
def worlds(draw: st.DrawFn) -> tuple[CallFacts, Horizon, datetime]:
    """Draws an instant with calls before it, an entry, a basis and a licence that end some day, and perhaps a flaw."""
    now = draw(INSTANTS)
    on = business_date(now)
    ends = st.none() | st.integers(0, 12).map(lambda days: on + timedelta(days=days))
    ago = draw(st.lists(st.integers(0, 9 * 24 * 60), max_size=6))
    called_at = sorted(now - timedelta(minutes=minutes) for minutes in ago)
    blocked = draw(st.booleans())
    horizon = Horizon(
        opening=opening,
        dnc_until=draw(st.none() | st.integers(1, 300).map(lambda hours: now + timedelta(hours=hours))),
        called_at=tuple(at for at in called_at if business_date(at) > on - timedelta(days=7)),
        basis_until=draw(ends),
        licensed_until=draw(ends),
    )
    flawless = replace(
        FINE,
        kind=draw(st.sampled_from(CallKind)),
        do_not_call=blocked,
        owed_until=draw(st.none() | st.integers(1, 30).map(lambda hours: now + timedelta(hours=hours))),
        left_alone_until=draw(st.none() | st.integers(1, 90).map(lambda hours: now + timedelta(hours=hours))),
        cap_per_day=draw(st.integers(1, 2)),
        cap_per_7_days=draw(st.integers(2, 4)),
    )
    facts = foresee(flawless, horizon, now)
    return facts, horizon, now


HELD = Standing(lead_state=LeadState.ASSIGNED, agent_id=1, holder_id=1, due_at=None, on_roster=True)


@given(world=worlds())
def test_each_gate_opens_when_the_page_says(world: tuple[CallFacts, Horizon, datetime]) -> None:
    facts, horizon, now = world
    for rule, asks in RULES:
        if asks(facts) is None or (ends_at := passes_at(rule, facts, horizon, now)) is None:
            continue
        assert ends_at > now
        assert asks(foresee(facts, horizon, ends_at)) is None, f"{rule} refuses still at {ends_at}"
        assert opening(ends_at) == ends_at
        before = ends_at - timedelta(minutes=1)
        if before > now and opening(before) == before:
            assert asks(foresee(facts, horizon, before)) is not None, f"{rule} would have allowed it earlier"


@given(world=worlds(), due_in=st.integers(-5, 200))
def test_the_call_is_possible_when_the_page_says_and_not_before(
    world: tuple[CallFacts, Horizon, datetime], due_in: int
) -> None:
    facts, horizon, now = world
    due_at = now + timedelta(hours=due_in)
    said_at = explain(facts, replace(HELD, due_at=due_at), horizon, now).next_possible_at

    def allowed(at: datetime) -> bool:
        return at >= due_at and may_call(foresee(facts, horizon, at), horizon, at).allowed

    if said_at is not None:
        assert allowed(said_at), may_call(foresee(facts, horizon, said_at), horizon, said_at)
    instants = [now + STEP * number for number in range(24 * 16)]
    assert not any(allowed(at) for at in instants if said_at is None or at < said_at)


@given(world=worlds())
def test_a_lead_that_is_set_aside_is_due_when_its_rule_passes(world: tuple[CallFacts, Horizon, datetime]) -> None:
    """What time opens is never finished; what is finished is promised no day."""
    facts, horizon, now = world
    verdict = may_call(facts, horizon, now)
    assume(not verdict.allowed)
    settlement = set_aside(verdict)
    if settlement.kind is SettlementKind.FINISH:
        assert verdict.passes_at is None
    if settlement.kind is SettlementKind.DEFER:
        assert settlement.due_at == verdict.passes_at


@pytest.mark.parametrize(("rule", "flaw"), FLAWS)
def test_every_rule_that_finishes_a_lead_is_one_that_no_time_opens(rule: str, flaw: dict[str, object]) -> None:
    calls = tuple(at_business_time(FRIDAY - timedelta(days=ago), 11) for ago in (2, 1, 0))
    horizon = Horizon(opening=opening, dnc_until=None, called_at=calls, basis_until=None, licensed_until=None)
    now = at_business_time(date(2026, 11, 23), 10, 30)
    verdict = may_call(replace(FINE, **flaw), horizon, now)  # type: ignore[arg-type]
    assert verdict.rule == rule
    assert set_aside(verdict).kind is not SettlementKind.FINISH or verdict.passes_at is None
