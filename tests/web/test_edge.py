"""The edge: sessions, refusals, errors, headers, health, panels."""

import asyncio
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from callcenter.kit.clock import FrozenClock
from callcenter.people.types import Role
from callcenter.web.description import Description
from tests.support.listeners import listeners_of, stopped
from tests.support.running import running
from tests.support.waiting import eventually
from tests.web.conftest import Edge


def problem_of(answer: httpx.Response) -> dict[str, object]:
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, object] = answer.json()
    assert body["status"] == answer.status_code
    return body


async def test_about_needs_no_log_in(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/api/v1/about")
    assert answer.json() == {
        "rehearsal": False,
        "now": "2026-11-23T02:30:00Z",
        "version": "0.1.0",
        "locale_default": "zh-CN",
        "session_idle_minutes": 60,
    }


async def test_an_agent_logs_in_is_known_and_logs_out(edge: Edge, browser: httpx.AsyncClient) -> None:
    staff_id = await edge.hire("agent01", Role.AGENT)
    assert problem_of(await browser.get("/api/v1/session"))["code"] == "not_logged_in"
    answer = await edge.log_in(browser, "agent01")
    me = {
        "id": staff_id,
        "name": "测试员",
        "role": "agent",
        "rights": ["open_complaint", "use_desk"],
        "home": "/agent",
        "due": None,
        "alerts": False,
    }
    assert answer.json() == me
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert (await browser.get("/api/v1/session")).json() == me
    stolen = browser.cookies["callcenter_session"]
    assert (await browser.delete("/api/v1/session")).status_code == 204
    assert "callcenter_session" not in browser.cookies
    browser.cookies.set("callcenter_session", stolen)
    assert (await browser.get("/api/v1/session")).status_code == 401
    assert (await browser.delete("/api/v1/session")).status_code == 204


async def test_a_wrong_password_is_refused_and_not_echoed(edge: Edge, browser: httpx.AsyncClient) -> None:
    await edge.hire("agent01", Role.AGENT)
    answer = await browser.post("/api/v1/session", json={"login": "agent01", "password": "hunter2 hunter2"})
    assert (answer.status_code, problem_of(answer)["code"]) == (401, "bad_credentials")
    assert "set-cookie" not in answer.headers


async def test_a_session_expires(edge: Edge, browser: httpx.AsyncClient, clock: FrozenClock) -> None:
    await edge.hire("agent01", Role.AGENT)
    await edge.log_in(browser, "agent01")
    clock.set(clock.now().replace(day=25))
    assert (await browser.get("/api/v1/session")).status_code == 401


async def test_rights_decide_who_reaches_an_endpoint(edge: Edge, browser: httpx.AsyncClient) -> None:
    await edge.hire("agent01", Role.AGENT)
    await edge.hire("chief", Role.ADMINISTRATOR)
    assert (await browser.get("/api/v1/people")).status_code == 401
    await edge.log_in(browser, "agent01")
    assert problem_of(await browser.get("/api/v1/people"))["code"] == "not_allowed"
    await edge.log_in(browser, "chief")
    first = (await browser.get("/api/v1/people", params={"limit": 1})).json()
    assert [staff["login"] for staff in first["items"]] == ["agent01"]
    assert "password_hash" not in first["items"][0]
    rest = (await browser.get("/api/v1/people", params={"cursor": first["next"]})).json()
    assert [staff["login"] for staff in rest["items"]] == ["chief"]
    assert rest["next"] is None


async def test_requests_that_change_something_need_the_header(edge: Edge) -> None:
    await edge.hire("agent01", Role.AGENT)
    async with edge.browser() as foreign:
        del foreign.headers["X-Requested-With"]
        answer = await edge.log_in(foreign, "agent01")
        assert (answer.status_code, problem_of(answer)["code"]) == (403, "csrf")
        assert (await foreign.get("/api/v1/about")).status_code == 200


async def test_a_refusal_names_code_rule_and_particulars(edge: Edge, browser: httpx.AsyncClient) -> None:
    await edge.hire("agent01", Role.AGENT)
    await edge.log_in(browser, "agent01")
    assert problem_of(await browser.get("/api/v1/room/refusal")) == {
        "type": "urn:callcenter:conflict",
        "title": "conflict",
        "status": 409,
        "code": "conflict",
        "detail": "somebody else has it",
        "rule": "D3",
        "params": {"holder": 7},
    }


async def test_invalid_input_is_named_by_field_and_not_echoed(edge: Edge, browser: httpx.AsyncClient) -> None:
    await edge.hire("agent01", Role.AGENT)
    await edge.log_in(browser, "agent01")
    answer = await browser.post("/api/v1/room/customers", json={"phone": "013800001234", "age": "old"})
    body = problem_of(answer)
    assert (answer.status_code, body["code"]) == (422, "invalid")
    params = body["params"]
    assert isinstance(params, dict)
    assert [problem["field"] for problem in params["fields"]] == ["body.phone", "body.age"]
    assert "013800001234" not in answer.text


async def test_unknown_endpoints_and_methods_are_refused(browser: httpx.AsyncClient) -> None:
    assert problem_of(await browser.get("/api/v1/nothing"))["code"] == "not_found"
    assert problem_of(await browser.post("/api/v1/nothing"))["code"] == "not_found"
    answer = await browser.put("/api/v1/about")
    assert problem_of(answer)["code"] == "method_not_allowed"
    assert answer.headers["allow"] == "GET"


@pytest.mark.parametrize("path", ["crash", "wrong-statement"])
async def test_an_unexpected_error_is_an_incident_without_details(
    edge: Edge, browser: httpx.AsyncClient, path: str
) -> None:
    await edge.hire("agent01", Role.AGENT)
    await edge.log_in(browser, "agent01")
    answer = await browser.get(f"/api/v1/room/{path}")
    body = problem_of(answer)
    assert (answer.status_code, body["code"]) == (500, "internal")
    assert isinstance(body["params"], dict)
    assert len(body["params"]["incident"]) == 12
    assert "1380000" not in answer.text
    assert "SELECT" not in answer.text


async def test_a_database_that_is_away_is_503(edge: Edge, browser: httpx.AsyncClient, database_url: str) -> None:
    await edge.hire("agent01", Role.AGENT)
    await edge.log_in(browser, "agent01")
    port = await _closed_port()
    away = httpx.ASGITransport(edge.app)
    good = edge.works.database
    from callcenter.kit.db import Database

    edge.works.database = Database(f"postgresql+asyncpg://nobody:x@127.0.0.1:{port}/none")
    try:
        async with httpx.AsyncClient(transport=away, base_url="http://callcenter.test", cookies=browser.cookies) as it:
            answer = await it.get("/api/v1/session")
            ready = await it.get("/readyz")
    finally:
        edge.works.database = good
    assert (answer.status_code, problem_of(answer)["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"] == "2"
    assert ready.status_code == 503
    assert ready.json()["database"] is False


async def _closed_port() -> int:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return port


async def test_ready_needs_database_and_notifications(
    edge: Edge, browser: httpx.AsyncClient, database_url: str
) -> None:
    assert (await browser.get("/healthz")).json() == {"alive": True}
    answer = await browser.get("/readyz")
    assert answer.status_code == 503
    [problem] = answer.json().pop("problems")
    assert "notifications" in problem
    assert answer.json() == {"ready": False, "database": True, "listening": False, "problems": [problem]}
    async with running(edge.waker.run()):
        await eventually(lambda: edge.waker.connected)
        answer = await browser.get("/readyz")
        assert (answer.status_code, answer.json()["ready"], answer.json()["problems"]) == (200, True, [])
        [listener] = await listeners_of(database_url)
        with stopped(listener):
            answer = await browser.get("/readyz")
            assert (answer.status_code, answer.json()["listening"]) == (503, False), "before the waker has noticed it"
        assert (await browser.get("/readyz")).status_code == 200


async def test_metrics_count_by_room_and_not_by_path(edge: Edge, browser: httpx.AsyncClient) -> None:
    await browser.get("/api/v1/people")
    await browser.get("/api/v1/guess-1")
    figures = (await browser.get("/metrics")).text
    assert 'callcenter_http_request_seconds_count{method="GET",room="people",status="401"}' in figures
    assert "guess-1" not in figures


async def test_every_answer_has_security_headers(browser: httpx.AsyncClient) -> None:
    for path in ("/api/v1/about", "/api/v1/nothing", "/agent", "/healthz"):
        headers = (await browser.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "connect-src 'self' wss://phones.callcenter.test:8089;" in policy
        assert "frame-ancestors 'none'" in policy
        assert "microphone=(self)" in headers["permissions-policy"]
        assert headers["x-content-type-options"] == "nosniff"
    assert (await browser.get("/api/v1/about")).headers["cache-control"] == "no-store"


async def test_the_description_is_open_and_documents_problems(browser: httpx.AsyncClient) -> None:
    described = (await browser.get("/api/v1/openapi.json")).json()
    refused = described["paths"]["/api/v1/people"]["get"]["responses"]["default"]
    assert refused["content"]["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}
    assert "HTTPValidationError" not in str(described)
    assert (await browser.get("/docs")).status_code == 503


async def test_without_a_build_the_page_explains_it(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/agent")
    assert answer.status_code == 503
    assert "界面尚未构建" in answer.text
    assert "scripts/run" in answer.text


def build(static: Path) -> None:
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<title>panel</title>")
    (static / "assets" / "index-a1b2.js").write_text("1")
    (static / "favicon.svg").write_text("<svg/>")
    (static.parent / "secret.txt").write_text("secret")


async def test_the_panels_are_served_with_sensible_caching(edge: Edge, browser: httpx.AsyncClient) -> None:
    build(edge.static)
    for path in ("/", "/agent", "/quality/reviews/7", "/leads", "/assets"):
        page = await browser.get(path)
        assert (page.status_code, page.text) == (200, "<title>panel</title>"), path
        assert page.headers["cache-control"] == "no-cache"
        assert page.headers["content-type"].startswith("text/html")
    script = await browser.get("/assets/index-a1b2.js")
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "javascript" in script.headers["content-type"]
    same = await browser.get("/assets/index-a1b2.js", headers={"If-None-Match": script.headers["etag"]})
    assert same.status_code == 304
    assert (await browser.get("/favicon.svg")).headers["cache-control"] == "public, max-age=3600"
    assert (await browser.get("/assets/index-old.js")).status_code == 404
    assert (await browser.head("/agent")).status_code == 200
    assert (await browser.post("/agent")).status_code == 405


@pytest.mark.parametrize("path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt"])
async def test_nothing_outside_the_build_is_served(edge: Edge, browser: httpx.AsyncClient, path: str) -> None:
    build(edge.static)
    answer = await browser.get(path)
    assert "secret" not in answer.text


async def test_the_description_of_the_interface_is_written_once() -> None:
    """Seen before: written anew for each stranger who asked, so that 600 requests stopped every desk for 35 s."""
    written: list[int] = []

    def describe() -> dict[str, object]:
        written.append(1)
        return {"paths": {}, "title": "电话"}

    app = Starlette(routes=[Route("/", Description(describe).answer)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as client:
        kinds = ("gzip", "identity") * 4
        answers = await asyncio.gather(*(client.get("/", headers={"accept-encoding": kind}) for kind in kinds))
    assert len(written) == 1
    assert {answer.text for answer in answers} == {'{"paths":{},"title":"电话"}'}
    assert {answer.headers.get("content-encoding") for answer in answers} == {"gzip", None}
