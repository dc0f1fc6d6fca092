"""Reaction of the quality room to a disposed call."""

from callcenter.calls.dispositions import DISPOSITIONS
from callcenter.calls.types import CallDisposed
from callcenter.kit.bus import Bus
from callcenter.kit.work import Work
from callcenter.quality.service import QualityService


def subscribe(bus: Bus, quality: QualityService) -> None:
    """Subscribes the room's reactions to the bus; bootstrap calls it once."""

    async def call_disposed(work: Work, event: CallDisposed) -> None:
        if DISPOSITIONS[event.disposition].is_success:
            await quality.queue(work, event)

    bus.subscribe(CallDisposed, call_disposed)
