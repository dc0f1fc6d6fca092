"""A session that a one-time password opened can do nothing but change it."""

import httpx

from callcenter.people.types import Role
from tests.support.people import PASSWORD
from tests.support.rows import make_branch
from tests.web.conftest import Edge

NEW = "three green lamps"


async def test_everything_is_refused_until_the_one_time_password_is_changed(
    edge: Edge, browser: httpx.AsyncClient
) -> None:
    await edge.hire("admin", Role.ADMINISTRATOR)
    await edge.log_in(browser, "admin")
    async with edge.works.begin() as work:
        await make_branch(work, code="总行")
    draft = {"login": "second", "name": "二号管理员", "role": "administrator", "branch": "总行"}
    issued = (await browser.post("/api/v1/people", json=draft)).json()
    async with edge.browser() as newcomer:
        first = {"login": "second", "password": issued["password"]}
        answer = await newcomer.post("/api/v1/session", json=first)
        assert answer.json()["due"] == "password"
        for refused in (await newcomer.get("/api/v1/people"), await newcomer.post("/api/v1/people", json=draft)):
            assert (refused.status_code, refused.json()["code"]) == (403, "password_change_required")
            assert refused.headers["content-type"] == "application/problem+json"
        change = {"present": issued["password"], "new": NEW}
        assert (await newcomer.put("/api/v1/session/password", json=change)).status_code == 204
        assert (await newcomer.get("/api/v1/session")).json()["due"] is None
        assert (await newcomer.get("/api/v1/people")).status_code == 200


async def test_a_change_without_a_session_is_refused(browser: httpx.AsyncClient) -> None:
    answer = await browser.put("/api/v1/session/password", json={"present": PASSWORD, "new": NEW})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_logged_in")


async def test_a_refused_password_is_not_echoed(edge: Edge, browser: httpx.AsyncClient) -> None:
    await edge.hire("admin", Role.ADMINISTRATOR)
    await edge.log_in(browser, "admin")
    answer = await browser.put("/api/v1/session/password", json={"present": PASSWORD, "new": "password-1234"})
    assert (answer.status_code, answer.json()["code"]) == (422, "weak_password")
    assert "password-1234" not in answer.text


async def test_a_record_is_changed_and_log_ins_are_listed_and_ended(edge: Edge, browser: httpx.AsyncClient) -> None:
    await edge.hire("admin", Role.ADMINISTRATOR)
    officer = await edge.hire("officer", Role.QA)
    await edge.log_in(browser, "admin")
    async with edge.browser() as other:
        await edge.log_in(other, "officer")
        (line,) = [one for one in (await browser.get("/api/v1/people")).json()["items"] if one["id"] == officer]
        record = {"name": line["name"], "role": "qa", "branch": line["branch"], "licence_valid_until": "2026-12-24"}
        change = {**record, "reason": "licence entered"}
        assert (await browser.put(f"/api/v1/people/{officer}", json=change)).status_code == 204
        (kept,) = (await browser.get(f"/api/v1/people/{officer}/changes")).json()
        assert (kept["by"], kept["why"]) == ("测试员", "licence entered")
        (session,) = (await browser.get(f"/api/v1/people/{officer}/sessions")).json()
        end = {"session_id": session["id"], "reason": "lost telephone"}
        answer = await browser.post(f"/api/v1/people/{officer}/sessions/end", json=end)
        assert answer.json() == {"ended": 1}
        assert (await other.get("/api/v1/session")).status_code == 401
    (mine,) = (await browser.get("/api/v1/session/all")).json()
    assert mine["current"] is True
    assert (await browser.post("/api/v1/session/end", json={})).json() == {"ended": 0}
