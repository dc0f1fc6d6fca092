"""What the statements of the ledger share: which leads are meant, and where a lead stands.

The scope is part of every statement: whoever sees one branch gets rows of that branch's lists and of no other, whatever
the filters say.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import TextClause, text

from callcenter.calls.dispositions import dispositions_with
from callcenter.calls.types import CallKind, Outcome
from callcenter.dnc.in_force import in_force_sql
from callcenter.kit.clock import at_business_time
from callcenter.kit.scope import Scope
from callcenter.reporting.types import LEFT, LedgerFilter, LedgerResult

_NOT_REACHED = (
    *(each.value for each in dispositions_with(lambda rule: not rule.spoke_to_customer)),
    *(each.value for each in Outcome if each not in (Outcome.ANSWERED, Outcome.INVALID_NUMBER)),
)
"""Words of a network or a system that reached nobody."""

_PROMISES = tuple(each.value for each in dispositions_with(lambda rule: rule.makes_callback))

_CONVERSATIONS = tuple(
    each.value
    for each in dispositions_with(
        lambda rule: rule.spoke_to_customer and CallKind.LEAD in rule.kinds and not rule.makes_callback
    )
)
"""Dispositions that are a lead's result by their own name (``LedgerResult``)."""


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


ON_DNC = f"EXISTS (SELECT FROM dnc_entry d WHERE d.phone_index = l.phone_index AND {in_force_sql('d')})"

_PROMISED = "SELECT p.lead_id FROM callback p WHERE p.kind = 'agent_promise' AND p.state IN ('due', 'active')"

LAST_WORD = "COALESCE(talk.disposition, held.result)"
"""What the customer said in the last conversation; where there was none, how the last assignment ended."""

RESULT = f"""CASE
    WHEN l.state <> 'closed' AND l.basis_withdrawn_at IS NOT NULL THEN 'withdrawn'
    WHEN l.state <> 'closed' AND {ON_DNC} THEN 'on_dnc_list'
    WHEN l.state = 'stock' THEN 'stock'
    WHEN l.state = 'assigned' THEN 'held'
    WHEN l.id IN ({_PROMISED}) THEN 'promised'
    WHEN {LAST_WORD} IN ({_listed(_CONVERSATIONS)}) THEN {LAST_WORD}
    WHEN {LAST_WORD} IN ({_listed(_PROMISES)}) THEN 'lapsed'
    WHEN {LAST_WORD} = 'invalid_number' OR held.result = 'invalid_number' THEN 'invalid_number'
    WHEN {LAST_WORD} IN ({_listed(_NOT_REACHED)})
         OR held.result = 'C3.attempts' THEN 'not_reached'
    WHEN held.result LIKE 'L6.%' OR held.result = 'on_dnc_list' THEN 'on_dnc_list'
    WHEN held.result LIKE 'L9.%' OR held.result = 'basis_withdrawn' THEN 'withdrawn'
    ELSE 'ruled_out' END"""
"""Over ``l`` (lead), ``held.result`` (the last assignment) and ``talk.disposition`` (the last conversation)."""

IS_LEFT = "result IN (" + ", ".join(f"'{each.value}'" for each in LEFT) + ")"

_RESULTS_OF = {
    **{each: (each.value,) for each in LedgerResult},
    LedgerResult.LAPSED: _PROMISES,
    LedgerResult.NOT_REACHED: (*_NOT_REACHED, "C3.attempts"),
}
"""The dispositions and ends of assignments that can make a closed lead's result."""

_KNOWN = sorted({word for words in _RESULTS_OF.values() for word in words})


def _look_for(result: LedgerResult) -> str:
    """What must hold for a result besides: the database begins with the leads that can have it, be they ever so few."""
    match result:
        case LedgerResult.STOCK | LedgerResult.HELD:
            state = "stock" if result is LedgerResult.STOCK else "assigned"
            return f"l.state = '{state}' AND l.basis_withdrawn_at IS NULL AND NOT {ON_DNC}"
        case LedgerResult.WITHDRAWN:
            return (
                f"(l.state <> 'closed' AND l.basis_withdrawn_at IS NOT NULL OR {_ended_by('L9.%', 'basis_withdrawn')})"
            )
        case LedgerResult.ON_DNC_LIST:
            return f"(l.state <> 'closed' AND {ON_DNC} OR {_ended_by('L6.%', 'do_not_call')})"
        case LedgerResult.PROMISED:
            return f"l.state = 'closed' AND l.id IN ({_PROMISED})"
        case LedgerResult.RULED_OUT:
            known = _listed(_KNOWN)
            return f"""l.state = 'closed' AND NOT EXISTS (
                SELECT FROM assignment a WHERE a.lead_id = l.id AND a.state = 'done' AND a.result IN ({known}))"""
        case LedgerResult.NOT_REACHED | LedgerResult.REFUSED | LedgerResult.THINKING:
            return "l.state = 'closed'"  # the most there are: looking them up first would take longer
        case _:
            words = _listed(_RESULTS_OF[result])
            return f"""l.state = 'closed' AND l.id IN (
                SELECT c.lead_id FROM call c WHERE c.disposition IN ({words})
                UNION ALL SELECT a.lead_id FROM assignment a WHERE a.state = 'done' AND a.result IN ({words}))"""


def _ended_by(pattern: str, word: str) -> str:
    return f"""l.state = 'closed' AND l.id IN (SELECT a.lead_id FROM assignment a
        WHERE a.result LIKE '{pattern}' OR a.result = '{word}')"""


def statement(sql: str, values: Mapping[str, Any]) -> TextClause:
    """With those of the values the statement names."""
    return text(sql).bindparams(**{name: value for name, value in values.items() if f":{name}" in sql})


def conditions(wanted: LedgerFilter, scope: Scope) -> tuple[str, dict[str, Any]]:
    """The WHERE over ``l`` for these filters within this scope, without the result, and its values."""
    parts: list[str] = ["TRUE"]
    values: dict[str, Any] = {}
    lists, of_lists = [], {"own": scope.branch, "branch": wanted.branch}
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
