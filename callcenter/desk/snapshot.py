"""Builds the snapshot that an agent's screen shows."""

from callcenter.agents.types import Seat
from callcenter.calls.dispositions import DISPOSITIONS, dispositions_for
from callcenter.calls.types import CallCard, CallState, Disposition, Outcome
from callcenter.desk.customer import CustomerSection, CustomerViews
from callcenter.desk.day import DaySection
from callcenter.desk.notices import NoticeService
from callcenter.desk.reading import ScreenReader
from callcenter.desk.rules import allowed_verbs
from callcenter.desk.schemas import CallView, DispositionForm, LastCallView, SeatView, Snapshot
from callcenter.kit.work import Work


class SnapshotService:
    """Reads; never decides. The server owns the state, the browser shows it."""

    def __init__(
        self,
        *,
        screens: ScreenReader,
        customer: CustomerSection,
        day: DaySection,
        notices: NoticeService,
        rehearsal: bool,
    ) -> None:
        self._screens = screens
        self._customer = customer
        self._day = day
        self._notices = notices
        self._rehearsal = rehearsal

    async def of(self, work: Work, agent_id: int, *, judge: bool = True) -> Snapshot:
        """Returns the present content of this agent's screen.

        ``judge``: the verdict on the customer is asked for now. Without, the screen of a customer who was offered some
        seconds ago shows the offer's verdict, and the snapshot is one statement.
        """
        shown = await self._screens.read(work, agent_id)
        seat, call = shown.seat, shown.call
        customer = await self._customer.of(work, agent_id, shown, judge=judge) if seat else CustomerViews()
        choices = dispositions_for(call.kind, _outcome_so_far(call)) if call and not call.disposition else ()
        return Snapshot(
            now=work.now,
            rehearsal=self._rehearsal,
            seat=_seat_view(seat) if seat else None,
            allowed=allowed_verbs(seat, call.state if call else None, owes=shown.owed is not None),
            lead=customer.lead,
            call=_call_view(call) if call else None,
            last_call=LastCallView.model_validate(shown.last, from_attributes=True) if shown.last else None,
            script_key=customer.script_key,
            dispositions=list(choices),
            disposition_forms=[_form_of(disposition) for disposition in choices],
            verdict=customer.verdict,
            waiting=await self._day.waiting(work, seat, shown) if seat else None,
            owed_until=shown.owed.until if shown.owed else None,
            notice=self._notices.view(shown.notice, seat) if seat else None,
            engine=self._day.engine(seat) if seat else None,
            today=self._day.today(shown),
            window=shown.window,
        )


def _outcome_so_far(call: CallCard) -> Outcome | None:
    """Returns the outcome by which the form is chosen: it is filled in while the customer talks."""
    return Outcome.ANSWERED if call.state is CallState.ANSWERED else call.outcome


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
