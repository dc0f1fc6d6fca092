"""The laws hold with a faulty switch and crashing engines: on the simulated switch, judged by the certificate."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from random import Random

import pytest

from callcenter.agents.types import AgentState
from callcenter.audit.certificate.types import Certificate, Result
from callcenter.calls.types import Disposition, DispositionDetails
from callcenter.desk.schemas import DisposeBody
from callcenter.kit.errors import Refusal
from callcenter.rehearsal.robots import choose_disposition
from callcenter.telephony.simulation import Faults
from tests.scenarios.acts import dial_at_once
from tests.scenarios.conftest import Stage
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(900)


async def agent_works(stage: Stage, agent: int, chance: Random) -> None:
    """Logs on, stays ready, gives every conversation its disposition; tries again what was refused."""
    while True:
        with contextlib.suppress(Refusal):
            await agent_acts(stage, agent, chance)
        await asyncio.sleep(0.15)


async def agent_acts(stage: Stage, agent: int, chance: Random) -> None:
    async with stage.system.works.begin() as work:
        seat = await stage.system.agents.seat(work, agent)
        if seat is None:
            await stage.system.desk.log_on(work, agent)
        elif seat.state is AgentState.PAUSED:
            await stage.system.desk.ready(work, agent)
        elif seat.state is AgentState.PREVIEW:  # a complaint: it is read before it is dialled
            await stage.system.desk.call(work, agent)
        elif seat.state is AgentState.WRAP_UP and seat.call_id:
            call = await stage.system.calls.card(work, seat.call_id)
            body = choose_disposition(chance, call.kind, work.now)
            await stage.system.desk.dispose(work, agent, *read(body))


def read(chosen: dict[str, object]) -> tuple[Disposition, DispositionDetails]:
    body = DisposeBody.model_validate(chosen)
    return body.disposition, DispositionDetails(
        note=body.note,
        callback_at=body.callback_at,
        visit_at=body.visit_at,
        complaint_category=body.complaint_category,
        dnc_permanent=body.dnc_permanent,
    )


@asynccontextmanager
async def everybody_works(stage: Stage) -> AsyncIterator[None]:
    await dial_at_once(stage)
    tasks = [asyncio.create_task(agent_works(stage, agent, Random(agent))) for agent in stage.agents]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result


async def placed(stage: Stage) -> int:
    return (await stage.ask(stage.system.floor.snapshot)).totals.placed


async def wait_for_calls(stage: Stage, calls: int) -> None:
    """Waits for so many calls. Each may take its time on a busy machine; that none comes for two minutes fails."""
    seen = await placed(stage)
    while seen < calls:

        async def another(seen: int = seen) -> int | None:
            count = await placed(stage)
            return count if count > seen else None

        seen = await eventually(another, 120, every=0.3)


async def certificate_of(stage: Stage) -> Certificate:
    """Waits until every call has ended and every recording is stored, then certifies."""

    async def quiet() -> bool:
        waiting = await stage.ask(stage.system.recordings.arming.count_waiting)
        return not waiting and not await stage.ask(lambda work: stage.system.calls.open_calls(work, "n1"))

    await eventually(quiet, 90)
    await stage.system.recordings.retention.keep_locked(stage.system.works)
    await stage.ask(stage.system.recordings.reconciling.reconcile)
    now = stage.system.clock.now()
    return await stage.ask(
        lambda work: stage.system.certificates.certify(
            work, now - timedelta(hours=1), now + timedelta(minutes=5), with_store=True
        )
    )


def broken(certificate: Certificate) -> dict[str, list[tuple[str, str]]]:
    return {
        section.id.value: [(finding.subject, finding.what) for finding in section.exceptions]
        for section in certificate.sections
        if section.result is Result.BROKEN
    }


@pytest.mark.simulation(robots=4, customers=200)
async def test_a_switch_that_reports_late_twice_and_out_of_order_breaks_no_law(stage: Stage) -> None:
    stage.switch.faults = Faults(late=0.2, late_seconds=0.3, doubled=0.3, reordered=0.2)
    await stage.start()
    async with everybody_works(stage):
        await wait_for_calls(stage, 25)
    certificate = await certificate_of(stage)
    assert broken(certificate) == {}
    assert certificate.figures.answered >= 5


@pytest.mark.simulation(robots=4, customers=200)
async def test_a_control_link_that_is_lost_again_and_again_breaks_no_law(stage: Stage) -> None:
    await stage.start()
    async with everybody_works(stage):
        for round_ in range(1, 4):
            await wait_for_calls(stage, round_ * 6)
            stage.switch.lose_link(0.3)
        await wait_for_calls(stage, 25)
    assert broken(await certificate_of(stage)) == {}


@pytest.mark.simulation(robots=4, customers=200)
async def test_a_switch_that_crashes_with_all_its_calls_breaks_no_law(stage: Stage) -> None:
    await stage.start()
    async with everybody_works(stage):
        await wait_for_calls(stage, 6)
        stage.switch.crash(0.3)
        await wait_for_calls(stage, 20)
    certificate = await certificate_of(stage)
    assert broken(certificate) == {}


# A connection that is being opened when its process "dies" stays open here; in reality the operating system closes it.
@pytest.mark.filterwarnings("ignore:.*Connection.__del__:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.simulation(robots=4, customers=200)
async def test_an_engine_that_crashes_while_dialling_breaks_no_law(stage: Stage) -> None:
    """The next engine reconciles what the crashed one had begun; no customer is dialled twice."""
    await stage.start()
    async with everybody_works(stage):
        for round_ in range(1, 4):
            await wait_for_calls(stage, round_ * 6)
            await stage.crash_engine()
        await wait_for_calls(stage, 24)
    assert broken(await certificate_of(stage)) == {}


@pytest.mark.simulation(robots=3, customers=150)
async def test_commands_that_time_out_are_never_sent_again(stage: Stage) -> None:
    stage.switch.faults = Faults(commands_time_out=0.25)
    await stage.start()
    async with everybody_works(stage):
        await wait_for_calls(stage, 15)
        stage.switch.faults = Faults()
    certificate = await certificate_of(stage)
    assert broken(certificate) == {}
