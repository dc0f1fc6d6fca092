"""Keeps notices that explain what the system changed on an agent's screen, until the agent has read them."""

from datetime import timedelta
from uuid import UUID

from callcenter.agents.types import AgentState, Seat, desk_topic
from callcenter.desk import repository
from callcenter.desk.errors import NoticeNotFound
from callcenter.desk.models import DeskNotice
from callcenter.desk.schemas import NoticeView
from callcenter.desk.types import WHILE_TALKING, NoticeCode
from callcenter.eligibility.types import RuleId
from callcenter.kit.log import get_logger
from callcenter.kit.work import Work

log = get_logger(__name__)

SHOWN_FOR = timedelta(hours=4)
"""Older notices are not shown: the agent no longer knows which customer they mean."""


class NoticeService:
    """Writes and shows notices. No other code does."""

    async def add(
        self, work: Work, seat: Seat, lead_id: int, code: NoticeCode, rule: RuleId, *, call_id: UUID | None = None
    ) -> None:
        """Shows the agent of a seat what happened to the customer on the screen, and by which rule."""
        notice = DeskNotice(agent_id=seat.agent_id, lead_id=lead_id, call_id=call_id, code=code, rule=rule, at=work.now)
        work.session.add(notice)
        await work.notify(desk_topic(seat.agent_id))
        log.info("notice on a screen", agent=seat.agent_id, lead=lead_id, code=code.value, rule=rule.value)

    async def has_any(self, work: Work, call_id: UUID) -> bool:
        """Returns whether the agent of this call has a notice about its customer, read or not."""
        return await repository.has_notice(work.session, call_id)

    def view(self, notice: DeskNotice | None, seat: Seat) -> NoticeView | None:
        """Returns the newest unread notice as shown; one about a conversation only while that call is on the screen."""
        if notice is None or (notice.code in WHILE_TALKING and notice.call_id != seat.call_id):
            return None
        if notice.code is NoticeCode.RECORDING_STOPPED and seat.state is not AgentState.ON_CALL:
            return None  # it asks to end the call
        return NoticeView(id=notice.id, code=notice.code, rule=notice.rule, at=notice.at)

    async def mark_read(self, work: Work, agent_id: int, notice_id: int) -> None:
        """Marks a notice and the agent's older ones as read. Raises NoticeNotFound, also for a notice of others."""
        if await repository.find_own(work.session, agent_id, notice_id) is None:
            raise NoticeNotFound(f"you have no notice {notice_id}")
        await repository.mark_read(work.session, agent_id, notice_id, work.now)
        await work.notify(desk_topic(agent_id))
