"""Finds the customer and the call that a complaint is about, within the scope of the person who enters it."""

from dataclasses import dataclass
from uuid import UUID

from callcenter.calls.service import CallService
from callcenter.calls.types import CallCard
from callcenter.complaints.errors import CaseNeedsSubject, NotYourCustomer
from callcenter.complaints.ports import Visits
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.people.types import Right


@dataclass(frozen=True, slots=True)
class Subject:
    """The customer who complains, and the call in which they did, if any."""

    lead_id: int
    campaign_id: int
    call: CallCard | None


class SubjectService:
    """Finds subjects of complaints."""

    def __init__(self, calls: CallService, leads: LeadService, visits: Visits) -> None:
        self._calls = calls
        self._leads = leads
        self._visits = visits

    async def find(self, work: Work, *, lead_id: int | None, call_id: UUID | None) -> Subject:
        """Returns the subject by the call or by the customer.

        Raises CaseNeedsSubject, NotYourCustomer; CallNotFound or LeadNotFound for those who see the whole bank.
        """
        if call_id is not None and lead_id is None:
            if not work.actor.scope.is_all and not await self._calls.is_within(work, call_id=call_id):
                raise NotYourCustomer("choose a call of your own or of your branch")
            subject = await self.of_call(work, call_id)
            if not await self._has_customer(work, subject.lead_id):
                raise NotYourCustomer("choose a call with a customer you work on")
            return subject
        if lead_id is None or call_id is not None:
            raise CaseNeedsSubject("name the call or the customer, exactly one of them")
        if not await self._has_customer(work, lead_id):
            raise NotYourCustomer("choose a customer you have called or visit, or one of your branch or region")
        return Subject(lead_id, (await self._leads.card(work, lead_id)).campaign_id, None)

    async def of_call(self, work: Work, call_id: UUID) -> Subject:
        """Returns the customer of a call. Raises CallNotFound."""
        call = await self._calls.card(work, call_id)
        return Subject(call.lead_id, call.campaign_id, call)

    async def _has_customer(self, work: Work, lead_id: int) -> bool:
        """Returns whether the actor works on the customer: called or visited within their scope (S1).

        Those who see every customer's file, or handle complaints, take them of all; a dispatcher sees visits alone.
        """
        if work.actor.scope.is_all:
            sees_all = work.actor.rights & {Right.VIEW_LEADS, Right.HANDLE_COMPLAINTS} or work.actor.staff_id is None
            return bool(sees_all) or await self._visits.has_customer(work, lead_id)
        return await self._calls.is_within(work, lead_id=lead_id) or await self._visits.has_customer(work, lead_id)
