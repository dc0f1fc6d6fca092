"""Reactions of the complaints room: a call was disposed, a recording stored, a callback ended."""

from callcenter.callbacks.types import CallbackEnded
from callcenter.calls.dispositions import DISPOSITIONS
from callcenter.calls.service import CallService
from callcenter.calls.types import CallDisposed
from callcenter.complaints.blocking import ComplaintBlocks
from callcenter.complaints.service import ComplaintServices
from callcenter.complaints.types import ComplaintDecided, ComplaintOpened
from callcenter.kit.bus import Bus
from callcenter.kit.work import Work
from callcenter.recordings.types import RecordingStored


def subscribe(bus: Bus, complaints: ComplaintServices, calls: CallService, blocks: ComplaintBlocks) -> None:
    """Subscribes the room's reactions to the bus, in any order with those of the callbacks room."""

    async def call_disposed(work: Work, event: CallDisposed) -> None:
        if DISPOSITIONS[event.disposition].opens_complaint:
            await complaints.intake.open_from_call(work, event)
        await complaints.obligations.take_evidence(work, await calls.card(work, event.call_id))

    async def recording_stored(work: Work, event: RecordingStored) -> None:
        await complaints.obligations.take_evidence(work, await calls.card(work, event.call_id))

    bus.subscribe(CallDisposed, call_disposed)
    bus.subscribe(RecordingStored, recording_stored)
    bus.subscribe(ComplaintOpened, blocks.opened)
    bus.subscribe(ComplaintDecided, blocks.decided)
    bus.subscribe(CallbackEnded, complaints.obligations.obligation_ended)
