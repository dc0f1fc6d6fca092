"""The pure table and the SQL that is written from it decide alike, over every combination of what they look at."""

import json
from collections.abc import Iterator
from itertools import product

from sqlalchemy import text

from callcenter.allocation.types import AssignmentEnd
from callcenter.calls.types import Disposition, Outcome
from callcenter.eligibility.types import RuleId
from callcenter.kit.work import Works
from callcenter.leads.types import LeadState
from callcenter.reporting.queries.ledger_parts import RESULT
from callcenter.reporting.rules import ATTEMPTS_RULE, LeadFacts, ledger_result
from callcenter.reporting.types import LedgerResult

DETAILS: dict[AssignmentEnd, list[str]] = {
    AssignmentEnd.DISPOSITION: [*Disposition],
    AssignmentEnd.OUTCOME: [*Outcome],
    AssignmentEnd.RULE: [*RuleId],
    AssignmentEnd.DO_NOT_CALL: [RuleId.DO_NOT_CALL],
    AssignmentEnd.BASIS_WITHDRAWN: [RuleId.LEGAL_BASIS],
    AssignmentEnd.NOT_ELIGIBLE: ["licence"],
}


def combinations() -> Iterator[LeadFacts]:
    ends = [(None, None), *((kind, detail) for kind in AssignmentEnd for detail in [None, *DETAILS.get(kind, [])])]
    flags = (False, True)
    for state, withdrawn, listed, promised, disposition, (kind, detail) in product(
        LeadState, flags, flags, flags, [None, *Disposition], ends
    ):
        yield LeadFacts(
            state=state,
            basis_withdrawn=withdrawn,
            on_dnc_list=listed,
            promised=promised,
            disposition=disposition,
            ended_as=kind,
            end_detail=detail,
        )


def row_of(number: int, facts: LeadFacts) -> dict[str, object]:
    return {
        "number": number,
        "id": 1 if facts.promised else 2,
        "state": facts.state,
        "basis_withdrawn_at": "2026-11-23T10:00:00+00:00" if facts.basis_withdrawn else None,
        "phone_index": "listed" if facts.on_dnc_list else "free",
        "disposition": facts.disposition,
        "ended_as": facts.ended_as,
        "end_detail": facts.end_detail,
    }


SHADOWS = (
    "CREATE TEMP TABLE dnc_entry (phone_index text, lifted_at timestamptz, until timestamptz) ON COMMIT DROP",
    "CREATE TEMP TABLE callback (lead_id bigint, kind text, state text) ON COMMIT DROP",
    "INSERT INTO dnc_entry VALUES ('listed', NULL, NULL)",
    "INSERT INTO callback VALUES (1, 'agent_promise', 'due')",
)
"""Tables of this session alone, in front of the real ones."""

DECIDE = f"""
SELECT l.number, {RESULT} AS result
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS l(number int, id bigint, state text, basis_withdrawn_at timestamptz,
     phone_index text, disposition text, ended_as text, end_detail text)
     CROSS JOIN LATERAL (SELECT l.ended_as, l.end_detail) held CROSS JOIN LATERAL (SELECT l.disposition) talk
"""


async def test_sql_and_table_decide_alike(works: Works) -> None:
    every = list(combinations())
    assert len(every) > 13_000
    rows = json.dumps([row_of(number, facts) for number, facts in enumerate(every)])
    async with works.begin() as work:
        for statement in SHADOWS:
            await work.session.execute(text(statement))
        decided = await work.session.execute(text(DECIDE), {"rows": rows, "now": work.now})
        by_sql = {row.number: row.result for row in decided}
    differing = [
        (facts, by_sql[number]) for number, facts in enumerate(every) if by_sql[number] != ledger_result(facts)
    ]
    assert differing == []
    assert {ledger_result(facts) for facts in every} == set(LedgerResult), "every result can come about"


def test_the_rule_that_uses_up_the_attempts_is_the_one_of_eligibility() -> None:
    assert ATTEMPTS_RULE == RuleId.ATTEMPTS
