"""Sessions are bound to the allowed networks: neither a password nor a cookie works outside (requirement S2)."""

from ipaddress import ip_network
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from callcenter.people import api as people_api
from callcenter.people.service import PeopleService
from callcenter.people.types import Role
from callcenter.web.app import create_app
from callcenter.web.context import WebContext
from callcenter.web.settings import WebSettings
from tests.support.settings import core_settings
from tests.web.conftest import Edge

INSIDE, OUTSIDE = "10.20.3.4", "203.0.113.9"


@pytest.fixture
def bound(edge: Edge, tmp_path: Path, database_url: str) -> FastAPI:
    return create_app(
        WebContext(
            works=edge.works,
            waker=edge.waker,
            services={PeopleService: edge.people},
            settings=core_settings(database_url, secure_cookies=False),
            routers=[people_api.router],
            static_dir=tmp_path / "static",
            web=WebSettings(allowed_networks=(ip_network("10.20.0.0/16"), ip_network("fd00::/8"))),
        )
    )


def browser(app: FastAPI, address: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, client=(address, 4000)),
        base_url="http://callcenter.test",
        headers={"X-Requested-With": "callcenter"},
    )


async def test_only_field_staff_log_in_from_other_networks(edge: Edge, bound: FastAPI) -> None:
    for login, role, status in (("a", Role.AGENT, 403), ("d", Role.DATA_OFFICER, 403), ("f", Role.FIELD_AGENT, 200)):
        await edge.hire(login, role)
        async with browser(bound, OUTSIDE) as far:
            answer = await edge.log_in(far, login)
            assert answer.status_code == status
            assert (answer.status_code == 200) is bool(far.cookies), "a refused log-in leaves no cookie"
            if status == 403:
                assert (answer.json()["code"], answer.json()["rule"]) == ("network_not_allowed", "S2")
        async with browser(bound, INSIDE) as near:
            assert (await edge.log_in(near, login)).status_code == 200
    async with browser(bound, "fd00::7") as near:
        assert (await edge.log_in(near, "a")).status_code == 200


async def test_a_session_cookie_used_from_a_foreign_network_is_refused(edge: Edge, bound: FastAPI) -> None:
    await edge.hire("a", Role.AGENT)
    async with browser(bound, INSIDE) as near:
        await edge.log_in(near, "a")
        cookies = dict(near.cookies)
        assert (await near.get("/api/v1/session")).status_code == 200
        for address in (OUTSIDE, "not an address"):
            async with browser(bound, address) as far:
                far.cookies.update(cookies)
                assert (await far.get("/api/v1/session")).status_code == 401
        assert (await near.get("/api/v1/session")).status_code == 200, "inside it lives on"
