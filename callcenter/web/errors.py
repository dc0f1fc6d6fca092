"""Answers every error with a problem document (RFC 9457).

A refusal is sent as it is. An unexpected error is logged under an incident id, and the browser gets that id alone.
"""

import secrets
from http import HTTPStatus
from typing import Any

import asyncpg
import sqlalchemy.exc
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.requests import HTTPConnection
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketState

from callcenter.kit.errors import Invalid, Refusal, Unavailable
from callcenter.kit.log import get_logger

log = get_logger(__name__)

WEBSOCKET_CLOSE = 4000
"""A refused WebSocket is closed with this number plus the HTTP status, and with the code as reason."""


_NO_CHARACTER = ("22021", "22P05")
"""PostgreSQL's states for a character that its encoding, or its JSON, does not have."""
_OUT_OF_RANGE = "22003"


class CharacterNotAllowed(Invalid):
    """Refuses text with U+0000 or half of a surrogate pair."""

    code = "character_not_allowed"

    def __init__(self) -> None:
        super().__init__("a text holds U+0000 or half of a surrogate pair: remove the character")


class NumberTooLarge(Invalid):
    """Refuses a whole number that has more than 64 bits, or more than its column holds."""

    code = "number_too_large"

    def __init__(self) -> None:
        super().__init__("a whole number is too large: correct it")


class Problem(BaseModel):
    """RFC 9457 problem details."""

    type: str = Field(examples=["urn:callcenter:not_allowed"])
    title: str
    status: int
    code: str = Field(description="stable; the panels translate it")
    detail: str
    rule: str | None = Field(default=None, description="the rule that refused")
    params: dict[str, Any] | None = None


def problem(
    status: int, code: str, detail: str, *, headers: dict[str, str] | None = None, **params: Any
) -> JSONResponse:
    body: dict[str, Any] = {
        "type": f"urn:callcenter:{code}",
        "title": code.replace("_", " "),
        "status": status,
        "code": code,
        "detail": detail,
    }
    if params:
        body["params"] = params
    return answer_of(body, headers)


def answer_of(body: dict[str, Any], headers: dict[str, str] | None = None) -> JSONResponse:
    """Returns a problem document as an answer."""
    return JSONResponse(body, body["status"], headers, media_type="application/problem+json")


def handle_errors(app: FastAPI) -> None:
    """Joins the handlers of expected errors to the application."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _by_status)


async def _refused(connection: Any, error: Exception) -> Any:
    assert isinstance(error, Refusal)
    if isinstance(connection, WebSocket):
        if connection.application_state is WebSocketState.CONNECTING:
            await connection.accept()  # a browser shows the close code of an accepted connection only
        await connection.close(WEBSOCKET_CLOSE + error.status, error.code)
        return None
    return answer_of(error.problem())


async def _invalid(_connection: HTTPConnection, error: Exception) -> JSONResponse:
    """Names the invalid fields and never repeats their values."""
    assert isinstance(error, RequestValidationError)
    fields = [
        {"field": ".".join(str(part) for part in fault["loc"]), "message": fault["msg"], "type": fault["type"]}
        for fault in error.errors()
    ]
    return problem(422, "invalid", "the input does not fit: see fields", fields=fields)


async def _by_status(_connection: HTTPConnection, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
    return problem(error.status_code, code, str(error.detail), headers=dict(error.headers or {}))


class Incidents:
    """Middleware. Answers unhandled errors: 503 when the database is unavailable, else 500 with an incident id."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        begun = False

        async def note(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] in ("http.response.start", "websocket.accept", "websocket.close")
            await send(message)

        try:
            await self._app(scope, receive, note)
        except Exception as error:
            answer = _unexpected(error, scope)
            if scope["type"] == "websocket":
                await _close(send, begun=begun, status=answer.status_code)
            elif begun:
                raise  # the server breaks the connection: the browser must not take half an answer for a whole one
            else:
                await answer(scope, receive, send)


def _unexpected(error: Exception, scope: Scope) -> JSONResponse:
    if database_down(error):
        log.warning("database unavailable", path=scope["path"], error=type(error).__name__)
        gone = Unavailable("the database does not answer: try again in a moment")
        return answer_of(gone.problem(), {"Retry-After": "2"})
    if (refusal := unstorable(error)) is not None:
        log.warning("value not storable", path=scope["path"], code=refusal.code)
        return answer_of(refusal.problem())
    incident = secrets.token_hex(6)
    log.error("incident", incident=incident, path=scope["path"], exc_info=error)
    return problem(500, "internal", "an unexpected error; the log has it under this incident id", incident=incident)


async def _close(send: Send, *, begun: bool, status: int) -> None:
    if not begun:
        await send({"type": "websocket.accept"})
    try:
        await send({"type": "websocket.close", "code": 1013 if status == 503 else 1011, "reason": ""})
    except RuntimeError:
        log.info("websocket was closed already")


def unstorable(error: BaseException) -> Refusal | None:
    """Returns the refusal for an error whose only cause is a value in the request; None for every other error.

    The value fits no column, or what is computed from it does not exist: the day after 9999-12-31.
    """
    if isinstance(error, OverflowError):
        return NumberTooLarge()
    cause = error
    if isinstance(error, sqlalchemy.exc.DBAPIError):
        if error.orig is None:
            return None
        cause = error.orig.__cause__ or error.orig
    state = getattr(cause, "sqlstate", None)
    if state == _OUT_OF_RANGE or isinstance(cause.__cause__, OverflowError):
        return NumberTooLarge()
    if state in _NO_CHARACTER or isinstance(cause.__cause__, UnicodeEncodeError):
        return CharacterNotAllowed()
    return None


def database_down(error: BaseException) -> bool:
    """Returns whether an error means that the database is unavailable, not that a statement was wrong."""
    if isinstance(error, sqlalchemy.exc.DBAPIError):
        if error.connection_invalidated or isinstance(error, sqlalchemy.exc.InterfaceError):
            return True
        return error.orig is not None and database_down(error.orig.__cause__ or error.orig)
    return isinstance(
        error,
        ConnectionError
        | sqlalchemy.exc.TimeoutError
        | asyncpg.PostgresConnectionError
        | asyncpg.InterfaceError
        | asyncpg.CannotConnectNowError
        | asyncpg.AdminShutdownError
        | asyncpg.CrashShutdownError
        | asyncpg.TooManyConnectionsError,
    )
