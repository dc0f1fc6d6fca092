"""Rights over the whole application: each endpoint with each role, on the system as bootstrap joins it."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from callcenter import bootstrap
from callcenter.bootstrap import System
from callcenter.bootstrap.job_handlers import job_handlers
from callcenter.field.follow_schemas import ApplicationOut, FollowedOut, PolicyOut
from callcenter.kit.clock import FrozenClock
from callcenter.kit.jobs import perform
from callcenter.people.types import Role
from callcenter.storage.memory import MemoryStore
from tests.rooms.reporting.ledger_cast import NORTH, SOUTH, make_cast
from tests.support.browser import browser_of, log_in
from tests.support.people import hire
from tests.support.settings import core_settings, set_environment
from tests.web.rights_table import COPIES, MAY, OPEN, OWN_AFFAIRS, READS_BY_POST, STREAMS

_EXAMPLES = {"call_id": "00000000-0000-0000-0000-000000000001", "on": "2026-11-25", "code": "core"}
_UNKNOWN = "999999"


@pytest.fixture
async def system(
    database_url: str, clock: FrozenClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[System]:
    """The real system with one person of every role, and a second branch officer."""
    set_environment(monkeypatch, tmp_path)
    settings = core_settings(database_url, secure_cookies=False)
    system = bootstrap.build(settings, store=MemoryStore(clock), clock=clock)
    for role in Role:
        extension = "1001" if role is Role.AGENT else None
        await hire(system.works, system.people, f"the-{role.value}", role, branch=NORTH, extension=extension)
    await hire(system.works, system.people, "the-south", Role.BRANCH_OFFICER, branch=SOUTH)
    yield system
    await system.close()


@asynccontextmanager
async def browser(app: FastAPI, login: str | None = None) -> AsyncIterator[httpx.AsyncClient]:
    async with browser_of(app) as client:
        if login:
            answer = await log_in(client, login)
            assert answer.status_code == 200, answer.text
        yield client


def routes_of(app: FastAPI) -> set[str]:
    return {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in app.openapi()["paths"].items()
        if path.startswith("/api/v1")
        for method in methods
    }


def address(route: str) -> tuple[str, str]:
    """Returns method and path, with ids that do not exist."""
    method, path = route.split()
    return method, "/api/v1" + re.sub(r"{(\w+)}", lambda name: _EXAMPLES.get(name[1], _UNKNOWN), path)


async def call(client: httpx.AsyncClient, route: str) -> httpx.Response:
    method, path = address(route)
    return await send(client, method, path)


async def send(client: httpx.AsyncClient, method: str, path: str) -> httpx.Response:
    return await client.request(method, path, json=None if method == "GET" else {})


def code_of(answer: httpx.Response) -> str | None:
    if answer.headers.get("content-type") != "application/problem+json":
        return None
    return str(answer.json()["code"])


def test_every_route_has_a_line_and_every_line_a_route(app: FastAPI) -> None:
    named = set(MAY) | OPEN
    assert sorted(routes_of(app) - named) == [], "say in tests/web/rights_table.py who may call these"
    assert sorted(named - routes_of(app)) == []


async def test_without_a_session_every_endpoint_refuses(app: FastAPI) -> None:
    async with browser(app) as nobody:
        for route in MAY:
            answer = await call(nobody, route)
            assert (route, answer.status_code, code_of(answer)) == (route, 401, "not_logged_in")


@pytest.mark.parametrize("role", Role)
async def test_each_role_may_call_exactly_its_endpoints(app: FastAPI, role: Role) -> None:
    """Staff without the right get the same answer whether the object exists or not: it is not looked up."""
    wrong: list[tuple[str, str, int, str | None]] = []
    async with browser(app, f"the-{role.value}") as client:
        for route, roles in MAY.items():
            allowed = role in roles
            if allowed and route in STREAMS:
                continue
            answer = await call(client, route)
            refused = (answer.status_code, code_of(answer)) == (403, "not_allowed")
            if refused is allowed or answer.status_code in (401, 405, 500, 503):
                wrong.append((route, "may" if allowed else "may not", answer.status_code, code_of(answer)))
            if refused:
                assert _UNKNOWN not in answer.text
                assert answer.json()["detail"].startswith("this needs the right ")
    assert wrong == []


def test_the_auditor_changes_nothing() -> None:
    writes = {route for route, roles in MAY.items() if Role.AUDITOR in roles and not route.startswith("GET ")}
    assert writes - READS_BY_POST - OWN_AFFAIRS - COPIES == set()


def test_roles_that_call_or_visit_customers_reach_no_list_of_them() -> None:
    """An agent reaches only their own desk and session, and opening a complaint (requirement S2)."""
    for role in (Role.AGENT, Role.FIELD_AGENT, Role.INSURER_LIAISON):
        rooms = {route.split()[1].split("/")[1] for route, roles in MAY.items() if role in roles}
        own = {
            Role.AGENT: {"desk", "complaints"},
            Role.FIELD_AGENT: {"field", "complaints"},
            Role.INSURER_LIAISON: {"field", "recordings"},  # their own requests for exports
        }
        assert rooms == {"session", "jobs", "alerts"} | own[role]


def test_the_insurers_liaison_reaches_hand_overs_without_customers_alone() -> None:
    assert {route for route, roles in MAY.items() if Role.INSURER_LIAISON in roles and "/field" in route} == {
        "GET /field/followed",
        *(f"POST /field/followed/{{hand_over_id}}/{act}" for act in ("issue", "refuse", "cancel", "reopen")),
    }
    fields = {*FollowedOut.model_fields, *ApplicationOut.model_fields, *PolicyOut.model_fields}
    assert not {"lead", "customer", "name", "phone", "address", "note"} & fields


def test_clear_numbers_are_shown_by_three_endpoints_only() -> None:
    """Only a data officer with a reason and a visiting field agent see a number in clear."""
    assert MAY["POST /leads/{lead_id}/reveal"] == {Role.DATA_OFFICER}
    assert MAY["GET /lead-lists/{list_id}/rejects.xlsx"] == {Role.DATA_OFFICER}
    assert MAY["GET /field/visits"] == {Role.FIELD_AGENT, Role.FIELD_LEADER}


# --- rows within one's scope


def texts(body: Any) -> Iterator[str]:
    """Every text in a body."""
    if isinstance(body, dict):
        body = list(body.values())
    if isinstance(body, list):
        for part in body:
            yield from texts(part)
    elif isinstance(body, str):
        yield body


async def test_a_branch_reads_its_own_rows_and_files_of_others_look_missing(system: System, app: FastAPI) -> None:
    cast = await make_cast(system.works)
    async with browser(app, "the-branch_officer") as north, browser(app, "the-south") as south:
        for client, own, other in ((north, NORTH, SOUTH), (south, SOUTH, NORTH)):
            rows = (await client.post("/api/v1/ledger/rows", json={"limit": 500})).json()["items"]
            assert {row["branch"] for row in rows} == {own}
            asked = {"filters": {"branch": other}}
            assert (await client.post("/api/v1/ledger/rows", json=asked)).json()["items"] == []
            assert (await client.post("/api/v1/ledger/totals", json=asked)).json()["whole"]["leads"] == 0
            choices = (await client.get("/api/v1/ledger/choices")).json()
            assert other not in set(texts(choices))
        job = (await north.post("/api/v1/ledger/exports", json={})).json()
        url = system.settings.database_url.get_secret_value()
        assert await perform(system.works, url, job_handlers(system), job["id"])
        [export] = (await north.get("/api/v1/ledger/exports")).json()["items"]
        there = await north.get(f"/api/v1/ledger/exports/{export['id']}/file")
        assert (there.status_code, len(there.content)) == (200, export["size_bytes"])
        theirs = await south.get(f"/api/v1/ledger/exports/{export['id']}/file")
        nobodys = await south.get(f"/api/v1/ledger/exports/{_UNKNOWN}/file")
        assert theirs.status_code == nobodys.status_code == 404
        assert theirs.json() == nobodys.json()
        assert (await south.get("/api/v1/ledger/exports")).json()["items"] == []
        assert (await south.get(f"/api/v1/jobs/{job['id']}")).status_code == 404
    assert cast.leads


async def test_no_answer_to_a_reader_shows_a_clear_number(system: System, app: FastAPI) -> None:
    """Auditor, head office, branch and data officer read much, all of it masked unless a reason is given."""
    cast = await make_cast(system.works)
    async with system.works.begin() as work:
        clear = {(await system.leads.dial_numbers(work, [lead_id]))[lead_id] for lead_id in cast.leads.values()}
    assert len(clear) == len(cast.leads)
    lead_id, list_id = cast.leads["success"], cast.lists["south"]
    for role in (Role.AUDITOR, Role.HEAD_OFFICE, Role.BRANCH_OFFICER, Role.DATA_OFFICER):
        async with browser(app, f"the-{role.value}") as client:
            for route in (route for route, roles in MAY.items() if role in roles and route not in STREAMS):
                method, path = route.split()
                if method != "GET" and route not in READS_BY_POST:
                    continue
                for name, value in {"lead_id": lead_id, "list_id": list_id}.items():
                    path = path.replace(f"{{{name}}}", str(value))
                method, path = address(f"{method} {path}")
                answer = await send(client, method, path)
                assert answer.status_code < 500, (route, answer.text)
                assert not [number for number in clear if number in answer.text], route
