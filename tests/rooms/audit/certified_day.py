"""A healthy Monday of two agents and a complaint, made by raw rows, for the certificate's tests to break."""

import contextlib
import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from callcenter.allocation.models import AllocationRun, Assignment
from callcenter.allocation.types import AssignmentState
from callcenter.audit.certificate.service import CertificateService
from callcenter.audit.certificate.types import Certificate, Limits, SectionId
from callcenter.audit.handlers import subscribe
from callcenter.audit.service import AuditService
from callcenter.callbacks.models import Callback
from callcenter.callbacks.types import CallbackKind, CallbackState
from callcenter.calls.models import Call, CallSignal
from callcenter.calls.types import CallKind, CallState, Disposition, Outcome
from callcenter.campaigns.models import Campaign
from callcenter.campaigns.types import CampaignState
from callcenter.complaints.models import Case
from callcenter.complaints.types import CaseState, Category
from callcenter.dnc.models import DncEntry
from callcenter.dnc.types import DncReason, DncSource
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock, at_business_time
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.leads.models import Lead, LeadList
from callcenter.leads.types import BasisKind
from callcenter.people.models import Staff
from callcenter.people.types import Role
from callcenter.recordings.models import Recording
from callcenter.recordings.types import RecordingState
from callcenter.storage.memory import MemoryStore

MONDAY = date(2026, 11, 23)
FRIDAY = date(2026, 11, 20)
BODY = b"not really FLAC"


def at(hour: int, minute: int = 0, second: int = 0, *, on: date = MONDAY) -> datetime:
    return at_business_time(on, hour, minute) + timedelta(seconds=second)


SINCE, UNTIL = at(0), at(0, on=date(2026, 11, 24))


class _UndoneError(Exception):
    pass


@dataclass
class Day:
    """Two agents' Monday. ``calls`` by the name the stories use."""

    works: Works
    audit: AuditService
    agents: dict[str, int] = field(default_factory=dict)
    leads: list[int] = field(default_factory=list)
    calls: dict[str, UUID] = field(default_factory=dict)
    campaign_id: int = 0
    run_id: int = 0
    case_id: int = 0
    callback_id: int = 0

    def subject(self, name: str) -> str:
        return f"call:{self.calls[name]}"

    async def certify(self, *, limits: Limits | None = None, **options: Any) -> Certificate:
        service = CertificateService(self.audit, options.pop("store", None), limits or Limits())
        since, until = options.pop("since", SINCE), options.pop("until", UNTIL)
        async with self.works.begin() as work:
            return await service.certify(work, since, until, **options)

    async def sql(self, *statements: str, **values: Any) -> None:
        async with self.works.begin() as work:
            for statement in statements:
                used = {name: value for name, value in values.items() if f":{name}" in statement}
                await work.session.execute(text(statement), used)

    async def broken_by(
        self, statement: str, *, store: MemoryStore | None = None, **values: Any
    ) -> dict[SectionId, list[str]]:
        """What the certificate names after this statement, which is undone again."""
        used = {name: value for name, value in values.items() if f":{name}" in statement}
        service = CertificateService(self.audit, store)
        found: dict[SectionId, list[str]] = {}
        with contextlib.suppress(_UndoneError):
            async with self.works.begin() as work:
                await work.session.execute(text(statement), used)
                found = broken(await service.certify(work, SINCE, UNTIL, with_store=store is not None))
                raise _UndoneError
        return found

    async def breaks(self, **options: Any) -> dict[SectionId, list[str]]:
        return broken(await self.certify(**options))

    async def move(self, name: str, to: datetime) -> None:
        """The same call, all of it, at another time."""
        async with self.works.begin() as work:
            call = await work.session.get_one(Call, self.calls[name])
            assert call.dialled_at is not None
            by = to - call.dialled_at
            for instant in ("planned_at", "dialled_at", "ringing_at", "answered_at", "ended_at", "disposed_at"):
                if (then := getattr(call, instant)) is not None:
                    setattr(call, instant, then + by)
            call.verdict = {**call.verdict, "at": to.isoformat()}
            await work.session.execute(
                text("UPDATE call_signal SET at = at + :by WHERE call_id = :id"), {"by": by, "id": call.id}
            )

    # -- making the day

    async def staff(self, work: Work, name: str, role: Role = Role.AGENT) -> int:
        row = Staff(login=name, name=name, password_hash="-", role=role, branch="main", created_at=at(9, on=FRIDAY))
        work.session.add(row)
        await work.session.flush()
        self.agents[name] = row.id
        return row.id

    async def lead(self, work: Work, list_id: int) -> int:
        number = len(self.leads)
        row = Lead(
            campaign_id=self.campaign_id,
            list_id=list_id,
            line=number,
            name_sealed="-",
            phone_sealed="-",
            phone_index=index_of(number),
            phone_last4="0000",
            address_sealed="-",
            basis_kind=BasisKind.EXISTING_RELATION,
            basis_reference="contract",
            imported_at=at(9, on=FRIDAY),
        )
        work.session.add(row)
        await work.session.flush()
        self.leads.append(row.id)
        return row.id

    async def assign(self, work: Work, agent: str, lead: int, *, given: datetime, done: datetime | None = None) -> int:
        row = Assignment(
            run_id=self.run_id,
            campaign_id=self.campaign_id,
            lead_id=self.leads[lead],
            agent_id=self.agents[agent],
            work_on=MONDAY,
            position=lead,
            state=AssignmentState.DONE if done else AssignmentState.OPEN,
            due_at=given,
            reason="story",
            assigned_at=given,
            done_at=done,
        )
        work.session.add(row)
        await work.session.flush()
        return row.id

    async def call(
        self,
        work: Work,
        name: str,
        agent: str,
        lead: int,
        began: datetime,
        outcome: Outcome,
        *,
        seconds: int = 10,
        **changes: Any,
    ) -> UUID:
        """``seconds`` from answer (or from ringing) to the end; answered five seconds after dialling."""
        call_id = self.calls[name] = UUID(int=len(self.calls) + 1)
        placed = outcome is not Outcome.NOT_PLACED
        answered = outcome is Outcome.ANSWERED
        ended = began + timedelta(seconds=5 + seconds) if placed else began
        verdict = {"allowed": placed, "rule": "none", "rule_set": "t1", "reason": "story", "at": began.isoformat()}
        values: dict[str, Any] = {
            "kind": CallKind.LEAD,
            "state": CallState.ENDED,
            "outcome": outcome,
            "agent_id": self.agents[agent],
            "lead_id": self.leads[lead],
            "campaign_id": self.campaign_id,
            "node": "n1",
            "leg_id": f"leg-{agent}",
            "phone_index": index_of(lead),
            "caller_id": "02100000000",
            "trunk": "carrier",
            "ring_seconds": 30,
            "verdict": verdict,
            "planned_at": began - timedelta(seconds=1),
            "dialled_at": began if placed else None,
            "answered_at": began + timedelta(seconds=5) if answered else None,
            "ended_at": ended,
            "disposed_at": ended,
        }
        work.session.add(Call(id=call_id, **{**values, **changes}))
        await work.session.flush()
        if placed:
            told = ["CustomerDialled", "CustomerAnswered"] if answered else ["CustomerDialled"]
            for kind in told:
                work.session.add(
                    CallSignal(call_id=call_id, key=kind, kind=kind, at=began, received_at=began, facts={})
                )
            work.session.add(self.recording(name, call_id, began, ended, answered=answered))
        return call_id

    def recording(self, name: str, call_id: UUID, began: datetime, ended: datetime, *, answered: bool) -> Recording:
        row = Recording(call_id=call_id, node="n1", state=RecordingState.EMPTY, armed_at=began, due_at=began)
        if answered:
            row.state = RecordingState.STORED
            row.object_key, row.version_id = f"2026/11/23/{name}.flac", "v1"
            row.sha256, row.size_bytes = hashlib.sha256(BODY).hexdigest(), len(BODY)
            row.duration_ms = (ended - began - timedelta(seconds=4)) // timedelta(milliseconds=1)
            row.stored_at = ended
            row.retain_until = row.wanted_until = ended + timedelta(days=365)
        return row


def index_of(lead: int) -> str:
    return f"{lead:064d}"


def broken(certificate: Certificate) -> dict[SectionId, list[str]]:
    return {
        section.id: [finding.subject for finding in section.exceptions]
        for section in certificate.sections
        if section.exceptions
    }


async def make_day(works: Works, bus: Bus, clock: FrozenClock) -> Day:
    audit = AuditService()
    subscribe(bus, audit)
    day = Day(works, audit)
    clock.set(at(9, on=FRIDAY))
    async with works.begin() as work:
        for name in ("ann", "ben"):
            await day.staff(work, name)
        await day.staff(work, "lee", Role.AGENT_LEADER)
        campaign = Campaign(
            name="Autumn",
            product="life",
            company_full_name="Example Life",
            state=CampaignState.RUNNING,
            legal_opens=time(8),
            legal_closes=time(21),
            shifts=[["10:00", "12:00"], ["13:30", "18:00"]],
            quota=4,
            ring_seconds=30,
            wrap_up_seconds=60,
            caller_id="02100000000",
            trunk="carrier",
            cap_per_day=1,
            cap_per_7_days=3,
            max_attempts=3,
            created_at=work.now,
        )
        work.session.add(campaign)
        await work.session.flush()
        day.campaign_id = campaign.id
        leads = LeadList(campaign_id=campaign.id, name="l", file_name="l.csv", sha256="0" * 64, imported_at=work.now)
        work.session.add(leads)
        await work.session.flush()
        for _ in range(9):
            await day.lead(work, leads.id)
        await work.announce(Noted("campaigns.created", f"campaign:{campaign.id}"))
    given = at(20, on=FRIDAY)
    clock.set(given)
    async with works.begin() as work:
        run = AllocationRun(
            campaign_id=day.campaign_id,
            work_on=MONDAY,
            made_at=given,
            seed=1,
            quota=4,
            agents=2,
            assigned=7,
            carried=0,
            returned=0,
            shortage=1,
            stock_left=0,
        )
        work.session.add(run)
        await work.session.flush()
        day.run_id = run.id
        assignments = {
            "success": await day.assign(work, "ann", 0, given=given, done=at(10, 3)),
            "busy": await day.assign(work, "ann", 1, given=given),
            "complaint": await day.assign(work, "ann", 2, given=given, done=at(10, 13)),
            "refused": await day.assign(work, "ben", 3, given=given, done=at(10, 3)),
            "unknown": await day.assign(work, "ben", 4, given=given),
            "cut off": await day.assign(work, "ben", 5, given=given),
            "not placed": await day.assign(work, "ann", 6, given=given),
        }
        stories: list[tuple[str, str, int, datetime, Outcome, int, dict[str, Any]]] = [
            ("success", "ann", 0, at(10), Outcome.ANSWERED, 120, {"disposition": Disposition.SUCCESS}),
            ("busy", "ann", 1, at(10, 5), Outcome.BUSY, 1, {"disposition": Disposition.NOT_REACHED}),
            ("complaint", "ann", 2, at(10, 10), Outcome.ANSWERED, 60, {"disposition": Disposition.COMPLAINT}),
            ("refused", "ben", 3, at(10), Outcome.ANSWERED, 60, {"disposition": Disposition.REFUSED}),
            ("unknown", "ben", 4, at(10, 6), Outcome.UNKNOWN, 0, {"end_estimated": True}),
            ("cut off", "ben", 5, at(10, 10), Outcome.ANSWERED, 30, {"end_estimated": True}),
            ("not placed", "ann", 6, at(10, 20), Outcome.NOT_PLACED, 0, {}),
        ]
        for name, agent, lead, began, outcome, seconds, changes in stories:
            changes["assignment_id"] = assignments[name]
            await day.call(work, name, agent, lead, began, outcome, seconds=seconds, **changes)
        work.session.add(
            DncEntry(
                phone_index=index_of(3),
                reason=DncReason.REFUSED,
                source=DncSource.CALL,
                call_id=day.calls["refused"],
                entered_at=at(10, 3),
            )
        )
        case = Case(
            lead_id=day.leads[2],
            call_id=day.calls["complaint"],
            agent_id=day.agents["ann"],
            category=Category.STAFF_ATTITUDE,
            text_sealed="-",
            state=CaseState.ANSWERED,
            opened_at=at(10, 12),
            answer_due_at=at(10, 12) + timedelta(hours=24),
            decide_due_at=at(10, 12) + timedelta(days=15),
        )
        work.session.add(case)
        await work.session.flush()
        day.case_id = case.id
        callback = Callback(
            kind=CallbackKind.COMPLAINT,
            lead_id=day.leads[2],
            campaign_id=day.campaign_id,
            excluded_agent_id=day.agents["ann"],
            case_id=case.id,
            due_at=at(10, 20),
            opens_to_team_at=at(10, 20),
            attempts_demanded=3,
            created_at=at(10, 12),
        )
        work.session.add(callback)
        await work.session.flush()
        day.callback_id = callback.id
        callback.done_call_id = await day.call(
            work,
            "called back",
            "ben",
            2,
            at(13, 35),
            Outcome.ANSWERED,
            seconds=90,
            kind=CallKind.COMPLAINT,
            callback_id=callback.id,
            disposition=Disposition.RESOLVED,
        )
        callback.state, callback.done_at = CallbackState.DONE, at(13, 37)
    clock.set(at(18, 30))
    return day
