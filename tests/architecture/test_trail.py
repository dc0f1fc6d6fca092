"""The audit trail can neither be erased nor encrypted with new keys, so only some typed texts go into it, sealed.

A typed text is among the facts of an act only when its form says that the trail keeps it, without personal data
(``kit.reasons.IN_TRAIL``); people write it nevertheless, so the trail seals it for its entry alone. Text that may be
about a person is kept with its own row and not repeated in the trail.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from callcenter.audit.facts.types import NOTED
from callcenter.audit.types import CHECKED, RESEALED
from callcenter.audit.types import TYPED as SEALED_BY_THE_TRAIL
from callcenter.bootstrap.openapi import description
from callcenter.kit.reasons import IN_TRAIL

CODE = Path(__file__).parents[2] / "callcenter"
TEXTS = {"why", "reason", "note", "text", "comment", "words"}

TYPED = {
    "allocation.members_set": "PUT /allocation/members",
    "allocation.quota_set": "PUT /allocation/quotas",
    "allocation.quota_removed": "DELETE /allocation/quotas/{quota_id}",
    "campaigns.changed": "PATCH /campaigns/{campaign_id}",
    "campaigns.day_overridden": "PUT /calendar/{on}",
    "campaigns.day_restored": "DELETE /calendar/{on}",
    "customers.note_read": "POST /leads/{lead_id}/history/{key}/note",
    "customers.lead_reopened": "POST /leads/{lead_id}/reopen",
    "campaigns.script_published": "POST /campaigns/{campaign_id}/scripts",
    "campaigns.script_returned": "POST /campaigns/{campaign_id}/scripts/{version}/return",
    "campaigns.script_submitted": "POST /campaigns/{campaign_id}/scripts",
    "campaigns.script_withdrawn": "POST /campaigns/{campaign_id}/scripts/{version}/withdraw",
    "campaigns.service_hours_changed": "PUT /service-hours",
    "dialer.signal_dismissed": "POST /kept-signals/{kept_id}/dismiss",
    "field.application_cancelled": "POST /field/followed/{hand_over_id}/cancel",
    "field.application_refused": "POST /field/followed/{hand_over_id}/refuse",
    "field.application_reopened": "POST /field/followed/{hand_over_id}/reopen",
    "field.decided": "POST /field/hand-overs/{hand_over_id}/decision",
    "field.region_changed": "PUT /field/regions/{region_id}",
    "campaigns.class_scheme_set": "PUT /campaigns/{campaign_id}/class-scheme",
    "health.node_closed": "POST /nodes/{name}/close",
    "leads.basis_added": "POST /leads/{lead_id}/basis",
    "leads.basis_withdrawn": "POST /leads/{lead_id}/basis/withdraw",
    "leads.class_rules_activated": "POST /class-schemes/{scheme_id}/apply",
    "leads.class_set_manually": "POST /leads/{lead_id}/class",
    "leads.dnc_lift_declined": "POST /dnc/lifts/{lift_id}/decide",
    "leads.dnc_lift_proposed": "POST /dnc/entries/{entry_id}/lift",
    "leads.dnc_lifted": "POST /dnc/lifts/{lift_id}/decide",
    "leads.dnc_list_withdrawn": "POST /dnc/lists/{list_id}/withdraw",
    "leads.particulars_revealed": "POST /leads/{lead_id}/reveal",
    "lines.trunk_removed": "POST /trunks/{trunk_id}/remove",
    "lines.trunk_set": "POST /trunks",
    "messages.route_removed": "POST /messages/routes/{route_id}/remove",
    "messages.route_set": "POST /messages/routes",
    "people.second_factor_demanded": "PUT /people/second-factors/{role}",
    "people.second_factor_reset": "POST /people/{staff_id}/second-factor/reset",
    "people.sessions_ended": "POST /people/{staff_id}/sessions/end",
    "people.staff_changed": "PUT /people/{staff_id}",
    "people.staff_left": "POST /people/{staff_id}/leave",
    "recordings.incident_closed": "POST /recordings/incidents/{incident_id}/close",
    "recordings.listened": "GET /recordings/{call_id}/audio",
}
"""Acts whose facts hold a typed text, and the endpoint whose form asks for it."""

SEALED = {
    "allocation.returned_leads": "the assignments that ended, sealed: the reason is often an agent's illness",
    "complaints.decided": "the case, sealed",
    "complaints.opened": "the case, sealed",
    "customers.corrected": "the change, sealed",
    "field.assigned": "the hand-over: why it left its region may speak of the customer",
    "leads.dnc_entered": "the entry, sealed",
    "quality.decided": "the review, sealed",
}
"""Acts with a typed text that the trail does not hold, and where it is kept."""


def is_code(value: ast.expr) -> bool:
    """Returns whether a fact is one of a closed list: ``reason.value``, a constant, a comparison."""
    if isinstance(value, ast.IfExp):
        return is_code(value.body) and is_code(value.orelse)
    return isinstance(value, ast.Constant | ast.Compare) or (isinstance(value, ast.Attribute) and value.attr == "value")


def acts_of(noted: ast.Call, module: ast.Module) -> set[str]:
    """Returns the acts that an announcement may name; a variable stands for every act written in its file."""
    (act, *_) = noted.args
    if isinstance(act, ast.Constant):
        return {str(act.value)}
    texts = {str(leaf.value) for leaf in ast.walk(module) if isinstance(leaf, ast.Constant)}
    return {text for text in texts if re.fullmatch(r"[a-z]+\.[a-z_]+", text)}


def typed_acts() -> Iterator[str]:
    """Yields the acts in whose function a dictionary holds a typed text."""
    for file in sorted(CODE.rglob("*.py")):
        module = ast.parse(file.read_text())
        for function in ast.walk(module):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            announced = [node for node in ast.walk(function) if isinstance(node, ast.Call) and _is_noted(node)]
            typed = any(
                isinstance(key, ast.Constant) and key.value in TEXTS and not is_code(value)
                for node in ast.walk(function)
                if isinstance(node, ast.Dict)
                for key, value in zip(node.keys, node.values, strict=True)
            )
            for noted in announced if typed else ():
                yield from acts_of(noted, module)


def _is_noted(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "Noted"


def asked_for(document: dict[str, Any], endpoint: str) -> str:
    """Returns how an endpoint describes its reason."""
    method, path = endpoint.split()
    operation = document["paths"][f"/api/v1{path}"][method.lower()]
    for parameter in operation.get("parameters", ()):
        if parameter["name"] == "reason":
            return str(parameter.get("description") or parameter["schema"].get("description"))
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    schema = document["components"]["schemas"][body["$ref"].rsplit("/", 1)[-1]]
    return str(schema["properties"]["reason"].get("description"))


def test_typed_texts_are_in_the_trail_by_one_rule() -> None:
    assert sorted(set(typed_acts())) == sorted(TYPED)
    assert not set(SEALED) & set(TYPED)


def test_the_trail_seals_every_typed_text() -> None:
    assert sorted(SEALED_BY_THE_TRAIL) == sorted(TYPED)


def test_a_form_whose_reason_the_trail_keeps_says_so() -> None:
    document = description()
    silent = {act: asked_for(document, endpoint) for act, endpoint in TYPED.items()}
    assert {act: text for act, text in silent.items() if text != IN_TRAIL} == {}


def test_what_is_not_in_the_trail_is_still_announced() -> None:
    code = "\n".join(file.read_text() for file in CODE.rglob("*.py"))
    assert [act for act in SEALED if f'"{act}"' not in code] == []


# --- what the page of the trail knows -------------------------------------------------------------------------------

PANEL = CODE / "panels/src/audit/facts.ts"
WORDS = CODE / "panels/src/locale/zh/trail.ts"

ADDED = {
    "alerts.raised": {
        *(
            "campaign_id",
            "on",
            "stock",
            "days",
            "least",
            "shortage",
            "version",
            "branches",
            "year",
            "from",
            "trunk",
            "refusals",
        ),
        *("code", "command", "queue", "at", "error", "task", "failures", "node", "seconds", "behind", "count"),
        *("call_id", "leg_id", "part", "route"),
    },
    "leads.dnc_lifted": {"proposed_by"},
    "leads.dnc_list_delivered": {
        *("delivery_id", "list_id", "kind", "rows", "keys", "malformed", "reasons", "duplicates", "new", "known"),
        *("ended", "matched"),
    },
    "people.leave_changed": {"before"},
}
"""Acts whose facts are joined from another mapping (``**facts``), and what that holds."""


def facts_announced() -> dict[str, set[str]]:
    """Returns act → the facts it may have, read from every announcement in the code."""
    found: dict[str, set[str]] = {act: set(facts) for act, facts in ADDED.items()}
    for file in sorted(CODE.rglob("*.py")):
        module = ast.parse(file.read_text())
        for function in ast.walk(module):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                for noted in (node for node in ast.walk(function) if isinstance(node, ast.Call) and _is_noted(node)):
                    for act, facts in _announcements(noted, function, module):
                        found.setdefault(act, set()).update(facts)
    return {act: facts for act, facts in found.items() if facts}


def _announcements(
    noted: ast.Call, function: ast.FunctionDef | ast.AsyncFunctionDef, module: ast.Module
) -> Iterator[tuple[str, set[str]]]:
    act, facts = noted.args[0], noted.args[2] if len(noted.args) > 2 else None
    parameters = [argument.arg for argument in function.args.args]
    given = isinstance(facts, ast.Name) and facts.id in parameters
    own = set() if given or facts is None else _keys(facts, function)
    if isinstance(act, ast.Name) and act.id in parameters:
        for call in ast.walk(module):  # a method of the room that announces for others: their calls say act and facts
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == function.name:
                # The call has no ``self``.
                passed = dict(zip(parameters[1:], call.args, strict=False))
                named = passed[act.id]
                assert isinstance(named, ast.Constant), f"{function.name} is called with an act that is no constant"
                yield str(named.value), _keys(passed[facts.id], function) if given else own  # type: ignore[union-attr]
    else:
        for name in _acts_named(act, function, module):
            yield name, own


def _acts_named(act: ast.expr, function: ast.AST, module: ast.Module) -> list[str]:
    if isinstance(act, ast.Constant):
        return [str(act.value)]
    if (constant := {"CHECKED": CHECKED, "NOTED": NOTED, "RESEALED": RESEALED}.get(ast.unparse(act))) is not None:
        return [constant]
    if isinstance(act, ast.Name):  # chosen in the function
        chosen = [node.value for node in ast.walk(function) if isinstance(node, ast.Assign) and _assigns(node, act.id)]
        leaves = [leaf for value in chosen for leaf in ast.walk(value) if isinstance(leaf, ast.Constant)]
        return [str(leaf.value) for leaf in leaves if re.fullmatch(r"[a-z]+\.[a-z_]+", str(leaf.value))]
    assert ast.unparse(act) == "f'targets.{_PAST[act]}'"
    (past,) = [
        node for node in ast.walk(module) if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "_PAST"
    ]
    assert isinstance(past.value, ast.Dict)
    return [f"targets.{value.value!s}" for value in past.value.values if isinstance(value, ast.Constant)]


def _assigns(node: ast.Assign, name: str) -> bool:
    return any(name in ast.unparse(target).strip("()").split(", ") for target in node.targets)


def _keys(facts: ast.expr, function: ast.AST) -> set[str]:
    """Returns the keys of a dictionary, or of all that are assigned to a name, by subscript as well."""
    if isinstance(facts, ast.Dict):
        return {str(key.value) for key in facts.keys if isinstance(key, ast.Constant)}
    assert isinstance(facts, ast.Name)
    keys: set[str] = set()
    for node in ast.walk(function):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        for target in targets:
            if isinstance(target, ast.Name) and target.id == facts.id and isinstance(node.value, ast.Dict):  # type: ignore[attr-defined]
                keys |= _keys(node.value, function)  # type: ignore[attr-defined]
            if isinstance(target, ast.Subscript) and ast.unparse(target.value) == facts.id:
                assert isinstance(target.slice, ast.Constant)
                keys.add(str(target.slice.value))
    return keys


def facts_of_the_page() -> dict[str, set[str]]:
    """Returns act → the facts that the page of the trail has a kind for. Tables of several acts stand before it."""
    text = PANEL.read_text()
    shared = {name: _named(body) for name, body in re.findall(r"^const (\w+) = (\{ .* \})$", text, re.M)}
    table = text.split("export const FACTS", 1)[1].split("\n}\n", 1)[0]
    page: dict[str, set[str]] = {}
    for act, facts in re.findall(r"^  '([a-z_.]+)': (.*?),?\n(?=  '|\Z)", table + "\n", re.M | re.S):
        page[act] = shared[facts] if facts in shared else _named(facts)
        page[act].update(*(shared[name] for name in re.findall(r"\.\.\.(\w+)", facts)))
    return page


def _named(facts: str) -> set[str]:
    """Returns the keys of an object of TypeScript, ``{ a: own, b }``."""
    return set(re.findall(r"[{,]\s*(\w+)(?=:|,|\s*\})", facts))


def test_the_page_of_the_trail_knows_each_fact_of_each_act() -> None:
    assert facts_of_the_page() == facts_announced()


def test_each_subject_of_the_trail_has_words() -> None:
    code = "\n".join(file.read_text() for file in CODE.rglob("*.py"))
    kinds = set(re.findall(r'Noted\([^()]*?f"(\w+):\{', code)) | set(re.findall(r'subject = f"(\w+):\{', code))
    words = set(re.findall(r"^    (\w+):", WORDS.read_text().split("actRoom", 1)[0], re.M))
    assert len(kinds) > 15
    assert sorted(kinds - words) == []
