"""One person's flood stays theirs: guessed passwords, guessed numbers, complaints; each has a count and an alert."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from callcenter import bootstrap
from callcenter.alerts.types import AlertKind
from callcenter.bootstrap import System
from callcenter.kit.clock import FrozenClock
from callcenter.people.types import Role
from callcenter.storage.memory import MemoryStore
from tests.rooms.reporting.ledger_cast import make_cast
from tests.support.browser import browser_of, log_in
from tests.support.people import hire
from tests.support.settings import core_settings, set_environment

pytestmark = pytest.mark.db

WRONG = "not the password"


@pytest.fixture
async def system(
    database_url: str, clock: FrozenClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[System]:
    set_environment(monkeypatch, tmp_path)
    monkeypatch.setenv("CALLCENTER_PEOPLE_LOGIN_FAILURES_PER_ADDRESS", "12")
    monkeypatch.setenv("CALLCENTER_RATES_SEARCHES_AN_HOUR", "5")
    monkeypatch.setenv("CALLCENTER_RATES_COMPLAINTS_AN_HOUR", "3")
    system = bootstrap.build(core_settings(database_url, secure_cookies=False), store=MemoryStore(clock), clock=clock)
    for role in Role:
        await hire(system.works, system.people, f"the-{role.value}", role)
    yield system
    await system.close()


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "") if answer.content else ""


async def alerts(system: System) -> dict[str, dict[str, object]]:
    """Looks for floods as the schedule does; returns the open alerts by what they are about."""
    async with system.works.begin() as work:
        await system.flood_watch.look(work)
        opened = await system.alerts.list_of_kinds(work, (AlertKind.RATE_EXCEEDED,))
    return {alert.subject: dict(alert.facts) for alert in opened}


async def test_guesses_lock_out_the_stranger_and_not_the_owner(system: System, app: FastAPI) -> None:
    """Seen before: five guesses of a stranger locked anybody out for a quarter of an hour, and none could help."""
    async with browser_of(app) as owner, browser_of(app) as stranger, browser_of(app) as admin:
        assert (await log_in(owner, "the-qa")).status_code == 200
        await owner.delete("/api/v1/session")
        for _ in range(5):
            assert code_of(await log_in(stranger, "the-qa", WRONG)) == (401, "bad_credentials")
        assert code_of(await log_in(stranger, "the-qa")) == (429, "too_many_attempts"), "even with the right one"
        assert (await log_in(owner, "the-qa")).status_code == 200, "from the browser it used before"
        assert list(await alerts(system)) == [
            f"log_in_locked/staff:{(await owner.get('/api/v1/session')).json()['id']}"
        ]

        await log_in(admin, "the-administrator")
        staff = (await admin.get("/api/v1/people")).json()["items"]
        [locked] = [one for one in staff if one["locked_until"]]
        assert locked["login"] == "the-qa"
        assert (await admin.post(f"/api/v1/people/{locked['id']}/unlock")).status_code == 204
        assert await alerts(system) == {}
        assert (await log_in(stranger, "the-qa")).status_code == 200
        trail = (await admin.get("/api/v1/people")).json()["items"]
        assert not [one for one in trail if one["locked_until"]]


async def test_a_known_device_has_a_limit_of_its_own(app: FastAPI, system: System) -> None:
    async with browser_of(app) as owner:
        await log_in(owner, "the-qa")
        for _ in range(5):
            assert code_of(await log_in(owner, "the-qa", WRONG)) == (401, "bad_credentials")
        assert code_of(await log_in(owner, "the-qa")) == (429, "too_many_attempts")
        async with browser_of(app) as elsewhere:
            assert (await log_in(elsewhere, "the-qa")).status_code == 200


async def test_one_address_cannot_try_every_account(system: System, app: FastAPI, clock: FrozenClock) -> None:
    """Seen before: 40 accounts in three seconds."""
    async with browser_of(app) as known, browser_of(app) as stranger:
        await log_in(known, "the-qa")
        for number in range(12):
            assert code_of(await log_in(stranger, f"user-{number}", WRONG)) == (401, "bad_credentials")
        assert code_of(await log_in(stranger, "user-13", WRONG)) == (429, "too_many_attempts")
        assert code_of(await log_in(stranger, "the-auditor")) == (429, "too_many_attempts")
        assert (await log_in(known, "the-qa")).status_code == 200, "the office behind the same address goes on"
        [facts] = (await alerts(system)).values()
        assert (facts["rate"], facts["by"], facts["count"]) == ("log_in", "address:127.0.0.1", 14)
        clock.advance(timedelta(minutes=16))
        assert (await log_in(stranger, "the-auditor")).status_code == 200
        assert await alerts(system) == {}


async def test_good_log_ins_of_a_whole_office_do_not_count(app: FastAPI, system: System) -> None:
    for _ in range(2):
        for role in Role:
            async with browser_of(app) as client:
                assert (await log_in(client, f"the-{role.value}")).status_code == 200


async def test_an_agents_new_log_in_ends_the_session_before_it(app: FastAPI, system: System) -> None:
    async with browser_of(app) as first, browser_of(app) as second:
        for login, left in (("the-agent", 401), ("the-data_officer", 401), ("the-qa", 200)):
            assert (await log_in(first, login)).status_code == 200
            assert (await log_in(second, login)).status_code == 200
            assert (await first.get("/api/v1/session")).status_code == left, login
            assert (await second.get("/api/v1/session")).status_code == 200


async def test_a_masked_number_is_not_found_by_trying(system: System, app: FastAPI) -> None:
    """Seen before: twelve guesses a second, the number shown beside the hit, and no trace."""
    cast = await make_cast(system.works)
    lead_id = cast.leads["success"]
    async with system.works.begin() as work:
        number = (await system.leads.dial_numbers(work, [lead_id]))[lead_id]
    async with browser_of(app) as auditor, browser_of(app) as officer:
        await log_in(auditor, "the-auditor")
        await log_in(officer, "the-data_officer")
        for client, shown in ((auditor, "***"), (officer, f"{number[:3]}****{number[-4:]}")):
            answer = await client.post("/api/v1/leads/search", json={"phone": number})
            [hit] = [hit for hit in answer.json()["items"] if hit["id"] == lead_id]
            assert hit["phone_masked"] == shown
        found = (await auditor.post("/api/v1/leads/search", json={"last4": number[-4:]})).json()["items"]
        assert found[0]["phone_masked"].endswith(number[-4:])
        codes = [
            code_of(await auditor.post("/api/v1/leads/search", json={"phone": f"{int(number) + guess}"}))
            for guess in range(6)
        ]
        assert codes == [(200, "")] * 3 + [(429, "too_many_requests")] * 3
        assert (await officer.post("/api/v1/leads/search", json={"phone": number})).status_code == 200
        [facts] = (await alerts(system)).values()
        assert (facts["rate"], facts["count"]) == ("searches", 8)
        trail = (await auditor.get("/api/v1/audit", params={"act": "customers.searched"})).json()["items"]
    assert [entry["facts"]["by"] for entry in trail].count(["phone"]) == 6
    assert number not in str(trail)


async def test_complaints_of_one_person_have_an_end(system: System, app: FastAPI) -> None:
    cast = await make_cast(system.works)
    async with browser_of(app) as client:
        await log_in(client, "the-complaint_officer")
        answers = [
            await client.post("/api/v1/complaints", json={"lead_id": lead_id, "category": "product", "text": "unhappy"})
            for lead_id in list(cast.leads.values())[:5]
        ]
    assert [code_of(answer)[0] for answer in answers] == [201, 201, 201, 429, 429]
