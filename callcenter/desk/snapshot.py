"""Builds the snapshot that an agent's screen shows."""

from dataclasses import replace

from callcenter.agents.service import AgentService
from callcenter.agents.types import AgentState, DeskDuty, Seat
from callcenter.calls.dispositions import DISPOSITIONS, dispositions_for
from callcenter.calls.service import CallService
from callcenter.calls.types import CallCard, Disposition, OwedDisposition
from callcenter.desk.customer import CustomerSection, CustomerViews
from callcenter.desk.day import DaySection
from callcenter.desk.notices import NoticeService
from callcenter.desk.rules import allowed_verbs
from callcenter.desk.schemas import CallView, DispositionForm, SeatView, Snapshot
from callcenter.kit.work import Work


class SnapshotService:
    """Reads; never decides. The server owns the state, the browser shows it."""

    def __init__(
        self,
        *,
        agents: AgentService,
        calls: CallService,
        customer: CustomerSection,
        day: DaySection,
        notices: NoticeService,
        rehearsal: bool,
    ) -> None:
        self._agents = agents
        self._calls = calls
        self._customer = customer
        self._day = day
        self._notices = notices
        self._rehearsal = rehearsal

    async def of(self, work: Work, agent_id: int) -> Snapshot:
        """Returns the present content of this agent's screen."""
        seat = await self._agents.seat(work, agent_id)
        owed = await self._owed(work, seat)
        call = owed.call if owed else await self._calls.card(work, seat.call_id) if seat and seat.call_id else None
        today = await self._day.today(work, agent_id, seat.duty if seat else DeskDuty.MARKETING)
        customer = await self._customer.of(work, _with_call(seat, owed)) if seat else CustomerViews()
        choices = dispositions_for(call.kind, call.outcome) if call and not call.disposition else ()
        return Snapshot(
            now=work.now,
            rehearsal=self._rehearsal,
            seat=_seat_view(seat) if seat else None,
            allowed=allowed_verbs(seat, call.state if call else None, owes=owed is not None),
            lead=customer.lead,
            call=_call_view(call) if call else None,
            script=customer.script,
            dispositions=list(choices),
            disposition_forms=[_form_of(disposition) for disposition in choices],
            verdict=customer.verdict,
            waiting=await self._day.waiting(work, seat) if seat else None,
            owed_until=owed.until if owed else None,
            notice=await self._notices.unread(work, seat) if seat else None,
            engine=self._day.engine(seat) if seat else None,
            today=today,
        )

    async def _owed(self, work: Work, seat: Seat | None) -> OwedDisposition | None:
        """Returns what a paused agent owes; in every other state an agent owes nothing or is giving it."""
        if seat is None or seat.state is not AgentState.PAUSED:
            return None
        return next(iter(await self._calls.owed(work, seat.agent_id)), None)


def _with_call(seat: Seat, owed: OwedDisposition | None) -> Seat:
    """Returns the seat as it was in the call whose disposition is owed: the screen shows that customer."""
    if owed is None:
        return seat
    call = owed.call
    return replace(seat, call_id=call.id, assignment_id=call.assignment_id, callback_id=call.callback_id)


def _seat_view(seat: Seat) -> SeatView:
    return SeatView(
        state=seat.state,
        since=seat.since,
        pause_code=seat.pause_code,
        pause_requested=seat.pause_requested,
        leg=seat.leg_state,
        phone_registered=seat.phone_registered,
    )


def _form_of(disposition: Disposition) -> DispositionForm:
    rule = DISPOSITIONS[disposition]
    return DispositionForm(
        code=disposition,
        requires=list(rule.requires),
        accepts=list(rule.accepts),
        enters_dnc=rule.dnc_reason is not None,
        is_reviewed=rule.is_success,
    )


def _call_view(call: CallCard) -> CallView:
    return CallView(
        id=call.id,
        kind=call.kind,
        state=call.state,
        outcome=call.outcome,
        planned_at=call.planned_at,
        dialled_at=call.dialled_at,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
    )
