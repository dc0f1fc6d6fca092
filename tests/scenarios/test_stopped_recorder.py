"""The recorder of a conversation stops: the agent and the leader see it, the policy acts, a person closes the gap."""

from dataclasses import replace

import pytest

from callcenter.alerts.types import AlertKind
from callcenter.calls.types import CallState, Outcome
from callcenter.desk.types import NoticeCode
from callcenter.people.types import Role
from callcenter.recordings.types import IncidentCard, IncidentKind
from callcenter.telephony.carrier import STEADY_NUMBER
from recordings_policy import RecorderStopped, load
from tests.scenarios.acts import conversation, person, snapshot, state_of, wait_for_call, wait_for_notice
from tests.scenarios.conftest import SLOWLY, Stage
from tests.support.waiting import eventually

pytestmark = pytest.mark.simulation(first_number=STEADY_NUMBER, customers=60, speed=SLOWLY)


async def marks(stage: Stage) -> list[str]:
    """Returns why the floor says that something is wrong."""
    floor = await stage.ask(stage.system.floor.snapshot)
    return [one.kind for one in floor.standstill]


async def test_an_alarm_reaches_the_agent_and_the_floor_and_the_gap_is_closed_for_good(stage: Stage) -> None:
    [agent] = stage.agents
    call, _, _ = await conversation(stage, agent)
    stage.switch.faults.recorder_stops = True
    notice = await wait_for_notice(stage, agent)
    assert notice.code is NoticeCode.RECORDING_STOPPED
    await eventually(lambda: marks(stage))
    assert await marks(stage) == [AlertKind.RECORDING_STOPPED]
    assert await state_of(stage, call.id) is CallState.ANSWERED, "the policy leaves it to the agent"

    stage.switch.faults.recorder_stops = False
    stage.clock.leap(stage.clock.now().replace(minute=stage.clock.now().minute + 1))
    await stage.ask(lambda work: stage.system.desk.hang_up(work, agent))
    await wait_for_call(stage, call.id, CallState.ENDED)
    assert (await snapshot(stage, agent)).notice is None, "it goes with the call"

    async def incident() -> IncidentCard | None:
        await stage.ask(stage.system.recordings.reconciling.reconcile)
        found = await stage.ask(stage.system.recordings.incidents.list_open)
        return found[0] if found else None

    card = await eventually(incident)
    assert card is not None
    assert card.kind is IncidentKind.WRONG_LENGTH
    leader = await person(stage, Role.ADMINISTRATOR)
    async with stage.system.works.begin(leader) as work:
        await stage.system.recordings.incidents.close(work, card.id, "the disk was full", final=True)
    result = await stage.ask(stage.system.recordings.reconciling.reconcile)
    assert (result.settled, result.gaps, result.open_incidents) == (1, (), 0)


async def test_the_policy_ends_the_call(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    strict = replace(load(), recorder_stopped=RecorderStopped.END)
    monkeypatch.setattr(stage.system.recordings.stopping, "_policy", strict)
    [agent] = stage.agents
    call, _, _ = await conversation(stage, agent)
    stage.switch.faults.recorder_stops = True
    ended = await wait_for_call(stage, call.id, CallState.ENDED)
    assert ended.outcome is Outcome.ANSWERED
    notice = await wait_for_notice(stage, agent)
    assert notice.code is NoticeCode.RECORDING_ENDED
    assert await marks(stage) == [AlertKind.RECORDING_STOPPED], "the leader sees it for a minute more"


async def test_a_recorder_that_writes_disturbs_no_call(stage: Stage) -> None:
    [agent] = stage.agents
    call, _, _ = await conversation(stage, agent)
    began = stage.clock.now()

    async def later() -> bool:
        return (stage.clock.now() - began).total_seconds() > 3 * SLOWLY

    await eventually(later)
    assert await state_of(stage, call.id) is CallState.ANSWERED
    assert (await snapshot(stage, agent)).notice is None
    assert await marks(stage) == []
