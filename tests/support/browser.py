"""A browser before the whole application: a client that keeps its session cookie."""

import httpx
from fastapi import FastAPI

from tests.support.people import PASSWORD

HEADERS = {"X-Requested-With": "callcenter"}
"""The header that the panels send with each request, against forged requests."""


def browser_of(app: FastAPI, *, base_url: str = "http://callcenter.test") -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base_url, headers=HEADERS, timeout=30)


async def log_in(browser: httpx.AsyncClient, login: str, password: str = PASSWORD) -> httpx.Response:
    return await browser.post("/api/v1/session", json={"login": login, "password": password})
