"""Reactions of the recordings room to events of calls."""

from callcenter.calls.types import CallDisposed
from callcenter.kit.bus import Bus
from callcenter.kit.work import Work
from callcenter.recordings.arming import ArmingService


def subscribe(bus: Bus, arming: ArmingService) -> None:
    """Subscribes the room's reactions to the bus; bootstrap calls it once."""

    async def call_disposed(work: Work, event: CallDisposed) -> None:
        await arming.copy_call_facts(work, event.call_id)

    bus.subscribe(CallDisposed, call_disposed)
