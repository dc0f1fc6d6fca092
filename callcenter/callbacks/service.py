"""Use cases of a callback: make, claim, return, end. Announces CallbackEnded."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, literal
from sqlmodel import col

from callcenter.agents.types import DeskDuty
from callcenter.callbacks import claiming, repository
from callcenter.callbacks.cards import card_of
from callcenter.callbacks.errors import (
    CallbackEndedAlready,
    CallbackNotFound,
    ObligationStands,
    PromiseInThePast,
)
from callcenter.callbacks.models import Callback
from callcenter.callbacks.rules import CallMade, Sequel, after_call, time_of
from callcenter.callbacks.settings import CallbackSettings
from callcenter.callbacks.transitions import Fact
from callcenter.callbacks.types import (
    CALLBACK_NOTE,
    CALLBACKS_TOPIC,
    OPEN_STATES,
    SIGN_OFF_REASON,
    CallbackCard,
    CallbackEnded,
    CallbackKind,
    CallbackState,
    Gap,
    LapseReason,
    Meter,
    Obligation,
    Promise,
    PromiseTime,
)
from callcenter.calls.dispositions import DISPOSITIONS
from callcenter.calls.types import CallDisposed
from callcenter.campaigns.service import CampaignService
from callcenter.classes.effects import ClassEffectsService
from callcenter.kit.clock import at_business_time, business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.people.availability import AvailabilityService
from callcenter.people.types import Duty


class CallbackService:
    """Writes promises and obligations to call again; no other service does."""

    def __init__(
        self,
        settings: CallbackSettings,
        vault: Vault,
        class_effects: ClassEffectsService,
        availability: AvailabilityService,
        campaigns: CampaignService,
    ) -> None:
        self._campaigns = campaigns
        self._class_effects = class_effects
        self._availability = availability
        self._vault = vault
        self._settings = settings
        self._rules = settings.retry_rules()

    # -- making

    async def promise(self, work: Work, promise: Promise) -> CallbackCard:
        """Writes down an agent's promise. A customer has one open promise: the newer one supersedes the older.

        Outside the calling window it is kept at the next opening; the promised time stays readable (requirement C7).
        Raises PromiseInThePast.
        """
        effects = await self._class_effects.of(work, promise.lead_id)
        grace = self._settings.grace if effects.callback_grace is None else effects.callback_grace
        time = await self._time_of(work, promise.campaign_id, promise.due_at, grace)
        for older in await repository.open_promises(work.session, promise.lead_id):
            await self._end(work, older.id, Fact.GIVEN_UP, end_reason=LapseReason.SUPERSEDED.value)
        row = Callback(
            kind=CallbackKind.AGENT_PROMISE,
            lead_id=promise.lead_id,
            campaign_id=promise.campaign_id,
            agent_id=promise.agent_id,
            promised_at=time.promised_at,
            due_at=time.call_at,
            opens_to_team_at=time.opens_to_team_at,
            priority=effects.rank,
            attempts_demanded=self._settings.promise_attempts,
            origin_call_id=promise.call_id,
            created_at=work.now,
        )
        return await self._add(work, row, promise.note)

    async def time_of(self, work: Work, lead_id: int, campaign_id: int, promised_at: datetime) -> PromiseTime:
        """Returns when a promise of this time would be kept. Raises PromiseInThePast."""
        effects = await self._class_effects.of(work, lead_id)
        grace = self._settings.grace if effects.callback_grace is None else effects.callback_grace
        return await self._time_of(work, campaign_id, promised_at, grace)

    async def _time_of(self, work: Work, campaign_id: int, promised_at: datetime, grace: timedelta) -> PromiseTime:
        if promised_at <= work.now:
            raise PromiseInThePast("a promise lies ahead: name a later time", due_at=promised_at.isoformat())
        window = await self._campaigns.window(work, campaign_id, promised_at)
        return time_of(promised_at, window, grace)

    async def oblige(self, work: Work, obligation: Obligation) -> CallbackCard:
        """Writes down that a customer complained and is owed a callback (law 4).

        Asking twice for one case changes nothing.
        """
        if existing := await repository.of_case(work.session, obligation.case_id):
            return self._card(existing)
        row = Callback(
            kind=CallbackKind.COMPLAINT,
            lead_id=obligation.lead_id,
            campaign_id=obligation.campaign_id,
            case_id=obligation.case_id,
            excluded_agent_id=obligation.excluded_agent_id,
            due_at=obligation.due_at,
            answer_by=obligation.answer_by or obligation.due_at,
            opens_to_team_at=obligation.due_at,
            priority=(await self._class_effects.of(work, obligation.lead_id)).rank,
            attempts_demanded=self._settings.complaint_attempts,
            subject=obligation.subject,
            created_at=work.now,
        )
        return await self._add(work, row, obligation.note)

    # -- claiming and returning

    async def claim_next(
        self, work: Work, agent_id: int, duty: DeskDuty = DeskDuty.MARKETING, *, now: datetime | None = None
    ) -> CallbackCard | None:
        """Claims the next due callback for this agent; None when nothing is due, or the agent is not available.

        The complaint staff get complaints alone, and before all others (requirement X3).

        An agent who has claimed one already gets that one again: no agent has two customers (law 5).
        """
        row = await claiming.claim(work.session, agent_id, now or work.now, self._staff_first(duty))
        if row is None:
            return None
        # The roster plans working days alone: on others it keeps no agent away.
        if row.rostered_part == 0 and await self._availability.is_worked(work, business_date(work.now)):
            await repository.put_back(work.session, row.id)
            return None
        return self._card(row)

    async def waiting(self, work: Work, agents: Mapping[int, DeskDuty]) -> set[int]:
        """Returns those of these agents for whom ``claim_next`` may find a callback."""
        staff_first = {agent_id: self._staff_first(duty) for agent_id, duty in agents.items()}
        return await claiming.waiting(work.session, staff_first, work.now)

    async def release(
        self, work: Work, callback_id: int, *, due_at: datetime | None = None, keeps_grace: bool = False
    ) -> None:
        """Puts a claimed callback back without a call, due as before or at ``due_at``; any other stays as it is.

        ``keeps_grace``: a promise that was put off stays its agent's for as long after ``due_at`` as it was before.
        """
        values: dict[str, Any] = {} if due_at is None else {"due_at": due_at}
        if due_at is not None and keeps_grace:
            grace = col(Callback.opens_to_team_at) - col(Callback.due_at)
            values["opens_to_team_at"] = literal(due_at) + func.greatest(grace, timedelta(0))
        if await repository.move(work.session, callback_id, Fact.RETURNED, only_from=CallbackState.ACTIVE, **values):
            await work.notify(CALLBACKS_TOPIC)

    async def await_disposition(self, work: Work, callback_id: int, until: datetime) -> None:
        """Puts a callback back whose call was held and has no disposition yet: no agent is calling any more (law 12).

        A promise waits for the disposition ``until`` it is given up; an obligation is due again as after a call that
        reached no customer, for any agent who may have it (law 4).
        """
        row = await self._row(work, callback_id)
        due_at = until if row.kind is CallbackKind.AGENT_PROMISE else work.now + self._settings.complaint_retry
        await self.release(work, callback_id, due_at=due_at)

    async def claimed(self, work: Work) -> list[CallbackCard]:
        """Returns the callbacks that agents have claimed: on a screen or in a call."""
        return [self._card(row) for row in await repository.list_claimed(work.session)]

    async def attempted(
        self,
        work: Work,
        callback_id: int,
        call_id: UUID,
        next_due_at: datetime,
        *,
        counts: bool = True,
        agent_id: int | None = None,
    ) -> None:
        """Makes a callback due again after a call that did not reach the customer.

        With ``agent_id``: a callback that another agent has claimed by now stays with that agent; the attempt counts.
        """
        values: dict[str, Any] = {"attempts": col(Callback.attempts) + 1} if counts else {}
        moved = await repository.move(
            work.session,
            callback_id,
            Fact.RETURNED,
            claimed_only_by=agent_id,
            due_at=next_due_at,
            last_call_id=call_id,
            **values,
        )
        if moved:
            await work.notify(CALLBACKS_TOPIC)
        elif counts:
            await repository.count_attempt(work.session, callback_id)

    async def fulfil(self, work: Work, callback_id: int, call_id: UUID) -> bool:
        """Ends a callback by the call in which the customer was reached; returns False when it had ended before.

        For an obligation the caller has seen that the recording is stored. The first evidence stays.
        """
        return await self._end(
            work, callback_id, Fact.REACHED, done_call_id=call_id, last_call_id=call_id, done_at=work.now
        )

    async def lapse(self, work: Work, callback_id: int, reason: str) -> None:
        """Gives a promise up. Raises ObligationStands for an obligation."""
        row = await self._row(work, callback_id)
        if row.kind is CallbackKind.COMPLAINT:
            raise ObligationStands("a complaining customer is called back: only evidence or a sign-off ends this")
        await self._end(work, callback_id, Fact.GIVEN_UP, end_reason=reason)

    async def sign_off(self, work: Work, callback_id: int, staff_id: int, reason: str) -> CallbackCard:
        """Ends an obligation that could not be met, after the attempts the rule demands (requirement X3)."""
        row = await self._row(work, callback_id, lock=True)
        if row.kind is not CallbackKind.COMPLAINT:
            raise ObligationStands("only complaint obligations are signed off")
        if row.state not in OPEN_STATES:
            raise CallbackEndedAlready("this obligation has ended")
        if row.attempts < row.attempts_demanded:
            raise ObligationStands(
                f"{row.attempts} of {row.attempts_demanded} attempts were made: the customer has to be called further",
                attempts=row.attempts,
                demanded=row.attempts_demanded,
            )
        if row.state is CallbackState.ACTIVE:
            raise ObligationStands("an agent is calling this customer right now: wait for the end of the call")
        reason = require_reason(reason, "signing off a callback that was not made", rule="X3")
        ended = await self._end(
            work,
            callback_id,
            Fact.REACHED,
            signed_off_by=staff_id,
            sign_off_reason_sealed=self._vault.seal(reason, SIGN_OFF_REASON.place(callback_id)),
            done_at=work.now,
        )
        if not ended:
            raise CallbackEndedAlready("this obligation has ended")
        await work.announce(Noted("callbacks.signed_off", f"callback:{callback_id}", {"attempts": row.attempts}))
        return await self.card(work, callback_id)

    async def called(self, work: Work, event: CallDisposed) -> None:
        """Lets the callback follow the call that was made for it."""
        if event.callback_id is None:
            return
        row = await self._row(work, event.callback_id)
        call = CallMade(
            kind=row.kind,
            outcome=event.outcome,
            disposition=event.disposition,
            attempts=row.attempts,
            asked_for=event.details.callback_at,
        )
        step = after_call(call, self._rules, work.now)
        if step.sequel is Sequel.DONE:
            await self.fulfil(work, row.id, event.call_id)
        elif step.sequel is Sequel.LAPSE:
            await self._end(
                work,
                row.id,
                Fact.GIVEN_UP,
                attempts=col(Callback.attempts) + 1,
                last_call_id=event.call_id,
                end_reason=step.reason,
            )
        elif step.due_at is not None:
            if step.sequel is Sequel.AWAIT_EVIDENCE:
                await repository.move(
                    work.session,
                    row.id,
                    Fact.CONVERSATION_HELD,
                    due_at=step.due_at,
                    last_call_id=event.call_id,
                    attempts=col(Callback.attempts) + 1,
                )
            else:
                await self.attempted(
                    work, row.id, event.call_id, step.due_at, counts=step.counts, agent_id=event.agent_id
                )

    async def overtaken(self, work: Work, event: CallDisposed) -> None:
        """Ends older promises where the customer has answered for good. Obligations are not touched."""
        if DISPOSITIONS[event.disposition].ends_promises:
            for older in await repository.open_promises(work.session, event.lead_id):
                await self._end(work, older.id, Fact.GIVEN_UP, end_reason=LapseReason.OVERTAKEN.value)

    async def void_promises(self, work: Work, lead_ids: Collection[int], why: str) -> set[int]:
        """Ends every promise to customers who may not be called any more. Obligations are not touched.

        Returns the agents who had claimed one.
        """
        claimed_by: set[int] = set()
        for promise in await repository.open_promises_of(work.session, lead_ids):
            if promise.claimed_by is not None:
                claimed_by.add(promise.claimed_by)
            await self._end(work, promise.id, Fact.GIVEN_UP, end_reason=why)
        return claimed_by

    async def open_to_team(self, work: Work, agent_id: int) -> int:
        """Opens the promises of an agent who has left to the team, each at its own time. Returns how many."""
        return await repository.open_to_team(work.session, agent_id, work.now)

    async def open_absent_to_team(self, work: Work) -> int:
        """Opens to the team what agents promised for today who are not there; each keeps its time. Returns how many."""
        tomorrow = at_business_time(business_date(work.now) + timedelta(days=1), 0)
        owners = await repository.list_promise_owners(work.session, work.now, tomorrow)
        away = await self._availability.unavailable(work, owners, business_date(work.now), Duty.CALLS)
        return sum([await repository.open_to_team(work.session, agent_id, work.now, tomorrow) for agent_id in away])

    async def put_off_closed(self, work: Work) -> None:
        """Puts off what is due while its window is closed, with its grace, though no agent is ready."""
        rows = await repository.lock_due_personal(work.session, work.now)
        windows = {number: await self._campaigns.window(work, number) for number in {row.campaign_id for row in rows}}
        for row in rows:
            time = time_of(row.due_at, windows[row.campaign_id], row.opens_to_team_at - row.due_at)
            row.due_at, row.opens_to_team_at = time.call_at, time.opens_to_team_at
        if rows:
            await work.session.flush()
            await work.notify(CALLBACKS_TOPIC)

    # -- looking up

    async def card(self, work: Work, callback_id: int) -> CallbackCard:
        """Returns one callback. Raises CallbackNotFound."""
        return self._card(await self._row(work, callback_id))

    async def open_of(self, work: Work, lead_id: int) -> CallbackCard | None:
        """Returns the callback this customer waits for: an obligation before a promise."""
        row = await repository.open_of_lead(work.session, lead_id)
        return self._card(row) if row else None

    async def of_cases(self, work: Work, case_ids: Collection[int]) -> dict[int, CallbackCard]:
        """Returns the obligation of each complaint case, by case id."""
        rows = await repository.of_cases(work.session, case_ids)
        return {row.case_id: self._card(row) for row in rows if row.case_id is not None}

    async def held(self, work: Work) -> list[CallbackCard]:
        """Returns the obligations whose conversation was held and whose recording is awaited."""
        return [self._card(row) for row in await repository.held_obligations(work.session)]

    async def count_due(self, work: Work, agent_id: int, duty: DeskDuty = DeskDuty.MARKETING) -> int:
        """Returns how many callbacks this agent could claim at this instant."""
        return await repository.count_due(work.session, agent_id, work.now, self._staff_first(duty))

    async def meter(self, work: Work) -> Meter:
        """Returns how many complaint obligations there are and are done, and each open one, the oldest first.

        Within the actor's scope: of customers of the branch (requirement S1).
        """
        due, done = await repository.count_obligations(work)
        gap = [
            Gap(
                callback_id=row.id,
                case_id=row.case_id,
                lead_id=row.lead_id,
                state=row.state,
                attempts=row.attempts,
                waiting_since=row.created_at,
            )
            for row in await repository.open_obligations(work)
            if row.case_id is not None
        ]
        return Meter(due, done, gap)

    def _staff_first(self, duty: DeskDuty) -> timedelta | None:
        return None if duty is DeskDuty.COMPLAINTS else self._settings.complaint_staff_first

    def _card(self, row: Callback | Row[Any]) -> CallbackCard:
        return card_of(row, self._settings, self._vault)

    async def _add(self, work: Work, row: Callback, note: str) -> CallbackCard:
        row.note_sealed = self._vault.seal_words(note, CALLBACK_NOTE.at(row)) or None
        work.session.add(row)
        await work.session.flush()
        await work.notify(CALLBACKS_TOPIC)
        return self._card(row)

    async def _row(self, work: Work, callback_id: int, *, lock: bool = False) -> Callback:
        row = await repository.find(work.session, callback_id, lock=lock)
        if row is None:
            raise CallbackNotFound(f"there is no callback {callback_id}")
        return row

    async def _end(self, work: Work, callback_id: int, fact: Fact, **values: Any) -> bool:
        row = await repository.move(work.session, callback_id, fact, **values)
        if row is None:
            return False
        await work.notify(CALLBACKS_TOPIC)
        await work.announce(
            CallbackEnded(
                callback_id=row.id,
                kind=row.kind,
                state=row.state,
                lead_id=row.lead_id,
                case_id=row.case_id,
                call_id=row.done_call_id,
                at=work.now,
            )
        )
        return True
