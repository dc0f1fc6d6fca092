"""Values that no honest form sends: every endpoint answers them with a refusal that has a code, and none crashes.

The endpoints, their parameters and the fields of their bodies come from the description of the interface. A request is
valid but for one value, so that the value comes as far as it can.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI

from callcenter.bootstrap import System
from callcenter.bootstrap.openapi import description
from callcenter.people.types import Role
from tests.support.browser import browser_of, log_in
from tests.support.people import hire
from tests.web.rights_table import MAY, OPEN, STREAMS
from tests.web.two_branches import Side, make_sides

pytestmark = pytest.mark.db

DOCUMENT = description()
ON = "2026-11-25"

UNSTORABLE = ("a\0b", "\ud800")
"""Texts that neither PostgreSQL nor UTF-8 takes."""
BEYOND_ALL = (2**63, -(2**63) - 1, 10**30)
"""Whole numbers of more than 64 bits."""
BEYOND_SOME = (2**31, 2**63 - 1, -(2**63))
"""Whole numbers that a column of 64 bits takes, and one of 32 bits does not."""
NO_NUMBERS = (float("nan"), float("inf"), "NaN", "Infinity", "1e999")


@dataclass(frozen=True)
class Field:
    """A parameter, or a field of a body: ``place`` is path, query, header, or body."""

    place: str
    name: str
    types: frozenset[str]


def resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns a schema of the document behind its reference."""
    if "$ref" in schema:
        return resolved(DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]])
    return schema


def choices(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Returns the alternatives of a schema, null not among them."""
    whole = resolved(schema)
    found = [choice for part in whole.get("anyOf", whole.get("oneOf", ())) for choice in choices(part)] or [whole]
    return [choice for choice in found if choice.get("type") != "null"]


def example(schema: Mapping[str, Any]) -> Any:
    """Returns a small value that fits the schema."""
    if "default" in schema and schema["default"] is not None:
        return schema["default"]
    [whole, *_] = choices(schema)
    if "enum" in whole:
        return whole["enum"][0]
    if "const" in whole:
        return whole["const"]
    match whole.get("type"):
        case "object":
            return {name: example(part) for name, part in whole.get("properties", {}).items()}
        case "array":
            return [example(whole.get("items", {}))]
        case "integer" | "number":
            return max(whole.get("minimum", 1), 1)
        case "boolean":
            return True
        case _:
            return _text(whole)


def _text(schema: Mapping[str, Any]) -> str:
    formats: dict[str, str] = {"date": ON, "date-time": f"{ON}T02:30:00Z", "time": "10:00:00", "duration": "PT1H"}
    formats["uuid"] = "00000000-0000-0000-0000-000000000001"
    if (known := formats.get(str(schema.get("format", "")))) is not None:
        return known
    if re.search(r"\\d|\[0-9", schema.get("pattern", "")):
        return "0001"
    return "a" * max(int(schema.get("minLength", 1)), 1)


def types_of(schema: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(str(choice.get("type")) for choice in choices(schema))


def leaves(schema: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, frozenset[str]]]:
    """Yields the fields of a body, however deep, as ``filters.list_ids.0`` with their types."""
    for whole in choices(schema):
        if whole.get("type") == "object":
            for name, part in whole.get("properties", {}).items():
                yield from leaves(part, f"{path}.{name}" if path else name)
            if isinstance(whole.get("additionalProperties"), dict):
                yield f"{path}.a", types_of(whole["additionalProperties"])
        elif whole.get("type") == "array":
            yield from leaves(whole.get("items", {}), f"{path}.0" if path else "0")
        else:
            yield path, types_of(schema)


def body_schema(operation: Mapping[str, Any]) -> Mapping[str, Any] | None:
    content = operation.get("requestBody", {}).get("content", {})
    return content["application/json"]["schema"] if "application/json" in content else None


def fields_of(operation: Mapping[str, Any]) -> Iterator[Field]:
    for parameter in operation.get("parameters", ()):
        if parameter["in"] != "cookie":
            yield Field(parameter["in"], parameter["name"], types_of(parameter["schema"]))
    if (schema := body_schema(operation)) is not None:
        yield from {Field("body", name, types) for name, types in leaves(schema)}


OPERATIONS = {
    f"{method.upper()} {path.removeprefix('/api/v1')}": operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
    if path.startswith("/api/v1")
}


def put(body: Any, path: list[str], value: Any) -> Any:
    """Returns the body with one value replaced; objects and lists on the way are made."""
    if not path:
        return value
    name, *rest = path
    if name.isdigit():
        return [put(body[0] if isinstance(body, list) and body else None, rest, value)]
    inner = dict(body) if isinstance(body, dict) else {}
    return inner | {name: put(inner.get(name), rest, value)}


@dataclass(frozen=True)
class Request:
    """A request that is valid but for one value."""

    route: str
    field: Field
    value: Any
    ids: Mapping[str, Any]

    async def send(self, client: httpx.AsyncClient) -> httpx.Response:
        method, path = self.route.split()
        operation = OPERATIONS[self.route]
        query: dict[str, Any] = {}
        headers: dict[str, str] = {}
        for parameter in operation.get("parameters", ()):
            name, place = parameter["name"], parameter["in"]
            mine = (place, name) == (self.field.place, self.field.name)
            value = self.value if mine else self._example(name, parameter["schema"])
            if place == "path":
                path = path.replace(f"{{{name}}}", _quoted(value))
            elif place == "query" and (mine or parameter.get("required")):
                query[name] = value
            elif place == "header" and mine:
                headers[name] = str(value)
        content = None
        if (schema := body_schema(operation)) is not None:
            body = self._named(example(schema))
            if self.field.place == "body":
                body = put(body, self.field.name.split("."), self.value)
            content = json.dumps(body).encode()  # a lone surrogate travels as its escape, a NaN as the bare word
            headers["Content-Type"] = "application/json"
        parts = "&".join(f"{quote(name)}={_quoted(value)}" for name, value in query.items())
        address = f"/api/v1{path}" + (f"?{parts}" if parts else "")
        encoded = [(name.encode(), value.encode("utf-8", "surrogatepass")) for name, value in headers.items()]
        return await client.request(method, address, content=content, headers=encoded)

    def _example(self, name: str, schema: Mapping[str, Any]) -> Any:
        return self.ids.get(name, example(schema))

    def _named(self, body: Any) -> Any:
        """Names rows that exist instead of the example's ids."""
        if not isinstance(body, dict):
            return body
        return {name: self.ids.get(name, self._named(value)) for name, value in body.items()}

    def __str__(self) -> str:
        return f"{self.route} {self.field.place}.{self.field.name}={self.value!r}"


def _quoted(value: Any) -> str:
    return quote(str(value).encode("utf-8", "surrogatepass"), safe="")


def ids_of(side: Side) -> dict[str, Any]:
    named = {**side.ids, "lead": side.ids["customer"], "staff": side.ids["agent"]}
    ids = {f"{kind}_id": row for kind, row in named.items()} | {"campaign_id": 1, "on": ON}
    return {name: str(row) if name == "call_id" else row for name, row in ids.items()}


def role_for(route: str) -> Role | None:
    """Returns the role that calls an endpoint in this test; None where no session is needed."""
    return None if route in OPEN else min(MAY[route], key=list(Role).index)


async def refused_wrongly(system: System, app: FastAPI, values: Mapping[str, tuple[Any, ...]], *, always: bool) -> Any:
    """Sends each value to each field of its type; returns the requests whose answer is no refusal with a code."""
    sides = await make_sides(system, Role.ADMINISTRATOR)
    ids = ids_of(sides[0])
    for role in Role:
        await hire(
            system.works, system.people, f"the-{role.value}", role, branch=sides[0].branch, region_id=ids["region_id"]
        )
    wrong: list[tuple[str, int, str]] = []
    sent = 0
    for role in (None, *Role):
        async with browser_of(app) as client:
            if role:
                assert (await log_in(client, f"the-{role.value}")).status_code == 200
            for route in OPERATIONS:
                if route in STREAMS or role_for(route) is not role:
                    continue
                for field in fields_of(OPERATIONS[route]):
                    for value in (value for kind in field.types for value in values.get(kind, ())):
                        request = Request(route, field, value, ids)
                        answer = await request.send(client)
                        sent += 1
                        coded = answer.headers.get("content-type") == "application/problem+json"
                        refused = 400 <= answer.status_code < 500 and coded
                        if not refused and (always or answer.status_code >= 500):
                            wrong.append((str(request), answer.status_code, answer.text[:200]))
    assert sent > 100
    return wrong


async def test_texts_that_cannot_be_stored_are_refused(system: System, app: FastAPI) -> None:
    assert await refused_wrongly(system, app, {"string": UNSTORABLE}, always=True) == []


async def test_numbers_beyond_64_bits_are_refused(system: System, app: FastAPI) -> None:
    values = {"integer": BEYOND_ALL, "number": NO_NUMBERS}
    assert await refused_wrongly(system, app, values, always=True) == []


async def test_numbers_beyond_32_bits_crash_nothing(system: System, app: FastAPI) -> None:
    assert await refused_wrongly(system, app, {"integer": BEYOND_SOME}, always=False) == []


async def test_the_first_and_the_last_day_there_is_crash_nothing(system: System, app: FastAPI) -> None:
    """Whatever is computed from them: the day after, the same instant in another zone."""
    days = ("0001-01-01", "9999-12-31", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00")
    assert await refused_wrongly(system, app, {"string": days}, always=False) == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"[" * 4_000 + b"]" * 4_000, 422, "body_too_deep"),
        (b'{"a":' * 41 + b"1" + b"}" * 41, 422, "body_too_deep"),
        (b'{"login": "' + b"a" * 8192 + b'"}', 413, "body_too_large"),
        (b'{"login": "a\\u0000"}', 422, "character_not_allowed"),
        (b'{"a\\ud800": 1}', 422, "character_not_allowed"),
        ('{"login": "\0"}'.encode("utf-16"), 422, "invalid"),
        (b'{"login": NaN}', 422, "number_not_finite"),
        (b'{"login": 1e999}', 422, "number_not_finite"),
        (b'{"login": ' + b"9" * 5000 + b"}", 422, "number_too_large"),
        (b'{"login": ', 422, "invalid"),
        (b"", 422, "invalid"),
        (b"[" * 20 + b"]" * 20, 422, "invalid"),
    ],
)
async def test_a_body_is_refused_by_its_first_fault(app: FastAPI, body: bytes, status: int, code: str) -> None:
    async with browser_of(app) as client:
        answer = await client.post("/api/v1/session", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("path", ["/api/v1/about%00", "/assets/%00.js", "/agent?x=%00", "/api/v1/about?x=%ED%A0%80"])
async def test_an_address_is_refused_before_any_page(app: FastAPI, path: str) -> None:
    async with browser_of(app) as client:
        answer = await client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (422, "character_not_allowed")


async def test_what_a_form_sends_beside_a_file_is_refused_by_the_database_at_the_latest(
    system: System, app: FastAPI
) -> None:
    await hire(system.works, system.people, "data", Role.DATA_OFFICER)
    async with browser_of(app) as client:
        await log_in(client, "data")
        answer = await client.post(
            "/api/v1/lead-imports", data={"source": "a\0b"}, files={"file": ("list.csv", "电话\n13800000001".encode())}
        )
    assert (answer.status_code, answer.json()["code"]) == (422, "character_not_allowed")


async def test_surrogate_pairs_and_large_numbers_within_64_bits_pass(app: FastAPI) -> None:
    async with browser_of(app) as client:
        body = b'{"login": "\\ud83d\\ude00", "password": "x", "n": -9223372036854775808}'
        answer = await client.post("/api/v1/session", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_credentials")


@pytest.mark.parametrize("where", ["login", "password", "cookie", "authorization"])
async def test_a_statement_of_sql_in_a_log_in_is_a_text(system: System, app: FastAPI, where: str) -> None:
    """Seen elsewhere: the name of a log-in, and the header of another kind of log-in, became a part of a statement."""
    await hire(system.works, system.people, "the-agent", Role.AGENT)
    sleeping = "x' OR (SELECT 1 FROM pg_sleep(600)) IS NOT NULL --"
    basic = b64encode(sleeping.encode()).decode()
    headers = {
        "cookie": {"cookie": f"callcenter_session={quote(sleeping)}; callcenter_device={quote(sleeping)}"},
        "authorization": {"authorization": f"Basic {basic}"},
    }.get(where, {})
    body = {"login": "the-agent", "password": "wrong"} | ({where: sleeping} if where in ("login", "password") else {})
    async with browser_of(app) as stranger:
        stranger.timeout = httpx.Timeout(60)
        answer = await stranger.post("/api/v1/session", json=body, headers=headers)
        mine = await stranger.get("/api/v1/session", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_credentials")
    assert mine.status_code == 401
