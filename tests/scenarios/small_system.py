"""The small system whose weeks hypothesis plays: an act is performed or cut off, and after each the laws hold."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant
from sqlalchemy import text
from sqlmodel import col, select

from callcenter import tables
from callcenter.allocation.types import AssignmentState
from callcenter.audit.certificate.queries.assignments import assigned_twice, over_quota
from callcenter.audit.certificate.types import Limits, Period
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock, at_business_time, business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.db import Database
from callcenter.kit.work import Work, Works
from callcenter.leads.types import LeadState
from tests.rooms.allocation.office import MONDAY, open_system
from tests.scenarios.cut_off import CutOffError, Scissors
from tests.support.allocation import let_all_serve
from tests.support.leads import intake_service
from tests.support.rows import Assignment, DncEntry, Lead, make_campaign
from tests.support.stock import put_in_stock

T = TypeVar("T")
Act = Callable[[Work], Awaitable[object]]
HELD = (AssignmentState.OPEN, AssignmentState.ACTIVE)


class SmallSystem(RuleBasedStateMachine):
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
