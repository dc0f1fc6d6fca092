"""Refuses requests with values that no part of the system can hold, before any endpoint sees them.

Middleware reads path, query and headers, and ``doors`` the JSON body, once for all endpoints: U+0000 and lone
surrogates (PostgreSQL and UTF-8 have no place for them), whole numbers of more than 64 bits, NaN and infinity, objects
nested too deep. Uploads of files (multipart) are read by their endpoints in parts.

A number within 64 bits may still be too large for a column of 32: only the database knows that, and ``errors`` answers
its complaint with the same refusal.
"""

import json
import math
import re
from typing import Any
from urllib.parse import unquote_to_bytes

from starlette.types import ASGIApp, Receive, Scope, Send

from callcenter.kit.errors import Invalid, Refusal
from callcenter.web.errors import WEBSOCKET_CLOSE, CharacterNotAllowed, NumberTooLarge, answer_of

DEEPEST = 40
"""The most levels of objects and lists in a body; the deepest form of the panels has six."""
_LONGEST_INTEGER = len(str(-(2**63)))
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class NumberNotFinite(Invalid):
    """Refuses NaN and infinity, which JSON does not have."""

    code = "number_not_finite"


class BodyTooDeep(Invalid):
    """Refuses a body with too many levels of objects and lists."""

    code = "body_too_deep"


def check_text(text: str) -> None:
    """Raises CharacterNotAllowed for text that cannot be stored."""
    if _UNSTORABLE.search(text):
        raise CharacterNotAllowed()


def check_body(body: bytes) -> None:
    """Raises a refusal when a JSON body holds a value that cannot be stored; malformed JSON is left to the endpoint."""
    try:
        value = json.loads(body, parse_int=_integer, parse_float=_number, parse_constant=_constant)
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError:
        return
    level = [value]
    for _ in range(DEEPEST + 1):
        if not level:
            return
        level = [inner for outer in level for inner in _inside(outer)]
    raise _too_deep()


def _inside(value: Any) -> list[Any]:
    """Returns the values inside an object or list; checks a text, and the names of an object."""
    if isinstance(value, str):
        check_text(value)
    if isinstance(value, dict):
        for name in value:
            check_text(name)
        return list(value.values())
    return value if isinstance(value, list) else []


def _too_deep() -> BodyTooDeep:
    return BodyTooDeep(f"the body has more than {DEEPEST} levels of objects and lists")


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_INTEGER or not -(2**63) <= int(digits) < 2**63:
        raise NumberTooLarge()
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise NumberNotFinite("a number is too large for a floating-point number")
    return number


def _constant(word: str) -> float:
    raise NumberNotFinite(f"{word} is not a number in JSON")


class StorableValues:
    """Middleware. Refuses a request whose address or headers hold a value that cannot be stored."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        try:
            _check_address_and_headers(scope)
        except Refusal as refusal:
            await _refuse(refusal, scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _check_address_and_headers(scope: Scope) -> None:
    for part in (scope.get("raw_path") or scope["path"].encode("utf-8", "surrogatepass"), scope["query_string"]):
        try:
            check_text(unquote_to_bytes(part).decode())
        except UnicodeDecodeError as error:  # read leniently, a broken character would become another one
            raise CharacterNotAllowed() from error
    for _, value in scope["headers"]:
        check_text(value.decode("latin-1"))


async def _refuse(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close", "code": WEBSOCKET_CLOSE + refusal.status, "reason": refusal.code})
    else:
        await answer_of(refusal.problem())(scope, receive, send)
