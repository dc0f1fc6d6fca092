"""What the dialer does when something happened below it."""

from callcenter.agents.service import AgentService
from callcenter.agents.types import AgentLeft, CustomerLeftBehind, LegReplaced
from callcenter.calls.dispositions import DISPOSITIONS, system_disposition
from callcenter.calls.outcomes import outcome_name
from callcenter.calls.service import CallService
from callcenter.calls.types import CallDisposed, CallEnded, DispositionDetails, engine_queue
from callcenter.dialer.queue import CustomerQueue
from callcenter.dialer.settling import SettlingService
from callcenter.dialer.types import DISCONNECT_LEG
from callcenter.dnc.service import DncService
from callcenter.dnc.types import EntryDetails
from callcenter.health.figures import Figures
from callcenter.kit.bus import Bus
from callcenter.kit.effects import Delivery, Effect
from callcenter.kit.work import Work
from callcenter.people.types import StaffLeft, StaffMoved


def subscribe(
    bus: Bus,
    *,
    agents: AgentService,
    calls: CallService,
    dnc: DncService,
    queue: CustomerQueue,
    settling: SettlingService,
) -> None:
    """Joins the dialer's reactions; ``disposed`` has to be the last subscriber of a disposition."""

    async def left_behind(work: Work, event: CustomerLeftBehind) -> None:
        await queue.let_go(work, assignment_id=event.assignment_id, callback_id=event.callback_id)

    async def left(work: Work, event: AgentLeft | LegReplaced) -> None:
        if event.leg_id is not None:
            order = {"leg_id": event.leg_id}
            await work.enqueue(Effect(engine_queue(event.node), DISCONNECT_LEG, order, Delivery.AT_LEAST_ONCE))

    async def staff_left(work: Work, event: StaffLeft | StaffMoved) -> None:
        await agents.leave(work, event.staff_id)

    async def ended(work: Work, event: CallEnded) -> None:
        await agents.call_over(work, event.agent_id, event.call_id)
        if disposition := system_disposition(event.kind, event.outcome):
            await calls.dispose(work, event.call_id, disposition, DispositionDetails())

    async def disposed(work: Work, event: CallDisposed) -> None:
        rule = DISPOSITIONS[event.disposition]
        if rule.dnc_reason:  # before the lead is settled: the entry decides what becomes of it
            permanent = rule.dnc_permanent or event.details.dnc_permanent
            details = EntryDetails(call_id=event.call_id, permanent=permanent)
            await dnc.enter_dnc(work, event.lead_id, rule.dnc_reason, details)
        await settling.settle(work, event)
        await agents.disposed(work, event.agent_id, event.call_id)

    bus.subscribe(CustomerLeftBehind, left_behind)
    bus.subscribe(AgentLeft, left)
    bus.subscribe(LegReplaced, left)
    bus.subscribe(StaffLeft, staff_left)
    bus.subscribe(StaffMoved, staff_left)
    bus.subscribe(CallEnded, ended)
    bus.subscribe(CallDisposed, disposed)


def subscribe_figures(bus: Bus, figures: Figures) -> None:
    """Counts the calls whose end this process writes, for ``/metrics``."""

    async def ended(_: Work, event: CallEnded) -> None:
        figures.add("calls_ended", 1)
        figures.add(outcome_name(event.outcome), 1)

    bus.subscribe(CallEnded, ended)
