"""A state machine of hypothesis: any sequence of events in the life of leads, cut off at any point.

It plays weeks of a small system on a real PostgreSQL: lists are imported, days are allocated, agents claim,
release and finish, customers refuse, agents fall ill, work half days and leave, quotas change. Any act may be cut off
at any statement, or at its commit. After every step the laws are checked in the database, at the end the certificate
(``small_system``).
"""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import text

from callcenter.allocation.scheduled import watch_allocation
from callcenter.allocation.types import AssignmentCard, AssignmentEnd, End, MemberDraft, QuotaDraft
from callcenter.dnc.types import DncReason
from callcenter.imports.types import ImportReport, ImportRequest
from callcenter.kit.clock import at_business_time
from callcenter.kit.work import Work
from callcenter.leads.types import LeadState
from callcenter.people.types import StaffLeft
from tests.scenarios.small_system import SmallSystem
from tests.support.leads import as_file, list_rows

agents = st.integers(0, 2)
nth = st.integers(0, 30)


class Weeks(SmallSystem):
    """Weeks in which leads are imported, allocated, claimed, finished, blocked and returned."""

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
