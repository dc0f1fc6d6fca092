"""Taking complaints in, calling back, deciding."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol
from uuid import UUID

from callcenter.callbacks.service import CallbackService
from callcenter.callbacks.types import CallbackCard, CallbackEnded, CallbackKind, Obligation
from callcenter.calls.service import CallService
from callcenter.calls.types import CallCard, CallDisposed
from callcenter.complaints import repository
from callcenter.complaints.errors import (
    CaseNeedsSubject,
    CaseNotFound,
    ConflictOfInterest,
    DecidedAlready,
    NotYourCustomer,
    TextMissing,
)
from callcenter.complaints.models import Case
from callcenter.complaints.rules import complained_of, conflict_of_interest, deadlines, proves_callback, state_of
from callcenter.complaints.settings import ComplaintSettings
from callcenter.complaints.types import (
    CaseCard,
    CaseState,
    Category,
    ComplaintDecided,
    ComplaintMeter,
    ComplaintOpened,
    OpenCase,
)
from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.people.types import Right
from callcenter.recordings.errors import RecordingNotFound
from callcenter.recordings.service import RetentionFacts


class RecordingRow(Protocol):
    @property
    def retention_facts(self) -> dict[str, Any]: ...


class RecordingReads(Protocol):
    """What this room asks the recordings room."""

    async def stored(self, work: Work, call_id: UUID) -> bool: ...

    async def find(self, work: Work, call_id: UUID) -> RecordingRow: ...

    async def extend_retention(self, work: Work, call_id: UUID, facts: RetentionFacts) -> object: ...


class ComplaintService:
    def __init__(
        self,
        settings: ComplaintSettings,
        vault: Vault,
        callbacks: CallbackService,
        calls: CallService,
        leads: LeadService,
        recordings: RecordingReads,
    ) -> None:
        self._settings = settings
        self._vault = vault
        self._callbacks = callbacks
        self._calls = calls
        self._leads = leads
        self._recordings = recordings

    async def open(
        self,
        work: Work,
        *,
        category: Category,
        text: str,
        lead_id: int | None = None,
        call_id: UUID | None = None,
    ) -> CaseCard:
        """Takes a complaint in, from any screen or call, and with it the callback that is owed (law 4).

        Further words about a call that has its case already are added to that case.
        """
        if (lead_id is None) == (call_id is None):
            raise CaseNeedsSubject("name the call or the customer, one of them")
        if not text.strip():
            raise TextMissing("write down what the customer complains about")
        if Right.USE_DESK in work.actor.rights and not await self._calls.has_called(
            work, work.actor.id, lead_id=lead_id, call_id=call_id
        ):
            raise NotYourCustomer("choose a customer you have called")
        if call_id is not None:
            call = await self._calls.card(work, call_id)
            return await self._open(work, category, text, call.lead_id, call.campaign_id, call)
        assert lead_id is not None
        lead = await self._leads.card(work, lead_id)
        return await self._open(work, category, text, lead_id, lead.campaign_id, None)

    async def open_from_call(self, work: Work, event: CallDisposed) -> None:
        """The agent disposed a call as a complaint."""
        category = Category(event.details.complaint_category or Category.OTHER)
        call = await self._calls.card(work, event.call_id)
        await self._open(work, category, event.details.note, event.lead_id, event.campaign_id, call)

    async def cases(
        self, work: Work, state: CaseState | None = None, *, before: int | None = None, limit: int = 100
    ) -> list[CaseCard]:
        """Cases, the newest first; ``before`` is the last id of the page before."""
        return await self._cards(work, await repository.list_page(work.session, state, before=before, limit=limit))

    async def card(self, work: Work, case_id: int) -> CaseCard:
        return (await self._cards(work, [await self._case(work, case_id)]))[0]

    async def decide(self, work: Work, case_id: int, text: str) -> CaseCard:
        """The handler's decision (requirement X2). The callback stays owed if it is."""
        case = await self._case(work, case_id, lock=True)
        if why := conflict_of_interest(work.actor.id, complained_of=case.agent_id):
            raise ConflictOfInterest(f"this case is decided by somebody else: {why}")
        if case.decided_at is not None:
            raise DecidedAlready("this case has its decision")
        if not text.strip():
            raise TextMissing("write the decision down as the customer will be told it")
        case.decision_sealed = self._vault.seal(text.strip())
        case.decided_at, case.decided_by = work.now, work.actor.id
        self._settle(case)
        await self._keep_recordings(work, case)
        await work.announce(ComplaintDecided(case_id=case.id, lead_id=case.lead_id, by=work.actor.id, at=work.now))
        await work.announce(Noted("complaints.decided", f"case:{case.id}"))
        return await self._card_of(work, case)

    async def sign_off(self, work: Work, case_id: int, reason: str) -> CaseCard:
        """Ends the obligation of a customer who cannot be reached, after the attempts the rule demands.

        Not by the agent complained of, nor by whoever called last, nor by whoever decided the case.
        """
        case = await self._case(work, case_id)
        callback = await self._callback(work, case_id)
        last = await self._calls.card(work, callback.last_call_id) if callback.last_call_id else None
        why = conflict_of_interest(
            work.actor.id,
            complained_of=case.agent_id,
            last_caller=last.agent_id if last else None,
            decider=case.decided_by,
        )
        if why:
            raise ConflictOfInterest(f"somebody else has to sign this off: {why}", rule="X3")
        await self._callbacks.sign_off(work, callback.id, work.actor.id, reason)
        return await self.card(work, case_id)

    async def take_evidence(self, work: Work, call: CallCard) -> None:
        """Meets the obligation if this call proves it: held, disposed, and its recording lies in the store.

        Asked twice, when the call is disposed and when its recording is stored: whichever comes later succeeds.
        """
        if not proves_callback(call) or call.callback_id is None:
            return
        if await self._recordings.stored(work, call.id):
            await self._callbacks.fulfil(work, call.callback_id, call.id)

    async def take_late_evidence(self, work: Work) -> int:
        """Timed work: meets obligations whose evidence nobody noticed. Returns how many.

        A disposition and a stored recording that commit at the same moment do not see each other.
        """
        held = await self._callbacks.held(work)
        for callback in held:
            if callback.last_call_id is not None:
                await self.take_evidence(work, await self._calls.card(work, callback.last_call_id))
        return len(held) - len(await self._callbacks.held(work))

    async def obligation_ended(self, work: Work, event: CallbackEnded) -> None:
        """The customer was called back, or the obligation signed off."""
        if event.kind is not CallbackKind.COMPLAINT or event.case_id is None:
            return
        case = await self._case(work, event.case_id, lock=True)
        case.obligation_ended_at = event.at
        if event.call_id is not None:
            case.answered_at = event.at
        self._settle(case)
        await work.session.flush()
        await self._keep_recordings(work, case)

    async def meter(self, work: Work) -> ComplaintMeter:
        """Done ÷ due over all complaints, and the ones behind the gap, the oldest first."""
        meter = await self._callbacks.meter(work)
        cases = await repository.list_by_ids(work.session, [gap.case_id for gap in meter.gap])
        still_open = [
            OpenCase(
                gap=gap,
                category=cases[gap.case_id].category,
                answer_due_at=cases[gap.case_id].answer_due_at,
                late=cases[gap.case_id].answer_due_at < work.now,
            )
            for gap in meter.gap
        ]
        return ComplaintMeter(meter.due, meter.done, meter.rate, still_open)

    async def _open(
        self, work: Work, category: Category, text: str, lead_id: int, campaign_id: int, call: CallCard | None
    ) -> CaseCard:
        if call is not None and (case := await repository.find_by_call(work.session, call.id)):
            case.text_sealed = self._vault.seal(f"{self._vault.open(case.text_sealed)}\n{text.strip()}")
            return await self._card_of(work, case)
        due = deadlines(
            work.now,
            answer=self._settings.answer_within,
            decide_days=self._settings.decide_days,
            first_call=self._settings.first_call_after,
        )
        case = Case(
            lead_id=lead_id,
            call_id=call.id if call else None,
            agent_id=complained_of(category, call.agent_id if call else None),
            category=category,
            text_sealed=self._vault.seal(text.strip()),
            opened_at=work.now,
            opened_by=work.actor.staff_id,
            answer_due_at=due.answer_due_at,
            decide_due_at=due.decide_due_at,
        )
        work.session.add(case)
        await work.session.flush()
        await self._callbacks.oblige(
            work,
            Obligation(
                lead_id=lead_id,
                campaign_id=campaign_id,
                case_id=case.id,
                excluded_agent_id=case.agent_id,
                due_at=due.call_from,
                subject=category.value,
                note=text.strip(),
            ),
        )
        await self._keep_recordings(work, case)
        await work.announce(
            ComplaintOpened(case_id=case.id, lead_id=lead_id, agent_id=case.agent_id, category=category, at=work.now)
        )
        await work.announce(Noted("complaints.opened", f"case:{case.id}", {"category": category.value}))
        return await self._card_of(work, case)

    async def _keep_recordings(self, work: Work, case: Case) -> None:
        """The recordings of a dispute outlive it (requirement R3): that of the complaint, and that of the answer."""
        callback = await self._callback(work, case.id)
        ended_on = business_date(work.now) if case.state is CaseState.CLOSED else None
        for call_id in filter(None, (case.call_id, callback.done_call_id)):
            try:
                recording = await self._recordings.find(work, call_id)
            except RecordingNotFound:
                continue
            known = RetentionFacts.from_json(recording.retention_facts)
            facts = replace(known, dispute_open=ended_on is None, dispute_ended_on=ended_on)
            await self._recordings.extend_retention(work, call_id, facts)

    def _settle(self, case: Case) -> None:
        """The one place where a case's state changes."""
        case.state = state_of(
            obligation_ended=case.obligation_ended_at is not None, decided=case.decided_at is not None
        )

    async def _case(self, work: Work, case_id: int, *, lock: bool = False) -> Case:
        case = await repository.find(work.session, case_id, lock=lock)
        if case is None:
            raise CaseNotFound(f"there is no case {case_id}")
        return case

    async def _callback(self, work: Work, case_id: int) -> CallbackCard:
        return (await self._callbacks.of_cases(work, [case_id]))[case_id]

    async def _card_of(self, work: Work, case: Case) -> CaseCard:
        await work.session.flush()
        return (await self._cards(work, [case]))[0]

    async def _cards(self, work: Work, cases: Sequence[Case]) -> list[CaseCard]:
        callbacks = await self._callbacks.of_cases(work, [case.id for case in cases])
        return [
            CaseCard(
                id=case.id,
                lead_id=case.lead_id,
                call_id=case.call_id,
                agent_id=case.agent_id,
                category=case.category,
                text=self._vault.open(case.text_sealed),
                state=case.state,
                opened_at=case.opened_at,
                opened_by=case.opened_by,
                answer_due_at=case.answer_due_at,
                decide_due_at=case.decide_due_at,
                answered_at=case.answered_at,
                decision=self._vault.open(case.decision_sealed) if case.decision_sealed else "",
                decided_at=case.decided_at,
                decided_by=case.decided_by,
                callback=callbacks.get(case.id),
            )
            for case in cases
        ]
