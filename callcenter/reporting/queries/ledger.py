"""Reads the ledger's lines: one lead each, with its assignments, calls and result."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.dnc.in_force import in_force_sql
from callcenter.kit.crypto import Vault, mask_name, mask_phone
from callcenter.leads.types import LEAD_NAME, NUMBER
from callcenter.reporting.queries.ledger_parts import IS_LEFT, ON_DNC, RESULT, conditions, statement
from callcenter.reporting.types import LedgerLine, LedgerQuestion, LedgerResult

PAGE = 2000
"""How many leads are fetched at a time when all of them are read."""

_LEAD = """l.id, l.campaign_id, l.list_id, l.line, l.imported_at, l.name_sealed, l.phone_sealed, l.phone_index,
    l.customer_class, l.district, l.state, l.basis_withdrawn_at"""

_COMPUTED = f"""
    SELECT l.id AS lead_id, l.campaign_id, g.name AS campaign, l.list_id, ll.name AS list_name, ll.source, ll.branch,
           t.name AS target_group, l.line, l.imported_at, l.name_sealed, l.phone_sealed, l.customer_class, l.district,
           l.basis_withdrawn_at, {RESULT} AS result,
           held.times AS times_allocated, held.agents, held.allocated_at, held.returned_why,
           COALESCE(tried.calls, 0) AS calls, COALESCE(tried.answered, 0) AS answered, tried.last_called_at,
           tried.last_outcome, tried.last_disposition,
           {ON_DNC} AS do_not_call, checked.verdict, given.state AS hand_over, COALESCE(given.visits, 0) AS visits,
           given.result AS visit_result, complained.state AS complaint, l.phone_index
    FROM ({{leads}}) l
    JOIN lead_list ll ON ll.id = l.list_id
    JOIN campaign g ON g.id = l.campaign_id
    LEFT JOIN target_group t ON t.id = ll.target_group_id
    LEFT JOIN LATERAL (
        SELECT count(*) AS times, array_agg(a.agent_id ORDER BY a.id) AS agents, max(a.assigned_at) AS allocated_at,
               (array_agg(a.ended_as ORDER BY a.id DESC))[1] AS ended_as,
               (array_agg(a.end_detail ORDER BY a.id DESC))[1] AS end_detail,
               (array_agg(CASE WHEN a.state <> 'returned' THEN NULL WHEN a.ended_as = 'not_eligible'
                           THEN COALESCE(a.end_detail, a.ended_as) ELSE a.ended_as END ORDER BY a.id DESC)
               )[1] AS returned_why
        FROM assignment a WHERE a.lead_id = l.id
    ) held ON TRUE
    LEFT JOIN LATERAL (
        SELECT count(c.dialled_at) AS calls, count(c.answered_at) AS answered, max(c.dialled_at) AS last_called_at,
               (array_agg(c.outcome ORDER BY c.planned_at DESC))[1] AS last_outcome,
               (array_agg(c.disposition ORDER BY c.planned_at DESC))[1] AS last_disposition
        FROM call c WHERE c.lead_id = l.id
    ) tried ON TRUE
    LEFT JOIN LATERAL (
        SELECT c.disposition FROM call c
        WHERE c.lead_id = l.id AND c.outcome = 'answered' AND c.kind <> 'complaint' AND c.disposition IS NOT NULL
        ORDER BY c.planned_at DESC LIMIT 1
    ) talk ON TRUE
    LEFT JOIN LATERAL (
        SELECT COALESCE(r.verdict, r.state) AS verdict FROM review r WHERE r.lead_id = l.id ORDER BY r.id DESC LIMIT 1
    ) checked ON TRUE
    LEFT JOIN LATERAL (
        SELECT h.state, made.visits, made.result FROM hand_over h
        LEFT JOIN LATERAL (
            SELECT count(*) AS visits, (array_agg(v.result ORDER BY v.number DESC))[1] AS result
            FROM visit v WHERE v.hand_over_id = h.id AND v.state = 'reported'
        ) made ON TRUE
        WHERE h.lead_id = l.id ORDER BY h.id DESC LIMIT 1
    ) given ON TRUE
    LEFT JOIN LATERAL (
        SELECT k.state FROM complaint_case k WHERE k.lead_id = l.id ORDER BY k.id DESC LIMIT 1
    ) complained ON TRUE
"""

_THESE = f"SELECT {_LEAD} FROM lead l WHERE l.id = ANY(:ids)"
_LAST = 2**63 - 1
_WORDS = frozenset({"customer_class", "district"})
NEAR = 5_000
"""So many leads are read back in search of a page before an index is asked."""

_UNTIL = f"""
    LEFT JOIN LATERAL (
        SELECT d.until FROM dnc_entry d
        WHERE line.do_not_call AND d.phone_index = line.phone_index AND {in_force_sql("d")}
        ORDER BY d.until DESC NULLS FIRST LIMIT 1
    ) entry ON TRUE
"""


def _lines(leads: str) -> str:
    return f"""
    SELECT line.*, {IS_LEFT} AS left_over, entry.until AS do_not_call_until
    FROM ({_COMPUTED.format(leads=leads)}) line {_UNTIL}
    WHERE CAST(:result AS text) IS NULL OR line.result = :result
    ORDER BY line.lead_id DESC
    """


async def list_lines(
    session: AsyncSession, question: LedgerQuestion, vault: Vault, *, before: int | None, limit: int
) -> list[LedgerLine]:
    """Returns a page, the newest lead first; ``before`` is the last lead of the page before.

    First reads the ids of matching leads by an index, then computes the lines of these few. When a result is requested,
    some of them may not have it: then it reads further ids, in growing portions.
    """
    where, values = conditions(question)
    before, width = before or _LAST, limit
    rows: list[RowMapping] = []
    while len(rows) < limit:
        ids = await _ids(session, where, {**values, "before": before, "width": width})
        if ids:
            lines = await session.execute(statement(_lines(_THESE), {**values, "ids": ids}))
            rows += lines.mappings().all()
        if len(ids) < width:
            break
        before, width = ids[-1], min(width * 4, PAGE)
    names = await staff_names(session, {agent for row in rows for agent in row["agents"] or ()})
    return [_line(row, names, vault) for row in rows[:limit]]


async def _ids(session: AsyncSession, where: str, values: Mapping[str, Any]) -> list[int]:
    """Returns the next leads under a condition.

    Many leads may have a class or district, and none since long ago, which the planner cannot know: for these the
    nearest leads are read back, and a page that they do not fill is found by the word's index and sorted.
    """
    order = "l.id"
    if not _WORDS.isdisjoint(values):
        nearest = "SELECT * FROM lead WHERE id < :before ORDER BY id DESC LIMIT :near"
        near = f"SELECT l.id FROM ({nearest}) l WHERE {where} ORDER BY l.id DESC LIMIT :width"
        ids = list((await session.execute(statement(near, {**values, "near": NEAR}))).scalars())
        if len(ids) == values["width"]:
            return ids
        order = "l.id + 0"  # no index has this order
    sql = f"SELECT l.id FROM lead l WHERE {where} AND l.id < :before ORDER BY {order} DESC LIMIT :width"
    return list((await session.execute(statement(sql, values))).scalars())


async def stream_lines(
    session: AsyncSession, question: LedgerQuestion, vault: Vault
) -> AsyncIterator[list[LedgerLine]]:
    """Yields all lines in pages, by a cursor of the server, so that only one page is in memory."""
    where, values = conditions(question)
    names = await staff_names(session, None)
    leads = f"SELECT {_LEAD} FROM lead l WHERE {where} ORDER BY l.id DESC"
    await session.execute(statement("SET LOCAL jit = off", {}))
    lines = await session.stream(statement(_lines(leads), values), execution_options={"yield_per": PAGE})
    async for page in lines.mappings().partitions(PAGE):
        yield [_line(row, names, vault) for row in page]


async def staff_names(session: AsyncSession, ids: set[int] | None) -> Mapping[int, str]:
    """Returns id → name; of all staff when no ids are given."""
    sql = "SELECT id, name FROM staff" + ("" if ids is None else " WHERE id = ANY(:ids)")
    return {row.id: row.name for row in await session.execute(statement(sql, {"ids": list(ids or ())}))}


_COPIED = (
    *("lead_id", "campaign_id", "campaign", "list_id", "list_name", "source", "branch", "target_group", "line"),
    *("imported_at", "customer_class", "district", "times_allocated", "allocated_at", "returned_why", "calls"),
    *("answered", "last_called_at", "last_outcome", "last_disposition", "verdict", "hand_over", "visits"),
    *("visit_result", "complaint", "do_not_call", "do_not_call_until", "basis_withdrawn_at"),
)


def _line(row: RowMapping, names: Mapping[int, str], vault: Vault) -> LedgerLine:
    opened, at = vault.open, (row["list_id"], row["line"])
    values: dict[str, Any] = {name: row[name] for name in _COPIED}
    return LedgerLine(
        **values,
        name_masked=mask_name(opened(row["name_sealed"], LEAD_NAME.place(*at))),
        phone_masked=mask_phone(opened(row["phone_sealed"], NUMBER.place(row["phone_index"]))),
        result=LedgerResult(row["result"]),
        left=row["left_over"],
        agents=tuple(names.get(agent, str(agent)) for agent in row["agents"] or ()),
    )
