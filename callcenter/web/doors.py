"""Receives the body of a request only after the session and the right are known, within a limit and a time.

FastAPI reads a body before it asks any dependency, so without this every stranger could make the system receive, keep
and parse what only few staff may send. The middleware is asked for the first piece of a body when the endpoint has been
found, and then asks in this order: is there a session where the endpoint needs one, has it the right, is the body as
small as the endpoint takes it (``takes``, ``takes_upload``; else ``CALLCENTER_WEB_BODY_LIMIT_BYTES``), does it come in
time. Of bodies without a session (a log-in's) only so many are waited for at once. A refusal closes the connection:
what is still under way is not read.
Source: requirement S1.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callcenter.kit.actor import Actor
from callcenter.kit.errors import NotLoggedIn, Refusal
from callcenter.kit.http import BodyLimit, RightNeeded, Services, needs_session
from callcenter.web.crowd import HURRY, Crowd
from callcenter.web.errors import answer_of
from callcenter.web.values import check_body

SLOWEST_BYTES_PER_SECOND = 16 * 1024
"""A body that comes slower is refused, after the seconds that each has (``CALLCENTER_WEB_BODY_SECONDS``)."""
_LARGEST_WHOLE = 2 * 1024 * 1024
"""Bytes of a body that is no form with files: it is held in memory, whatever its endpoint takes."""


class BodyTooLarge(Refusal):
    """Refuses a body that is larger than its endpoint takes."""

    status = 413
    code = "body_too_large"


class BodyTooSlow(Refusal):
    """Refuses a body that does not come in time."""

    status = 408
    code = "body_too_slow"


@dataclass(frozen=True, slots=True)
class Door:
    """What an endpoint asks before it takes a body."""

    session: bool
    rights: tuple[RightNeeded, ...]
    limit: BodyLimit | None

    def admit(self, actor: Actor | None) -> None:
        """Raises NotLoggedIn or NotAllowed."""
        if actor is None:
            if self.session:
                raise NotLoggedIn("log in first")
            return
        for right in self.rights:
            right.admit(actor)


def door_of(route: APIRoute) -> Door:
    """Returns what the dependencies of an endpoint ask of a request."""
    calls = list(_calls(route.dependant))
    limits = [call for call in calls if isinstance(call, BodyLimit)]
    return Door(
        session=any(needs_session(call) for call in calls),
        rights=tuple(call for call in calls if isinstance(call, RightNeeded)),
        limit=limits[0] if limits else None,
    )


def _calls(dependant: Dependant) -> Iterator[object]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from _calls(inner)


class _Client:
    """Waits for the pieces of one body."""

    def __init__(self) -> None:
        self._until: float | None = None
        self._limit: asyncio.Timeout | None = None

    def make_way(self) -> None:
        """Leaves a moment for the rest of the body."""
        self._until = asyncio.get_running_loop().time() + HURRY
        if self._limit is not None:
            self._limit.reschedule(self._until)

    async def wait_for(self, receive: Receive, seconds: float) -> Message:
        """Returns what is received. Raises TimeoutError."""
        if self._until is not None:
            seconds = min(seconds, self._until - asyncio.get_running_loop().time())
        if seconds <= 0:
            raise TimeoutError
        try:
            async with asyncio.timeout(seconds) as self._limit:
                return await receive()
        finally:
            self._limit = None


class Doors:
    """Middleware. Stands in front of the router and lets a body through as the endpoint's door allows."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        services: Services,
        most_bytes: int,
        seconds: float,
        now: Callable[[], float] = time.monotonic,
        crowd: Crowd | None = None,
    ) -> None:
        self._app = app
        self._services = services
        self._most_bytes = most_bytes
        self._seconds = seconds
        self._now = now
        self._crowd = Crowd() if crowd is None else crowd
        """Of requests without a session whose body is waited for."""
        self._doors: dict[int, Door] = {}
        """By the identity of the route: a route has no hash."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal: Refusal | None = None
        begun = over = False
        received = 0
        started = 0.0
        client = _Client()

        async def admitted() -> Message:
            """Receives the first piece of a body, or the whole of one that is parsed at once."""
            nonlocal started
            door = self._door(scope)
            actor = scope.get("state", {}).get("actor")
            door.admit(actor)
            whole = not Headers(scope=scope).get("content-type", "").startswith("multipart/")
            self._check_size(int(_declared(scope)), door, whole=whole)
            started = self._now()
            if actor is None:
                self._crowd.enter(client, client.make_way)
            if not whole:
                return await piece(door)
            body = bytearray()
            more = True
            while more:
                message = await piece(door, whole=True)
                if message["type"] != "http.request":
                    return message
                body += message.get("body", b"")
                more = message.get("more_body", False)
            if body and "json" in Headers(scope=scope).get("content-type", "json"):
                check_body(bytes(body))
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        async def piece(door: Door, *, whole: bool = False) -> Message:
            nonlocal received, over
            left = started + self._seconds + received / SLOWEST_BYTES_PER_SECOND - self._now()
            try:
                message = await client.wait_for(receive, left)
            except TimeoutError:
                raise BodyTooSlow("the body of the request did not come in time: send it again") from None
            received += len(message.get("body", b""))
            over = not message.get("more_body", False)
            if over:
                self._crowd.leave(client)
            self._check_size(received, door, whole=whole)
            return message

        async def guarded() -> Message:
            nonlocal refusal
            if begun or over:  # what is listened for now is the end of the connection
                return await receive()
            try:
                return await (piece(self._door(scope)) if received else admitted())
            except Refusal as error:
                refusal = error
                raise

        async def answer(message: Message) -> None:
            nonlocal begun
            if refusal is None:
                begun = True
                await send(message)

        try:
            await self._app(scope, guarded, answer)
        except Refusal as error:
            if error is not refusal:
                raise
        finally:
            self._crowd.leave(client)
        if refusal is not None and not begun:
            # FastAPI answers what the reading of a body raises with a sentence of its own; this one is sent instead.
            await answer_of(refusal.problem(), {"Connection": "close"})(scope, receive, send)

    def _door(self, scope: Scope) -> Door:
        route = scope.get("route")
        if not isinstance(route, APIRoute):
            return _STRANGE
        door = self._doors.get(id(route))
        if door is None:
            door = self._doors[id(route)] = door_of(route)
        return door

    def _check_size(self, size: int, door: Door, *, whole: bool) -> None:
        most = self._most_bytes if door.limit is None else door.limit.most_bytes(self._services)
        if whole:
            most = min(most, _LARGEST_WHOLE)
        if size <= most:
            return
        if door.limit is not None and door.limit.refusal is not None and not whole:
            raise door.limit.refusal(most)
        raise BodyTooLarge(f"this request takes at most {most} bytes: send less at once", most_bytes=most)


_STRANGE = Door(session=False, rights=(), limit=None)
"""Of what is no endpoint of ours: the panels, the description of the interface."""


def _declared(scope: Scope) -> str:
    length = Headers(scope=scope).get("content-length", "")
    return length if length.isascii() and length.isdigit() and len(length) < 20 else "0"
