"""One predicate in two forms: what the rule says of an entry or a basis is what the database selects."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from callcenter.dnc import repository
from callcenter.dnc.in_force import DncInForce, in_force_sql
from callcenter.dnc.rules import in_force
from callcenter.kit.clock import business_date
from callcenter.kit.work import Works
from callcenter.leads import repository as leads_repository
from callcenter.leads.rules.basis import basis_counts
from tests.support.rows import make_dnc_entry, make_lead

_SECOND, _DAY = timedelta(seconds=1), timedelta(days=1)


def offset(now: datetime, seconds: int | None) -> datetime | None:
    return None if seconds is None else now + seconds * _SECOND


@pytest.mark.parametrize("lifted", [None, -1, 0])
@pytest.mark.parametrize("until", [None, -1, 0, 1])
async def test_the_rule_and_the_statement_agree_on_an_entry(
    works: Works, lifted: int | None, until: int | None
) -> None:
    async with works.begin() as work:
        lifted_at, until_at = offset(work.now, lifted), offset(work.now, until)
        entry = await make_dnc_entry(work, lifted_at=lifted_at, until=until_at)
        expected = in_force(lifted_at, until_at, work.now)
        assert (await repository.find_in_force(work.session, entry.phone_index, work.now) is not None) == expected
        assert (await DncInForce().among(work, [entry.phone_index]) == {entry.phone_index}) == expected
        statement = text(f"SELECT count(*) FROM dnc_entry d WHERE {in_force_sql('d')}")
        assert await work.session.scalar(statement, {"now": work.now}) == int(expected)


@pytest.mark.parametrize("withdrawn", [False, True])
@pytest.mark.parametrize("days", [None, -1, 0, 1])
async def test_the_rule_and_the_statement_agree_on_a_basis(works: Works, withdrawn: bool, days: int | None) -> None:
    async with works.begin() as work:
        today = business_date(work.now)
        valid_until: date | None = None if days is None else today + days * _DAY
        withdrawn_at = work.now if withdrawn else None
        await make_lead(work, basis_valid_until=valid_until, basis_withdrawn_at=withdrawn_at)
        expected = basis_counts(withdrawn, valid_until, today)
        assert await leads_repository.count(work.session, leads_repository.basis_counts(work.now)) == int(expected)
