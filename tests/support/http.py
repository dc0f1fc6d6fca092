"""Endpoints of a few rooms behind an HTTP client; ``as_`` chooses who sends the next requests."""

from collections.abc import Sequence
from typing import Any

import httpx
from fastapi import APIRouter, FastAPI, Request, Response
from starlette.middleware.base import RequestResponseEndpoint

from callcenter.kit.actor import Actor
from callcenter.kit.work import Works
from callcenter.people.rules import scope_of
from callcenter.people.types import RIGHTS, Role, StaffCard
from callcenter.web.errors import handle_errors


def actor_of(card: StaffCard) -> Actor:
    """A member of staff as the session middleware would name him."""
    return Actor(
        staff_id=card.id,
        name=card.name,
        role=card.role.value,
        rights=frozenset(right.value for right in RIGHTS[card.role]),
        scope=scope_of(card.role, card.branch, card.region_id),
    )


class Counter:
    """The window at which people ask for things."""

    def __init__(self, works: Works, services: dict[type[Any], Any], routers: Sequence[APIRouter]) -> None:
        self.actor = Actor(staff_id=None, name="nobody", role=Role.AGENT.value)
        app = FastAPI()
        app.state.works = works
        app.state.services = services
        for router in routers:
            app.include_router(router)
        handle_errors(app)

        @app.middleware("http")
        async def log_in(request: Request, call_next: RequestResponseEndpoint) -> Response:
            request.state.actor = self.actor
            return await call_next(request)

        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")

    def as_(self, card: StaffCard) -> httpx.AsyncClient:
        self.actor = actor_of(card)
        return self.client
