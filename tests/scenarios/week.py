"""A bank of two branches at work: telephones, promises, the schedule's tasks and the pages people use, on a clock that
stands until a test moves it. A customer talks for simulated seconds only, so a loaded machine changes nothing.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx
from sqlmodel import col, or_, select

from callcenter.agents.types import AgentState, LegState, PauseCode, Seat, seats_topic
from callcenter.alerts.types import AlertKind
from callcenter.allocation.types import AllocationReport, AssignmentState
from callcenter.bootstrap import Part, System, application, build, run_job, running, scheduled_tasks
from callcenter.callbacks.types import CallbackKind, CallbackState
from callcenter.calls.types import CallKind, Disposition, DispositionDetails
from callcenter.campaigns.types import CampaignState
from callcenter.kit.clock import FrozenClock, at_business_time, business_date
from callcenter.people.types import Role
from callcenter.schedule.runner import ScheduleRunner
from callcenter.storage.memory import MemoryStore
from callcenter.telephony.settings import SwitchSettings
from callcenter.telephony.simulated import INSTANT, SimulatedSwitch
from callcenter.telephony.simulation import Tempo
from tests.support.browser import browser_of, log_in
from tests.support.http import actor_of
from tests.support.people import hire
from tests.support.rows import Assignment, Call, Callback, Lead, LeadList, Recording, Staff, make_campaign, make_staff
from tests.support.settings import core_settings
from tests.support.stock import put_in_stock
from tests.support.waiting import eventually

QUOTA = 6
CALL_TAKES = timedelta(minutes=2)
"""From dialling to the disposition; no customer talks longer."""
DEADLINE = 120.0
"""Seconds in which the engine does what it has to, however busy the machine is."""

Answer = tuple[Disposition, DispositionDetails]


@dataclass
class Bank:
    """The system, its people and what they have been asked to say. ``promised``: the times named to customers."""

    system: System
    switch: SimulatedSwitch
    clock: FrozenClock
    schedule: ScheduleRunner
    office: httpx.AsyncClient
    """The administrator's browser."""
    auditor: httpx.AsyncClient
    agents: dict[str, int]
    campaigns: dict[str, int]
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    """By agent, what comes of the next conversations; one that has nothing to say takes what ``ANSWERS`` has."""
    at_desk: set[str] = field(default_factory=set)
    promised: list[tuple[str, datetime]] = field(default_factory=list)

    # -- the office

    async def request(self, who: httpx.AsyncClient, method: str, path: str, **body: Any) -> Any:
        """Sends a request, logs in where the session is over, and returns the answer's content."""
        answer = await who.request(method, f"/api/v1{path}", json=body or None)
        if answer.status_code == 401:
            await log_in(who, "auditor" if who is self.auditor else "office")
            answer = await who.request(method, f"/api/v1{path}", json=body or None)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def change(self, method: str, path: str, **body: Any) -> Any:
        return await self.request(self.office, method, path, **body)

    async def share(self, campaign: str, agents: Sequence[str], weight: int, from_on: date) -> None:
        staff_ids = [self.agents[agent] for agent in agents]
        facts = {"weight": weight, "from_on": from_on.isoformat(), "reason": "agreed"}
        await self.change(
            "PUT", "/allocation/members", campaign_id=self.campaigns[campaign], staff_ids=staff_ids, **facts
        )

    async def leave(self, agent: str, first: date, last: date) -> None:
        days = {"first_on": first.isoformat(), "last_on": last.isoformat()}
        await self.change("POST", "/people/leaves", staff_id=self.agents[agent], kind="annual", **days)

    async def certificate(self, on: date) -> dict[str, Any]:
        """Has the certificate of a day made by its job, and returns it without what names the present."""
        days = {"first_on": on.isoformat(), "last_on": on.isoformat()}
        requested = await self.request(self.auditor, "POST", "/audit/certificates", **days, with_store=True)
        await run_job(self.system, requested["id"])
        async with self.system.works.begin() as work:
            result = (await self.system.certifying.find(work, requested["id"])).result
        assert result is not None
        made = dict(result)
        for present in ("made_at", "chain_head", "sha256"):
            made.pop(present)
        made["figures"].pop("audit_entries")
        for section in made["sections"]:
            if section["id"] in (
                "S3.chain",
                "S3.facts",
                "L7.seals",
            ):  # of the present: the whole trail, what is noted and what is sealed
                section.pop("checked")
                section.pop("notes")
        return made

    async def short(self) -> Mapping[int, int]:
        """Returns campaign → shortage, as the open alerts say it."""
        async with self.system.works.begin(actor_of(await self._officer())) as work:
            alerts = await self.system.alerts.list_open(work)
        return {
            int(alert.facts["campaign_id"]): int(alert.facts["shortage"])
            for alert in alerts
            if alert.kind is AlertKind.SHORTAGE
        }

    async def _officer(self) -> Staff:
        async with self.system.works.begin() as work:
            return (await work.session.scalars(select(Staff).where(col(Staff.role) == Role.ADMINISTRATOR))).one()

    # -- the day

    async def pass_to(self, at: datetime) -> None:
        """Lets it be ``at``, and the schedule's due tasks run."""
        self.clock.set(at)
        await self.schedule.tick()

    async def be_served(self, at: datetime) -> None:
        """Lets it be ``at``, and each agent who is ready and has somebody to call have them on the screen."""
        self.clock.set(at)
        async with self.system.works.begin() as work:  # nothing else says that time has passed
            await work.notify(seats_topic("n1"))
        await eventually(self._all_served, DEADLINE, every=0.2)

    async def evening(self, on: date) -> Sequence[AllocationReport]:
        """Lets the schedule look at 19:30 and 20:00 of a day; returns the runs made in between."""
        async with self.system.works.begin() as work:
            before = {run.run_id for run in await self.system.runs.list(work, before=None, limit=50)}
        await self.pass_to(at_business_time(on, 19, 30))
        await self.pass_to(at_business_time(on, 20))
        async with self.system.works.begin() as work:
            made = [run.run_id for run in await self.system.runs.list(work, before=None, limit=50)]
            return [await self.system.runs.report(work, run) for run in made if run not in before]

    async def log_on(self, *agents: str) -> None:
        """Lets agents log on and be ready as soon as their leg is up."""
        for agent in agents:
            async with self.system.works.begin() as work:
                await self.system.desk.log_on(work, self.agents[agent])
        self.at_desk |= set(agents)
        await eventually(self._legs_are_up, DEADLINE, every=0.2)
        await self.ready(*agents)

    async def ready(self, *agents: str) -> None:
        """Lets those be ready who are not."""
        for agent in agents or sorted(self.at_desk):
            async with self.system.works.begin() as work:
                seat = await self.system.agents.seat(work, self.agents[agent])
                if seat and seat.state is AgentState.PAUSED:
                    await self.system.desk.ready(work, self.agents[agent])

    async def pause(self) -> None:
        """Lets everybody go to lunch; whoever is on a screen is put back."""
        for agent in self.at_desk:
            async with self.system.works.begin() as work:
                await self.system.desk.pause(work, self.agents[agent], PauseCode.MEAL)

    async def _seats(self) -> Sequence[Seat]:
        async with self.system.works.begin() as work:
            return [seat for seat in await self.system.agents.seats(work) if seat.state is not AgentState.OFFLINE]

    async def _legs_are_up(self) -> bool:
        return all(seat.leg_state is LegState.UP for seat in await self._seats())

    async def go_home(self) -> None:
        """Lets everybody log off, once the recordings of the day are stored."""
        await eventually(self._all_recorded, DEADLINE, every=0.2)
        for agent in sorted(self.at_desk):
            async with self.system.works.begin() as work:
                await self.system.desk.log_off(work, self.agents[agent])
        self.at_desk.clear()

    async def _all_recorded(self) -> bool:
        async with self.system.works.begin() as work:
            query = select(col(Recording.call_id)).where(col(Recording.state).in_(("armed", "captured")))
            return not (await work.session.scalars(query)).all()

    async def call_at(self, at: datetime) -> None:
        """Lets every agent with a customer on the screen call them, and say what came of it."""
        await self.be_served(at)
        calling = []
        for agent in sorted(self.at_desk):
            async with self.system.works.begin() as work:
                seat = await self.system.agents.seat(work, self.agents[agent])
                if seat and seat.state is AgentState.PREVIEW:
                    await self.system.desk.call(work, self.agents[agent])
                    calling.append(agent)
        await eventually(self._calls_are_over, DEADLINE, every=0.2)
        self.clock.advance(CALL_TAKES)
        for agent in calling:
            await self._dispose(agent)

    async def _all_served(self) -> bool:
        """Returns whether each agent who is ready and has somebody to call has them on the screen."""
        ready = {seat.agent_id for seat in await self._seats() if seat.state is AgentState.READY}
        async with self.system.works.begin() as work:
            for agent in self.at_desk:
                if self.agents[agent] in ready and await self._somebody_waits(work.session, agent):
                    return False
        return True

    async def _somebody_waits(self, session: Any, agent: str) -> bool:
        now, agent_id = self.clock.now(), self.agents[agent]
        branch = agent.split()[0]
        lead = select(col(Assignment.id)).where(
            col(Assignment.agent_id) == agent_id,
            col(Assignment.state) == AssignmentState.OPEN,
            col(Assignment.work_on) <= business_date(now),
            col(Assignment.due_at) <= now,
        )
        owner = select(col(Staff.id)).where(col(Staff.branch) == branch)
        promise = select(col(Callback.id)).where(
            col(Callback.kind) == CallbackKind.AGENT_PROMISE,
            col(Callback.state) == CallbackState.DUE,
            col(Callback.due_at) <= now,
            or_(
                col(Callback.agent_id) == agent_id,
                (col(Callback.opens_to_team_at) <= now) & col(Callback.agent_id).in_(owner),
            ),
        )
        return bool((await session.scalars(lead.union_all(promise))).first())

    async def _calls_are_over(self) -> bool:
        return all(seat.state is not AgentState.ON_CALL for seat in await self._seats())

    async def _dispose(self, agent: str) -> None:
        async with self.system.works.begin() as work:
            seat = await self.system.agents.seat(work, self.agents[agent])
            if seat is None or seat.state is not AgentState.WRAP_UP or seat.call_id is None:
                return
            call = await self.system.calls.card(work, seat.call_id)
            disposition, details = self._comes_of(agent, call.kind, call.lead_id)
            await self.system.desk.dispose(work, self.agents[agent], disposition, details)
        if details.callback_at is not None:
            self.promised.append((agent, details.callback_at))

    def _comes_of(self, agent: str, kind: CallKind, lead_id: int) -> Answer:
        if kind is CallKind.COMPLAINT:
            return Disposition.RESOLVED, DispositionDetails(note="已致歉")
        if kind is CallKind.LEAD and self.answers.get(agent):
            return self.answers[agent].pop(0)
        if kind is CallKind.CALLBACK or lead_id % 4 == 0:
            visit_at = self.clock.now() + timedelta(days=2)
            return Disposition.SUCCESS, DispositionDetails(visit_at=visit_at, visit_time_confirmed=True)
        return (Disposition.REFUSED, Disposition.THINKING)[lead_id % 2], DispositionDetails(note="已说明")

    # -- what is there

    async def held(self) -> Mapping[str, Counter[str]]:
        """Returns agent → campaign → leads held."""
        agents = {number: name for name, number in self.agents.items()}
        campaigns = {number: name for name, number in self.campaigns.items()}
        held: dict[str, Counter[str]] = {agent: Counter() for agent in self.agents}
        async with self.system.works.begin() as work:
            query = select(Assignment).where(col(Assignment.state).in_(("open", "active")))
            for row in await work.session.scalars(query):
                held[agents[row.agent_id]][campaigns[row.campaign_id]] += 1
        return held

    async def foreign(self) -> Sequence[int]:
        """Returns assignments of leads of one branch to agents of another, but for the campaign that is open to all."""
        async with self.system.works.begin() as work:
            query = (
                select(col(Assignment.id))
                .join(Lead, col(Lead.id) == col(Assignment.lead_id))
                .join(LeadList, col(LeadList.id) == col(Lead.list_id))
                .join(Staff, col(Staff.id) == col(Assignment.agent_id))
                .where(
                    col(LeadList.branch) != "",
                    col(LeadList.branch) != col(Staff.branch),
                    col(Assignment.campaign_id) != self.campaigns["open"],
                )
            )
            return (await work.session.scalars(query)).all()

    async def promises(self) -> Sequence[tuple[Callback, Call | None]]:
        """Returns every promise with the call that kept it, in the order in which they were made."""
        async with self.system.works.begin() as work:
            query = select(Callback).where(col(Callback.kind) == CallbackKind.AGENT_PROMISE).order_by(col(Callback.id))
            rows = (await work.session.scalars(query)).all()
            calls = {call.id: call for call in await work.session.scalars(select(Call))}
            return [(row, None if row.done_call_id is None else calls[row.done_call_id]) for row in rows]


@asynccontextmanager
async def open_bank(folder: Path, database_url: str, at: datetime) -> AsyncIterator[Bank]:
    """Opens a bank with three agents in each branch, three campaigns and nobody's share agreed yet."""
    clock = FrozenClock(at)
    store = MemoryStore(clock)
    settings = core_settings(database_url, rehearsal=True, node="n1", secure_cookies=False)
    system = build(settings, switch=SwitchSettings(), store=store, clock=clock)
    switch = SimulatedSwitch(folder, clock, Random(7), tempo=Tempo(INSTANT, pace=0.2))
    await hire(system.works, system.people, "office", Role.ADMINISTRATOR)
    await hire(system.works, system.people, "auditor", Role.AUDITOR)
    agents: dict[str, int] = {}
    campaigns: dict[str, int] = {}
    async with system.works.begin() as work:
        for branch in ("north", "south"):
            for number in (1, 2, 3):
                robot = f"9{len(agents):03d}"
                agents[f"{branch} {number}"] = (await make_staff(work, branch=branch, robot_number=robot)).id
        await make_staff(work, Role.COMPLAINT_OFFICER, branch="north")
        for name in ("life", "open", "pension"):
            campaigns[name] = (await make_campaign(work, quota=QUOTA, state=CampaignState.RUNNING)).id
        await put_in_stock(work, campaigns["life"], 90, branch="north")
        await put_in_stock(work, campaigns["life"], 24, first=1000, branch="south")
        await put_in_stock(work, campaigns["life"], 10, first=2000)
        await put_in_stock(work, campaigns["open"], 120, first=3000, branch="north")
        await put_in_stock(work, campaigns["pension"], 10, first=4000)
    schedule = ScheduleRunner(system.works, database_url, scheduled_tasks(system), system.duties)
    parts = {Part.ENGINE, Part.RECORDER}  # the schedule ticks when the test says so
    app = application(system)
    async with browser_of(app) as office, browser_of(app) as auditor:
        try:
            async with running(system, parts, gateway=switch):
                yield Bank(system, switch, clock, schedule, office, auditor, agents, campaigns)
        finally:
            await switch.close()
