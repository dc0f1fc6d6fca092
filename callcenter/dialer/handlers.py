"""What the dialer does when something happened below it."""

from callcenter.agents.service import FLOOR_TOPIC, desk_topic
from callcenter.agents.types import AgentLeft
from callcenter.calls.service import engine_queue
from callcenter.calls.types import CallAnswered, CallDisposed, CallEnded
from callcenter.dialer.clearing import ClearingService
from callcenter.dialer.placing import PlacingService
from callcenter.dialer.types import DISCONNECT_LEG
from callcenter.kit.bus import Bus
from callcenter.kit.effects import Delivery, Effect
from callcenter.kit.work import Work
from callcenter.leads.types import LeadsBlocked


def subscribe(bus: Bus, placing: PlacingService, clearing: ClearingService) -> None:
    async def left(work: Work, event: AgentLeft) -> None:
        await placing.left(work, event)
        if event.leg_id is not None:
            order = {"leg_id": event.leg_id}
            await work.enqueue(Effect(engine_queue(event.node), DISCONNECT_LEG, order, Delivery.AT_LEAST_ONCE))

    async def answered(work: Work, event: CallAnswered) -> None:
        await work.notify(desk_topic(event.agent_id))
        await work.notify(FLOOR_TOPIC)

    bus.subscribe(AgentLeft, left)
    bus.subscribe(CallAnswered, answered)
    bus.subscribe(CallEnded, placing.ended)
    bus.subscribe(CallDisposed, placing.disposed)
    bus.subscribe(LeadsBlocked, clearing.blocked)
