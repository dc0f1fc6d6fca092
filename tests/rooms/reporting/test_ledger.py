"""The ledger shows of every lead its list, its agents and its result; and its totals add up to the lines."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from callcenter.kit.actor import Actor
from callcenter.kit.clock import business_date
from callcenter.kit.scope import OWN, Scope
from callcenter.kit.work import Works
from callcenter.people.types import RIGHTS, Role
from callcenter.reporting.errors import LedgerOutOfScope
from callcenter.reporting.queries import ledger as ledger_queries
from callcenter.reporting.service import LedgerService
from callcenter.reporting.types import LEFT, LedgerBy, LedgerFilter, LedgerLine, LedgerResult, LedgerTotal
from tests.rooms.reporting.ledger_cast import NORTH, SOUTH, Cast


class Reader:
    """One person who reads the ledger."""

    def __init__(self, works: Works, ledger: LedgerService, cast: Cast, actor: Actor) -> None:
        self.works, self.ledger, self.cast, self.actor = works, ledger, cast, actor

    async def lines(self, **filters: Any) -> Sequence[LedgerLine]:
        async with self.works.begin(self.actor) as work:
            return await self.ledger.lines(work, LedgerFilter(**filters), limit=500)

    async def names(self, **filters: Any) -> set[str]:
        return {self.cast.name_of(line.lead_id) for line in await self.lines(**filters)}

    async def line(self, name: str) -> LedgerLine:
        return next(line for line in await self.lines() if line.lead_id == self.cast.leads[name])

    async def totals(self, by: LedgerBy, **filters: Any) -> tuple[LedgerTotal, dict[str | None, LedgerTotal]]:
        async with self.works.begin(self.actor) as work:
            whole, groups = await self.ledger.totals(work, LedgerFilter(**filters), by)
        return whole, {group.key: group for group in groups}


@pytest.fixture
def officer(works: Works, ledger: LedgerService, cast: Cast) -> Reader:
    return Reader(works, ledger, cast, cast.actor(Role.DATA_OFFICER))


@pytest.fixture
def branch(works: Works, ledger: LedgerService, cast: Cast) -> Reader:
    return Reader(works, ledger, cast, cast.actor(Role.BRANCH_OFFICER, Scope.of_branch(NORTH)))


async def test_every_lead_has_one_line_and_the_right_result(officer: Reader, cast: Cast) -> None:
    lines = await officer.lines()
    assert [line.lead_id for line in lines] == sorted(cast.leads.values(), reverse=True)
    assert {cast.name_of(line.lead_id): line.result for line in lines} == cast.results
    assert set(cast.results.values()) == set(LedgerResult), "there is a lead with every result"
    assert all(line.left == (line.result in LEFT) for line in lines)


async def test_a_line_shows_what_happened_to_a_lead(officer: Reader, cast: Cast) -> None:
    sold = await officer.line("success")
    assert (sold.source, sold.list_name, sold.branch, sold.campaign) == ("source of south", "south", SOUTH, "秋季")
    assert (sold.times_allocated, sold.agents, sold.calls, sold.answered) == (1, ("ann",), 1, 1)
    assert (sold.verdict, sold.hand_over, sold.visits, sold.visit_result) == ("pass", "done", 2, "signed")
    held = await officer.line("held")
    assert (held.times_allocated, held.agents, held.returned_why) == (2, ("ann", "ben"), None)
    returned = await officer.line("returned")
    assert (returned.agents, returned.returned_why, returned.calls) == (("ann",), "over_quota", 0)
    assert (await officer.line("written")).returned_why == "returned_leads", "free text stays out of the ledger"
    refused = await officer.line("refused")
    assert (refused.calls, refused.answered) == (2, 1)
    assert (refused.last_outcome, refused.last_disposition) == ("answered", "refused")
    no_answer = await officer.line("no answer")
    assert (no_answer.calls, no_answer.last_outcome) == (1, "not_placed"), "a call that was not dialled does not count"
    complained = await officer.line("complaint")
    assert (complained.complaint, complained.last_disposition) == ("answered", "resolved")
    do_not_call, expired = await officer.line("on_dnc_list"), await officer.line("entry expired")
    assert (do_not_call.do_not_call, do_not_call.do_not_call_until) == (True, None)
    assert (expired.do_not_call, expired.do_not_call_until) == (False, None)
    assert (await officer.line("withdrawn")).basis_withdrawn_at is not None


async def test_names_and_numbers_are_masked(officer: Reader) -> None:
    for line in await officer.lines():
        assert set(line.name_masked) == {"客", "*"}
        assert line.phone_masked[3:7] == "****"


@pytest.mark.parametrize("result", LedgerResult)
async def test_a_filter_by_result_shows_exactly_the_leads_with_it(
    officer: Reader, cast: Cast, result: LedgerResult
) -> None:
    expected = {name for name, known in cast.results.items() if known is result}
    assert await officer.names(result=result) == expected
    whole, _ = await officer.totals(LedgerBy.LIST, result=result)
    assert (whole.leads, whole.results[result]) == (len(expected), len(expected))


async def test_every_filter_narrows(officer: Reader, cast: Cast) -> None:
    everything = set(cast.leads)
    assert await officer.names(list_id=cast.lists["south"]) == await officer.names(branch=SOUTH)
    assert await officer.names(branch="") == await officer.names(list_id=cast.lists["whole"])
    assert await officer.names(agent_id=cast.staff["ben"]) >= {"held", "no answer", "written"}
    assert "returned" in await officer.names(agent_id=cast.staff["ann"]), "an agent who had it at any time"
    assert await officer.names(campaign_id=cast.campaign_id) == everything
    assert await officer.names(campaign_id=cast.campaign_id + 1) == set()
    assert await officer.names(customer_class="核心客户") == set()
    two = [await officer.names(district=district) for district in ("青秀区", "兴宁区")]
    assert (two[0] | two[1], two[0] & two[1]) == (everything, set())
    async with officer.works.begin() as work:
        today = business_date(work.now)
    assert await officer.names(imported_to=today - timedelta(days=1)) == {"old south"}
    assert await officer.names(imported_from=today) == everything - {"old south"}
    assert await officer.names(imported_from=today, imported_to=today) == everything - {"old south"}
    assert await officer.names(branch=NORTH, result=LedgerResult.REFUSED, agent_id=cast.staff["ann"]) == {"refused"}


async def test_pages_join_without_gap_or_repeat(
    works: Works, officer: Reader, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_queries, "PAGE", 5)
    for filters in (LedgerFilter(), LedgerFilter(result=LedgerResult.NOT_REACHED), LedgerFilter(branch=NORTH)):
        seen: list[int] = []
        while True:
            async with works.begin(officer.actor) as work:
                page = await officer.ledger.lines(work, filters, before=seen[-1] if seen else None, limit=2)
            seen += [line.lead_id for line in page]
            if len(page) < 2:
                break
        assert seen == [line.lead_id for line in await officer.lines(**filters.plain())]


@pytest.mark.parametrize("column", ["customer_class", "district"])
@pytest.mark.parametrize("near", [1, 3, 10_000])
async def test_pages_of_one_class_or_district_are_whole_wherever_its_leads_are(
    works: Works, officer: Reader, monkeypatch: pytest.MonkeyPatch, column: str, near: int
) -> None:
    monkeypatch.setattr(ledger_queries, "NEAR", near)
    everything = await officer.lines()
    words = {getattr(line, column) for line in everything}
    assert words
    for word in words:
        seen: list[int] = []
        while True:
            async with works.begin(officer.actor) as work:
                wanted = LedgerFilter(**{column: word})
                page = await officer.ledger.lines(work, wanted, before=seen[-1] if seen else None, limit=2)
            seen += [line.lead_id for line in page]
            if len(page) < 2:
                break
        assert seen == [line.lead_id for line in everything if getattr(line, column) == word]


@pytest.mark.parametrize("by", LedgerBy)
async def test_totals_count_the_lines(officer: Reader, by: LedgerBy) -> None:
    def key_of(line: LedgerLine) -> str | None:
        match by:
            case LedgerBy.BRANCH:
                return line.branch
            case LedgerBy.LIST:
                return str(line.list_id)
            case LedgerBy.AGENT:
                return str(officer.cast.staff[line.agents[-1]]) if line.agents else None
            case LedgerBy.CLASS:
                return line.customer_class
            case LedgerBy.CAMPAIGN:
                return str(line.campaign_id)

    lines = await officer.lines()
    whole, groups = await officer.totals(by)
    assert set(groups) == {key_of(line) for line in lines}
    for key, total in [(None, whole), *groups.items()]:
        mine = lines if total is whole else [line for line in lines if key_of(line) == key]
        assert (total.leads, total.left) == (len(mine), sum(line.left for line in mine))
        assert total.allocated == sum(line.times_allocated > 0 for line in mine)
        assert (total.called, total.calls) == (sum(line.calls > 0 for line in mine), sum(line.calls for line in mine))
        assert total.reached == sum(line.answered > 0 for line in mine)
        assert total.passed == sum(line.verdict == "pass" for line in mine)
        assert total.signed == sum(line.visit_result == "signed" for line in mine)
        assert total.issued == total.signed, "the one that is sold"
        assert {result: count for result, count in total.results.items() if count} == Counter(
            line.result for line in mine
        )
    if by is LedgerBy.AGENT:
        assert groups[str(officer.cast.staff["ann"])].name == "ann"


async def test_a_policy_that_was_cancelled_is_signed_and_not_issued(officer: Reader, works: Works) -> None:
    async with works.begin() as work:
        await work.session.execute(text("UPDATE policy_application SET state = 'cancelled', ended_on = issued_on"))
    whole, _ = await officer.totals(LedgerBy.LIST)
    assert (whole.signed, whole.issued) == (1, 0)


async def test_rates_are_of_the_leads_called(officer: Reader) -> None:
    whole, groups = await officer.totals(LedgerBy.LIST)
    assert whole.success_rate == whole.results[LedgerResult.SUCCESS] / whole.called
    assert whole.reach_rate == whole.reached / whole.called
    nobody, _ = await officer.totals(LedgerBy.LIST, result=LedgerResult.STOCK)
    assert (nobody.success_rate, nobody.reach_rate) == (None, None)
    assert sum(group.leads for group in groups.values()) == whole.leads


async def test_a_branch_sees_its_own_lists_whatever_it_asks_for(branch: Reader, officer: Reader, cast: Cast) -> None:
    own = await officer.names(branch=NORTH)
    assert await branch.names() == own
    assert await branch.names(branch=SOUTH) == set()
    assert await branch.names(list_id=cast.lists["south"]) == set()
    assert await branch.names(result=LedgerResult.SUCCESS) == set()
    assert await branch.names(agent_id=cast.staff["ben"]) == {"held", "written"}
    for by in LedgerBy:
        whole, groups = await branch.totals(by)
        assert whole.leads == sum(group.leads for group in groups.values()) == len(own)
    async with branch.works.begin(branch.actor) as work:
        choices = await branch.ledger.choices(work)
    assert [choice.name for choice in choices["branches"]] == [NORTH]
    assert [choice.name for choice in choices["lists"]] == ["north"]


async def test_head_office_and_auditor_see_all(works: Works, ledger: LedgerService, cast: Cast) -> None:
    for role in (Role.HEAD_OFFICE, Role.AUDITOR):
        assert await Reader(works, ledger, cast, cast.actor(role)).names() == set(cast.leads)


@pytest.mark.parametrize("scope", [OWN, Scope.of_region(1)])
async def test_other_scopes_see_no_ledger(works: Works, ledger: LedgerService, cast: Cast, scope: Scope) -> None:
    stranger = Reader(works, ledger, cast, Actor(1, "x", "agent", frozenset(RIGHTS[Role.AGENT]), scope))
    with pytest.raises(LedgerOutOfScope):
        await stranger.lines()
    with pytest.raises(LedgerOutOfScope):
        await stranger.totals(LedgerBy.AGENT)


async def test_the_filters_offer_the_existing_values(works: Works, ledger: LedgerService, cast: Cast) -> None:
    async with works.begin(cast.actor(Role.DATA_OFFICER)) as work:
        choices = await ledger.choices(work)
    assert {choice.value for choice in choices["lists"]} == {str(list_id) for list_id in cast.lists.values()}
    assert [choice.name for choice in choices["classes"]] == ["一般客户"]
    assert {choice.name for choice in choices["agents"]} >= {"ann", "ben"}
    assert [choice.name for choice in choices["campaigns"]] == ["秋季"]
