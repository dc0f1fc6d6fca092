"""Requests that schemathesis makes from the description of the interface, sent by every role to the whole application.

Half of them fit the description, half do not; some fields then get values at the edge of what Python, PostgreSQL and
JSON can hold. The rows that answers name are named by later requests, so that these come further than "there is no such
row". Whatever comes, an answer is documented: it has a status of the description and its content, or is a refusal with
a code; none is a 5xx.
"""

import contextlib
import json
import logging
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any
from unittest import SkipTest

import httpx
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from pydantic import ValidationError
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from callcenter.bootstrap import System
from callcenter.bootstrap.openapi import description
from callcenter.people.types import Role
from callcenter.web.errors import Problem
from tests.support.browser import browser_of, log_in
from tests.support.people import hire
from tests.web.rights_table import MAY, STREAMS
from tests.web.test_hostile_values import ids_of
from tests.web.two_branches import make_sides

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EDGES: tuple[Any, ...] = (
    *(0, -1, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**30, 1e300, -1e300),
    *("0001-01-01", "9999-12-31", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999+14:00", "0000-00-00"),
    *("", " ", "a" * 5000, "a\0b", "\ud800", "%00", "../../etc/passwd", "' OR 1=1 --", "９", "-1", "1e300"),
    *(None, True, [], {}, [[]], {"a": None}),
)
"""Values that take the place of others, whatever type is asked for."""
ENDS = frozenset(
    {
        "DELETE /session",
        "POST /session",
        "POST /session/end",
        "POST /people/{staff_id}/leave",
        "POST /people/{staff_id}/one-time-password",
        "POST /people/{staff_id}/sessions/end",
        "PUT /people/{staff_id}",
    }
)
"""What may end the sessions that send the requests; it is sent last."""
UNLIMITED: Mapping[str, str] = {
    f"CALLCENTER_RATES_{rate}_AN_HOUR": "1000000" for rate in ("SEARCHES", "REVEALS", "COMPLAINTS", "UPLOADS")
}
"""Settings without which most requests would be refused as too many."""
STRANGER = "stranger"
_KEPT = 20
"""Rows of one kind that are remembered from answers."""


@dataclass
class Tally:
    """What was sent, and what was wrong with the answers."""

    sent: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Operation and sender → requests."""
    statuses: Counter[int] = field(default_factory=Counter)
    followed: int = 0
    """Requests that named a row of an earlier answer."""
    wrong: list[str] = field(default_factory=list)

    @property
    def operations(self) -> set[str]:
        return {route for route, _ in self.sent}


class Rows:
    """The rows that a request may name: those made at first, and those of the answers since."""

    def __init__(self, first: Mapping[str, Any], paths: Iterable[str], random: Random) -> None:
        self._known: defaultdict[str, list[Any]] = defaultdict(list, {name: [row] for name, row in first.items()})
        self._first = dict.fromkeys(first, 1)
        self._names = _parameter_behind(paths)
        self._random = random

    def learn(self, path: str, answer: httpx.Response) -> None:
        """Remembers the ids of an answer: by the names of its fields, and what ``id`` is by the path below."""
        if answer.status_code not in (200, 201) or answer.headers.get("content-type") != "application/json":
            return
        found = answer.json()
        items = found.get("items", [found]) if isinstance(found, dict) else found
        for item in items if isinstance(items, list) else ():
            if not isinstance(item, dict):
                continue
            for name, value in item.items():
                name = self._names.get(path, "") if name == "id" else name
                if name.endswith("_id") and isinstance(value, int | str) and value not in self._known[name]:
                    kept = self._known[name]
                    kept.append(value)
                    del kept[self._first.get(name, 0) : -_KEPT]

    def name_in(self, case: Case[Any]) -> bool:
        """Names known rows in most places of a request; returns whether one is of an earlier answer."""
        followed = False
        for place in (case.path_parameters, case.body if isinstance(case.body, dict) else None):
            for name in sorted(self._known.keys() & (place or {}).keys()):
                if self._known[name] and self._random.random() < 0.7:
                    row = self._random.choice(self._known[name])
                    followed |= row not in self._known[name][: self._first.get(name, 0)]
                    place[name] = str(row) if place is case.path_parameters else row  # type: ignore[index]
        return followed


def _parameter_behind(paths: Iterable[str]) -> Mapping[str, str]:
    """Returns path → the parameter that names one row of it: ``/campaigns`` → ``campaign_id``."""
    behind = {}
    for path in paths:
        parts = path.removeprefix("/api/v1").split("/")
        for place, part in enumerate(parts):
            if part.startswith("{"):
                name = part.strip("{}")
                behind["/".join(parts[:place])] = behind["/".join(parts[: place + 1])] = name
    return behind


def cases_of(document: Mapping[str, Any], examples: int, of_seed: int) -> Iterator[tuple[str, Case[Any], bool]]:
    """Yields requests for every operation but the streams, each with whether it was made to fit the description."""
    schema = schemathesis.openapi.from_dict(dict(document))
    random = Random(of_seed)
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        route = f"{operation.method.upper()} {operation.path.removeprefix('/api/v1')}"
        if route in STREAMS:
            continue
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            fits = mode is GenerationMode.POSITIVE
            made = _made(operation, mode, examples, of_seed)
            assert made or not fits, route
            for number, case in enumerate(made):
                if number % 2 or not fits:
                    _put_edge(case, random)
                yield route, case, fits


def _made(
    operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, examples: int, of_seed: int
) -> list[Case[Any]]:
    """Returns requests to one operation; none where it has nothing that could be wrong."""
    made: list[Case[Any]] = []

    @seed(of_seed)
    @settings(
        max_examples=examples,
        database=None,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def collect(case: Case[Any]) -> None:
        made.append(case)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with contextlib.suppress(Unsatisfiable, SkipTest):
            collect()
    return made[:examples]


def _put_edge(case: Case[Any], random: Random) -> None:
    """Puts a value of the edge into one place of a request."""
    edge = random.choice(EDGES)
    places = [place for place in (case.query, case.path_parameters) if place]
    if isinstance(case.body, dict) and case.body:
        places.append(case.body)
    if places:
        place = random.choice(places)
        name = random.choice(sorted(place))
        place[name] = edge if place is case.body else _written(edge)


def _written(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode("utf-8", "replace").decode() or "0"


async def send_all(system: System, app: FastAPI, *, examples: int, of_seed: int, senders_of_misfits: int) -> Tally:
    """Sends each request that fits by every role and a stranger, the others by so many, those that may first."""
    logging.getLogger("schemathesis").setLevel(logging.ERROR)
    tally, random, document = Tally(), Random(of_seed), description()
    sides = await make_sides(system, Role.ADMINISTRATOR)
    ids = ids_of(sides[0])
    rows = Rows(ids, document["paths"], random)
    senders = {STRANGER: browser_of(app)}
    for role in Role:
        login, senders[role.value] = f"gen-{role.value}", browser_of(app)
        await hire(system.works, system.people, login, role, branch=sides[0].branch, region_id=ids["region_id"])
        assert (await log_in(senders[role.value], login)).status_code == 200
    prepared = list(cases_of(document, examples, of_seed))
    # What names few rows makes those that others name.
    prepared.sort(key=lambda one: (one[0] in ENDS, one[0].count("{"), one[0].startswith("DELETE")))
    for route, case, fits in prepared:
        tally.followed += rows.name_in(case)
        may = {role.value for role in MAY.get(route, ())}
        order = random.sample(sorted(senders), len(senders))
        order.sort(key=lambda name: name not in may)
        for sender in order if fits else order[:senders_of_misfits]:
            answer = await _send(senders[sender], case)
            if answer is None:
                continue
            rows.learn(route.split()[1], answer)
            tally.sent[route, sender] += 1
            tally.statuses[answer.status_code] += 1
            fault = _fault_of(case, answer)
            if fault is None and answer.status_code == 401 and sender != STRANGER and route not in ENDS:
                fault = "the session has ended"
            if fault is not None:
                tally.wrong.append(f"{sender}: {route} → {answer.status_code}: {fault} | {answer.text[:300]}")
    for client in senders.values():
        await client.aclose()
    return tally


async def _send(client: httpx.AsyncClient, case: Case[Any]) -> httpx.Response | None:
    """Sends a request; None for one that a client library cannot write."""
    parts = case.as_transport_kwargs(base_url="http://callcenter.test")
    headers = {name: value for name, value in parts["headers"].items() if name.lower() in ("content-type", "accept")}
    content: bytes | None = None
    if "json" in parts:
        content = json.dumps(parts["json"]).encode()
    elif isinstance(parts.get("data"), bytes):
        content = parts["data"]
    try:
        request = client.build_request(
            parts["method"],
            parts["url"],
            params=parts.get("params"),
            headers=headers,
            content=content,
            files={"file": ("list.csv", _bytes_of(case.body))} if "files" in parts else None,
        )
    except (httpx.InvalidURL, ValueError, TypeError, UnicodeError):
        return None
    answer = await client.send(request)
    await answer.request.aread()  # the checks look at it, too
    return answer


def _bytes_of(body: object) -> bytes:
    """Returns what is uploaded as a file: the generated text of a form's field, whatever it is."""
    file = body.get("file", b"") if isinstance(body, dict) else body
    return file if isinstance(file, bytes) else str(file).encode("utf-8", "replace")


def _fault_of(case: Case[Any], answer: httpx.Response) -> str | None:
    """Returns what is wrong with an answer."""
    if answer.status_code >= 500:
        return "a server error"
    if answer.status_code >= 400:
        # One description for every refusal: its content is checked here, faster than the check of each.
        if answer.headers.get("content-type") != "application/problem+json":
            return "a refusal of an undocumented kind"
        try:
            return None if Problem.model_validate_json(answer.content).code else "a refusal without a code"
        except ValidationError as error:
            return f"an undocumented refusal: {error}"
    try:
        case.validate_response(answer, checks=CHECKS)
    except FailureGroup as group:
        return "; ".join(str(failure).split("\n")[0] for failure in group.exceptions)
    except Failure as failure:
        return str(failure).split("\n")[0]
    return None
