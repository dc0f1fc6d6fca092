"""Branches and teams as records: added, changed, closed, and joined by people (requirements L3, S1)."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from callcenter.kit.work import Works
from callcenter.people.changing import ChangeService
from callcenter.people.errors import BranchUnknown, TeamUnknown
from callcenter.people.organisation import OrganisationService
from callcenter.people.organisation_api import router
from callcenter.people.passwords import PasswordService
from callcenter.people.records import StaffFields
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from callcenter.people.types import Role, StaffDraft
from tests.support.http import Endpoints
from tests.support.rows import VAULT, make_branch, make_staff, make_team

NEW = StaffDraft(login="new", name="李敏", password="", role=Role.QA, branch="north")


@pytest.fixture
async def office(works: Works) -> AsyncIterator[httpx.AsyncClient]:
    async with works.begin() as work:
        boss = await make_staff(work, Role.ADMINISTRATOR)
    endpoints = Endpoints(works, [OrganisationService()], [router])
    yield endpoints.as_(boss)
    await endpoints.close()


@pytest.fixture
def passwords() -> PasswordService:
    return PasswordService(PeopleSettings(), PeopleService(PeopleSettings()))


async def shown(office: httpx.AsyncClient) -> tuple[dict[str, object], ...]:
    answer = (await office.get("/organisation")).json()
    return (*answer["branches"], *answer["teams"])


async def test_a_branch_is_added_renamed_and_closed(office: httpx.AsyncClient, works: Works) -> None:
    branch = {"code": " north ", "name": "北部分行"}
    assert (await office.post("/organisation/branches", json=branch)).status_code == 204
    again = await office.post("/organisation/branches", json=branch)
    assert again.json()["code"] == "branch_code_taken"
    (listed,) = await shown(office)
    assert (listed["code"], listed["name"], listed["active"], listed["people"]) == ("north", "北部分行", True, 0)

    async with works.begin() as work:
        person = await make_staff(work, Role.QA, branch="north")
    url, closed = f"/organisation/branches/{listed['id']}", {"name": "北行", "active": False, "reason": "merged"}
    refused = await office.put(url, json=closed)
    assert (refused.json()["code"], refused.json()["params"]) == ("branch_in_use", {"people": 1})
    async with works.begin() as work:
        (await work.session.merge(person)).active = False
    assert (await office.put(url, json=closed)).status_code == 204
    assert (await office.put(url, json=closed)).json()["code"] == "organisation_unchanged"


async def test_people_join_open_branches_and_their_teams_alone(works: Works, passwords: PasswordService) -> None:
    async with works.begin() as work:
        await make_branch(work, code="north")
        await make_branch(work, code="gone", active=False)
        team = await make_team(work, branch="north")
        other = await make_team(work, branch="south")
    for draft, error in (
        (replace(NEW, branch="nrth"), BranchUnknown),
        (replace(NEW, branch="gone"), BranchUnknown),
        (replace(NEW, team_id=other.id), TeamUnknown),
    ):
        async with works.begin() as work:
            with pytest.raises(error):
                await passwords.hire(work, draft)
    async with works.begin() as work:
        issued = await passwords.hire(work, replace(NEW, team_id=team.id))
    assert issued.login == "new"


async def test_a_team_loses_its_leader_with_the_leaders_branch(works: Works, office: httpx.AsyncClient) -> None:
    async with works.begin() as work:
        for code in ("north", "south"):
            await make_branch(work, code=code)
        leader = await make_staff(work, Role.AGENT_LEADER, branch="north")
        stranger = await make_staff(work, Role.AGENT_LEADER, branch="south")
    team = {"branch": "north", "name": "一组", "leader_id": stranger.id}
    assert (await office.post("/organisation/teams", json=team)).json()["code"] == "not_a_team_leader"
    assert (await office.post("/organisation/teams", json=team | {"leader_id": leader.id})).status_code == 204
    taken = await office.post("/organisation/teams", json=team | {"leader_id": None})
    assert taken.json()["code"] == "team_name_taken"
    assert (await shown(office))[-1]["leader"] == leader.name

    wanted = StaffFields(**{name: getattr(leader, name) for name in StaffFields.__dataclass_fields__})
    async with works.begin() as work:
        await ChangeService(VAULT).change(work, leader.id, replace(wanted, branch="south"), "moved")
    listed = (await shown(office))[-1]
    assert (listed["leader"], listed["leader_id"]) == (None, None)
    url = f"/organisation/teams/{listed['id']}"
    body = {"name": "二组", "leader_id": None, "active": False, "reason": "dissolved"}
    assert (await office.put(url, json=body)).status_code == 204
    assert (await shown(office))[-1]["active"] is False
