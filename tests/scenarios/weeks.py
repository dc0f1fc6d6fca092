"""A state machine of hypothesis: any sequence of events in the life of leads, cut off at any point.

It plays weeks of a small system on a real PostgreSQL: lists are imported, days are allocated, agents claim,
release and finish, customers refuse, agents fall ill, work half days and leave, quotas change. Any act may be cut off
at any statement, or at its commit. After every step the laws are checked in the database, at the end the certificate.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)
from sqlalchemy import event, text
from sqlmodel import col, select

from callcenter import tables
from callcenter.allocation.scheduled import watch_allocation
from callcenter.allocation.types import AssignmentCard, AssignmentEnd, AssignmentState, End, MemberDraft, QuotaDraft
from callcenter.audit.certificate.queries.assignments import assigned_twice, over_quota
from callcenter.audit.certificate.types import Limits, Period
from callcenter.dnc.types import DncReason
from callcenter.imports.types import ImportReport, ImportRequest
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock, at_business_time, business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.db import Database
from callcenter.kit.work import Work, Works
from callcenter.leads.types import LeadState
from callcenter.people.types import StaffLeft
from tests.rooms.allocation.office import MONDAY, open_system
from tests.support.allocation import let_all_serve
from tests.support.leads import as_file, intake_service, list_rows
from tests.support.rows import Assignment, DncEntry, Lead, make_campaign
from tests.support.stock import put_in_stock

T = TypeVar("T")
Act = Callable[[Work], Awaitable[object]]
HELD = (AssignmentState.OPEN, AssignmentState.ACTIVE)
agents = st.integers(0, 2)
nth = st.integers(0, 30)


class CutOffError(Exception):
    """The system stops here."""


class Scissors:
    """Cuts the work of a connection off before a statement, or at the commit."""

    def __init__(self, database: Database) -> None:
        self._left: int | None = None
        event.listen(database.engine.sync_engine, "before_cursor_execute", self._statement)
        event.listen(database.engine.sync_engine, "commit", self._commit)

    def after(self, statements: int) -> None:
        self._left = statements

    def rest(self) -> None:
        self._left = None

    def _statement(self, *_: object) -> None:
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                self._cut()

    def _commit(self, *_: object) -> None:
        if self._left is not None:
            self._cut()

    def _cut(self) -> None:
        self._left = None
        raise CutOffError


class Weeks(RuleBasedStateMachine):
    """One system, from an empty stock on. All share one engine: what a statement compiles to is found once."""

    runner: asyncio.Runner
    database: Database
    scissors: Scissors
    vault: Vault

    def __init__(self) -> None:
        super().__init__()
        self.clock = FrozenClock(at_business_time(MONDAY, 9))
        self.numbers = 0
        """Customers invented so far."""
        self.good = 0
        """Good rows of all lists."""
        self.changes = 0
        """How often somebody's quota or roster was changed."""
        self.checked: Mapping[int, object] = {}
        """By agent, what the quota of the day was last compared with."""

    def do(self, act: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(act)

    @initialize()
    def open(self) -> None:
        self.do(self._open())

    async def _open(self) -> None:
        works = Works(self.database, self.clock, Bus())
        async with works.begin() as work:
            await work.session.execute(text("SET LOCAL session_replication_role = replica"))  # no trigger, no key
            emptied = (f"t{number} AS (DELETE FROM {table})" for number, table in enumerate(tables.metadata.tables))
            await work.session.execute(text(f"WITH {', '.join(emptied)} SELECT 1"))
        self.system = await open_system(works, self.vault)
        self.intake = intake_service(self.vault, batch=4)
        async with works.begin() as work:
            other = await make_campaign(work, quota=5)
            self.campaigns = [self.system.campaign_id, other.id]
            await let_all_serve(work)
            for campaign_id in self.campaigns:
                await put_in_stock(work, campaign_id, 8, first=self.numbers)
                self.numbers += 8
                self.good += 8
            await self.system.runs.allocate(work, self.campaigns[0], self.today)
        self.begun = self.clock.now()

    def teardown(self) -> None:
        if hasattr(self, "system"):
            self.do(self._certify())

    async def _certify(self) -> None:
        """The certificate, which reads the tables by SQL of its own, agrees."""
        period = Period(self.begun, self.clock.now() + timedelta(minutes=5))
        async with self.system.works.begin() as work:
            assert await over_quota(work.session, period, Limits()) == ()
            assert await assigned_twice(work.session, period, Limits()) == ()

    # --- acting ------------------------------------------------------------------------------------------------------

    def act(self, act: Act, cut_after: int | None) -> object:
        """Performs an act in one transaction. Cut off anywhere, it has not happened at all."""
        return self.do(self._act(act, cut_after))

    async def _act(self, act: Act, cut_after: int | None) -> object:
        self.clock.advance(timedelta(minutes=2))
        before = await self._everything() if cut_after is not None else None
        if cut_after is not None:
            self.scissors.after(cut_after)
        try:
            async with self.system.works.begin() as work:
                return await act(work)
        except CutOffError:
            assert await self._everything() == before, "a part of it stayed"
            return None
        finally:
            self.scissors.rest()

    async def _everything(self) -> list[tuple[Any, ...]]:
        async with self.system.works.begin() as work:
            leads = await work.session.execute(select(col(Lead.id), col(Lead.state)).order_by(col(Lead.id)))
            table = Assignment.__table__  # type: ignore[attr-defined]
            assignments = await work.session.execute(table.select().order_by(table.c.id))
            shares = await work.session.execute(text("SELECT * FROM allocation_share ORDER BY id"))
            lists = await work.session.execute(text("SELECT id, good, rejected FROM lead_list ORDER BY id"))
            rejects = await work.session.execute(text("SELECT id FROM lead_reject ORDER BY id"))
            others = (tuple(map(str, row)) for rows in (shares, lists, rejects) for row in rows)
            return [*map(tuple, leads), *map(tuple, assignments), *others]

    async def _leads(self, *states: LeadState) -> list[int]:
        async with self.system.works.begin() as work:
            query = select(col(Lead.id)).where(col(Lead.state).in_(states)).order_by(col(Lead.id))
            return list((await work.session.scalars(query)).all())

    async def _screens(self) -> list[tuple[int, int]]:
        async with self.system.works.begin() as work:
            query = select(col(Assignment.id), col(Assignment.lead_id)).where(
                col(Assignment.state) == AssignmentState.ACTIVE
            )
            screens = await work.session.execute(query.order_by(col(Assignment.id)))
            return [(assignment_id, lead_id) for assignment_id, lead_id in screens]

    @property
    def today(self) -> date:
        return business_date(self.clock.now())

    cuts = st.none() | st.none() | st.integers(0, 40)

    @rule(
        count=st.integers(1, 9),
        known=st.none() | nth,
        ranked=st.booleans(),
        campaign=st.integers(0, 1),
        twice=st.booleans(),
        cut=cuts,
    )
    def import_list(
        self, count: int, known: int | None, ranked: bool, campaign: int, twice: bool, cut: int | None
    ) -> None:
        """New customers, a row without a number, and perhaps a known customer (blocked, or of this campaign)."""
        rows = [*list_rows(count, first=self.numbers), "王,,女,,,,,,书面同意,SQ"]
        if known is not None:
            rows += list_rows(1, first=known % self.numbers)

        async def act(work: Work) -> ImportReport:
            report = await self.intake.import_file(
                work,
                ImportRequest(self.campaigns[campaign], "a list"),
                file_name="list.csv",
                file=as_file(rows),
            )
            if ranked:
                await work.session.execute(text("UPDATE lead SET class_rank = 1 + id % 4"))
            return report

        report = self.act(act, cut)
        if isinstance(report, ImportReport):
            assert report.good in (count, count + (known is not None))
            assert report.good + report.rejected == report.rows == len(rows)
            self.numbers += count
            self.good += report.good
        if isinstance(report, ImportReport) and twice:
            again = self.act(act, None)
            assert isinstance(again, ImportReport)
            assert (again.already_imported, again.good) == (True, report.good)

    @rule(ahead=st.integers(0, 1), campaign=st.integers(0, 1), planned=st.booleans(), cut=cuts)
    def allocate(self, ahead: int, campaign: int, planned: bool, cut: int | None) -> None:
        async def act(work: Work) -> None:
            on = self.today if ahead == 0 else (await self.system.campaigns.calendar(work)).next_working_day(self.today)
            campaign_id = self.campaigns[campaign]
            digest = None
            if planned and await self.system.runs.is_missing(work, campaign_id, on):
                digest = (await self.system.runs.plan(work, campaign_id, on)).digest
            await self.system.runs.allocate(work, campaign_id, on, digest=digest)

        self.act(act, cut)

    @rule(agent=agents, cut=cuts)
    def claim(self, agent: int, cut: int | None) -> None:
        shown = {lead_id for _, lead_id in self.do(self._screens())}

        async def act(work: Work) -> AssignmentCard | None:
            return await self.system.allocation.claim_next(work, self.system.agents[agent], self.today)

        card = self.act(act, cut)
        if isinstance(card, AssignmentCard) and card.lead_id not in shown:
            assert self.do(self._callable(card.lead_id)), "a blocked customer was claimed"

    async def _callable(self, lead_id: int) -> bool:
        async with self.system.works.begin() as work:
            return len(await self.system.leads.callable_among(work, [lead_id])) == 1

    @rule(which=nth, how=st.sampled_from(["release", "retry", "defer", "finish", "finish", "finish"]), cut=cuts)
    def release_or_finish(self, which: int, how: str, cut: int | None) -> None:
        screens = self.do(self._screens())
        if not screens:
            return
        assignment_id, _ = screens[which % len(screens)]

        async def act(work: Work) -> None:
            allocation = self.system.allocation
            match how:
                case "release":
                    await allocation.release(work, assignment_id)
                case "retry":
                    await allocation.retry(work, assignment_id, work.now + timedelta(minutes=10))
                case "defer":
                    await allocation.defer(work, assignment_id, work.now)
                case _:
                    await allocation.finish(work, assignment_id, End(AssignmentEnd.DISPOSITION, "refused"))

        self.act(act, cut)

    @rule(which=nth, where=st.sampled_from(["screen", "assigned", "stock"]), withdrawn=st.booleans(), cut=cuts)
    def block(self, which: int, where: str, withdrawn: bool, cut: int | None) -> None:
        if where == "screen":
            leads = [lead_id for _, lead_id in self.do(self._screens())]
        else:
            leads = self.do(self._leads(LeadState.ASSIGNED if where == "assigned" else LeadState.STOCK))
        if not leads:
            return
        lead_id = leads[which % len(leads)]

        async def act(work: Work) -> None:
            if withdrawn:
                await self.system.consent.withdraw_basis(work, lead_id, "by letter")
            else:
                await self.system.dnc.enter_dnc(work, lead_id, DncReason.CUSTOMER_REQUEST)

        self.act(act, cut)

    @rule(agent=agents, withdrawn=st.booleans())
    def refuse_on_screen(self, agent: int, withdrawn: bool) -> None:
        """A customer is blocked while on an agent's screen, who then defers the call."""

        async def act(work: Work) -> None:
            allocation, dnc = self.system.allocation, self.system.dnc
            card = await allocation.claim_next(work, self.system.agents[agent], self.today)
            if card is None:
                return
            if withdrawn:
                await self.system.consent.withdraw_basis(work, card.lead_id, "by letter")
            else:
                await dnc.enter_dnc(work, card.lead_id, DncReason.CUSTOMER_REQUEST)
            await allocation.defer(work, card.id, work.now)

        self.act(act, None)

    @rule(agent=agents, campaign=st.integers(0, 1))
    def run_late(self, agent: int, campaign: int) -> None:
        """Runs the allocation for the day itself, when an agent has worked already."""

        async def act(work: Work) -> None:
            for _ in range(2):
                card = await self.system.allocation.claim_next(work, self.system.agents[agent], self.today)
                if card is not None:
                    await self.system.allocation.finish(work, card.id, End(AssignmentEnd.DISPOSITION, "refused"))
            await self.system.runs.allocate(work, self.campaigns[campaign], self.today)

        self.act(act, None)

    @rule(agent=agents, reassign=st.booleans(), leaving=st.booleans(), cut=cuts)
    def return_leads(self, agent: int, reassign: bool, leaving: bool, cut: int | None) -> None:
        agent_id = self.system.agents[agent]

        async def act(work: Work) -> None:
            if leaving:
                await work.announce(StaffLeft(agent_id))
            else:
                await self.system.returns.return_leads(work, agent_id, "sick", reassign=reassign)

        self.act(act, cut)

    @rule(agent=st.none() | agents, campaign=st.integers(0, 1), quota=st.sampled_from([1, 2, 3, 6]), cut=cuts)
    def set_quota(self, agent: int | None, campaign: int, quota: int, cut: int | None) -> None:
        self.changes += 1

        async def act(work: Work) -> None:
            await self.system.quotas.set(
                work,
                QuotaDraft(
                    campaign_id=self.campaigns[campaign],
                    staff_id=None if agent is None else self.system.agents[agent],
                    quota=quota,
                    from_on=self.today,
                    reason="agreed",
                ),
            )

        self.act(act, cut)

    @rule(agent=agents, campaign=st.integers(0, 1), weight=st.integers(0, 3), ahead=st.integers(0, 1), cut=cuts)
    def set_member(self, agent: int, campaign: int, weight: int, ahead: int, cut: int | None) -> None:
        async def act(work: Work) -> None:
            await self.system.members.set(
                work,
                MemberDraft(
                    campaign_id=self.campaigns[campaign],
                    staff_ids=(self.system.agents[agent],),
                    weight=weight,
                    from_on=self.today + timedelta(days=ahead),
                    reason="agreed",
                ),
            )

        self.act(act, cut)

    @rule(agent=agents, part=st.sampled_from([0, 25, 50, 100]), ahead=st.sampled_from([0, 1, 1]))
    def change_roster(self, agent: int, part: int, ahead: int) -> None:
        self.changes += 1
        key = self.system.agents[agent], self.today + timedelta(days=ahead)
        if part:
            self.system.board.off.discard(key)
            self.system.board.parts[key] = part
        else:
            self.system.board.off.add(key)

    @rule()
    def watch(self) -> None:
        self.do(watch_allocation(self.system.works, self.system.quotas, self.system.leftovers, self.system.watch))

    @rule(allocated=st.booleans())
    def night(self, allocated: bool) -> None:
        """Goes to the morning of the next working day, with or without the evening's run."""

        async def sleep() -> None:
            async with self.system.works.begin() as work:
                on = (await self.system.campaigns.calendar(work)).next_working_day(self.today)
            for campaign_id in self.campaigns if allocated else ():
                async with self.system.works.begin() as work:
                    await self.system.runs.allocate(work, campaign_id, on)
            self.clock.set(at_business_time(on, 9))

        self.do(sleep())

    # --- the laws ----------------------------------------------------------------------------------------------------

    @invariant()
    def laws(self) -> None:
        if hasattr(self, "system"):
            self.do(self._laws())

    async def _laws(self) -> None:
        system = self.system
        async with system.works.begin() as work:
            leads = {lead.id: lead for lead in await work.session.scalars(select(Lead))}
            assignments = (await work.session.scalars(select(Assignment).order_by(col(Assignment.id)))).all()
            do_not_call = set(await work.session.scalars(select(col(DncEntry.phone_index))))
            held = [assignment for assignment in assignments if assignment.state in HELD]

            assert len(leads) == self.good, "a lead was lost"
            assigned = Counter(assignment.lead_id for assignment in held)
            assert {lead.id for lead in leads.values() if lead.state is LeadState.ASSIGNED} == set(assigned)
            assert all(count == 1 for count in assigned.values()), "a lead assigned twice"
            done = {ended.lead_id for ended in assignments if ended.state is AssignmentState.DONE}
            assert done == {lead.id for lead in leads.values() if lead.state is LeadState.CLOSED}

            for assignment in held:
                if assignment.state is AssignmentState.OPEN:
                    lead = leads[assignment.lead_id]
                    assert lead.basis_withdrawn_at is None, "a withdrawn customer is still assigned"
                    assert lead.phone_index not in do_not_call, "a blocked customer is still assigned"
            shown = Counter(assignment.agent_id for assignment in held if assignment.state is AssignmentState.ACTIVE)
            assert max(shown.values(), default=0) <= 1, "two customers on one screen"

            assert await system.allocation.excesses(work) == [], "an agent above the quota"
            for agent in await self._agents_to_check(work, assignments):
                progress = await system.allocation.progress(work, agent, self.today)
                assert progress.assigned <= progress.quota, "more than the day's quota"

    async def _agents_to_check(self, work: Work, assignments: Sequence[Assignment]) -> set[int]:
        """Returns the agents with a run and leads of today whose assignments, day or quota changed since they were
        checked: to ask for everybody's progress after each step costs more than all other laws together."""
        of_agent: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        waiting = set()
        for assignment in assignments:
            of_agent[assignment.agent_id].append((assignment.id, assignment.state, assignment.work_on))
            if assignment.state is AssignmentState.OPEN and assignment.work_on <= self.today:
                waiting.add(assignment.agent_id)
        seen = {agent: (self.today, self.changes, of_agent[agent]) for agent in waiting}
        changed = {agent for agent in waiting if self.checked.get(agent) != seen[agent]}
        self.checked = seen
        return changed and changed & await self._with_run(work)

    async def _with_run(self, work: Work) -> set[int]:
        query = text("SELECT DISTINCT agent_id FROM allocation_share WHERE work_on = :on")
        return set(await work.session.scalars(query, {"on": self.today}))
