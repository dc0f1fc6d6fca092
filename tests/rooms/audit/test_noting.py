"""How the facts are noted: the first note of a full database must not look through its own rows."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import DateTime, bindparam, text

from callcenter.audit.facts.repository import statements
from callcenter.audit.facts.table import FACTS
from callcenter.kit.work import Works

SINCE = datetime(1970, 1, 1, tzinfo=UTC)


def writing(plan: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Returns the node that writes the digests."""
    if plan["Node Type"] == "ModifyTable":
        return plan
    return next((found for child in plan.get("Plans", ()) if (found := writing(child))), None)


def feeding(plan: Mapping[str, Any]) -> list[str]:
    """Returns the nodes below it, the nearest first, as long as each has one child."""
    children = plan.get("Plans", ())
    return [children[0]["Node Type"], *feeding(children[0])] if len(children) == 1 else []


@pytest.mark.parametrize("statement", statements(FACTS), ids=lambda one: one.split(" t LEFT")[0].rsplit(" ", 1)[-1])
async def test_all_rows_are_read_before_the_first_digest_is_written(works: Works, statement: str) -> None:
    async with works.begin() as work:
        bound = text(f"EXPLAIN (FORMAT JSON) {statement}").bindparams(
            bindparam("since", SINCE, DateTime(timezone=True)), note=1
        )
        [explained] = (await work.session.execute(bound)).scalar_one()
    node = writing(explained["Plan"])
    assert node is not None
    assert "Sort" in feeding(node), feeding(node)
