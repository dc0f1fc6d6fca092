"""Rows within one's scope (requirement S1): every role with every endpoint, asked about two branches."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from callcenter.bootstrap import System
from callcenter.people.rules import scope_of
from callcenter.people.types import Role
from tests.support.browser import browser_of, log_in
from tests.support.people import hire
from tests.web.rights_table import LISTS, MAY, NAMES, SAME_FOR_ALL
from tests.web.two_branches import Side, make_sides

pytestmark = pytest.mark.db

_UNKNOWN = 999_999
_ON = "2026-11-25"
_LATER = "2026-12-30"
_SCOPED = [role for role in Role if not scope_of(role, "a branch", 1).is_all]
_IN_WHOLE = [role for role in Role if scope_of(role, "a branch", 1).is_all]

_OWN_ALONE = {(Role.HEAD_OFFICE, "GET /ledger/exports")}
"""They see the rows of the whole bank, and only what they have taken out of them themselves."""

_PARTS = {"on": _ON, "note_id": 1}
"""Parts of paths that are not the object's id."""

_QUERIES: dict[str, Mapping[str, Any]] = {
    "GET /recordings/{call_id}/audio": {"reason": "check"},
    "GET /people/roster": {"from": _ON, "to": _ON},
    "GET /allocation/quotas": {"campaign_id": 1},
    "GET /allocation/members": {"campaign_id": 1},
    "GET /allocation/members/history": {"campaign_id": 1},
    "DELETE /allocation/quotas/{quota_id}": {"reason": "not needed"},
}


def body_of(route: str, ids: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns a valid body that names the objects of ``ids``."""
    bodies: dict[str, Mapping[str, Any]] = {
        "POST /reviews/{review_id}/verdict": {"verdict": "fail", "note": "no", "failed_items": ["identity"]},
        "POST /recordings/incidents/{incident_id}/close": {"reason": "test call"},
        "POST /recordings/incidents/{incident_id}/take": {"due_on": _LATER},
        "POST /recordings/{call_id}/heard": {"reason": "check", "heard_ms": 1000},
        "POST /recordings/{call_id}/notes": {"at_ms": 0, "text": "well said"},
        "POST /complaints": {"lead_id": ids["customer"], "category": "other", "text": "late"},
        "POST /field/visits/{visit_id}/result": {"result": "refused"},
        "POST /field/visits/{visit_id}/customer": {"values": {"employer": "University"}, "why": "said so"},
        "POST /field/hand-overs/{hand_over_id}/assign": {"region_id": ids["region"]},
        "POST /field/hand-overs/{hand_over_id}/decision": {"visit": True, "reason": "asked the customer"},
        "PUT /people/roster": {"staff_ids": [ids["agent"]], "days": [_ON], "working": True},
        "PUT /people/{staff_id}/pattern": {"from_on": _ON, "parts": [100] * 7},
        "POST /people/leaves": {"staff_id": ids["agent"], "first_on": _LATER, "last_on": _LATER, "kind": "annual"},
        "PUT /people/leaves/{leave_id}": {"last_on": _LATER},
        "PUT /allocation/members": {
            "campaign_id": 1,
            "staff_ids": [ids["agent"]],
            "weight": 1,
            "from_on": _LATER,
            "reason": "new",
        },
        "POST /allocation/return-leads": {"agent_id": ids["agent"], "reason": "ill"},
        "PUT /allocation/quotas": {
            "campaign_id": 1,
            "staff_id": ids["agent"],
            "quota": 10,
            "from_on": _ON,
            "reason": "ill",
        },
        "POST /target-groups/{group_id}/withdraw": {"reason": "not needed"},
    }
    if route == "POST /floor/messages":
        return {"agent_ids": [ids["seat"]], "text": "come"}
    if route.startswith("POST /floor/seats/"):
        return {"kind": "whisper", "reason": "training"} if route.endswith("join") else {"reason": "training"}
    return bodies.get(route, {})


async def send(client: httpx.AsyncClient, route: str, named: Any, ids: Mapping[str, Any]) -> httpx.Response:
    """Sends a request whose path names the object ``named``, with ``ids`` in its body."""
    method, path = route.split()
    path = re.sub(r"{(\w+)}", lambda name: str(_PARTS.get(name[1], named)), path)
    body = None if method in ("GET", "DELETE") else body_of(route, ids)
    return await client.request(method, "/api/v1" + path, params=_QUERIES.get(route), json=body)


def code_of(answer: httpx.Response) -> str | None:
    """Returns the code of a refusal; None for any other answer."""
    refused = answer.headers.get("content-type") == "application/problem+json"
    return str(answer.json()["code"]) if refused else None


def values(body: Any) -> Iterator[Any]:
    """Yields every text and number of an answer."""
    if isinstance(body, dict):
        body = list(body.values())
    if isinstance(body, list):
        for part in body:
            yield from values(part)
    else:
        yield body


def test_every_endpoint_of_a_scoped_role_says_whose_rows_it_shows() -> None:
    reached = {route for route, roles in MAY.items() if roles.intersection(_SCOPED)}
    assert sorted(reached - NAMES.keys() - LISTS - SAME_FOR_ALL) == [], "say in tests/web/rights_table.py whose rows"
    assert sorted((NAMES.keys() | LISTS | SAME_FOR_ALL) - reached) == []
    assert len(NAMES) + len(LISTS) + len(SAME_FOR_ALL) == len(reached), "an endpoint is named twice"


@pytest.mark.parametrize("role", _SCOPED)
async def test_what_is_beyond_ones_scope_looks_missing(system: System, app: FastAPI, role: Role) -> None:
    """Another branch's, region's or person's object is answered like one that does not exist; one's own is found."""
    wrong: list[tuple[str, str, int, str]] = []
    sides = await make_sides(system, role)
    for own, other in (sides, reversed(sides)):
        async with browser_of(app) as client:
            assert (await log_in(client, own.login)).status_code == 200
            named = [route for route in NAMES if role in MAY[route]]
            for route in sorted(named, reverse=True):  # what is removed is removed last
                kind = NAMES[route]
                theirs = await send(client, route, other.ids[kind], other.ids)
                nobodys = await send(client, route, unknown(own, kind), dict.fromkeys(own.ids, _UNKNOWN))
                if theirs.status_code != 404 or code_of(theirs) != code_of(nobodys):
                    wrong.append((route, "another's", theirs.status_code, theirs.text))
                mine = await send(client, route, own.ids[kind], own.ids)
                if code_of(mine) == code_of(nobodys) or mine.status_code >= 500:
                    wrong.append((route, "own", mine.status_code, mine.text))
    assert wrong == []


def unknown(side: Side, kind: str) -> str | int:
    return "00000000-0000-0000-0000-000000000001" if kind == "call" else _UNKNOWN


@pytest.mark.parametrize("role", _SCOPED)
async def test_a_list_shows_the_rows_of_ones_scope_alone(system: System, app: FastAPI, role: Role) -> None:
    wrong: list[tuple[str, str, str]] = []
    sides = await make_sides(system, role)
    for own, other in (sides, reversed(sides)):
        async with browser_of(app) as client:
            assert (await log_in(client, own.login)).status_code == 200
            for route in sorted(route for route in LISTS if role in MAY[route]):
                answer = await send(client, route, None, own.ids)
                shown = list(values(answer.json()))
                if answer.status_code != 200 or any(other.is_in(value) for value in shown):
                    wrong.append((route, "shows another's", answer.text))
                if not any(own.is_in(value) for value in shown):
                    wrong.append((route, "lacks its own", answer.text))
    assert wrong == []


@pytest.mark.parametrize("role", _IN_WHOLE)
async def test_the_whole_bank_is_seen_by_those_whose_work_it_is(system: System, app: FastAPI, role: Role) -> None:
    """The filters do not hide a row from those who see all: the same lists show both branches."""
    wrong: list[tuple[str, str]] = []
    sides = await make_sides(system, role)
    async with browser_of(app) as client:
        assert (await log_in(client, "north")).status_code == 200
        for route in sorted(route for route in LISTS if role in MAY[route]):
            if (role, route) in _OWN_ALONE:
                continue
            answer = await send(client, route, None, sides[0].ids)
            shown = list(values(answer.json()))
            if not all(any(side.is_in(value) for value in shown) for side in sides):
                wrong.append((route, answer.text))
    assert wrong == []


async def test_figures_count_ones_scope_alone(system: System, app: FastAPI) -> None:
    await make_sides(system, Role.AGENT_LEADER)
    async with browser_of(app) as leader:
        await log_in(leader, "south")
        totals = (await leader.get("/api/v1/floor")).json()["totals"]
        meter = (await leader.get("/api/v1/complaints/meter")).json()
    assert (totals["placed"], totals["answered"], totals["successes"]["open"]) == (2, 2, 1)
    assert (totals["recordings_stored"], totals["incidents_open"], totals["complaints_due"]) == (1, 1, 1)
    assert (meter["due"], len(meter["open"])) == (1, 1)


async def test_a_field_leader_without_a_region_leads_nobody(system: System, app: FastAPI) -> None:
    sides = await make_sides(system, Role.AGENT)
    await hire(system.works, system.people, "new", Role.FIELD_LEADER)
    async with browser_of(app) as leader:
        await log_in(leader, "new")
        for path in ("hand-overs", "regions", "visits"):
            assert (await leader.get(f"/api/v1/field/{path}")).json()["items"] == []
        assign = await leader.post(
            f"/api/v1/field/hand-overs/{sides[0].ids['hand_over']}/assign", json={"region_id": 1}
        )
        assert assign.status_code == 404
