"""A healthy Monday of two agents and a complaint, made row by row, for the certificate's tests to break."""

import contextlib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from callcenter.allocation.types import AssignmentState
from callcenter.audit.certificate.service import CertificateService
from callcenter.audit.certificate.types import Certificate, Limits, SectionId
from callcenter.audit.handlers import subscribe
from callcenter.audit.service import AuditService
from callcenter.calendar import api as calendar_api
from callcenter.callbacks.types import CallbackKind, CallbackState
from callcenter.calls.types import CallKind, Disposition, Outcome
from callcenter.campaigns import api as campaigns_api
from callcenter.campaigns.service_hours import ServiceHoursService
from callcenter.complaints.types import CaseState, Category
from callcenter.dnc.types import DncSource
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock, at_business_time
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.people.types import Role
from callcenter.storage.memory import MemoryStore
from tests.support.http import Endpoints
from tests.support.leads import calendar_service, campaign_service
from tests.support.rows import (
    VAULT,
    Call,
    Staff,
    make_assignment,
    make_call,
    make_callback,
    make_campaign,
    make_case,
    make_dnc_entry,
    make_lead,
    make_lead_list,
    make_recording,
    make_rule_set,
    make_run,
    make_signal,
    make_staff,
)

MONDAY = date(2026, 11, 23)
FRIDAY = date(2026, 11, 20)


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
    clock: FrozenClock
    endpoints: Endpoints
    """Of campaigns, service hours and calendar: what people change, the tests change here."""
    officer: int = 0
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
        service = CertificateService(
            self.audit, options.pop("store", None), limits or Limits(), options.pop("vault", None)
        )
        since, until = options.pop("since", SINCE), options.pop("until", UNTIL)
        async with self.works.begin() as work:
            return await service.certify(work, since, until, **options)

    async def change(self, when: datetime, method: str, path: str, **facts: Any) -> None:
        """Asks for a change as the data officer, at an instant of the day; the clock goes on to the evening."""
        self.clock.set(when)
        async with self.works.begin() as work:
            client = self.endpoints.as_(await work.session.get_one(Staff, self.officer))
        query: dict[str, Any] = {"params": facts} if method == "DELETE" else {"json": facts}
        answer = await client.request(method, path, **query)
        assert answer.status_code == 200, answer.text
        self.clock.set(at(18, 30))

    async def change_campaign(self, when: datetime, **changes: Any) -> None:
        await self.change(when, "PATCH", f"/campaigns/{self.campaign_id}", reason="story", **changes)

    async def judged_anew(self) -> None:
        """Lets each call's permission name the versions in force, as the engine's do."""
        await self.sql(
            """
            UPDATE call SET verdict = verdict || jsonb_build_object(
                'campaign_version', (SELECT max(v.number) FROM campaign_version v
                                     WHERE v.campaign_id = call.campaign_id AND v.valid_from <= call.dialled_at),
                'calendar', jsonb_build_object('change', COALESCE((SELECT max(o.id) FROM calendar_override o
                                               WHERE o.set_at <= call.dialled_at), 0)),
                'service_hours', COALESCE((SELECT max(h.id) FROM service_hours h
                                           WHERE h.valid_from <= call.dialled_at), 0))
            WHERE dialled_at IS NOT NULL
            """
        )

    async def sql(self, *statements: str, **values: Any) -> None:
        async with self.works.begin() as work:
            for statement in statements:
                used = {name: value for name, value in values.items() if f":{name}" in statement}
                await work.session.execute(text(statement), used)

    async def broken_by(
        self, statement: str, *, store: MemoryStore | None = None, **values: Any
    ) -> dict[SectionId, list[str]]:
        """Returns what the certificate names after this statement, which is undone again."""
        used = {name: value for name, value in values.items() if f":{name}" in statement}
        service = CertificateService(self.audit, store)
        named: dict[SectionId, list[str]] = {}
        with contextlib.suppress(_UndoneError):
            async with self.works.begin() as work:
                await work.session.execute(text(statement), used)
                named = broken(await service.certify(work, SINCE, UNTIL, with_store=store is not None))
                raise _UndoneError
        return named

    async def breaks(self, **options: Any) -> dict[SectionId, list[str]]:
        return broken(await self.certify(**options))

    async def move(self, name: str, to: datetime) -> None:
        """Moves a call, with its signals, to another time."""
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
        self.agents[name] = (await make_staff(work, role, name=name)).id
        return self.agents[name]

    async def assign(self, work: Work, agent: str, lead: int, *, given: datetime, done: datetime | None = None) -> int:
        assignment = await make_assignment(
            work,
            run_id=self.run_id,
            lead_id=self.leads[lead],
            agent_id=self.agents[agent],
            work_on=MONDAY,
            position=lead,
            state=AssignmentState.DONE if done else AssignmentState.OPEN,
            assigned_at=given,
            done_at=done,
        )
        return assignment.id

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
        """A call answered five seconds after dialling; ``seconds`` from answer (or from ringing) to the end."""
        placed = outcome is not Outcome.NOT_PLACED
        columns = {
            "id": UUID(int=len(self.calls) + 1),
            "agent_id": self.agents[agent],
            "lead_id": self.leads[lead],
            "planned_at": began - timedelta(seconds=1),
            "dialled_at": began if placed else None,
            "ended_at": began + timedelta(seconds=5 + seconds) if placed else began,
        }
        call = await make_call(work, outcome, **{**columns, **changes})
        self.calls[name] = call.id
        if placed:
            await make_signal(work, call, "CustomerDialled")
            await self._record(work, call)
        return call.id

    async def _record(self, work: Work, call: Call) -> None:
        """An answered call is recorded from a second before the answer."""
        if not call.answered_at or not call.ended_at:
            await make_recording(work, call)
            return
        await make_signal(work, call, "CustomerAnswered")
        recorded = call.ended_at - call.answered_at + timedelta(seconds=1)
        await make_recording(work, call, duration_ms=recorded // timedelta(milliseconds=1))


def index_of(lead: int) -> str:
    return f"{lead:064d}"


def broken(certificate: Certificate) -> dict[SectionId, list[str]]:
    return {
        section.id: [finding.subject for finding in section.exceptions]
        for section in certificate.sections
        if section.exceptions
    }


async def make_day(works: Works, bus: Bus, clock: FrozenClock) -> Day:
    audit = AuditService(VAULT)
    subscribe(bus, audit)
    services = [campaign_service(), ServiceHoursService(VAULT), calendar_service()]
    routers = [campaigns_api.router, campaigns_api.service_hours, calendar_api.router]
    day = Day(works, audit, clock, Endpoints(works, services, routers))
    clock.set(at(9, on=FRIDAY))
    async with works.begin() as work:
        await _hire_and_import(work, day)
    clock.set(at(20, on=FRIDAY))
    async with works.begin() as work:
        await _allocate_and_call(work, day)
        await _complain(work, day)
    clock.set(at(18, 30))
    return day


async def _hire_and_import(work: Work, day: Day) -> None:
    for name in ("ann", "ben"):
        await day.staff(work, name)
    await day.staff(work, "lee", Role.AGENT_LEADER)
    day.officer = await day.staff(work, "dan", Role.DATA_OFFICER)
    await make_rule_set(work, name="t1")
    day.campaign_id = (await make_campaign(work, quota=4)).id
    lead_list = await make_lead_list(work, campaign_id=day.campaign_id)
    for number in range(9):
        day.leads.append((await make_lead(work, list_id=lead_list.id, phone_index=index_of(number))).id)
    await work.announce(Noted("campaigns.created", f"campaign:{day.campaign_id}"))


async def _allocate_and_call(work: Work, day: Day) -> None:
    figures = {"quota": 4, "assigned": 7, "shortage": 1}
    day.run_id = (await make_run(work, campaign_id=day.campaign_id, work_on=MONDAY, **figures)).id
    given = work.now
    done = {"success": at(10, 3), "complaint": at(10, 13), "refused": at(10, 3)}
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
        changes["assignment_id"] = await day.assign(work, agent, lead, given=given, done=done.get(name))
        await day.call(work, name, agent, lead, began, outcome, seconds=seconds, **changes)
    refused: dict[str, Any] = {"call_id": day.calls["refused"], "entered_at": at(10, 3)}
    await make_dnc_entry(work, phone_index=index_of(3), source=DncSource.CALL, **refused)


async def _complain(work: Work, day: Day) -> None:
    """The customer who complained of Ann is called back by Ben."""
    complaint = await work.session.get_one(Call, day.calls["complaint"])
    opened = at(10, 12)
    case = await make_case(
        work,
        complaint,
        category=Category.STAFF_ATTITUDE,
        state=CaseState.ANSWERED,
        opened_at=opened,
        answer_due_at=opened + timedelta(hours=24),
        decide_due_at=opened + timedelta(days=15),
    )
    callback = await make_callback(
        work,
        CallbackKind.COMPLAINT,
        lead_id=complaint.lead_id,
        excluded_agent_id=complaint.agent_id,
        case_id=case.id,
        due_at=at(10, 20),
        attempts_demanded=3,
        created_at=opened,
    )
    day.case_id, day.callback_id = case.id, callback.id
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
