"""Computes the ledger's totals in the database: counts per result for each branch, list, agent, class or campaign."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.kit.scope import Scope
from callcenter.reporting.queries.ledger_parts import IS_LEFT, RESULT, conditions, statement
from callcenter.reporting.types import Choice, LedgerBy, LedgerQuestion, LedgerResult, LedgerTotal

MOST = 1000
"""Most groups returned; the total counts all of them."""

_KEYS = {
    LedgerBy.BRANCH: ("ll.branch", "''"),
    LedgerBy.LIST: ("l.list_id::text", "(SELECT x.name FROM lead_list x WHERE x.id::text = summed.key)"),
    LedgerBy.AGENT: ("held.agent_id::text", "(SELECT x.name FROM staff x WHERE x.id::text = summed.key)"),
    LedgerBy.CLASS: ("l.customer_class", "''"),
    LedgerBy.CAMPAIGN: ("l.campaign_id::text", "(SELECT x.name FROM campaign x WHERE x.id::text = summed.key)"),
}
"""SQL of a group's key and of its name; the name of a branch or class is its key."""

_PER_LEAD = """
    WITH held AS (
        SELECT DISTINCT ON (a.lead_id) a.lead_id, a.agent_id, a.ended_as, a.end_detail FROM assignment a
        WHERE {of_lead} ORDER BY a.lead_id, a.id DESC
    ), talk AS (
        SELECT a.lead_id, count(a.dialled_at) AS calls, bool_or(a.answered_at IS NOT NULL) AS reached,
               (array_agg(a.disposition ORDER BY a.planned_at DESC)
                FILTER (WHERE a.outcome = 'answered' AND a.kind <> 'complaint' AND a.disposition IS NOT NULL)
               )[1] AS disposition
        FROM call a WHERE {of_lead} GROUP BY a.lead_id
    ), checked AS (
        SELECT DISTINCT ON (a.lead_id) a.lead_id, a.verdict FROM review a WHERE {of_lead} ORDER BY a.lead_id, a.id DESC
    ), signed AS (
        SELECT DISTINCT a.lead_id FROM visit v JOIN hand_over a ON a.id = v.hand_over_id
        WHERE v.result = 'signed' AND {of_lead}
    ), issued AS (
        SELECT DISTINCT a.lead_id FROM policy_application p JOIN hand_over a ON a.id = p.hand_over_id
        WHERE p.state = 'issued' AND {of_lead}
    ), line AS (
        SELECT {key} AS key, {result} AS result, held.lead_id IS NOT NULL AS allocated,
               COALESCE(talk.calls, 0) AS calls, COALESCE(talk.reached, FALSE) AS reached,
               checked.verdict = 'pass' AS passed, checked.verdict = 'fail' AS failed,
               signed.lead_id IS NOT NULL AS signed, issued.lead_id IS NOT NULL AS issued
        FROM lead l
        JOIN lead_list ll ON ll.id = l.list_id
        LEFT JOIN held ON held.lead_id = l.id
        LEFT JOIN talk ON talk.lead_id = l.id
        LEFT JOIN checked ON checked.lead_id = l.id
        LEFT JOIN signed ON signed.lead_id = l.id
        LEFT JOIN issued ON issued.lead_id = l.id
        WHERE {where}
    )
"""

_SUCCESS = f"result = '{LedgerResult.SUCCESS.value}'"

_SUMS = ",\n           ".join(
    [
        "count(*) AS leads",
        f"count(*) FILTER (WHERE {IS_LEFT}) AS left_over",
        "count(*) FILTER (WHERE allocated) AS allocated",
        "count(*) FILTER (WHERE calls > 0) AS called",
        "count(*) FILTER (WHERE reached) AS reached",
        "COALESCE(sum(calls), 0)::bigint AS calls",
        "count(*) FILTER (WHERE passed) AS passed",
        f"count(*) FILTER (WHERE {_SUCCESS} AND passed IS NOT TRUE AND failed IS NOT TRUE) AS undecided",
        f"count(*) FILTER (WHERE {_SUCCESS} AND failed) AS failed",
        "count(*) FILTER (WHERE signed) AS signed",
        "count(*) FILTER (WHERE issued) AS issued",
        *(f"count(*) FILTER (WHERE result = '{result.value}') AS result_{result.value}" for result in LedgerResult),
    ]
)


async def totals(
    session: AsyncSession, question: LedgerQuestion, by: LedgerBy
) -> tuple[LedgerTotal, Sequence[LedgerTotal]]:
    """Returns the total, and the totals of each group, the largest first."""
    where, values = conditions(question)
    key, name = _KEYS[by]
    narrowed_by = values.keys() - {"now", "result"}  # a result alone excludes few leads: reading all rows is faster
    of_lead = f"a.lead_id IN (SELECT l.id FROM lead l WHERE {where})" if narrowed_by else "TRUE"
    per_lead = _PER_LEAD.format(where=where, of_lead=of_lead, key=key, result=RESULT)
    narrowed = "WHERE result = :result" if question.wanted.result is not None else ""
    sql = f"""{per_lead}, summed AS (
        SELECT grouping(key) AS whole, key, {_SUMS}
        FROM line {narrowed} GROUP BY GROUPING SETS ((key), ())
    )
    SELECT summed.*, {name} AS name FROM summed ORDER BY whole DESC, leads DESC, key LIMIT {MOST + 1}
    """
    for setting in ("jit = off", "work_mem = '64MB'"):  # compiling is slower than the query; sorts stay in memory
        await session.execute(statement(f"SET LOCAL {setting}", {}))
    rows = (await session.execute(statement(sql, values))).mappings().all()
    whole, *groups = [_total(row) for row in rows]
    return whole, groups


def _total(row: Any) -> LedgerTotal:
    return LedgerTotal(
        key=row["key"],
        name=row["name"] or row["key"] or "",
        leads=row["leads"],
        left=row["left_over"],
        allocated=row["allocated"],
        called=row["called"],
        reached=row["reached"],
        calls=row["calls"],
        passed=row["passed"],
        undecided=row["undecided"],
        failed=row["failed"],
        signed=row["signed"],
        issued=row["issued"],
        results={result: row[f"result_{result.value}"] for result in LedgerResult},
    )


_CHOICES = {
    "branches": "SELECT DISTINCT ll.branch AS value, ll.branch AS name FROM lead_list ll WHERE {own} ORDER BY 1",
    "lists": "SELECT ll.id::text AS value, ll.name FROM lead_list ll WHERE {own} ORDER BY ll.id DESC LIMIT 500",
    "campaigns": """SELECT g.id::text AS value, g.name FROM campaign g
        WHERE EXISTS (SELECT FROM lead_list ll WHERE ll.campaign_id = g.id AND {own}) ORDER BY g.id DESC""",
    "classes": """WITH RECURSIVE found AS (
            (SELECT l.customer_class AS value FROM lead l ORDER BY l.customer_class LIMIT 1)
            UNION ALL
            SELECT (SELECT l.customer_class FROM lead l WHERE l.customer_class > found.value
                    ORDER BY l.customer_class LIMIT 1)
            FROM found WHERE found.value IS NOT NULL
        )
        SELECT value, value AS name FROM found
        WHERE value IS NOT NULL AND EXISTS (SELECT FROM lead l JOIN lead_list ll ON ll.id = l.list_id
                                            WHERE l.customer_class = found.value AND {own})""",
    "agents": """SELECT s.id::text AS value, s.name FROM staff s
        WHERE s.role = 'agent' AND (CAST(:own AS text) IS NULL OR s.branch = :own) ORDER BY s.name, s.id""",
}


async def choices(session: AsyncSession, scope: Scope) -> dict[str, list[Choice]]:
    """Returns the possible values of the filters within the scope."""
    own = scope.branch
    narrowed = "TRUE" if own is None else "ll.branch = :own"
    return {
        kind: [
            Choice(value=row.value, name=row.name)
            for row in await session.execute(statement(sql.format(own=narrowed), {"own": own}))
        ]
        for kind, sql in _CHOICES.items()
    }
