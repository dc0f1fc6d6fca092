"""The callback that every complaining customer is owed: evidence, sign-off, and the cases still waiting (law 4)."""

from callcenter.callbacks.service import CallbackService
from callcenter.callbacks.types import CallbackEnded, CallbackKind
from callcenter.calls.service import CallService
from callcenter.calls.types import CallCard
from callcenter.complaints import repository
from callcenter.complaints.cases import CaseService
from callcenter.complaints.errors import ConflictOfInterest
from callcenter.complaints.ports import RecordingReads
from callcenter.complaints.rules import conflict_of_interest, proves_callback
from callcenter.complaints.transitions import CASE, CaseFact
from callcenter.complaints.types import CaseCard, ComplaintMeter, OpenCase
from callcenter.kit.work import Work


class ObligationService:
    """Follows obligations to their end."""

    def __init__(
        self, cases: CaseService, callbacks: CallbackService, calls: CallService, recordings: RecordingReads
    ) -> None:
        self._cases = cases
        self._callbacks = callbacks
        self._calls = calls
        self._recordings = recordings

    async def sign_off(self, work: Work, case_id: int, reason: str) -> CaseCard:
        """Ends the obligation of a customer who cannot be reached, after the attempts that the rule requires.

        Refuses the agent the complaint is about, the last caller, and the person who decided the case (requirement X3).
        Raises CaseNotFound, ConflictOfInterest, and what ``CallbackService.sign_off`` refuses.
        """
        await self._cases.require_within(work, case_id)
        case = await self._cases.row(work, case_id)
        callback = await self._cases.callback(work, case_id)
        last = await self._calls.card(work, callback.last_call_id) if callback.last_call_id else None
        why = conflict_of_interest(
            work.actor.id,
            complained_of=case.agent_id,
            last_caller=last.agent_id if last else None,
            decider=case.decided_by,
        )
        if why:
            raise ConflictOfInterest(f"you may not sign this off: {why}", rule="X3")
        await self._callbacks.sign_off(work, callback.id, work.actor.id, reason)
        return await self._cases.card(work, case_id)

    async def take_evidence(self, work: Work, call: CallCard) -> None:
        """Ends the obligation as met if this call proves it: answered, disposed, and its recording is in the store.

        Called when the call is disposed and when its recording is stored: the later of the two finds the evidence.
        """
        if not proves_callback(call) or call.callback_id is None:
            return
        if await self._recordings.stored(work, call.id):
            await self._callbacks.fulfil(work, call.callback_id, call.id)

    async def take_late_evidence(self, work: Work) -> int:
        """Ends obligations whose evidence was missed as met. Returns how many.

        When a disposition and a stored recording commit at the same moment, neither transaction sees the other's row.
        """
        held = await self._callbacks.held(work)
        for callback in held:
            if callback.last_call_id is not None:
                await self.take_evidence(work, await self._calls.card(work, callback.last_call_id))
        return len(held) - len(await self._callbacks.held(work))

    async def obligation_ended(self, work: Work, event: CallbackEnded) -> None:
        """Moves the case of an obligation that was met or signed off."""
        if event.kind is not CallbackKind.COMPLAINT or event.case_id is None:
            return
        case = await self._cases.row(work, event.case_id, lock=True)
        case.obligation_ended_at = event.at
        if event.call_id is not None:
            case.answered_at = event.at
        CASE.move(case, CaseFact.OBLIGATION_ENDED)
        await work.session.flush()
        await self._cases.keep_recordings(work, case)

    async def meter(self, work: Work) -> ComplaintMeter:
        """Returns done ÷ due over the complaints of the actor's scope, and the cases that still wait, oldest first."""
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
