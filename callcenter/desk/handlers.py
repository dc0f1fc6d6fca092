"""Reactions of the desk to events of lower rooms."""

from callcenter.agents.types import FLOOR_TOPIC, desk_topic
from callcenter.calls.types import CallAnswered
from callcenter.desk.clearing import BlockedScreens
from callcenter.kit.bus import Bus
from callcenter.kit.work import Work
from callcenter.leads.types import LeadsBlocked


def subscribe(bus: Bus, screens: BlockedScreens) -> None:
    async def answered(work: Work, event: CallAnswered) -> None:
        await work.notify(desk_topic(event.agent_id))
        await work.notify(FLOOR_TOPIC)

    bus.subscribe(CallAnswered, answered)
    bus.subscribe(LeadsBlocked, screens.blocked)
