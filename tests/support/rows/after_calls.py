"""Builders for what follows a call: reviews, hand-overs to the field, visits, complaint cases."""

from datetime import timedelta
from typing import Any

from callcenter.calls.models import Call
from callcenter.calls.types import Disposition
from callcenter.complaints.models import Case
from callcenter.complaints.types import CASE_TEXT, CaseState, Category
from callcenter.field.models import HandOver, PolicyApplication, Region, Visit
from callcenter.field.types import HandOverState, VisitResult, VisitState
from callcenter.kit.work import Work
from callcenter.people.types import Role
from callcenter.quality.models import Review
from callcenter.quality.types import ReviewState, ReviewVerdict
from tests.support.rows.calls import make_call
from tests.support.rows.core import first_or_new, next_number, put
from tests.support.rows.people import make_staff
from tests.support.settings import VAULT


async def make_review(work: Work, call: Call | None = None, **columns: Any) -> Review:
    """A review of a successful call, open; a decided one has passed unless the columns say otherwise."""
    call = call or await make_call(work, disposition=Disposition.SUCCESS)
    decided: dict[str, Any] = {}
    if columns.get("state") is ReviewState.DECIDED:
        decided = {"verdict": ReviewVerdict.PASS, "decided_at": work.now}
        if "decided_by" not in columns:
            columns["decided_by"] = (await make_staff(work, Role.QA)).id
    return await put(work, Review, {**decided, **columns}, **_of(call), agent_id=call.agent_id, created_at=work.now)


async def make_region(work: Work, **columns: Any) -> Region:
    """A region without districts and leader."""
    number = await next_number(work, Region)
    return await put(work, Region, columns, name=f"region {number}", created_at=work.now)


async def make_hand_over(work: Work, call: Call | None = None, **columns: Any) -> HandOver:
    """A customer handed over to a field agent of a region; the visit is to be tomorrow."""
    call = call or await make_call(work, disposition=Disposition.SUCCESS)
    if "region_id" not in columns:
        columns["region_id"] = await first_or_new(work, Region, make_region)
    if "field_agent_id" not in columns:
        columns["field_agent_id"] = (await make_staff(work, Role.FIELD_AGENT, region_id=columns["region_id"])).id
    return await put(
        work,
        HandOver,
        columns,
        **_of(call),
        district="青秀区",
        state=HandOverState.ASSIGNED,
        due_at=work.now + timedelta(days=1),
        requested_visit_at=work.now + timedelta(days=1),
        handed_at=work.now,
    )


async def make_visit(work: Work, hand_over: HandOver | None = None, **columns: Any) -> Visit:
    """A visit that is planned; reported (the customer signed) where its ``state`` says so."""
    hand_over = hand_over or await make_hand_over(work)
    reported = columns.get("state") is VisitState.REPORTED
    return await put(
        work,
        Visit,
        columns,
        hand_over_id=hand_over.id,
        number=await next_number(work, Visit),
        field_agent_id=hand_over.field_agent_id,
        visit_at=hand_over.requested_visit_at,
        result=VisitResult.SIGNED if reported else None,
        reported_at=work.now if reported else None,
    )


async def make_application(work: Work, hand_over: HandOver | None = None, **columns: Any) -> PolicyApplication:
    """An application that was signed now; the insurer has not decided."""
    hand_over = hand_over or await make_hand_over(work, state=HandOverState.DONE)
    return await put(
        work, PolicyApplication, columns, hand_over_id=hand_over.id, signed_at=work.now, changed_at=work.now
    )


async def make_case(work: Work, call: Call | None = None, **columns: Any) -> Case:
    """A complaint about how a call was handled, opened now; to be answered within two hours."""
    call = call or await make_call(work, disposition=Disposition.COMPLAINT)
    decided = columns.get("state") in (CaseState.DECIDED, CaseState.CLOSED)
    if decided and "decided_by" not in columns:
        columns["decided_by"] = (await make_staff(work, Role.COMPLAINT_OFFICER)).id
    return await put(
        work,
        Case,
        columns,
        call_id=call.id,
        lead_id=call.lead_id,
        agent_id=call.agent_id,
        category=Category.HANDLING,
        text_sealed=VAULT.seal("投诉", CASE_TEXT.place(call.lead_id, columns.get("opened_at", work.now))),
        opened_at=work.now,
        answer_due_at=work.now + timedelta(hours=2),
        decide_due_at=work.now + timedelta(days=15),
        decided_at=work.now if decided else None,
    )


def _of(call: Call) -> dict[str, Any]:
    return {"call_id": call.id, "lead_id": call.lead_id, "campaign_id": call.campaign_id}
