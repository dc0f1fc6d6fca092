"""Questions about leads find their index, although a new lead is in as few indexes as possible."""

from typing import Any

import pytest
from sqlalchemy import text

from callcenter.kit.work import Works

STOCK = "campaign_id = 1 AND state = 'stock'"


@pytest.mark.parametrize(
    ("condition", "index"),
    [
        ("campaign_id = 1 AND state = 'assigned'", "ix_lead_beyond_stock"),
        ("campaign_id = 1 AND state = 'closed'", "ix_lead_beyond_stock"),
        ("state = 'assigned'", "ix_lead_beyond_stock"),
        (STOCK, "ix_lead_stock"),
        (f"{STOCK} AND basis_withdrawn_at IS NULL", "ix_lead_stock"),
        ("customer_class = 'a'", "ix_lead_customer_class"),
        ("customer_class = 'a' AND state = 'closed'", "ix_lead_"),
        ("district = 'a'", "ix_lead_district"),
        ("list_id = 1", "ix_lead_list"),
        ("phone_last4 = '1234'", "ix_lead_phone_last4"),
        ("name_index = 'a'", "ix_lead_name_index"),
        ("phone_index = 'a'", "uq_lead_phone"),
    ],
)
async def test_a_question_finds_its_index(works: Works, condition: str, index: str) -> None:
    async with works.begin() as work:
        await work.session.execute(text("SET LOCAL enable_seqscan = off"))
        plan: list[Any] = list(
            (await work.session.execute(text(f"EXPLAIN SELECT id, line FROM lead WHERE {condition}"))).scalars()
        )
    assert [line for line in plan if index in line], plan
