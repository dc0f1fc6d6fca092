"""Endpoints of a few rooms behind an HTTP client; a test chooses who sends the next request."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import httpx
from fastapi import APIRouter, FastAPI, Request, Response
from starlette.middleware.base import RequestResponseEndpoint

from callcenter.kit.actor import Actor
from callcenter.kit.rates import RateSettings
from callcenter.kit.work import Works
from callcenter.people.rules import scope_of
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from callcenter.people.types import RIGHTS, Role
from callcenter.web.doors import Doors
from callcenter.web.errors import handle_errors


class Person(Protocol):
    """A member of staff: the table's row or the service's card."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> Role: ...
    @property
    def branch(self) -> str: ...
    @property
    def region_id(self) -> int | None: ...


def actor_of(person: Person, role: Role | None = None) -> Actor:
    """Returns a member of staff as the session middleware names them; with ``role``, as if they had that one."""
    role = role or person.role
    return Actor(
        staff_id=person.id,
        name=person.name,
        role=role.value,
        rights=frozenset(right.value for right in RIGHTS[role]),
        scope=scope_of(role, person.branch, person.region_id),
    )


class Endpoints:
    """Serves the endpoints of ``routers`` in memory; ``actor`` sends the requests of ``client``."""

    def __init__(
        self,
        works: Works,
        services: Mapping[type[Any], object] | Sequence[object],
        routers: Sequence[APIRouter],
        person: Person | None = None,
    ) -> None:
        self.actor = actor_of(person) if person else Actor(staff_id=None, name="nobody", role=Role.AGENT.value)
        self._person = person
        by_type = dict(services) if isinstance(services, Mapping) else {type(service): service for service in services}
        app = FastAPI()
        app.state.works = works
        app.state.services = {PeopleService: PeopleService(PeopleSettings()), RateSettings: RateSettings()} | by_type
        for router in routers:
            app.include_router(router)
        handle_errors(app)
        app.add_middleware(Doors, services=app.state.services, most_bytes=65_536, seconds=15)

        @app.middleware("http")
        async def log_in(request: Request, call_next: RequestResponseEndpoint) -> Response:
            request.state.actor = self.actor
            return await call_next(request)

        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")

    def as_(self, who: Person | Actor) -> httpx.AsyncClient:
        """Logs another person in, and returns the client."""
        self.actor = who if isinstance(who, Actor) else actor_of(who)
        return self.client

    def as_role(self, role: Role) -> httpx.AsyncClient:
        """Gives the person of the constructor another role, and returns the client."""
        assert self._person is not None
        return self.as_(actor_of(self._person, role))

    async def close(self) -> None:
        await self.client.aclose()
