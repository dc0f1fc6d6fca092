"""A few leads in every state that the ledger knows, made row by row."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from callcenter.allocation.types import AssignmentEnd, AssignmentState, End
from callcenter.callbacks.types import CallbackState
from callcenter.calls.types import CallKind, Disposition, Outcome
from callcenter.complaints.types import CaseState
from callcenter.field.types import ApplicationState, HandOverState, VisitResult, VisitState
from callcenter.kit.actor import Actor
from callcenter.kit.clock import business_date
from callcenter.kit.scope import ALL, Scope
from callcenter.kit.work import Work, Works
from callcenter.leads.types import LeadState
from callcenter.people.types import RIGHTS, Role
from callcenter.quality.types import ReviewState
from callcenter.reporting.types import LedgerResult
from tests.support.rows import (
    Call,
    HandOver,
    make_application,
    make_assignment,
    make_call,
    make_callback,
    make_campaign,
    make_case,
    make_dnc_entry,
    make_hand_over,
    make_lead,
    make_lead_list,
    make_review,
    make_staff,
    make_visit,
)

NORTH, SOUTH = "北城支行", "南城支行"
DAY = timedelta(days=1)


@dataclass
class Cast:
    """Staff, lists and leads; ``results`` says what the ledger must show of each lead, by the name the tests use."""

    staff: dict[str, int] = field(default_factory=dict)
    lists: dict[str, int] = field(default_factory=dict)
    leads: dict[str, int] = field(default_factory=dict)
    results: dict[str, LedgerResult] = field(default_factory=dict)
    campaign_id: int = 0
    _hours: int = 0

    def actor(self, role: Role, scope: Scope = ALL) -> Actor:
        return Actor(self.staff[role.value], role.value, role.value, frozenset(RIGHTS[role]), scope)

    def name_of(self, lead_id: int) -> str:
        return next(name for name, known in self.leads.items() if known == lead_id)

    # -- making it

    async def lead(self, work: Work, name: str, list_name: str, result: LedgerResult, **changes: Any) -> int:
        number = len(self.leads)
        closed = result not in (LedgerResult.STOCK, LedgerResult.HELD, LedgerResult.ON_DNC_LIST, LedgerResult.WITHDRAWN)
        columns = {
            "list_id": self.lists[list_name],
            "state": LeadState.CLOSED if closed else LeadState.STOCK,
            "district": "青秀区" if number % 2 else "兴宁区",
            "customer_class": "一般客户",
        }
        lead = await make_lead(work, name=f"客户{number}", **{**columns, **changes})
        self.leads[name], self.results[name] = lead.id, result
        return lead.id

    async def assign(
        self, work: Work, name: str, agent: str, end: End | None = None, state: AssignmentState | None = None
    ) -> None:
        """One assignment; with a result it is done, unless ``state`` says returned."""
        await make_assignment(
            work,
            lead_id=self.leads[name],
            agent_id=self.staff[agent],
            state=state or (AssignmentState.DONE if end else AssignmentState.OPEN),
            ended_as=end.kind if end else None,
            end_detail=end.detail if end else None,
            end_note_sealed=end.note_sealed if end else None,
            assigned_at=self._next_hour(work),
        )

    async def call(
        self,
        work: Work,
        name: str,
        agent: str,
        disposition: Disposition,
        outcome: Outcome = Outcome.ANSWERED,
        kind: CallKind = CallKind.LEAD,
    ) -> Call:
        return await make_call(
            work,
            outcome,
            kind=kind,
            disposition=disposition,
            agent_id=self.staff[agent],
            lead_id=self.leads[name],
            planned_at=self._next_hour(work),
        )

    async def promise(self, work: Work, name: str, state: CallbackState, done: Call | None = None) -> None:
        done_call_id = done.id if done else None
        ann = self.staff["ann"]
        await make_callback(work, state=state, lead_id=self.leads[name], agent_id=ann, done_call_id=done_call_id)

    async def sold(self, work: Work, call: Call) -> None:
        """Passed, handed over, visited twice, signed, and the policy is issued."""
        ben = self.staff["ben"]
        await make_review(work, call, state=ReviewState.DECIDED, decided_by=ben)
        hand_over = await make_hand_over(work, call, field_agent_id=ben, state=HandOverState.DONE)
        for number, result in enumerate((VisitResult.THINKING, VisitResult.SIGNED), start=1):
            await make_visit(work, hand_over, number=number, state=VisitState.REPORTED, result=result)
        await make_policy(work, hand_over)

    def _next_hour(self, work: Work) -> datetime:
        self._hours += 1
        return work.now + timedelta(hours=self._hours)


async def make_policy(work: Work, hand_over: HandOver) -> None:
    """A policy that was issued upon the application."""
    on = business_date(work.now)
    await make_application(
        work, hand_over, state=ApplicationState.ISSUED, number_sealed="?", issued_on=on, starts_on=on
    )


async def make_cast(works: Works) -> Cast:
    cast = Cast()
    async with works.begin() as work:
        await _staff_and_lists(work, cast)
        await _not_called(work, cast)
        await _answered(work, cast)
        await _not_answered(work, cast)
    return cast


async def _staff_and_lists(work: Work, cast: Cast) -> None:
    roles = (Role.DATA_OFFICER, Role.HEAD_OFFICE, Role.AUDITOR, Role.BRANCH_OFFICER, Role.AGENT, Role.AGENT_LEADER)
    for name, role in [("ann", Role.AGENT), ("ben", Role.AGENT), *((role.value, role) for role in roles)]:
        cast.staff[name] = (await make_staff(work, role, name=name, branch=NORTH)).id
    cast.campaign_id = (await make_campaign(work, name="秋季")).id
    for name, branch in (("north", NORTH), ("south", SOUTH), ("whole", "")):
        cast.lists[name] = (await make_lead_list(work, name=name, source=f"source of {name}", branch=branch)).id


async def _not_called(work: Work, cast: Cast) -> None:
    """In stock, assigned, on the do-not-call list, withdrawn."""
    await cast.lead(work, "stock", "north", LedgerResult.STOCK)
    await cast.lead(work, "returned", "north", LedgerResult.STOCK)
    await cast.assign(work, "returned", "ann", End(AssignmentEnd.OVER_QUOTA), AssignmentState.RETURNED)
    await cast.lead(work, "written", "north", LedgerResult.STOCK)
    written = End(AssignmentEnd.RETURNED_LEADS, note_sealed="an opened note stands nowhere in a ledger")
    await cast.assign(work, "written", "ben", written, AssignmentState.RETURNED)
    await cast.lead(work, "held", "north", LedgerResult.HELD, state=LeadState.ASSIGNED)
    await cast.assign(work, "held", "ann", End(AssignmentEnd.NOT_ELIGIBLE), AssignmentState.RETURNED)
    await cast.assign(work, "held", "ben")
    await cast.lead(work, "old south", "south", LedgerResult.STOCK, imported_at=work.now - 40 * DAY)
    await cast.lead(work, "on_dnc_list", "south", LedgerResult.ON_DNC_LIST)
    await make_dnc_entry(work, lead_id=cast.leads["on_dnc_list"])
    await cast.lead(work, "entry lifted", "south", LedgerResult.STOCK)
    await make_dnc_entry(work, lead_id=cast.leads["entry lifted"], lifted_at=work.now)
    await cast.lead(work, "entry expired", "south", LedgerResult.STOCK)
    await make_dnc_entry(work, lead_id=cast.leads["entry expired"], until=work.now - DAY)
    await cast.lead(work, "withdrawn", "whole", LedgerResult.WITHDRAWN, basis_withdrawn_at=work.now)


async def _answered(work: Work, cast: Cast) -> None:
    """Customers who answered."""
    for disposition, result in (
        (Disposition.REFUSED, LedgerResult.REFUSED),
        (Disposition.THINKING, LedgerResult.THINKING),
        (Disposition.WRONG_PERSON, LedgerResult.WRONG_PERSON),
        (Disposition.DO_NOT_CALL, LedgerResult.DO_NOT_CALL),
        (Disposition.COMPLAINT, LedgerResult.COMPLAINT),
    ):
        await cast.lead(work, disposition.value, "north", result)
        await cast.assign(work, disposition.value, "ann", End(AssignmentEnd.DISPOSITION, disposition.value))
        await cast.call(work, disposition.value, "ann", Disposition.NOT_REACHED, Outcome.NO_ANSWER)
        last = await cast.call(work, disposition.value, "ann", disposition)
    await cast.call(work, "complaint", "ben", Disposition.RESOLVED, kind=CallKind.COMPLAINT)
    await make_case(work, last, state=CaseState.ANSWERED)
    await make_dnc_entry(work, lead_id=cast.leads["do_not_call"])
    await cast.lead(work, "success", "south", LedgerResult.SUCCESS)
    await cast.assign(work, "success", "ann", End(AssignmentEnd.DISPOSITION, "success"))
    await cast.sold(work, await cast.call(work, "success", "ann", Disposition.SUCCESS))
    for name, result in (
        ("promised", LedgerResult.PROMISED),
        ("lapsed", LedgerResult.LAPSED),
        ("kept", LedgerResult.SUCCESS),
    ):
        await cast.lead(work, name, "whole", result)
        await cast.assign(work, name, "ann", End(AssignmentEnd.DISPOSITION, "callback"))
        await cast.call(work, name, "ann", Disposition.CALLBACK)
    await cast.promise(work, "promised", CallbackState.DUE)
    await cast.promise(work, "lapsed", CallbackState.LAPSED)
    kept = await cast.call(work, "kept", "ben", Disposition.SUCCESS, kind=CallKind.CALLBACK)
    await cast.promise(work, "kept", CallbackState.DONE, kept)


async def _not_answered(work: Work, cast: Cast) -> None:
    """Leads that were closed without an answered call."""
    for name, ended, result in (
        ("no answer", End(AssignmentEnd.OUTCOME, "no_answer"), LedgerResult.NOT_REACHED),
        ("attempts", End(AssignmentEnd.RULE, "C3.attempts"), LedgerResult.NOT_REACHED),
        ("invalid", End(AssignmentEnd.OUTCOME, "invalid_number"), LedgerResult.INVALID_NUMBER),
        ("blocked while held", End(AssignmentEnd.DO_NOT_CALL, "L6.do_not_call"), LedgerResult.ON_DNC_LIST),
        ("withdrawn while held", End(AssignmentEnd.BASIS_WITHDRAWN, "L9.legal_basis"), LedgerResult.WITHDRAWN),
        ("ruled out", End(AssignmentEnd.RULE, "C3.caller_id"), LedgerResult.RULED_OUT),
    ):
        await cast.lead(work, name, "whole", result, state=LeadState.CLOSED)
        await cast.assign(work, name, "ben", ended)
    await cast.call(work, "no answer", "ben", Disposition.NOT_REACHED, Outcome.NO_ANSWER)
    await cast.call(work, "no answer", "ben", Disposition.NOT_REACHED, Outcome.NOT_PLACED)
    await cast.lead(work, "closed without a call", "whole", LedgerResult.RULED_OUT)
