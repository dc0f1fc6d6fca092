"""A running edge over a real database, with one invented room, and a browser of sorts."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from callcenter.kit.config import CoreSettings
from callcenter.kit.wake import Waker
from callcenter.kit.work import Works
from callcenter.people import api as people_api
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from callcenter.people.types import Role
from callcenter.web.app import create_app
from callcenter.web.context import WebContext
from tests.web import room

PASSWORD = "a long enough secret"
QUICK = PeopleSettings(argon2_memory_kib=8, argon2_passes=1, argon2_lanes=1)


@dataclass
class Edge:
    """The application and what stands behind it."""

    app: FastAPI
    works: Works
    people: PeopleService
    waker: Waker
    static: Path

    async def hire(self, login: str, role: Role) -> int:
        async with self.works.begin() as work:
            card = await self.people.create_staff(
                work,
                login=login,
                name="测试员",
                password=PASSWORD,
                role=role,
                branch="north",
                licence_valid_until=date(2027, 1, 1),
                trained_at=work.now,
                examined_at=work.now,
                agreement_signed_at=work.now,
            )
        return card.id

    def browser(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url="http://callcenter.test",
            headers={"X-Requested-With": "callcenter"},
        )

    async def log_in(self, browser: httpx.AsyncClient, login: str) -> httpx.Response:
        return await browser.post("/api/v1/session", json={"login": login, "password": PASSWORD})


@pytest.fixture
def edge(works: Works, database_url: str, tmp_path: Path) -> Edge:
    people = PeopleService(QUICK)
    waker = Waker(database_url)
    settings = CoreSettings.model_validate(
        {"database_url": database_url, "field_keys": "k:", "index_key": "", "secure_cookies": False}
    )
    app = create_app(
        WebContext(
            works=works,
            waker=waker,
            services={PeopleService: people},
            settings=settings,
            routers=[people_api.router, room.router],
            static_dir=tmp_path / "static",
            phone_urls=["wss://phones.callcenter.test:8089/ws"],
        )
    )
    return Edge(app, works, people, waker, tmp_path / "static")


@pytest.fixture
async def browser(edge: Edge) -> AsyncIterator[httpx.AsyncClient]:
    async with edge.browser() as client:
        yield client
