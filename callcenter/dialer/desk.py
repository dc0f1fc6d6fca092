"""The desk of a phone agent: the verbs, and the one snapshot the screen shows."""

from datetime import timedelta

from callcenter.agents.errors import NotNow
from callcenter.agents.service import AgentService
from callcenter.agents.transitions import Act, permitted
from callcenter.agents.types import AgentState, LegState, PauseCode, Seat
from callcenter.allocation.service import AllocationService
from callcenter.callbacks.service import CallbackService
from callcenter.calls.dispositions import DISPOSITIONS, dispositions_for
from callcenter.calls.service import CallService
from callcenter.calls.types import CallCard, CallKind, CallState, Disposition, DispositionDetails
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import DialMode
from callcenter.dialer import schemas as view
from callcenter.dialer.clearing import ClearingService
from callcenter.dialer.judge import Judge, Subject
from callcenter.dialer.placing import PlacingService
from callcenter.kit.clock import at_business_time, business_date
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.people.service import PeopleService


class DeskService:
    """What a phone agent may do and sees. One customer at a time, never a list, never a clear number (law 5)."""

    def __init__(
        self,
        *,
        placing: PlacingService,
        clearing: ClearingService,
        judge: Judge,
        agents: AgentService,
        people: PeopleService,
        allocation: AllocationService,
        callbacks: CallbackService,
        campaigns: CampaignService,
        leads: LeadService,
        calls: CallService,
        node: str,
        rehearsal: bool,
    ) -> None:
        self._placing = placing
        self._clearing = clearing
        self._judge = judge
        self._agents = agents
        self._people = people
        self._allocation = allocation
        self._callbacks = callbacks
        self._campaigns = campaigns
        self._leads = leads
        self._calls = calls
        self._node = node
        self._rehearsal = rehearsal

    # -- verbs

    async def log_on(self, work: Work, agent_id: int, mode: DialMode) -> None:
        card = await self._people.card(work, agent_id)
        await self._agents.log_on(
            work,
            agent_id,
            node=self._node,
            mode=mode,
            extension=card.extension,
            robot_number=card.robot_number if self._rehearsal else None,
        )

    async def ready(self, work: Work, agent_id: int) -> None:
        await self._agents.ready(work, agent_id)

    async def pause(self, work: Work, agent_id: int, code: PauseCode) -> None:
        before = await self._agents.pause(work, agent_id, code)
        if before.state is AgentState.PREVIEW:
            await self._placing.put_back(work, before)

    async def set_mode(self, work: Work, agent_id: int, mode: DialMode) -> None:
        await self._agents.set_mode(work, agent_id, mode)

    async def call(self, work: Work, agent_id: int) -> None:
        await self._placing.call(work, await self._seat(work, agent_id))

    async def skip(self, work: Work, agent_id: int, reason: str) -> None:
        """The customer goes back uncalled; the reason is kept."""
        seat = await self._seat(work, agent_id)
        await self._agents.withdraw(work, agent_id)
        await self._placing.put_back(work, seat, note=reason)
        await work.announce(
            Noted(
                "dialer.lead_skipped",
                f"assignment:{seat.assignment_id}" if seat.assignment_id else f"callback:{seat.callback_id}",
            )
        )

    async def hang_up(self, work: Work, agent_id: int) -> None:
        seat = await self._seat(work, agent_id)
        if seat.state is not AgentState.ON_CALL or seat.call_id is None:
            raise NotNow("there is no call to end", allowed=await self._allowed(work, seat))
        await self._calls.hang_up(work, seat.call_id)

    async def dispose(self, work: Work, agent_id: int, disposition: Disposition, details: DispositionDetails) -> None:
        seat = await self._seat(work, agent_id)
        if seat.state is not AgentState.WRAP_UP or seat.call_id is None:
            raise NotNow("a disposition is given after the call", allowed=await self._allowed(work, seat))
        await self._calls.dispose(work, seat.call_id, disposition, details)

    async def read_notice(self, work: Work, agent_id: int, notice_id: int) -> None:
        await self._clearing.read(work, agent_id, notice_id)

    async def log_off(self, work: Work, agent_id: int) -> None:
        await self._agents.log_off(work, agent_id)

    # -- the screen

    async def snapshot(self, work: Work, agent_id: int) -> view.Snapshot:
        seat = await self._agents.seat(work, agent_id)
        call = await self._calls.card(work, seat.call_id) if seat and seat.call_id else None
        today = await self._today(work, agent_id)
        choices = dispositions_for(call.kind, call.outcome) if call and not call.disposition else ()
        lead, verdict, script = None, None, None
        subject = await self._placing.subject_of(work, seat) if seat else None
        if seat and subject:
            lead = await self._lead(work, subject)
            if subject.kind is not CallKind.COMPLAINT:  # an owed callback never turns into marketing (requirement X3)
                script = await self._script(work, subject.campaign_id, agent_id)
            if seat.state is AgentState.PREVIEW:
                found = await self._judge.verdict(work, subject)
                verdict = view.VerdictView(allowed=found.allowed, rule=found.rule.value, reason=found.reason)
        return view.Snapshot(
            now=work.now,
            rehearsal=self._rehearsal,
            seat=_seat_view(seat),
            allowed=await self._allowed(work, seat),
            lead=lead,
            call=_call_view(call),
            script=script,
            dispositions=list(choices),
            disposition_forms=[_form_of(disposition) for disposition in choices],
            verdict=verdict,
            waiting=await self._waiting(work, seat),
            notice=await self._notice(work, seat),
            today=today,
        )

    async def _seat(self, work: Work, agent_id: int) -> Seat:
        seat = await self._agents.seat(work, agent_id, lock=True)
        if seat is None:
            raise NotNow("log on first", allowed=["log_on"])
        return seat

    async def _allowed(self, work: Work, seat: Seat | None) -> list[str]:
        """The verbs that would be granted now."""
        if seat is None:
            return ["log_on"]
        verbs = [act.value for act in permitted(seat.state)]
        if seat.leg_state is not LegState.UP:
            verbs = [verb for verb in verbs if verb not in (Act.READY.value, Act.CALL.value)]
        if seat.state in (AgentState.ON_CALL, AgentState.WRAP_UP):
            verbs.append(Act.PAUSE.value)
        if seat.state is AgentState.WRAP_UP:
            verbs.append("dispose")
        if seat.state is AgentState.ON_CALL and seat.call_id:
            call = await self._calls.card(work, seat.call_id)
            if call.state is not CallState.ENDED:
                verbs.append("hang_up")
        verbs.append("mode")
        return verbs

    async def _lead(self, work: Work, subject: Subject) -> view.LeadView:
        card = await self._leads.card(work, subject.lead_id)
        attempts, last_note, promise_note, case = 0, "", "", None
        if subject.assignment_id is not None:
            assignment = await self._allocation.card(work, subject.assignment_id)
            attempts, last_note = assignment.attempts, self._placing.note(assignment)
        if subject.callback_id is not None:
            callback = await self._callbacks.card(work, subject.callback_id)
            attempts = callback.attempts
            if callback.case_id is None:
                promise_note = callback.note
            else:
                case = view.CaseView(id=callback.case_id, category=callback.subject, text=callback.note)
        return view.LeadView(
            kind=subject.kind,
            name=card.name_masked,
            phone=card.phone_masked,
            gender=card.gender,
            age=card.age,
            district=card.district,
            occupation=card.occupation,
            customer_class=card.customer_class,
            attempts=attempts,
            last_note=last_note,
            promise_note=promise_note,
            case=case,
        )

    async def _script(self, work: Work, campaign_id: int, agent_id: int) -> view.ScriptView | None:
        """The script with the names filled in that the law wants spoken (requirement C8)."""
        script = await self._campaigns.script(work, campaign_id)
        if script is None:
            return None
        rules = await self._campaigns.rules(work, campaign_id)
        agent = await self._people.card(work, agent_id)
        words = {"company": rules.company_full_name, "agent": agent.name, "licence": agent.licence_number or "—"}

        def filled(text: str) -> str:
            for key, word in words.items():
                text = text.replace("{" + key + "}", word)
            return text

        return view.ScriptView(
            title=script.title,
            version=script.version,
            statements=[
                view.StatementView(
                    key=statement.key,
                    text=filled(statement.text),
                    text_en=filled(statement.text_en) if statement.text_en else None,
                    mandatory=statement.mandatory,
                )
                for statement in script.statements
            ],
        )

    async def _waiting(self, work: Work, seat: Seat | None) -> view.WaitingView | None:
        """Why a ready agent is offered nobody."""
        if seat is None or seat.state is not AgentState.READY:
            return None
        window = await self._judge.any_window(work)
        if window is None or not window.open:
            return view.WaitingView(code="outside_window", until=window.opens_at if window else None)
        due_at = await self._allocation.next_due_at(work, seat.agent_id, business_date(work.now))
        if due_at is None:
            return view.WaitingView(code="no_leads")
        if due_at > work.now + timedelta(seconds=2):
            return view.WaitingView(code="resting", until=due_at)
        return view.WaitingView(code="looking")

    async def _notice(self, work: Work, seat: Seat | None) -> view.NoticeView | None:
        found = await self._clearing.notice(work, seat) if seat else None
        return view.NoticeView(id=found.id, code=found.code, rule=found.rule, at=found.at) if found else None

    async def _today(self, work: Work, agent_id: int) -> view.TodayView:
        on = business_date(work.now)
        progress = await self._allocation.progress(work, agent_id, on)
        tally = await self._calls.tally(work, at_business_time(on, 0))
        calls, answered, successes = tally.get(agent_id, (0, 0, 0))
        return view.TodayView(
            quota=progress.quota,
            assigned=progress.assigned,
            done=progress.done,
            successes=successes,
            calls=calls,
            answered=answered,
            callbacks_due=await self._callbacks.count_due(work, agent_id),
        )


def _seat_view(seat: Seat | None) -> view.SeatView | None:
    if seat is None:
        return None
    return view.SeatView(
        state=seat.state,
        since=seat.since,
        pause_code=seat.pause_code,
        pause_requested=seat.pause_requested,
        mode=seat.mode,
        leg=seat.leg_state,
        phone_registered=seat.phone_registered,
    )


def _form_of(disposition: Disposition) -> view.DispositionForm:
    rule = DISPOSITIONS[disposition]
    return view.DispositionForm(
        code=disposition,
        requires=list(rule.requires),
        accepts=list(rule.accepts),
        needs_time=any(name.endswith("_at") for name in rule.requires),
        enters_dnc=rule.dnc_reason is not None,
        opens_complaint=rule.opens_complaint,
        is_reviewed=rule.is_success,
    )


def _call_view(call: CallCard | None) -> view.CallView | None:
    if call is None:
        return None
    return view.CallView(
        id=call.id,
        kind=call.kind,
        state=call.state,
        outcome=call.outcome,
        planned_at=call.planned_at,
        dialled_at=call.dialled_at,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
    )
