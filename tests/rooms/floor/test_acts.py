"""What a leader orders on the floor: of agents of the own branch, with a reason that the agent and the trail have."""

import pytest
from sqlmodel import select

from callcenter.agents.errors import MessageNotFound, NotNow
from callcenter.agents.models import AgentSession
from callcenter.agents.types import AgentState, LegState, MessageKind, PauseCode
from callcenter.bootstrap import System
from callcenter.calls.models import Call
from callcenter.calls.types import CallState
from callcenter.dialer.types import SUPERVISE
from callcenter.floor.errors import NoPhone, NotTalking
from callcenter.floor.types import FloorVerb
from callcenter.kit.actor import Actor
from callcenter.kit.effects import OutboxEntry
from callcenter.kit.scope import Scope
from callcenter.people.errors import StaffNotFound
from callcenter.people.models import Staff
from callcenter.people.types import Right, Role
from callcenter.telephony.port import Supervision
from tests.support.rows import make_agent_session, make_call, make_staff

BRANCH = "城东支行"


def as_leader(leader: Staff) -> Actor:
    rights = frozenset({Right.WATCH_FLOOR, Right.LISTEN_LIVE, Right.MANAGE_AGENTS})
    return Actor(leader.id, leader.name, leader.role.value, rights, Scope.of_branch(BRANCH))


async def two(system: System, state: AgentState = AgentState.READY) -> tuple[Staff, Staff]:
    """Returns a leader, and an agent of the same branch in this state."""
    async with system.works.begin() as work:
        leader = await make_staff(work, Role.AGENT_LEADER, branch=BRANCH, extension="1090")
        agent = await make_staff(work, branch=BRANCH)
        await make_agent_session(work, agent, state=state, leg_state=LegState.UP, leg_id="leg-1", pause_code=None)
    return leader, agent


async def test_a_message_is_shown_until_it_is_confirmed_and_the_sender_sees_the_receipt(system: System) -> None:
    leader, agent = await two(system)
    async with system.works.begin(as_leader(leader)) as work:
        assert await system.floor_acts.message(work, None, "下午两点开会") == 1
        [sending] = await system.messages_to_agents.sent(work)
        assert (sending.text, sending.addressed, sending.read) == ("下午两点开会", 1, 0)
    async with system.works.begin() as work:
        shown = (await system.screen.of(work, agent.id)).message
        assert shown
        assert (shown.text, shown.by, shown.kind) == ("下午两点开会", leader.name, MessageKind.MESSAGE)
        with pytest.raises(MessageNotFound):
            await system.messages_to_agents.confirm(work, leader.id, shown.id)
        await system.messages_to_agents.confirm(work, agent.id, shown.id)
        assert (await system.screen.of(work, agent.id)).message is None
    async with system.works.begin(as_leader(leader)) as work:
        assert (await system.messages_to_agents.sent(work))[0].read == 1


async def test_a_leader_pauses_makes_ready_and_logs_off_and_the_agent_reads_why(system: System) -> None:
    leader, agent = await two(system)
    async with system.works.begin(as_leader(leader)) as work:
        await system.floor_acts.pause(work, agent.id, PauseCode.TRAINING, "新话术培训")
        seat = await system.agents.seat(work, agent.id)
        assert seat
        assert (seat.state, seat.pause_code) == (AgentState.PAUSED, PauseCode.TRAINING)
        shown = (await system.screen.of(work, agent.id)).message
        assert shown
        assert (shown.kind, shown.text) == (MessageKind.PAUSED, "新话术培训")
        await system.floor_acts.ready(work, agent.id, "培训结束")
        await system.floor_acts.log_off(work, agent.id, "下班")
        assert await system.agents.seat(work, agent.id) is None
        with pytest.raises(NotNow):
            await system.floor_acts.pause(work, agent.id, PauseCode.BREAK, "?")


async def test_a_pause_that_is_ordered_while_the_agent_talks_comes_after_the_call(system: System) -> None:
    leader, agent = await two(system, AgentState.ON_CALL)
    async with system.works.begin(as_leader(leader)) as work:
        await system.floor_acts.pause(work, agent.id, PauseCode.MEETING, "班会")
        seat = await system.agents.seat(work, agent.id)
        assert seat
        assert (seat.state, seat.pause_requested) == (AgentState.ON_CALL, PauseCode.MEETING)


async def test_agents_of_other_branches_look_missing(system: System) -> None:
    leader, _ = await two(system)
    async with system.works.begin() as work:
        other = await make_staff(work, branch="城西支行")
        await make_agent_session(work, other)
    async with system.works.begin(as_leader(leader)) as work:
        for act in (
            lambda: system.floor_acts.message(work, [other.id], "x"),
            lambda: system.floor_acts.log_off(work, other.id, "x"),
            lambda: system.supervising.join(work, other.id, Supervision.LISTEN, "x"),
        ):
            with pytest.raises(StaffNotFound):
                await act()
        assert await system.floor_acts.message(work, None, "x") == 1, "only the own branch"


async def test_only_a_conversation_can_be_joined_and_the_switch_is_ordered_to_ring_the_leader(system: System) -> None:
    leader, agent = await two(system, AgentState.ON_CALL)
    async with system.works.begin() as work:
        session = (await work.session.scalars(select(AgentSession))).one()
        call = await make_call(work, None, agent_id=agent.id, state=CallState.RINGING)
        session.call_id = call.id
    async with system.works.begin(as_leader(leader)) as work:
        with pytest.raises(NotTalking):
            await system.supervising.join(work, agent.id, Supervision.BARGE, "x")
        row = await work.session.get_one(Call, call.id)
        row.state, row.answered_at = CallState.ANSWERED, work.now
        await work.session.flush()
        await system.supervising.join(work, agent.id, Supervision.BARGE, "客户要求")
        rows = (await work.session.scalars(select(OutboxEntry))).all()
        [order] = [row.payload for row in rows if row.kind == SUPERVISE]
        assert (order["extension"], order["leg_id"], order["kind"]) == ("1090", "leg-1", "barge")
        verbs = (await system.floor.snapshot(work)).seats[0].allowed
        assert {FloorVerb.LISTEN, FloorVerb.WHISPER, FloorVerb.BARGE, FloorVerb.HANG_UP} <= set(verbs)
        (await work.session.get_one(Staff, leader.id)).extension = None
        await work.session.flush()
        with pytest.raises(NoPhone):
            await system.supervising.join(work, agent.id, Supervision.LISTEN, "x")


async def test_an_agent_who_asks_for_help_is_marked_until_the_leader_comes(system: System) -> None:
    leader, agent = await two(system)
    async with system.works.begin() as work:
        assert await system.agents.ask_for_help(work, agent.id, wanted=True)
        assert not await system.agents.ask_for_help(work, agent.id, wanted=True)
    async with system.works.begin(as_leader(leader)) as work:
        [seat] = (await system.floor.snapshot(work)).seats
        assert seat.help_since
        assert FloorVerb.HELP in seat.allowed
        await system.floor_acts.help(work, agent.id)
        assert (await system.floor.snapshot(work)).seats[0].help_since is None
        shown = (await system.screen.of(work, agent.id)).message
        assert shown
        assert shown.kind is MessageKind.HELP_COMES
