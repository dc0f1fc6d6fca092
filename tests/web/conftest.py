"""The web application over a real database, with one invented room, and a browser."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from callcenter import bootstrap
from callcenter.bootstrap import System
from callcenter.kit.clock import FrozenClock
from callcenter.kit.wake import Waker
from callcenter.kit.work import Works
from callcenter.people import api as people_api
from callcenter.people import second_factor_api
from callcenter.people.changing import ChangeService
from callcenter.people.log_ins import LogInService
from callcenter.people.passkeys import PasskeyService
from callcenter.people.passwords import PasswordService
from callcenter.people.second_factor import SecondFactorService
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from callcenter.people.types import Role
from callcenter.storage.memory import MemoryStore
from callcenter.web.app import create_app
from callcenter.web.context import WebContext
from tests.support.browser import browser_of, log_in
from tests.support.people import hire
from tests.support.rows import VAULT
from tests.support.settings import core_settings, set_environment
from tests.web import room


@dataclass
class Edge:
    """The application and the parts behind it."""

    app: FastAPI
    works: Works
    people: PeopleService
    waker: Waker
    static: Path

    async def hire(self, login: str, role: Role) -> int:
        return (await hire(self.works, self.people, login, role, name="测试员")).id

    def browser(self) -> httpx.AsyncClient:
        return browser_of(self.app)

    async def log_in(self, browser: httpx.AsyncClient, login: str) -> httpx.Response:
        return await log_in(browser, login)


@pytest.fixture
def edge(works: Works, database_url: str, tmp_path: Path) -> Edge:
    people = PeopleService(PeopleSettings())
    factors = SecondFactorService(PeopleSettings(), VAULT)
    waker = Waker(database_url)
    settings = core_settings(database_url, secure_cookies=False)
    app = create_app(
        WebContext(
            works=works,
            waker=waker,
            services={
                PeopleService: people,
                PasswordService: PasswordService(PeopleSettings(), people),
                SecondFactorService: factors,
                PasskeyService: PasskeyService(factors),
                ChangeService: ChangeService(VAULT),
                LogInService: LogInService(PeopleSettings()),
            },
            settings=settings,
            routers=[second_factor_api.own, second_factor_api.others, people_api.router, room.router],
            static_dir=tmp_path / "static",
            phone_urls=lambda: ["wss://phones.callcenter.test:8089/ws"],
        )
    )
    return Edge(app, works, people, waker, tmp_path / "static")


@pytest.fixture
async def browser(edge: Edge) -> AsyncIterator[httpx.AsyncClient]:
    async with edge.browser() as client:
        yield client


@pytest.fixture
async def system(
    database_url: str, clock: FrozenClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[System]:
    """The whole system, without a part running."""
    set_environment(monkeypatch, tmp_path)
    system = bootstrap.build(core_settings(database_url, secure_cookies=False), store=MemoryStore(clock), clock=clock)
    yield system
    await system.close()


@pytest.fixture
def app(system: System) -> FastAPI:
    return bootstrap.application(system)
