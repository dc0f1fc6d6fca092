"""Customers are allocated by class, and a class has its own attempts and pauses (requirements L5, C7)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from callcenter.allocation.types import AssignmentCard, AssignmentState
from callcenter.bootstrap import System, build
from callcenter.calls.types import CallDisposed, CallKind, Disposition, DispositionDetails, Outcome
from callcenter.campaigns.retries import RetryAfter
from callcenter.classes.types import ClassDraft
from callcenter.eligibility.types import Subject
from callcenter.kit.clock import FrozenClock, business_date
from callcenter.rehearsal.seed import Scale, seed
from callcenter.storage.memory import MemoryStore
from callcenter.telephony.settings import SwitchSettings
from tests.support.settings import core_settings, set_environment


@pytest.fixture
async def system(
    database_url: str, clock: FrozenClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[System]:
    """Two robot agents, forty customers in the classes their list names."""
    set_environment(monkeypatch, tmp_path)
    settings = core_settings(database_url, rehearsal=True, node="n1")
    system = build(settings, switch=SwitchSettings(), store=MemoryStore(clock), clock=clock)
    await seed(system, Scale(robots=2, customers=40, chance_seed=3), password="only for this test")
    yield system
    await system.close()


async def first_of(system: System, agent_number: int) -> AssignmentCard:
    """Returns the assignment that an agent gets first."""
    async with system.works.begin() as work:
        on = business_date(work.now)
        agent = (await system.people.eligible_agents(work, on))[agent_number]
        card = await system.allocation.claim_next(work, agent.id, on)
        assert card is not None
        return card


async def end_with_thinking(system: System, card: AssignmentCard) -> AssignmentCard:
    """Ends a call in which the customer wants to think it over; returns the assignment afterwards."""
    async with system.works.begin() as work:
        event = CallDisposed(
            call_id=uuid4(),
            kind=CallKind.LEAD,
            agent_id=card.agent_id,
            lead_id=card.lead_id,
            campaign_id=card.campaign_id,
            assignment_id=card.id,
            callback_id=None,
            outcome=Outcome.ANSWERED,
            disposition=Disposition.THINKING,
            details=DispositionDetails(),
            at=work.now,
        )
        await system.settling.settle(work, event)
        return await system.allocation.card(work, card.id)


async def change_class(system: System, card: AssignmentCard, **class_effects: float) -> None:
    """Gives the class of an assignment's customer effects of its own."""
    async with system.works.begin() as work:
        (given,) = await system.classes.of_lead(work, card.lead_id)
        draft = ClassDraft(code=given.code, name_zh=given.name_zh, name_en=given.name_en)
        await system.classes.change_class(work, given.scheme_id, given.code, replace(draft, **class_effects))  # type: ignore[arg-type]


async def test_the_highest_class_is_called_first(system: System) -> None:
    for agent in (0, 1):
        card = await first_of(system, agent)
        async with system.works.begin() as work:
            assert (await system.leads.card(work, card.lead_id)).customer_class == "高效"


async def test_the_pause_and_the_attempts_of_a_class_count_after_a_call(system: System) -> None:
    card = await first_of(system, 0)
    await change_class(system, card, retry_factor=2.0)
    again = await end_with_thinking(system, card)
    async with system.works.begin() as work:
        usual = (await system.campaigns.rules(work, card.campaign_id)).retries.rules[RetryAfter.THINKING].delay
        assert again.due_at >= work.now + 2 * usual > work.now + timedelta(days=1)
    await change_class(system, card, most_attempts=2)
    assert (await end_with_thinking(system, card)).state is AssignmentState.DONE


async def test_the_decision_to_call_uses_the_attempts_of_the_class(system: System) -> None:
    card = await first_of(system, 0)

    async def most() -> int:
        async with system.works.begin() as work:
            situation = await system.eligibility.situation(
                work,
                Subject(
                    kind=CallKind.LEAD,
                    agent_id=card.agent_id,
                    lead_id=card.lead_id,
                    campaign_id=card.campaign_id,
                    assignment_id=card.id,
                ),
            )
            return situation.facts.max_attempts

    assert await most() == 3
    await change_class(system, card, most_attempts=7)
    assert await most() == 7
