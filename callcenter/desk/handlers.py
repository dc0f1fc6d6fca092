"""Reactions of the desk to events of lower rooms."""

from callcenter.agents.service import AgentService
from callcenter.agents.types import FLOOR_TOPIC, AgentLeft, desk_topic
from callcenter.calls.service import CallService
from callcenter.calls.types import CallAnswered, CallProgressed
from callcenter.desk.clearing import BlockedScreens
from callcenter.desk.drafts import DraftService
from callcenter.desk.notices import NoticeService
from callcenter.desk.types import NoticeCode
from callcenter.eligibility.types import RuleId
from callcenter.kit.bus import Bus
from callcenter.kit.work import Work
from callcenter.leads.types import LeadsBlocked
from callcenter.recordings.types import RecordingStopped
from recordings_policy import RecorderStopped

_NOTICES = {
    RecorderStopped.END: NoticeCode.RECORDING_ENDED,
    RecorderStopped.ALARM: NoticeCode.RECORDING_STOPPED,
}


def subscribe(
    bus: Bus,
    *,
    screens: BlockedScreens,
    notices: NoticeService,
    calls: CallService,
    agents: AgentService,
    drafts: DraftService,
) -> None:
    async def moved(work: Work, event: CallProgressed | CallAnswered) -> None:
        await work.notify(desk_topic(event.agent_id))
        await work.notify(FLOOR_TOPIC)

    async def recorder_stopped(work: Work, event: RecordingStopped) -> None:
        call = await calls.card(work, event.call_id)
        seat = await agents.seat(work, call.agent_id)
        if seat is not None:
            code = _NOTICES[event.act]
            await notices.add(work, seat, call.lead_id, code, RuleId.RECORDER, call_id=call.id)

    async def left(work: Work, event: AgentLeft) -> None:
        await drafts.close(work, event.agent_id)

    bus.subscribe(AgentLeft, left)
    bus.subscribe(CallProgressed, moved)
    bus.subscribe(CallAnswered, moved)
    bus.subscribe(LeadsBlocked, screens.blocked)
    bus.subscribe(RecordingStopped, recorder_stopped)
