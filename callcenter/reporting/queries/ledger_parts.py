"""Common parts of the ledger's statements: the selection of leads, and the result of a lead.

The scope is part of every statement: an actor with the scope of one branch gets only rows of that branch's lists,
whatever the filters select.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import TextClause, text

from callcenter.dnc.in_force import in_force_sql
from callcenter.kit.clock import at_business_time
from callcenter.reporting.rules import BY_DISPOSITION, BY_END, OVERRULES_SILENCE, EndKey
from callcenter.reporting.types import LEFT, LedgerQuestion, LedgerResult

ON_DNC = f"EXISTS (SELECT FROM dnc_entry d WHERE d.phone_index = l.phone_index AND {in_force_sql('d')})"

_PROMISED = "SELECT p.lead_id FROM callback p WHERE p.kind = 'agent_promise' AND p.state IN ('due', 'active')"


def _quoted(*words: str) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _is(end: EndKey) -> str:
    """Returns the condition that the last assignment ended like this; without a detail, any detail matches."""
    kind, detail = end
    return f"held.ended_as = '{kind}'" + ("" if detail is None else f" AND held.end_detail = '{detail}'")


def _spoken() -> Iterator[str]:
    """Yields the branches for the last conversation; ends that overrule an answering machine come before it."""
    silent = _quoted(*(word for word, result in BY_DISPOSITION.items() if result is LedgerResult.NOT_REACHED))
    for end, result in OVERRULES_SILENCE.items():
        yield f"WHEN talk.disposition IN ({silent}) AND {_is(end)} THEN '{result}'"
    for word, result in BY_DISPOSITION.items():
        yield f"WHEN talk.disposition = {_quoted(word)} THEN '{result}'"


def _ended() -> Iterator[str]:
    """Yields the branches for the end of the last assignment, exact ends before those with any detail."""
    for end, result in sorted(BY_END.items(), key=lambda item: item[0][1] is None):
        yield f"WHEN {_is(end)} THEN '{result}'"


RESULT = "\n    ".join(
    [
        "CASE WHEN l.state <> 'closed' AND l.basis_withdrawn_at IS NOT NULL THEN 'withdrawn'",
        f"WHEN l.state <> 'closed' AND {ON_DNC} THEN 'on_dnc_list'",
        "WHEN l.state = 'stock' THEN 'stock'",
        "WHEN l.state = 'assigned' THEN 'held'",
        f"WHEN l.id IN ({_PROMISED}) THEN 'promised'",
        *_spoken(),
        *_ended(),
        "ELSE 'ruled_out' END",
    ]
)
"""``reporting.rules.ledger_result`` in SQL, over ``l`` (lead), ``held.ended_as`` and ``held.end_detail`` (the last
assignment) and ``talk.disposition`` (the last conversation)."""

IS_LEFT = "result IN (" + ", ".join(f"'{result.value}'" for result in LEFT) + ")"


def _look_for(result: LedgerResult) -> str:
    """Returns a condition that every lead with this result fulfils, so that the database can begin with an index.

    Others may fulfil it too: the result itself is computed afterwards.
    """
    match result:
        case LedgerResult.STOCK | LedgerResult.HELD:
            state = "stock" if result is LedgerResult.STOCK else "assigned"
            return f"l.state = '{state}' AND l.basis_withdrawn_at IS NULL AND NOT {ON_DNC}"
        case LedgerResult.WITHDRAWN:
            return f"(l.state <> 'closed' AND l.basis_withdrawn_at IS NOT NULL OR {_closed_with(result)})"
        case LedgerResult.ON_DNC_LIST:
            return f"(l.state <> 'closed' AND {ON_DNC} OR {_closed_with(result)})"
        case LedgerResult.PROMISED:
            return f"l.state = 'closed' AND l.id IN ({_PROMISED})"
        case LedgerResult.RULED_OUT:
            return f"""l.state = 'closed' AND NOT EXISTS (
                SELECT FROM assignment held WHERE held.lead_id = l.id AND held.state = 'done' AND ({_any(BY_END)}))"""
        case LedgerResult.NOT_REACHED | LedgerResult.REFUSED | LedgerResult.THINKING:
            return "l.state = 'closed'"  # most leads have this result: an index would not help
        case _:
            return _closed_with(result)


def _closed_with(result: LedgerResult) -> str:
    """Returns the condition that a lead is closed and some call or assignment of it can have led to the result."""
    words = _quoted(*(word for word, leads_to in BY_DISPOSITION.items() if leads_to is result))
    calls = f"SELECT c.lead_id FROM call c WHERE c.disposition IN ({words}) UNION ALL " if words else ""
    ends = _any(end for end, leads_to in BY_END.items() if leads_to is result)
    return f"l.state = 'closed' AND l.id IN ({calls}SELECT held.lead_id FROM assignment held WHERE {ends})"


def _any(ends: Iterable[EndKey]) -> str:
    return " OR ".join(f"({_is(end)})" for end in ends)


def statement(sql: str, values: Mapping[str, Any]) -> TextClause:
    """Returns the SQL with those of the values that it names."""
    return text(sql).bindparams(**{name: value for name, value in values.items() if f":{name}" in sql})


def conditions(question: LedgerQuestion) -> tuple[str, dict[str, Any]]:
    """Returns the WHERE over ``l`` for the filters within the scope, and the values of the whole statement.

    The result is not part of it: ``_look_for`` only narrows the leads that can have it.
    """
    wanted = question.wanted
    parts: list[str] = ["TRUE"]
    values: dict[str, Any] = {"now": question.as_of, "result": wanted.result and wanted.result.value}
    lists, of_lists = [], {"own": question.scope.branch, "branch": wanted.branch}
    for name, value in of_lists.items():
        if value is not None:
            lists.append(f"x.branch = :{name}")
            values[name] = value
    if lists:
        parts.append(f"l.list_id IN (SELECT x.id FROM lead_list x WHERE {' AND '.join(lists)})")
    for name in ("list_id", "campaign_id", "customer_class", "district"):
        if (value := getattr(wanted, name)) is not None:
            parts.append(f"l.{name} = :{name}")
            values[name] = value
    if wanted.imported_from is not None:
        parts.append("l.imported_at >= :imported_from")
        values["imported_from"] = at_business_time(wanted.imported_from, 0)
    if wanted.imported_to is not None:
        parts.append("l.imported_at < :imported_until")
        values["imported_until"] = at_business_time(wanted.imported_to + timedelta(days=1), 0)
    if wanted.agent_id is not None:
        parts.append("l.id = ANY(ARRAY(SELECT a.lead_id FROM assignment a WHERE a.agent_id = :agent_id))")
        values["agent_id"] = wanted.agent_id
    if wanted.result is not None:
        parts.append(_look_for(wanted.result))
    return "\n      AND ".join(parts), values
