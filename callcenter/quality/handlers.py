"""What the quality room does when a call is disposed."""

from callcenter.calls.dispositions import DISPOSITIONS
from callcenter.calls.types import CallDisposed
from callcenter.kit.bus import Bus
from callcenter.kit.work import Work
from callcenter.quality.service import QualityService


def subscribe(bus: Bus, quality: QualityService) -> None:
    """Joins the room's reactions to the bus; bootstrap calls it once."""

    async def call_disposed(work: Work, event: CallDisposed) -> None:
        if DISPOSITIONS[event.disposition].is_success:
            await quality.queue(work, event)

    bus.subscribe(CallDisposed, call_disposed)
