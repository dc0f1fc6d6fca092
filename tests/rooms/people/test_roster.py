"""The roster: a group leader says who works when; allocation sees who works and is fit."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest

from callcenter.calendar.service import CalendarService
from callcenter.kit.bus import Bus
from callcenter.kit.trail import Noted
from callcenter.kit.work import Works
from callcenter.people.api import router
from callcenter.people.rostering import RosterService
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from callcenter.people.types import Role, Rostered, RosterReason
from tests.support.events import listen
from tests.support.http import Endpoints
from tests.support.leads import calendar_service
from tests.support.people import hire

MONDAY = date(2026, 11, 23)
TUESDAY, FRIDAY, SATURDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=4), MONDAY + timedelta(days=5)


@pytest.fixture
def people() -> PeopleService:
    return PeopleService(PeopleSettings())


@pytest.fixture
def calendar() -> CalendarService:
    return calendar_service()


@pytest.fixture
def rosters(calendar: CalendarService) -> RosterService:
    return RosterService(calendar)


@pytest.fixture
async def endpoints(works: Works, people: PeopleService, rosters: RosterService) -> AsyncIterator[Endpoints]:
    endpoints = Endpoints(works, [people, rosters], [router])
    yield endpoints
    await endpoints.close()


async def parts_of_the_day(works: Works, people: PeopleService, on: date) -> dict[int, int]:
    """Staff id → percentage of the day worked."""
    async with works.begin() as work:
        return {rostered.card.id: rostered.part for rostered in await people.rostered(work, on)}


async def test_a_part_time_week_applies_from_its_day_and_single_days_may_differ(
    works: Works, people: PeopleService, endpoints: Endpoints
) -> None:
    officer = await hire(works, people, "officer", Role.DATA_OFFICER)
    full, half = await hire(works, people, "full"), await hire(works, people, "half")
    client = endpoints.as_(officer)
    week = {"from_on": TUESDAY.isoformat(), "parts": [50, 50, 50, 50, 0, 0, 0]}
    assert (await client.put(f"/people/{half.id}/pattern", json=week)).status_code == 204
    assert await parts_of_the_day(works, people, MONDAY) == {full.id: 100, half.id: 100}
    assert await parts_of_the_day(works, people, TUESDAY) == {full.id: 100, half.id: 50}
    assert await parts_of_the_day(works, people, FRIDAY) == {full.id: 100}

    body = {"staff_ids": [half.id], "days": [FRIDAY.isoformat()], "working": True, "part": 80}
    assert (await client.put("/people/roster", json=body)).json() == {"cells": 1}
    sick = {"staff_ids": [full.id], "days": [FRIDAY.isoformat()], "working": False, "reason": "sick"}
    await client.put("/people/roster", json=sick)
    assert await parts_of_the_day(works, people, FRIDAY) == {half.id: 80}
    await client.put("/people/roster", json={**body, "staff_ids": [full.id, half.id], "working": None})
    assert await parts_of_the_day(works, people, FRIDAY) == {full.id: 100}
    async with works.begin() as work:
        assert await people.rostered(work, FRIDAY) == [Rostered(full, 100)]
        assert await people.eligible_agents(work, FRIDAY) == [full]


async def test_the_grid_shows_every_days_source_and_who_is_not_fit(
    works: Works, people: PeopleService, rosters: RosterService, endpoints: Endpoints
) -> None:
    officer = await hire(works, people, "officer", Role.DATA_OFFICER)
    one = await hire(works, people, "one", licence_valid_until=TUESDAY)
    two = await hire(works, people, "two")
    async with works.begin() as work:
        await rosters.set_days(work, [two.id], [TUESDAY], 50)
        await rosters.set_days(work, [two.id], [FRIDAY], 0, RosterReason.TRAINING)
    answer = await endpoints.as_(officer).get("/people/roster", params={"from": "2026-11-23", "to": "2026-11-29"})
    grid = answer.json()
    assert [(day["working"], day["agents"], day["parts"]) for day in grid["days"]] == [
        (True, 2, 2.0),
        (True, 2, 1.5),
        (True, 1, 1.0),
        (True, 1, 1.0),
        (True, 0, 0.0),
        (False, 0, 0.0),
        (False, 0, 0.0),
    ]
    first, second = grid["lines"]
    assert [line["agent_id"] for line in (first, second)] == [one.id, two.id]
    assert [day["missing"] for day in first["days"]] == [[], [], *[["licence"]] * 5]
    cells = [(day["part"], day["source"], day["reason"]) for day in second["days"]]
    assert cells == [
        (100, "calendar", None),
        (50, "row", None),
        (100, "calendar", None),
        (100, "calendar", None),
        (0, "row", "training"),
        (0, "calendar", None),
        (0, "calendar", None),
    ]
    paged = (
        await endpoints.client.get("/people/roster", params={"from": "2026-11-23", "to": "2026-11-23", "limit": 1})
    ).json()
    assert [line["agent_id"] for line in paged["lines"]] == [one.id]
    assert paged["next"]
    assert paged["days"][0]["agents"] == 2  # totals are over all pages


async def test_an_extra_working_day_is_worked_unless_the_roster_says_leave(
    works: Works, people: PeopleService, calendar: CalendarService, rosters: RosterService, endpoints: Endpoints
) -> None:
    officer = await hire(works, people, "officer", Role.DATA_OFFICER)
    agent = await hire(works, people, "agent")
    client = endpoints.as_(officer)
    body = {"staff_ids": [agent.id], "days": [SATURDAY.isoformat()], "working": True}
    refused = await client.put("/people/roster", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "roster_day_not_worked")
    leave = {**body, "working": False, "reason": "leave"}
    assert (await client.put("/people/roster", json=leave)).status_code == 200  # in case the day is worked after all
    async with works.begin() as work:
        await calendar.override_day(work, SATURDAY, working=True, reason="make-up day")
        assert (await rosters.grid(work, SATURDAY, SATURDAY)).totals[0].agents == 0
    assert (await client.put("/people/roster", json=body)).status_code == 200
    async with works.begin() as work:
        assert (await rosters.grid(work, SATURDAY, SATURDAY)).totals[0].agents == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"days": ["2026-11-20"], "working": False, "reason": "leave"}, "roster_day_past"),
        ({"working": False}, "reason_missing"),
        ({"staff_ids": [4711], "working": True}, "staff_not_found"),
    ],
)
async def test_rosters_that_cannot_be_are_refused(
    works: Works, people: PeopleService, endpoints: Endpoints, body: dict[str, Any], code: str
) -> None:
    officer = await hire(works, people, "officer", Role.DATA_OFFICER)
    agent = await hire(works, people, "agent")
    whole = {"staff_ids": [agent.id], "days": [TUESDAY.isoformat()], **body}
    assert (await endpoints.as_(officer).put("/people/roster", json=whole)).json()["code"] == code
    answer = await endpoints.client.put(
        "/people/roster", json={"staff_ids": [officer.id], "days": [TUESDAY.isoformat()], "working": True}
    )
    assert answer.json()["code"] == "no_phone_agent"
    backwards = await endpoints.client.get("/people/roster", params={"from": "2026-11-24", "to": "2026-11-23"})
    assert backwards.json()["code"] == "roster_span"
    past = {"from_on": "2026-11-22", "parts": [100] * 7}
    assert (await endpoints.client.put(f"/people/{agent.id}/pattern", json=past)).json()["code"] == "roster_day_past"


async def test_a_leader_sees_and_changes_only_agents_of_the_same_branch(
    works: Works, people: PeopleService, endpoints: Endpoints
) -> None:
    leader = await hire(works, people, "leader", Role.AGENT_LEADER)
    mine, other = await hire(works, people, "mine"), await hire(works, people, "other", branch="south")
    client = endpoints.as_(leader)
    grid = (await client.get("/people/roster", params={"from": "2026-11-24", "to": "2026-11-24"})).json()
    assert [line["agent_id"] for line in grid["lines"]] == [mine.id]
    assert grid["days"][0]["agents"] == 1
    body = {"staff_ids": [mine.id, other.id], "days": [TUESDAY.isoformat()], "working": False, "reason": "leave"}
    assert (await client.put("/people/roster", json=body)).json()["code"] == "staff_not_found"
    week = {"from_on": TUESDAY.isoformat(), "parts": [0] * 7}
    assert (await client.put(f"/people/{other.id}/pattern", json=week)).json()["code"] == "staff_not_found"
    assert await parts_of_the_day(works, people, TUESDAY) == {mine.id: 100, other.id: 100}  # nothing was written
    choices = (await client.get("/people/choices", params={"role": "agent"})).json()
    assert [choice["id"] for choice in choices] == [mine.id]
    for role in (Role.AGENT, Role.QA, Role.BRANCH_OFFICER):
        stranger = await hire(works, people, f"stranger_{role}", role)
        url, span = "/people/roster", {"from": "2026-11-24", "to": "2026-11-24"}
        assert (await endpoints.as_(stranger).get(url, params=span)).status_code == 403
        assert (await endpoints.client.put(url, json=body)).status_code == 403
        assert (await endpoints.client.get("/people/choices")).status_code == 403


async def test_a_changed_roster_is_recorded_in_the_audit_trail(
    works: Works, people: PeopleService, rosters: RosterService, bus: Bus
) -> None:
    agent = await hire(works, people, "agent")
    noted = listen(bus, Noted)
    async with works.begin() as work:
        await rosters.set_days(work, [agent.id], [TUESDAY, FRIDAY], 0, RosterReason.LEAVE)
    facts = {"days": ["2026-11-24", "2026-11-27"], "part": 0, "reason": "leave"}
    assert noted == [Noted("people.roster_set", f"staff:{agent.id}", facts)]
