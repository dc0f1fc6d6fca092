"""Acts of agents, customers and the office in the scenarios, and waiting for their results."""

from collections.abc import Callable
from uuid import UUID

from sqlmodel import col, select

from callcenter.agents.types import AgentState
from callcenter.bootstrap import System
from callcenter.calls.types import CallCard, CallState, Disposition, DispositionDetails
from callcenter.campaigns.types import CampaignChanges, DialMode
from callcenter.desk.schemas import NoticeView, Snapshot
from callcenter.dialer.following import CallFollower
from callcenter.dialer.settings import DialerSettings
from callcenter.dialer.switch import Switch
from callcenter.dnc.types import DncReason
from callcenter.eligibility.types import RuleId
from callcenter.kit.actor import Actor
from callcenter.kit.work import Work
from callcenter.people.types import Role
from callcenter.telephony.carrier import STEADY_NUMBER, Manner, behaviour_of
from callcenter.telephony.port import SwitchGateway
from tests.scenarios.conftest import Stage
from tests.support.http import actor_of
from tests.support.rows import Assignment
from tests.support.waiting import eventually


async def snapshot(stage: Stage, agent: int) -> Snapshot:
    return await stage.ask(lambda work: stage.system.screen.of(work, agent))


async def person(stage: Stage, role: Role) -> Actor:
    """Returns the first member of staff of a role."""
    return actor_of((await stage.ask(lambda work: stage.system.people.by_role(work, role)))[0])


def follower_of(system: System, switch: SwitchGateway) -> CallFollower:
    """Returns what takes signals of calls in an engine of this system, for scenarios in which no engine runs."""
    line = Switch(
        node=system.settings.node,
        trunk="carrier",
        gateway=switch,
        works=system.works,
        settings=DialerSettings(),
        lag=system.lag,
    )
    return CallFollower(switch=line, calls=system.calls, signals=system.call_signals, agents=system.agents)


# --- an agent at work


async def go_to_work(stage: Stage, agent: int) -> None:
    """Logs on and is ready as soon as the leg is up."""
    await stage.ask(lambda work: stage.system.desk.log_on(work, agent))

    async def leg_is_up() -> bool:
        return "ready" in (await snapshot(stage, agent)).allowed

    await eventually(leg_is_up)
    await stage.ask(lambda work: stage.system.desk.ready(work, agent))


async def preview(stage: Stage, agent: int) -> tuple[int, int]:
    """Starts the engine and goes to work; returns the first customer on the screen, as ``on_screen`` does."""
    await stage.start()
    await go_to_work(stage, agent)
    return await next_preview(stage, agent)


async def next_preview(stage: Stage, agent: int) -> tuple[int, int]:
    """Waits for a customer on the screen and returns them as ``on_screen`` does."""
    await wait_for(stage, agent, AgentState.PREVIEW)
    return await on_screen(stage, agent)


async def on_screen(stage: Stage, agent: int) -> tuple[int, int]:
    """Returns assignment and lead that an agent sees."""

    async def look(work: Work) -> tuple[int, int]:
        seat = await stage.system.agents.seat(work, agent)
        assert seat
        assert seat.assignment_id
        return seat.assignment_id, (await stage.system.allocation.card(work, seat.assignment_id)).lead_id

    return await stage.ask(look)


async def wait_for(stage: Stage, agent: int, *states: AgentState, deadline: float = 60) -> AgentState:
    async def reached() -> AgentState | None:
        seat = await stage.ask(lambda work: stage.system.agents.seat(work, agent))
        return seat.state if seat and seat.state in states else None

    state = await eventually(reached, deadline)
    assert state
    return state


async def wait_for_notice(stage: Stage, agent: int) -> NoticeView:
    """Waits until the agent's screen shows a notice."""

    async def look() -> NoticeView | None:
        return (await snapshot(stage, agent)).notice

    notice = await eventually(look)
    assert notice
    return notice


async def dial(stage: Stage, agent: int) -> CallCard:
    """Dials the customer on the screen."""
    await stage.ask(lambda work: stage.system.desk.call(work, agent))
    return await current_call(stage, agent)


async def current_call(stage: Stage, agent: int) -> CallCard:
    async def look(work: Work) -> CallCard:
        seat = await stage.system.agents.seat(work, agent)
        assert seat
        assert seat.call_id
        return await stage.system.calls.card(work, seat.call_id)

    return await stage.ask(look)


async def state_of(stage: Stage, call_id: UUID) -> CallState:
    return (await stage.ask(lambda work: stage.system.calls.card(work, call_id))).state


async def wait_for_call(stage: Stage, call_id: UUID, state: CallState) -> CallCard:
    async def reached() -> bool:
        return await state_of(stage, call_id) is state

    await eventually(reached)
    return await stage.ask(lambda work: stage.system.calls.card(work, call_id))


async def talk(stage: Stage, agent: int) -> CallCard:
    """Dials one customer after the other until one was spoken to; returns that call, its disposition still open."""
    while await wait_for(stage, agent, AgentState.PREVIEW, AgentState.WRAP_UP) is AgentState.PREVIEW:
        await stage.ask(lambda work: stage.system.desk.call(work, agent))
        await wait_for(stage, agent, AgentState.READY, AgentState.PREVIEW, AgentState.WRAP_UP)
    return await current_call(stage, agent)


async def dispose(
    stage: Stage, agent: int, disposition: Disposition, details: DispositionDetails | None = None
) -> None:
    await stage.ask(lambda work: stage.system.desk.dispose(work, agent, disposition, details or DispositionDetails()))


async def wait_for_recording(stage: Stage, call_id: UUID) -> None:
    await eventually(lambda: stage.ask(lambda work: stage.system.recordings.listening.stored(work, call_id)))


# --- customers


async def assign_first(stage: Stage, agent: int, fits: Callable[[str], bool]) -> None:
    """Puts a customer whose number fits first on an agent's list, in exchange with the agent who had them."""
    async with stage.system.works.begin() as work:
        allocated = (await work.session.scalars(select(Assignment).order_by(col(Assignment.id)))).all()
        numbers = {
            row.id: (await stage.system.leads.dial_numbers(work, [row.lead_id]))[row.lead_id] for row in allocated
        }
        wanted = next(row for row in allocated if fits(numbers[row.id]))
        given = next(row for row in allocated if row.agent_id == agent)
        given.agent_id, wanted.agent_id = wanted.agent_id, agent
        wanted.position = 0


def never_answers(number: str) -> bool:
    return behaviour_of(number).manner is Manner.NO_ANSWER


def never_hangs_up(number: str) -> bool:
    return number == STEADY_NUMBER


async def conversation(stage: Stage, agent: int) -> tuple[CallCard, int, int]:
    """Dials a customer who answers and does not hang up; returns call, assignment and lead."""
    await assign_first(stage, agent, never_hangs_up)
    assignment_id, lead_id = await preview(stage, agent)
    call = await dial(stage, agent)
    return await wait_for_call(stage, call.id, CallState.ANSWERED), assignment_id, lead_id


async def block(stage: Stage, lead_id: int, rule: RuleId) -> None:
    """Enters the customer into the do-not-call list, or withdraws the legal basis."""
    if rule is RuleId.DO_NOT_CALL:
        await stage.ask(lambda work: stage.system.dnc.enter_dnc(work, lead_id, DncReason.OTHER))
    else:
        await stage.ask(lambda work: stage.system.consent.withdraw_basis(work, lead_id, "by letter"))


async def ring_longer_than_any_wait(stage: Stage) -> None:
    """Lets calls ring for 45 s of the machine's time, so that none rings out while a loaded machine works."""
    await change_campaign(stage, CampaignChanges(ring_seconds=90))


async def dial_at_once(stage: Stage) -> None:
    """Makes the campaign progressive: the next customer is dialled as soon as an agent is ready."""
    await change_campaign(stage, CampaignChanges(mode=DialMode.PROGRESSIVE))


async def change_campaign(stage: Stage, changes: CampaignChanges) -> None:
    async with stage.system.works.begin() as work:
        [campaign] = await stage.system.campaigns.list(work)
        await stage.system.campaigns.change(work, campaign.campaign_id, changes, "the test needs it")
