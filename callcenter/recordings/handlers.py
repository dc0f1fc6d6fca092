"""What this room does when a room below tells something."""

from callcenter.calls.types import CallDisposed
from callcenter.kit.bus import Bus
from callcenter.kit.work import Work
from callcenter.recordings.service import RecordingService


def subscribe(bus: Bus, recordings: RecordingService) -> None:
    """Called once by bootstrap."""

    async def call_disposed(work: Work, event: CallDisposed) -> None:
        await recordings.take_facts(work, event.call_id)

    bus.subscribe(CallDisposed, call_disposed)
