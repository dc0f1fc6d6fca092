"""What this room does when something happened below it."""

from callcenter.callbacks.types import CallbackEnded
from callcenter.calls.dispositions import DISPOSITIONS
from callcenter.calls.service import CallService
from callcenter.calls.types import CallDisposed
from callcenter.complaints.service import ComplaintService
from callcenter.kit.bus import Bus
from callcenter.kit.work import Work
from callcenter.recordings.types import RecordingStored


def subscribe(bus: Bus, complaints: ComplaintService, calls: CallService) -> None:
    """Before or after the callbacks room's handlers: the result is the same."""

    async def disposed(work: Work, event: CallDisposed) -> None:
        if DISPOSITIONS[event.disposition].opens_complaint:
            await complaints.open_from_call(work, event)
        await complaints.take_evidence(work, await calls.card(work, event.call_id))

    async def stored(work: Work, event: RecordingStored) -> None:
        await complaints.take_evidence(work, await calls.card(work, event.call_id))

    bus.subscribe(CallDisposed, disposed)
    bus.subscribe(RecordingStored, stored)
    bus.subscribe(CallbackEnded, complaints.obligation_ended)
