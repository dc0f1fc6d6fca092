"""A session whose log-in lacks the second factor can do nothing but prove it, or set it up."""

import httpx
import pyotp

from callcenter.people.types import Role
from tests.support.authenticator import SoftPasskey
from tests.web.conftest import Edge

ROOT = "/api/v1/session/second-factor"
ORIGIN = {"origin": "https://callcenter.test"}


async def set_up_app(browser: httpx.AsyncClient, edge: Edge) -> tuple[pyotp.TOTP, list[str]]:
    totp = pyotp.TOTP((await browser.post(f"{ROOT}/totp")).json()["secret"])
    answer = await browser.post(f"{ROOT}/totp/first-code", json={"code": totp.at(edge.works.clock.now())})
    assert answer.status_code == 200
    return totp, answer.json()["codes"]


async def test_a_password_alone_opens_nothing(edge: Edge, browser: httpx.AsyncClient) -> None:
    admin = await edge.hire("admin", Role.ADMINISTRATOR)
    await edge.log_in(browser, "admin")
    _, codes = await set_up_app(browser, edge)
    async with edge.browser() as thief:
        assert (await edge.log_in(thief, "admin")).json()["due"] == "second_factor"
        for request in (
            thief.get("/api/v1/people"),
            thief.post(f"{ROOT}/totp"),
            thief.post(f"{ROOT}/totp/remove", json={"code": "123456"}),
            thief.post(f"{ROOT}/recovery-codes", json={"code": "123456"}),
            thief.post(f"{ROOT}/passkeys/options"),
            thief.put("/api/v1/session/password", json={"present": "a", "new": "three green lamps"}),
            thief.post(f"/api/v1/people/{admin}/second-factor/reset", json={"reason": "mine"}),
            thief.get("/api/v1/session/all"),
        ):
            refused = await request
            assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_required"), refused.url
        wrong = await thief.post(f"{ROOT}/proof", json={"code": "000000"})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong_code")
        assert (await thief.post(f"{ROOT}/proof", json={"code": codes[0]})).status_code == 204
        assert (await thief.get("/api/v1/session")).json()["due"] is None
        assert (await thief.get("/api/v1/people")).status_code == 200


async def test_a_role_that_needs_one_sets_it_up_before_anything_else(edge: Edge, browser: httpx.AsyncClient) -> None:
    await edge.hire("admin", Role.ADMINISTRATOR)
    officer = await edge.hire("officer", Role.AUDITOR)
    await edge.log_in(browser, "admin")
    async with edge.browser() as other:
        await edge.log_in(other, "officer")
        demand = {"demanded": True, "reason": "decision of the board"}
        assert (await browser.put("/api/v1/people/second-factors/auditor", json=demand)).status_code == 204
        refused = await other.get("/api/v1/session/all")
        assert (refused.status_code, refused.json()["code"]) == (403, "enrolment_required")
        assert (await other.get(ROOT)).json()["demanded"] is True
        await set_up_app(other, edge)
        assert (await other.get("/api/v1/session/all")).status_code == 200
    (line,) = [one for one in (await browser.get("/api/v1/people")).json()["items"] if one["id"] == officer]
    assert line["second_factor"] is True
    (role,) = [one for one in (await browser.get("/api/v1/people/second-factors")).json() if one["role"] == "auditor"]
    assert (role["people"], role["enrolled"]) == (1, 1)
    reset = await browser.post(f"/api/v1/people/{officer}/second-factor/reset", json={"reason": "telephone lost"})
    assert reset.status_code == 204


async def test_a_passkey_is_bound_to_the_page_on_which_it_was_made(edge: Edge, browser: httpx.AsyncClient) -> None:
    await edge.hire("admin", Role.ADMINISTRATOR)
    await edge.log_in(browser, "admin")
    passkey = SoftPasskey(ORIGIN["origin"], "callcenter.test")
    foreign = await browser.post(f"{ROOT}/passkeys/options", headers={"origin": "https://callcenter.evil"})
    assert (foreign.status_code, foreign.json()["code"]) == (422, "passkey_refused")
    made = (await browser.post(f"{ROOT}/passkeys/options", headers=ORIGIN)).json()["options"]
    added = await browser.post(f"{ROOT}/passkeys", json={"answer": passkey.make(made)}, headers=ORIGIN)
    assert len(added.json()["codes"]) == 8
    (card,) = (await browser.get(ROOT)).json()["passkeys"]
    assert card["used_at"] is None
    async with edge.browser() as again:
        assert (await edge.log_in(again, "admin")).json()["due"] == "second_factor"
        asked = (await again.post(f"{ROOT}/passkeys/challenge", headers=ORIGIN)).json()["options"]
        for answer in ({}, {"id": "?"}, {"id": 7, "response": None}, {**passkey.sign(asked), "response": {}}):
            refused = await again.post(f"{ROOT}/passkeys/proof", json={"answer": answer}, headers=ORIGIN)
            assert (refused.status_code, refused.json()["code"]) == (422, "passkey_refused")
            asked = (await again.post(f"{ROOT}/passkeys/challenge", headers=ORIGIN)).json()["options"]
        proof = {"answer": passkey.sign(asked)}
        assert (await again.post(f"{ROOT}/passkeys/proof", json=proof, headers=ORIGIN)).status_code == 204
        assert (await again.get("/api/v1/session")).json()["due"] is None
    assert (await browser.delete(f"{ROOT}/passkeys/{card['id']}")).status_code == 204
    assert (await browser.get(ROOT)).json()["passkeys"] == []
