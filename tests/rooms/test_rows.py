"""The builders of tests/support/rows: the database accepts every default, and no override passes unchecked."""

from collections.abc import Awaitable, Callable
from inspect import signature
from typing import Any

import pytest
from pydantic import ValidationError
from sqlmodel import SQLModel, col, func, select

from callcenter.allocation.types import AssignmentState
from callcenter.kit.work import Work, Works
from callcenter.leads.types import LeadState
from callcenter.people.types import Role
from tests.support import rows
from tests.support.rows import VAULT, Staff, make_assignment, make_call, make_lead, make_leads, make_staff


def needs_a_transaction_alone(builder: Callable[..., Any]) -> bool:
    """Says whether every parameter behind the first may be left out."""
    behind = list(signature(builder).parameters.values())[1:]
    return all(one.default is not one.empty or one.kind is one.VAR_KEYWORD for one in behind)


ALONE: dict[str, Callable[[Work], Awaitable[SQLModel]]] = {
    name: builder
    for name, builder in vars(rows).items()
    if name.startswith("make_") and name != "make_leads" and needs_a_transaction_alone(builder)
}
"""The builders that need nothing but a transaction."""


@pytest.mark.parametrize("name", ALONE)
async def test_every_builder_gives_rows_that_the_database_accepts(works: Works, name: str) -> None:
    for _ in range(2):
        async with works.begin() as work:
            first, second = await ALONE[name](work), await ALONE[name](work)
            assert first is not second


async def test_a_builder_counts_on_from_the_rows_of_earlier_transactions(works: Works) -> None:
    for _ in range(3):
        async with works.begin() as work:
            await make_staff(work)
            await make_staff(work)
    async with works.begin() as work:
        logins = (await work.session.scalars(select(col(Staff.login)).order_by(col(Staff.id)))).all()
    assert list(logins) == [f"agent-{number}" for number in range(1, 7)]


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ({"surname": "Li"}, TypeError),
        ({"branch": 7}, ValidationError),
        ({"created_at": "2026-11-23"}, ValidationError),
        ({"active": "yes"}, ValidationError),
    ],
)
async def test_an_override_that_fits_no_column_is_refused(
    works: Works, columns: dict[str, Any], problem: type[Exception]
) -> None:
    async with works.begin() as work:
        with pytest.raises(problem):
            await make_staff(work, Role.AUDITOR, **columns)


async def test_references_that_are_given_are_kept_and_the_others_are_made(works: Works) -> None:
    async with works.begin() as work:
        agent, lead = await make_staff(work, name="Ann"), await make_lead(work, name="王一", phone="19900000001")
        call = await make_call(work, agent_id=agent.id, lead_id=lead.id)
        assignment = await make_assignment(work, lead_id=lead.id)
        assert (call.agent_id, call.lead_id, call.campaign_id) == (agent.id, lead.id, lead.campaign_id)
        assert call.phone_index == VAULT.index("19900000001")
        assert assignment.agent_id != agent.id
        assert VAULT.open(lead.name_sealed) == "王一"
        staff = (await work.session.scalars(select(func.count()).select_from(Staff))).one()
    assert staff == 2


async def test_a_lead_leaves_the_stock_while_an_agent_holds_it(works: Works) -> None:
    async with works.begin() as work:
        held, returned = await make_lead(work), await make_lead(work)
        await make_assignment(work, lead_id=held.id)
        await make_assignment(work, lead_id=returned.id, state=AssignmentState.RETURNED)
    assert (held.state, returned.state) == (LeadState.ASSIGNED, LeadState.STOCK)


async def test_leads_of_one_campaign_share_a_list_and_no_number(works: Works) -> None:
    async with works.begin() as work:
        leads = await make_leads(work, 20)
    assert len({lead.list_id for lead in leads}) == 1
    assert len({lead.phone_index for lead in leads}) == 20
    assert [lead.line for lead in leads] == list(range(2, 22))
