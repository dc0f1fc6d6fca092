"""Opens complaint cases from any screen or call, each with the callback that is owed (requirement X1, law 4)."""

from uuid import UUID

from callcenter.callbacks.service import CallbackService
from callcenter.callbacks.types import Obligation
from callcenter.calls.types import CallDisposed
from callcenter.complaints import repository
from callcenter.complaints.cases import CaseService
from callcenter.complaints.clock import ComplaintClock
from callcenter.complaints.errors import TextMissing
from callcenter.complaints.models import Case
from callcenter.complaints.rules import complained_of
from callcenter.complaints.subjects import Subject, SubjectService
from callcenter.complaints.types import CASE_TEXT, CaseCard, Category, ComplaintOpened
from callcenter.kit.crypto import Vault
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.leads.bases import LeadBases


class ComplaintIntake:
    """Opens cases."""

    def __init__(
        self,
        cases: CaseService,
        callbacks: CallbackService,
        subjects: SubjectService,
        vault: Vault,
        clock: ComplaintClock,
        bases: LeadBases,
    ) -> None:
        self._bases = bases
        self._cases = cases
        self._callbacks = callbacks
        self._subjects = subjects
        self._vault = vault
        self._clock = clock

    async def open(
        self,
        work: Work,
        *,
        category: Category,
        text: str,
        lead_id: int | None = None,
        call_id: UUID | None = None,
    ) -> CaseCard:
        """Opens a case. If the call has a case already, or the customer is still owed a callback for the same reason,
        the text is added to that case: who enters a complaint six times makes the telephone ring once.

        Raises CaseNeedsSubject, TextMissing, NotYourCustomer; CallNotFound or LeadNotFound.
        """
        subject = await self._subjects.find(work, lead_id=lead_id, call_id=call_id)
        if not text.strip():
            raise TextMissing("enter what the customer complains about")
        lead_ids = await self._bases.leads_with_number_of(work, subject.lead_id)
        # Two complaints of one customer at once would not see each other's case, and make two obligations.
        await work.lock(f"complaints:{min(lead_ids)}")
        if known := await repository.lock_owed(work.session, lead_ids, category):
            return await self._add_to(work, known, text)
        return await self._open(work, category, text, subject)

    async def open_from_call(self, work: Work, event: CallDisposed) -> None:
        """Opens the case of a call whose agent set the disposition complaint."""
        category = Category(event.details.complaint_category or Category.OTHER)
        await self._open(work, category, event.details.note, await self._subjects.of_call(work, event.call_id))

    async def _add_to(self, work: Work, case: Case, text: str) -> CaseCard:
        place = CASE_TEXT.at(case)
        case.text_sealed = self._vault.seal(f"{self._vault.open(case.text_sealed, place)}\n{text.strip()}", place)
        await work.announce(Noted("complaints.added_to", f"case:{case.id}"))
        return await self._cases.card_of(work, case)

    async def _open(self, work: Work, category: Category, text: str, subject: Subject) -> CaseCard:
        call = subject.call
        if call is not None and (known := await repository.lock_by_call(work.session, call.id)):
            return await self._add_to(work, known, text)
        due = await self._clock.deadlines(work)
        case = Case(
            lead_id=subject.lead_id,
            call_id=call.id if call else None,
            agent_id=complained_of(category, call.agent_id if call else None),
            category=category,
            text_sealed=self._vault.seal(text.strip(), CASE_TEXT.place(subject.lead_id, work.now)),
            opened_at=work.now,
            opened_by=work.actor.staff_id,
            answer_due_at=due.answer_due_at,
            decide_due_at=due.decide_due_at,
        )
        work.session.add(case)
        await work.session.flush()
        # The same transaction: no case can exist without the callback it owes (law 4).
        await self._callbacks.oblige(
            work,
            Obligation(
                lead_id=subject.lead_id,
                campaign_id=subject.campaign_id,
                case_id=case.id,
                excluded_agent_id=case.agent_id,
                due_at=due.call_from,
                answer_by=due.answer_due_at,
                subject=category.value,
                note=text.strip(),
            ),
        )
        await self._cases.keep_recordings(work, case)
        await work.announce(
            ComplaintOpened(
                case_id=case.id, lead_id=case.lead_id, agent_id=case.agent_id, category=category, at=work.now
            )
        )
        await work.announce(Noted("complaints.opened", f"case:{case.id}", {"category": category.value}))
        return await self._cases.card_of(work, case)
