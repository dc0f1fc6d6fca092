"""Every endpoint with pages takes its own cursors as they came, and refuses all others."""

import re
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from callcenter import bootstrap
from callcenter.bootstrap.openapi import description
from callcenter.kit.clock import FrozenClock
from callcenter.kit.paging import Paging, _pack
from callcenter.people.types import RIGHTS, Right, Role
from callcenter.storage.memory import MemoryStore
from tests.support.browser import browser_of, log_in
from tests.support.people import hire
from tests.support.settings import core_settings, set_environment

DOCUMENT = description()
NO_POSITIONS = ["9" * 19, "9" * 5000, "9223372036854775808", "-1", "0", "1\0", "0001-01-01T00:00:00+23:59~x", "x"]
FURTHER = {
    "GET /api/v1/people/roster": {"from": "2026-11-23", "to": "2026-11-24"},
    "POST /api/v1/leads/search": {"last4": "0001"},
}
"""What some endpoints demand besides."""
NOT_CURSORS = ["", "1", "null", "=", "A" * 5000, "客户", "AAAA" * 20]


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """Returns a schema of the document behind its reference."""
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    return DOCUMENT["components"]["schemas"][name] if name else schema


def answer_of(operation: dict[str, Any]) -> dict[str, Any]:
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            return resolved(answer.get("content", {}).get("application/json", {}).get("schema", {}))
    return {}


def cursor_of(operation: dict[str, Any]) -> dict[str, Any] | None:
    """Returns the schema of an operation's parameter or body field ``cursor``."""
    for parameter in operation.get("parameters", ()):
        if parameter["name"] == "cursor":
            return dict(parameter["schema"])
    body = resolved(operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {}))
    field: dict[str, Any] | None = body.get("properties", {}).get("cursor")
    return field


def paged() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields ``GET /path`` and operation of all endpoints that take a cursor or say where the next page begins."""
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            if cursor_of(operation) or "next" in answer_of(operation).get("properties", {}):
                yield f"{method.upper()} {path}", operation


PAGED = dict(paged())


def pagings() -> list[Paging[Any]]:
    modules = [module for name, module in sys.modules.items() if name.startswith("callcenter.")]
    return [value for module in modules for value in vars(module).values() if isinstance(value, Paging)]


def test_the_document_describes_a_cursor_as_it_is_given() -> None:
    assert len(PAGED) >= 17
    text = [{"type": "string"}, {"type": "null"}]
    for route, operation in PAGED.items():
        cursor, following = cursor_of(operation), answer_of(operation)["properties"]["next"]
        assert cursor is not None, f"{route} says where the next page begins and cannot be asked for it"
        assert (route, cursor["anyOf"], following["anyOf"]) == (route, text, text)


def test_each_list_has_its_own_cursors() -> None:
    names = [paging.name for paging in pagings()]
    assert sorted(names) == sorted(set(names))
    assert len(names) == len(PAGED)


@pytest.fixture
async def browser(
    database_url: str, clock: FrozenClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    """The whole application, before somebody who has every right."""
    monkeypatch.setitem(RIGHTS, Role.ADMINISTRATOR, frozenset(Right))
    set_environment(monkeypatch, tmp_path)
    system = bootstrap.build(core_settings(database_url, secure_cookies=False), store=MemoryStore(clock), clock=clock)
    await hire(system.works, system.people, "all", Role.ADMINISTRATOR)
    async with browser_of(bootstrap.application(system)) as browser:
        assert (await log_in(browser, "all")).status_code == 200
        yield browser
    await system.close()


@pytest.mark.parametrize("route", PAGED)
async def test_an_endpoint_takes_its_own_cursors_only(browser: httpx.AsyncClient, route: str) -> None:
    method, path = route.split()
    address = re.sub(r"{\w+}", "1", path)
    positions = {paging.name: "7" for paging in pagings()} | {
        "history": "2026-11-23T10:30:00+00:00~x",
        "callbacks": "2026-11-23T10:30:00+00:00~7",
        "recordings": "2026-11-23T10:30:00+00:00~7",
    }

    async def ask(cursor: str) -> str:
        """Returns the code of a refused input, else the status."""
        body = {"cursor": cursor} | FURTHER.get(route, {})
        if method == "POST":
            answer = await browser.post(address, json=body)
        else:
            answer = await browser.get(address, params=body)
        return str(answer.json()["code"] if answer.status_code == 422 else answer.status_code)

    answers = {name: await ask(_pack(name, position)) for name, position in positions.items()}
    (own,) = [name for name, answer in answers.items() if answer != "cursor_invalid"]
    assert answers[own] in {"200", "404"}
    for cursor in [*NOT_CURSORS, *(_pack(own, position) for position in NO_POSITIONS)]:
        assert (cursor[:40], await ask(cursor)) == (cursor[:40], "cursor_invalid")
