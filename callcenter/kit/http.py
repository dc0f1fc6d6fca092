"""Provides every room's ``api.py`` with the transaction, the actor and the services.

``Working`` is a Work that commits when the endpoint returns. ``provided(Service)`` finds a service that bootstrap
built. ``require(right)`` refuses actors without that right.
"""

from collections.abc import AsyncIterator
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from fastapi.requests import HTTPConnection

from callcenter.kit.actor import Actor
from callcenter.kit.errors import NotAllowed, NotLoggedIn
from callcenter.kit.work import Work, Works

T = TypeVar("T")


def actor_of(connection: HTTPConnection) -> Actor:
    """Returns the person who sent this request, as the session middleware found them. Raises NotLoggedIn."""
    actor: Actor | None = getattr(connection.state, "actor", None)
    if actor is None:
        raise NotLoggedIn("log in first")
    return actor


async def _work(request: Request) -> AsyncIterator[Work]:
    works: Works = request.app.state.works
    async with works.begin(actor_of(request)) as work:
        yield work


Working = Annotated[Work, Depends(_work, scope="function")]
"""One transaction for this request. It commits before the answer is sent."""

Acting = Annotated[Actor, Depends(actor_of)]
"""The person who sent this request."""


def provided(kind: type[T]) -> Any:
    """Makes a dependency that returns the system's one instance of ``kind``."""

    def find(connection: HTTPConnection) -> T:
        services: dict[type[Any], Any] = connection.app.state.services
        found: T = services[kind]
        return found

    return Depends(find)


def require(*rights: str) -> Any:
    """Makes a dependency that refuses an actor who has none of these rights (requirement S1)."""

    def check(connection: HTTPConnection) -> None:
        if not actor_of(connection).rights.intersection(rights):
            raise NotAllowed(f"this needs the right {' or '.join(rights)}")

    return Depends(check)
