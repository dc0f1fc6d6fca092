"""What this room does when something happened below it."""

from callcenter.callbacks.errors import PromiseNeedsTime
from callcenter.callbacks.service import CallbackService
from callcenter.callbacks.types import Promise
from callcenter.calls.dispositions import DISPOSITIONS
from callcenter.calls.types import CallDisposed
from callcenter.kit.bus import Bus
from callcenter.kit.work import Work
from callcenter.people.types import StaffLeft, StaffMoved


def subscribe(bus: Bus, callbacks: CallbackService) -> None:
    async def disposed(work: Work, event: CallDisposed) -> None:
        await callbacks.called(work, event)
        await callbacks.overtaken(work, event)
        if DISPOSITIONS[event.disposition].makes_callback:
            if event.details.callback_at is None:
                raise PromiseNeedsTime("a callback needs the time that was promised")
            promise = Promise(
                lead_id=event.lead_id,
                campaign_id=event.campaign_id,
                agent_id=event.agent_id,
                due_at=event.details.callback_at,
                call_id=event.call_id,
                note=event.details.note,
            )
            await callbacks.promise(work, promise)

    async def left(work: Work, event: StaffLeft | StaffMoved) -> None:
        await callbacks.open_to_team(work, event.staff_id)

    bus.subscribe(CallDisposed, disposed)
    bus.subscribe(StaffLeft, left)
    bus.subscribe(StaffMoved, left)
