"""Visits: a field agent's day, with the customers in clear, and the report of each visit (requirements F5–F7)."""

from datetime import date

from callcenter.calls.service import CallService
from callcenter.calls.visit_times import VisitTimes
from callcenter.customers.corrections import CorrectionService
from callcenter.customers.types import Correction
from callcenter.field import repository
from callcenter.field.cards import hand_over_card
from callcenter.field.errors import NotYourVisits, ReportedAlready, ReportInvalid, VisitNotFound
from callcenter.field.models import HandOver, PolicyApplication, Visit
from callcenter.field.routing import RoutingService, day_bounds
from callcenter.field.rules import after_visit
from callcenter.field.transitions import HAND_OVER, HandOverFact
from callcenter.field.types import (
    VISIT_NOTE,
    Customer,
    HandOverCard,
    VisitCard,
    VisitReport,
    VisitReported,
    VisitResult,
    VisitState,
)
from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService


class VisitService:
    """Lists a field agent's visits and accepts the reports, only for and from that field agent."""

    def __init__(
        self,
        routing: RoutingService,
        leads: LeadService,
        calls: CallService,
        visit_times: VisitTimes,
        corrections: CorrectionService,
        vault: Vault,
    ) -> None:
        self._routing = routing
        self._leads = leads
        self._calls = calls
        self._visit_times = visit_times
        self._corrections = corrections
        self._vault = vault

    async def visits(self, work: Work, field_agent_id: int, on: date) -> list[VisitCard]:
        """Returns a field agent's own day, in visiting order, with the customers in clear; each look is audited.

        Today's list begins with earlier visits that were not reported. Raises NotYourVisits.
        """
        if work.actor.staff_id != field_agent_id:
            raise NotYourVisits("a day's list is for the field agent who makes the visits")
        since, until = day_bounds(on)
        rows = await repository.list_day_of_agent(
            work.session, field_agent_id, since, until, with_overdue=on == business_date(work.now)
        )
        return [
            await self._visit_card(work, visit, hand_over, position)
            for position, (visit, hand_over) in enumerate(rows, 1)
        ]

    async def report(self, work: Work, visit_id: int, report: VisitReport) -> HandOverCard:
        """Accepts the actor's report of a visit. The same report sent twice, over a poor connection, counts once.

        Raises VisitNotFound, ReportedAlready, ReportInvalid, VisitTimeUnconfirmed.
        """
        visit = await repository.find_visit(work.session, visit_id)
        if visit is None or visit.field_agent_id != work.actor.id:
            raise VisitNotFound(f"you have no visit {visit_id}")
        # Lock the hand-over before the visit, as an assignment does, so that the two cannot deadlock; then look at the
        # visit again: it may have been reassigned while this one waited.
        hand_over = await repository.lock_hand_over(work.session, visit.hand_over_id)
        assert hand_over is not None  # a foreign key holds it
        await work.session.refresh(visit)
        if visit.state is not VisitState.PLANNED:
            if (visit.result, visit.next_at) == (report.result, report.next_at):
                return await hand_over_card(work, hand_over, self._vault)
            raise ReportedAlready("this visit has another report, or was cancelled", state=visit.state.value)
        after = after_visit(report.result, report.next_at, work.now)
        if isinstance(after, str):
            raise ReportInvalid(after)
        if after.next_at is not None:
            await self._visit_times.require(work, after.next_at, confirmed=report.next_confirmed)
        reported = await repository.report(
            work.session,
            visit_id,
            work.actor.id,
            result=report.result,
            note_sealed=self._vault.seal_words(report.note.strip(), VISIT_NOTE.at(visit)) or None,
            next_at=report.next_at,
            reported_at=work.now,
        )
        if reported is None:
            raise ReportedAlready("this visit has been assigned to another field agent meanwhile")
        HAND_OVER.move(hand_over, after.fact)
        hand_over.reason, hand_over.words_sealed = after.reason, None
        if after.fact is HandOverFact.LEFT_OPEN:
            hand_over.field_agent_id = None
            hand_over.due_at = await self._routing.due_at(work)
        if report.result is VisitResult.SIGNED:
            work.session.add(PolicyApplication(hand_over_id=hand_over.id, signed_at=work.now, changed_at=work.now))
        if after.next_at is not None:
            hand_over.requested_visit_at = after.next_at
            work.session.add(
                Visit(
                    hand_over_id=hand_over.id,
                    number=visit.number + 1,
                    field_agent_id=visit.field_agent_id,
                    visit_at=after.next_at,
                )
            )
        await work.session.flush()
        await work.announce(
            VisitReported(
                visit_id=visit_id,
                hand_over_id=hand_over.id,
                lead_id=hand_over.lead_id,
                campaign_id=hand_over.campaign_id,
                field_agent_id=visit.field_agent_id,
                result=report.result,
                at=work.now,
            )
        )
        return await hand_over_card(work, hand_over, self._vault)

    async def correct_customer(self, work: Work, visit_id: int, correction: Correction) -> None:
        """Corrects the file of the customer of one of the actor's visits (requirement L4).

        Raises VisitNotFound, and what CorrectionService refuses.
        """
        visit = await repository.find_visit(work.session, visit_id)
        if visit is None or visit.field_agent_id != work.actor.id or visit.state is VisitState.CANCELLED:
            raise VisitNotFound(f"you have no visit {visit_id}")
        lead_id = await repository.lead_of(work.session, visit.hand_over_id)
        await self._corrections.correct(work, lead_id, correction)

    async def _visit_card(self, work: Work, visit: Visit, hand_over: HandOver, position: int) -> VisitCard:
        clear = await self._leads.particulars(work, hand_over.lead_id, f"visit {visit.id}")
        call = await self._calls.card(work, hand_over.call_id)
        return VisitCard(
            id=visit.id,
            hand_over_id=hand_over.id,
            position=position,
            number=visit.number,
            customer=Customer(
                name=clear.name,
                phone=clear.phone,
                address=self._calls.visit_address(call) or clear.address,
                district=clear.district,
                age=clear.age,
            ),
            visit_at=visit.visit_at,
            state=visit.state,
            result=visit.result,
            note=self._vault.open_words(visit.note_sealed, VISIT_NOTE.at(visit)),
            next_at=visit.next_at,
            call_note=self._calls.note(call),
        )
