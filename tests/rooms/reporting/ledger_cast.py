"""A small book of leads in every state a ledger knows, made by raw rows."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from callcenter.allocation.models import AllocationRun, Assignment
from callcenter.allocation.types import AssignmentState
from callcenter.callbacks.models import Callback
from callcenter.callbacks.types import CallbackKind, CallbackState
from callcenter.calls.models import Call
from callcenter.calls.types import CallKind, CallState, Disposition, Outcome
from callcenter.campaigns.models import Campaign
from callcenter.campaigns.types import CampaignState
from callcenter.complaints.models import Case
from callcenter.complaints.types import CaseState, Category
from callcenter.dnc.models import DncEntry
from callcenter.dnc.types import DncReason, DncSource
from callcenter.field.models import HandOver, Region, Visit
from callcenter.field.types import HandOverState, VisitResult, VisitState
from callcenter.kit.actor import Actor
from callcenter.kit.crypto import Vault
from callcenter.kit.scope import ALL, Scope
from callcenter.kit.work import Work, Works
from callcenter.leads.models import Lead, LeadList
from callcenter.leads.types import BasisKind, LeadState
from callcenter.people.models import Staff
from callcenter.people.types import RIGHTS, Role
from callcenter.quality.models import Review
from callcenter.quality.types import ReviewState, ReviewVerdict
from callcenter.reporting.types import LedgerResult

NORTH, SOUTH = "北城支行", "南城支行"
DAY = timedelta(days=1)


@dataclass
class Cast:
    """``leads`` by the name the stories use; ``results`` says what the ledger must make of each."""

    vault: Vault
    staff: dict[str, int] = field(default_factory=dict)
    lists: dict[str, int] = field(default_factory=dict)
    leads: dict[str, int] = field(default_factory=dict)
    results: dict[str, LedgerResult] = field(default_factory=dict)
    campaign_id: int = 0
    run_id: int = 0
    _hours: int = 0

    def actor(self, role: Role, scope: Scope = ALL) -> Actor:
        return Actor(self.staff[role.value], role.value, role.value, frozenset(RIGHTS[role]), scope)

    def name_of(self, lead_id: int) -> str:
        return next(name for name, known in self.leads.items() if known == lead_id)

    # -- making it

    async def add(self, work: Work, row: Any) -> Any:
        work.session.add(row)
        await work.session.flush()
        return row

    async def lead(self, work: Work, name: str, list_name: str, result: LedgerResult, **changes: Any) -> int:
        number = len(self.leads)
        phone = f"199{number:08d}"
        closed = result not in (LedgerResult.STOCK, LedgerResult.HELD, LedgerResult.ON_DNC_LIST, LedgerResult.WITHDRAWN)
        values: dict[str, Any] = {
            "campaign_id": self.campaign_id,
            "list_id": self.lists[list_name],
            "line": number + 2,
            "state": LeadState.CLOSED if closed else LeadState.STOCK,
            "name_sealed": self.vault.seal(f"客户{number}"),
            "phone_sealed": self.vault.seal(phone),
            "phone_index": self.vault.index(phone),
            "phone_last4": phone[-4:],
            "address_sealed": self.vault.seal("某路"),
            "district": "青秀区" if number % 2 else "兴宁区",
            "customer_class": "一般客户",
            "basis_kind": BasisKind.WRITTEN_CONSENT,
            "basis_reference": "SQ",
            "imported_at": work.now,
        }
        row = await self.add(work, Lead(**{**values, **changes}))
        self.leads[name], self.results[name] = row.id, result
        return int(row.id)

    async def assign(
        self, work: Work, name: str, agent: str, result: str | None = None, state: AssignmentState | None = None
    ) -> None:
        """One assignment; with a result it is done, unless ``state`` says returned."""
        state = state or (AssignmentState.DONE if result else AssignmentState.OPEN)
        given = work.now + timedelta(hours=self._tick())
        await self.add(
            work,
            Assignment(
                run_id=self.run_id,
                campaign_id=self.campaign_id,
                lead_id=self.leads[name],
                agent_id=self.staff[agent],
                work_on=work.now.date(),
                position=1,
                state=state,
                due_at=given,
                reason="story",
                result=result,
                assigned_at=given,
                done_at=None if state is AssignmentState.OPEN else given,
            ),
        )

    async def call(
        self,
        work: Work,
        name: str,
        agent: str,
        disposition: Disposition,
        outcome: Outcome = Outcome.ANSWERED,
        kind: CallKind = CallKind.LEAD,
    ) -> UUID:
        at = work.now + timedelta(hours=self._tick())
        dialled = None if outcome is Outcome.NOT_PLACED else at
        row = await self.add(
            work,
            Call(
                id=uuid4(),
                kind=kind,
                state=CallState.ENDED,
                outcome=outcome,
                disposition=disposition,
                agent_id=self.staff[agent],
                lead_id=self.leads[name],
                campaign_id=self.campaign_id,
                node="n1",
                leg_id="leg",
                phone_index="x",
                caller_id="0771",
                trunk="t",
                ring_seconds=30,
                verdict={"allowed": dialled is not None},
                planned_at=at,
                dialled_at=dialled,
                answered_at=at if outcome is Outcome.ANSWERED else None,
                ended_at=at,
            ),
        )
        return UUID(str(row.id))

    async def bar(self, work: Work, name: str, until: datetime | None = None, lifted: datetime | None = None) -> None:
        lead = await work.session.get_one(Lead, self.leads[name])
        await self.add(
            work,
            DncEntry(
                phone_index=lead.phone_index,
                reason=DncReason.CUSTOMER_REQUEST,
                source=DncSource.OFFICE,
                lead_id=lead.id,
                entered_at=work.now,
                until=until,
                lifted_at=lifted,
            ),
        )

    async def promise(self, work: Work, name: str, state: CallbackState, done: UUID | None = None) -> None:
        await self.add(
            work,
            Callback(
                kind=CallbackKind.AGENT_PROMISE,
                state=state,
                lead_id=self.leads[name],
                campaign_id=self.campaign_id,
                agent_id=self.staff["ann"],
                due_at=work.now,
                opens_to_team_at=work.now,
                attempts_demanded=1,
                done_call_id=done,
                done_at=work.now if done else None,
                created_at=work.now,
            ),
        )

    async def sold(self, work: Work, name: str, call_id: UUID) -> None:
        """Passed, handed over, visited twice, signed."""
        lead_id, staff = self.leads[name], self.staff
        common: dict[str, Any] = {"call_id": call_id, "lead_id": lead_id, "campaign_id": self.campaign_id}
        decided: dict[str, Any] = {
            "state": ReviewState.DECIDED,
            "verdict": ReviewVerdict.PASS,
            "decided_by": staff["ben"],
        }
        await self.add(
            work, Review(**common, **decided, agent_id=staff["ann"], decided_at=work.now, created_at=work.now)
        )
        region = await self.add(work, Region(name="east", created_at=work.now))
        given = await self.add(
            work,
            HandOver(
                **common,
                district="青秀区",
                region_id=region.id,
                field_agent_id=staff["ben"],
                state=HandOverState.DONE,
                due_at=work.now,
                requested_visit_at=work.now,
                handed_at=work.now,
            ),
        )
        for number, result in enumerate((VisitResult.THINKING, VisitResult.SIGNED), start=1):
            visit: dict[str, Any] = {
                "hand_over_id": given.id,
                "number": number,
                "field_agent_id": staff["ben"],
                "visit_at": work.now,
            }
            await self.add(work, Visit(**visit, state=VisitState.REPORTED, result=result))

    def _tick(self) -> int:
        self._hours += 1
        return self._hours


async def make_cast(works: Works, vault: Vault) -> Cast:
    cast = Cast(vault)
    async with works.begin() as work:
        await _ground(work, cast)
        await _untouched(work, cast)
        await _spoken(work, cast)
        await _ended_without_words(work, cast)
    return cast


async def _ground(work: Work, cast: Cast) -> None:
    roles = (Role.DATA_OFFICER, Role.HEAD_OFFICE, Role.AUDITOR, Role.BRANCH_OFFICER, Role.AGENT, Role.AGENT_LEADER)
    for name, role in [("ann", Role.AGENT), ("ben", Role.AGENT), *((role.value, role) for role in roles)]:
        person = Staff(login=name, name=name, password_hash="-", role=role, branch=NORTH, created_at=work.now)
        cast.staff[name] = (await cast.add(work, person)).id
    campaign = Campaign(
        name="秋季",
        product="life",
        company_full_name="某某人寿",
        state=CampaignState.RUNNING,
        legal_opens=time(8),
        legal_closes=time(21),
        shifts=[["10:00", "12:00"]],
        quota=30,
        ring_seconds=30,
        wrap_up_seconds=60,
        caller_id="0771",
        trunk="t",
        cap_per_day=1,
        cap_per_7_days=3,
        max_attempts=3,
        created_at=work.now,
    )
    cast.campaign_id = (await cast.add(work, campaign)).id
    for number, (name, branch) in enumerate((("north", NORTH), ("south", SOUTH), ("whole", ""))):
        made = LeadList(
            campaign_id=cast.campaign_id,
            name=name,
            file_name=f"{name}.csv",
            sha256=f"{number:064d}",
            source=f"source of {name}",
            branch=branch,
            imported_at=work.now,
        )
        cast.lists[name] = (await cast.add(work, made)).id
    run = AllocationRun(
        campaign_id=cast.campaign_id,
        work_on=work.now.date(),
        made_at=work.now,
        seed=1,
        quota=30,
        agents=2,
        assigned=0,
        carried=0,
        returned=0,
        shortage=0,
        stock_left=0,
    )
    cast.run_id = (await cast.add(work, run)).id


async def _untouched(work: Work, cast: Cast) -> None:
    """In stock, in hand, barred, withdrawn."""
    await cast.lead(work, "stock", "north", LedgerResult.STOCK)
    await cast.lead(work, "returned", "north", LedgerResult.STOCK)
    await cast.assign(work, "returned", "ann", "over_quota", AssignmentState.RETURNED)
    await cast.lead(work, "written", "north", LedgerResult.STOCK)
    await cast.assign(work, "written", "ben", "她发烧请假", AssignmentState.RETURNED)
    await cast.lead(work, "held", "north", LedgerResult.HELD, state=LeadState.ASSIGNED)
    await cast.assign(work, "held", "ann", "not_eligible", AssignmentState.RETURNED)
    await cast.assign(work, "held", "ben")
    await cast.lead(work, "old south", "south", LedgerResult.STOCK, imported_at=work.now - 40 * DAY)
    await cast.lead(work, "on_dnc_list", "south", LedgerResult.ON_DNC_LIST)
    await cast.bar(work, "on_dnc_list")
    await cast.lead(work, "bar lifted", "south", LedgerResult.STOCK)
    await cast.bar(work, "bar lifted", lifted=work.now)
    await cast.lead(work, "bar over", "south", LedgerResult.STOCK)
    await cast.bar(work, "bar over", until=work.now - DAY)
    await cast.lead(work, "withdrawn", "whole", LedgerResult.WITHDRAWN, basis_withdrawn_at=work.now)


async def _spoken(work: Work, cast: Cast) -> None:
    """Those who answered."""
    for disposition, result in (
        (Disposition.REFUSED, LedgerResult.REFUSED),
        (Disposition.THINKING, LedgerResult.THINKING),
        (Disposition.WRONG_PERSON, LedgerResult.WRONG_PERSON),
        (Disposition.DO_NOT_CALL, LedgerResult.DO_NOT_CALL),
        (Disposition.COMPLAINT, LedgerResult.COMPLAINT),
    ):
        await cast.lead(work, disposition.value, "north", result)
        await cast.assign(work, disposition.value, "ann", disposition.value)
        await cast.call(work, disposition.value, "ann", Disposition.NOT_REACHED, Outcome.NO_ANSWER)
        call_id = await cast.call(work, disposition.value, "ann", disposition)
    await cast.call(work, "complaint", "ben", Disposition.RESOLVED, kind=CallKind.COMPLAINT)
    case = Case(
        lead_id=cast.leads["complaint"],
        call_id=call_id,
        agent_id=cast.staff["ann"],
        category=Category.HANDLING,
        text_sealed="-",
        state=CaseState.ANSWERED,
        opened_at=work.now,
        answer_due_at=work.now,
        decide_due_at=work.now,
    )
    await cast.add(work, case)
    await cast.bar(work, "do_not_call")
    await cast.lead(work, "success", "south", LedgerResult.SUCCESS)
    await cast.assign(work, "success", "ann", "success")
    await cast.sold(work, "success", await cast.call(work, "success", "ann", Disposition.SUCCESS))
    for name, result in (
        ("promised", LedgerResult.PROMISED),
        ("lapsed", LedgerResult.LAPSED),
        ("kept", LedgerResult.SUCCESS),
    ):
        await cast.lead(work, name, "whole", result)
        await cast.assign(work, name, "ann", "callback")
        await cast.call(work, name, "ann", Disposition.CALLBACK)
    await cast.promise(work, "promised", CallbackState.DUE)
    await cast.promise(work, "lapsed", CallbackState.LAPSED)
    kept = await cast.call(work, "kept", "ben", Disposition.SUCCESS, kind=CallKind.CALLBACK)
    await cast.promise(work, "kept", CallbackState.DONE, kept)


async def _ended_without_words(work: Work, cast: Cast) -> None:
    for name, ended, result in (
        ("no answer", "no_answer", LedgerResult.NOT_REACHED),
        ("attempts", "C3.attempts", LedgerResult.NOT_REACHED),
        ("invalid", "invalid_number", LedgerResult.INVALID_NUMBER),
        ("barred in hand", "L6.do_not_call", LedgerResult.ON_DNC_LIST),
        ("withdrawn in hand", "L9.legal_basis", LedgerResult.WITHDRAWN),
        ("ruled out", "C3.caller_id", LedgerResult.RULED_OUT),
    ):
        await cast.lead(work, name, "whole", result, state=LeadState.CLOSED)
        await cast.assign(work, name, "ben", ended)
    await cast.call(work, "no answer", "ben", Disposition.NOT_REACHED, Outcome.NO_ANSWER)
    await cast.call(work, "no answer", "ben", Disposition.NOT_REACHED, Outcome.NOT_PLACED)
    await cast.lead(work, "closed unseen", "whole", LedgerResult.RULED_OUT)
