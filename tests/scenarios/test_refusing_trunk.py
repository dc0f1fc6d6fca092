"""A trunk refuses every call for three minutes, with twelve agents at work: it costs no customer anything."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from callcenter.alerts.types import AlertKind
from callcenter.allocation.types import AssignmentState
from callcenter.calls.types import Outcome
from callcenter.kit.actor import Actor
from callcenter.kit.clock import business_date
from callcenter.lines.types import TrunkState
from callcenter.people.types import Right
from tests.scenarios.conftest import Stage
from tests.scenarios.test_faults import everybody_works, wait_for_calls
from tests.support.calls import calls_to
from tests.support.rows import Assignment, Call
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(900)
LEADER = Actor(staff_id=None, name="leader", role="agent_leader", rights=frozenset({Right.WATCH_FLOOR.value}))


async def faults(stage: Stage, since: datetime) -> list[Call]:
    async with stage.system.works.begin() as work:
        query = select(Call).where(col(Call.outcome) == Outcome.LINE_FAULT, col(Call.dialled_at) >= since)
        return list(await work.session.scalars(query.order_by(col(Call.dialled_at))))


async def alert_open(stage: Stage) -> bool:
    async with stage.system.works.begin(LEADER) as work:
        return AlertKind.LINE_REFUSES in [alert.kind for alert in await stage.system.alerts.list_open(work)]


async def trunk_on_floor(stage: Stage) -> TrunkState | None:
    lines = (await stage.ask(stage.system.floor.snapshot)).lines
    return lines[0].state if lines else None


@pytest.mark.simulation(robots=12, customers=420)
async def test_a_trunk_that_refuses_everything_costs_nobody_an_attempt(stage: Stage) -> None:
    clock = stage.system.clock
    await stage.start()
    async with everybody_works(stage):
        await wait_for_calls(stage, 6)
        began = clock.now()
        stage.switch.faults.trunk_refuses = (34, 503)

        async def paused() -> bool:
            return await trunk_on_floor(stage) is not None

        await eventually(paused, 120, every=0.2)
        assert await alert_open(stage)

        async def refused_for(minutes: float) -> None:
            until = began + timedelta(minutes=minutes)

            async def later() -> bool:
                return clock.now() >= until

            await eventually(later, 120, every=0.2)

        await refused_for(1.5)
        stage.switch.faults.trunk_refuses = (21, 403)
        await refused_for(3)
        refused = await faults(stage, began)
        assert len(refused) <= 5 + 12 + 8, "a handful, what was under way, and the probes"
        assert any(call.is_probe for call in refused)
        assert await trunk_on_floor(stage) is not None
        await charged_nothing(stage, refused)

        stage.switch.faults.trunk_refuses = None

        async def resumed() -> bool:
            return await trunk_on_floor(stage) is None

        await eventually(resumed, 180, every=0.2)
        assert not await alert_open(stage)

        async def one_is_called_again() -> bool:
            async with stage.system.works.begin() as work:
                again = select(Call.id).where(
                    col(Call.lead_id).in_([call.lead_id for call in refused]),
                    col(Call.dialled_at) > refused[-1].dialled_at,
                    col(Call.outcome).is_distinct_from(Outcome.LINE_FAULT),
                )
                return await work.session.scalar(again.limit(1)) is not None

        await eventually(one_is_called_again, 180, every=0.3)


async def charged_nothing(stage: Stage, refused: list[Call]) -> None:
    """Checks that the customers keep their attempts and caps, and are due on the same day."""
    async with stage.system.works.begin() as work:
        for call in refused:
            since = work.now - timedelta(days=7)
            counted = (await calls_to(work, call.phone_index, since)).unasked_at
            assert [at for at in counted if at == call.dialled_at] == []
            if call.assignment_id is None:
                continue
            assignment = await work.session.get_one(Assignment, call.assignment_id)
            assert assignment.attempts == 0
            if assignment.state is AssignmentState.OPEN:
                assert business_date(assignment.due_at) == stage.system_day
            assert assignment.state is not AssignmentState.DONE or assignment.end_detail != "line_fault"
