"""Provides every room's ``api.py`` with the transaction, the actor and the services.

``Working`` is a Work that commits when the endpoint returns. ``provided(Service)`` finds a service that bootstrap
built. ``require(right)`` refuses actors without that right; ``takes(bytes)`` declares a body larger than most.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from fastapi.requests import HTTPConnection

from callcenter.kit.actor import Actor
from callcenter.kit.errors import NotAllowed, NotLoggedIn, Refusal
from callcenter.kit.rates import RateSettings, TooManyRequests, take
from callcenter.kit.work import Work, Works

T = TypeVar("T")
Services = Mapping[type[Any], Any]
"""The system's services by their type."""


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


class RightNeeded:
    """Refuses an actor who has none of these rights. ``web.doors`` asks it too, before a body is read."""

    def __init__(self, rights: tuple[str, ...]) -> None:
        self.rights = rights

    def __call__(self, connection: HTTPConnection) -> None:
        self.admit(actor_of(connection))

    def admit(self, actor: Actor) -> None:
        """Raises NotAllowed for an actor without any of the rights."""
        if not actor.rights.intersection(self.rights):
            raise NotAllowed(f"this needs the right {' or '.join(self.rights)}")


def require(*rights: str) -> Any:
    """Makes a dependency that refuses an actor who has none of these rights (requirement S1)."""
    return Depends(RightNeeded(rights))


class BodyLimit:
    """Declares the largest body that an endpoint takes; ``web.doors`` keeps it while the body is received."""

    def __init__(self, most_bytes: Callable[[Services], int], refusal: Callable[[int], Refusal] | None = None) -> None:
        self.most_bytes = most_bytes
        self.refusal = refusal
        """Makes the refusal of a larger one; None: the usual one."""

    def __call__(self) -> None:
        """Does nothing: the limit is kept before any dependency is asked."""


def takes(most_bytes: int) -> Any:
    """Declares an endpoint whose forms may be larger than the usual limit of a body (``CALLCENTER_WEB_*``)."""
    return Depends(BodyLimit(lambda _services: most_bytes))


class RateLimit:
    """Refuses an actor who does something more often than the settings allow (``kit.rates``)."""

    def __init__(self, name: str) -> None:
        self._name = name

    async def __call__(self, request: Request) -> None:
        actor = actor_of(request)
        rate = request.app.state.services[RateSettings].rate(self._name)
        works: Works = request.app.state.works
        async with works.begin(actor) as work:  # of its own: the count stays when the request is refused
            refused_until = await take(work, rate, f"staff:{actor.staff_id}")
        if refused_until is not None:
            raise TooManyRequests(
                f"more than {rate.most} in an hour: go on after {refused_until:%H:%M} UTC",
                until=refused_until.isoformat(),
            )


def limited(name: str) -> Any:
    """Declares that one person may do this only so often; named after a field of ``RateSettings``."""
    return Depends(RateLimit(name))


def needs_session(call: object) -> bool:
    """Returns whether a dependency refuses a request without a session."""
    return call in (actor_of, _work) or isinstance(call, RightNeeded | RateLimit)
