"""Target groups over HTTP and through the intake's door: who may do what, who sees which, what remains of it (L3)."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from starlette.middleware.base import RequestResponseEndpoint

from callcenter.calls.service import CallService
from callcenter.imports.types import ImportRequest
from callcenter.kit import jobs
from callcenter.kit.actor import Actor
from callcenter.kit.bus import Bus
from callcenter.kit.crypto import Vault
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.leads.lists import LeadLists
from callcenter.leads.models import LeadList
from callcenter.people.rules import scope_of
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from callcenter.people.types import RIGHTS, Role
from callcenter.target_groups.api import router
from callcenter.target_groups.errors import TargetNotFound, TargetNotNow, TargetOfOtherCampaign
from callcenter.target_groups.handlers import subscribe
from callcenter.target_groups.service import TargetService
from callcenter.target_groups.types import Act, TargetMoved, TargetState
from callcenter.web.errors import handle_errors
from tests.rooms.callbacks.cast import Cast
from tests.support.leads import as_file, campaign_service, intake_service, list_rows, make_campaign

pytestmark = pytest.mark.db

REQUEST = {
    "name": "Depositors of 40 to 55",
    "description": "for the spring campaign",
    "criteria": "40 to 55 years, deposits above 200 000",
    "wanted": 500,
    "due_on": "2026-12-01",
}


class Bank:
    """The endpoints under the hands of several people; ``as_`` says whose."""

    def __init__(self, works: Works, bus: Bus) -> None:
        self.works = works
        self.targets = TargetService(campaign_service(), LeadLists())
        subscribe(bus, self.targets)
        self.people: dict[str, Actor] = {}
        self.campaign_id = 0
        self.moved: list[TargetMoved] = []
        self.noted: list[Noted] = []

        async def moved(_work: Work, event: TargetMoved) -> None:
            self.moved.append(event)

        async def noted(_work: Work, event: Noted) -> None:
            if event.act.startswith("targets."):
                self.noted.append(event)

        bus.subscribe(TargetMoved, moved)
        bus.subscribe(Noted, noted)
        app = FastAPI()
        app.state.works = works
        app.state.services = {TargetService: self.targets, PeopleService: PeopleService(PeopleSettings())}
        app.include_router(router)
        handle_errors(app)

        @app.middleware("http")
        async def who(request: Request, answer: RequestResponseEndpoint) -> Response:
            request.state.actor = self.people[request.headers["X-Actor"]]
            return await answer(request)

        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")

    async def ask(self, name: str, method: str, path: str = "", body: Any = None, status: int = 200) -> Any:
        answer = await self.client.request(method, f"/target-groups{path}", json=body, headers={"X-Actor": name})
        assert answer.status_code == status, answer.text
        return answer.json()

    async def propose(self, name: str = "north", **changes: Any) -> int:
        request = {**REQUEST, "campaign_id": self.campaign_id, **changes}
        return int((await self.ask(name, "POST", body=request, status=201))["id"])

    async def approved(self, name: str = "north") -> int:
        group_id = await self.propose(name)
        await self.ask("officer", "POST", f"/{group_id}/approve", {"reason": "fits", "segmentation": "model 3"})
        return group_id

    async def seen_by(self, name: str, **query: Any) -> list[int]:
        answer = await self.client.get("/target-groups", params=query, headers={"X-Actor": name})
        return [one["id"] for one in answer.json()["items"]]

    async def state(self, group_id: int) -> str:
        return str((await self.ask("officer", "GET", f"/{group_id}"))["state"])


@pytest.fixture
async def bank(works: Works, bus: Bus, vault: Vault) -> AsyncIterator[Bank]:
    made = Bank(works, bus)
    cast = Cast(vault, CallService(vault))
    async with works.begin() as work:
        made.campaign_id = (await make_campaign(work)).campaign_id
        for name, role, branch in (
            ("north", Role.BRANCH_OFFICER, "north"),
            ("south", Role.BRANCH_OFFICER, "south"),
            ("nowhere", Role.BRANCH_OFFICER, ""),
            ("head", Role.HEAD_OFFICE, "main"),
            ("officer", Role.DATA_OFFICER, "main"),
            ("auditor", Role.AUDITOR, "main"),
            ("agent", Role.AGENT, "north"),
            ("qa", Role.QA, "north"),
        ):
            staff_id = await cast.staff(work, role, name=name)
            rights = frozenset(right.value for right in RIGHTS[role])
            made.people[name] = Actor(staff_id, name, role.value, rights, scope_of(role, branch, None))
    yield made
    await made.client.aclose()


async def make_list(work: Work, campaign_id: int, group_id: int, *, good: int = 7, rejected: int = 2) -> int:
    row = LeadList(
        campaign_id=campaign_id,
        name="delivery",
        file_name="delivery.csv",
        sha256=f"{group_id}-{campaign_id}-{good}",
        imported_at=work.now,
        target_group_id=group_id,
        rows=good + rejected,
        good=good,
        rejected=rejected,
    )
    work.session.add(row)
    await work.session.flush()
    return row.id


async def test_the_whole_way_through_four_hands(bank: Bank) -> None:
    group_id = await bank.propose()
    card = await bank.ask("north", "GET", f"/{group_id}")
    assert (card["branch"], card["state"], card["allows"]) == ("north", "proposed", ["withdraw"])
    assert (await bank.ask("officer", "GET", f"/{group_id}"))["allows"] == ["approve", "refuse"]
    approved = await bank.ask(
        "officer", "POST", f"/{group_id}/approve", {"reason": "fits", "segmentation": " model 3 "}
    )
    assert (approved["state"], approved["segmentation"], approved["allows"]) == ("approved", "model 3", [])
    assert (await bank.ask("head", "GET", f"/{group_id}"))["allows"] == ["supply"]

    async with bank.works.begin(bank.people["head"]) as work:
        assert (await bank.targets.supplied(work, group_id, 11)).state is TargetState.SUPPLIED
    waiting = await bank.ask("officer", "GET", f"/{group_id}")
    assert (waiting["upload_id"], waiting["allows"]) == (11, ["import"])

    async with bank.works.begin(bank.people["officer"]) as work:
        assert (await bank.targets.admit(work, group_id, bank.campaign_id)).branch == "north"
        list_id = await make_list(work, bank.campaign_id, group_id)
        await bank.targets.imported(work, group_id, list_id)
    done = await bank.ask("north", "GET", f"/{group_id}")
    assert (done["state"], done["upload_id"], done["allows"]) == ("imported", None, [])
    assert (done["lists"], done["good"], done["rejected"]) == (1, 7, 2)
    assert [(step["act"], step["by_name"], step["reason"]) for step in done["steps"]] == [
        ("propose", "north", ""),
        ("approve", "officer", "fits"),
        ("supply", "head", ""),
        ("import", "officer", ""),
    ]
    assert (done["steps"][2]["upload_id"], done["steps"][3]["list_id"]) == (11, list_id)
    assert [(event.act, event.state, event.branch) for event in bank.moved] == [
        (Act.PROPOSE, TargetState.PROPOSED, "north"),
        (Act.APPROVE, TargetState.APPROVED, "north"),
        (Act.SUPPLY, TargetState.SUPPLIED, "north"),
        (Act.IMPORT, TargetState.IMPORTED, "north"),
    ]
    acts = ["targets.proposed", "targets.approved", "targets.supplied", "targets.imported"]
    assert [noted.act for noted in bank.noted] == acts
    assert {noted.subject for noted in bank.noted} == {f"target_group:{group_id}"}
    assert "fits" not in str([noted.facts for noted in bank.noted])


async def test_a_branch_sees_its_own_and_head_office_what_was_approved(bank: Bank) -> None:
    north, south = await bank.propose("north"), await bank.propose("south")
    assert await bank.seen_by("north") == [north]
    assert await bank.seen_by("south") == [south]
    assert await bank.seen_by("head") == []
    assert await bank.seen_by("officer") == [south, north]
    assert await bank.seen_by("auditor") == [south, north]
    await bank.ask("south", "GET", f"/{north}", status=404)
    await bank.ask("head", "GET", f"/{north}", status=404)
    refused = await bank.ask("south", "POST", f"/{north}/withdraw", {"reason": "not mine"}, status=404)
    assert refused["code"] == "target_group_not_found"
    await bank.ask("officer", "POST", f"/{north}/approve", {"reason": "fits"})
    assert await bank.seen_by("head") == [north]
    await bank.ask("north", "POST", f"/{north}/withdraw", {"reason": "campaign postponed"})
    assert await bank.seen_by("head") == [north]
    assert (await bank.ask("head", "GET"))["counts"] == {"withdrawn": 1}
    assert (await bank.ask("officer", "GET"))["counts"] == {"proposed": 1, "withdrawn": 1}


@pytest.mark.parametrize("name", ["agent", "qa"])
async def test_nobody_else_comes_near(bank: Bank, name: str) -> None:
    group_id = await bank.propose()
    await bank.ask(name, "GET", status=403)
    await bank.ask(name, "GET", f"/{group_id}", status=403)
    await bank.ask(name, "POST", body={**REQUEST, "campaign_id": bank.campaign_id}, status=403)
    for act in ("approve", "refuse", "withdraw"):
        await bank.ask(name, "POST", f"/{group_id}/{act}", {"reason": "x"}, status=403)


async def test_each_act_is_one_persons(bank: Bank) -> None:
    group_id = await bank.propose()
    for name in ("north", "head", "auditor"):
        await bank.ask(name, "POST", f"/{group_id}/approve", {"reason": "x"}, status=403)
        await bank.ask(name, "POST", f"/{group_id}/refuse", {"reason": "x"}, status=403)
    for name in ("officer", "head", "auditor"):
        await bank.ask(name, "POST", f"/{group_id}/withdraw", {"reason": "x"}, status=403)
        await bank.ask(name, "POST", body={**REQUEST, "campaign_id": bank.campaign_id}, status=403)


async def test_whoever_was_first_has_decided(bank: Bank) -> None:
    group_id = await bank.propose()
    refused = await bank.ask("officer", "POST", f"/{group_id}/refuse", {"reason": "too few"})
    assert (refused["state"], refused["steps"][-1]["reason"]) == ("refused", "too few")
    late = await bank.ask("officer", "POST", f"/{group_id}/approve", {"reason": "fits"}, status=409)
    assert (late["code"], late["params"]) == ("target_group_not_now", {"state": "refused", "act": "approve"})


async def test_a_reason_is_not_blank(bank: Bank) -> None:
    group_id = await bank.propose()
    refused = await bank.ask("officer", "POST", f"/{group_id}/approve", {"reason": "  "}, status=422)
    assert refused["code"] == "reason_missing"
    assert await bank.state(group_id) == "proposed"


@pytest.mark.parametrize(
    ("name", "changes", "status", "code"),
    [
        ("north", {"due_on": "2026-11-22"}, 422, "target_group_day_past"),
        ("north", {"campaign_id": 4711}, 404, "campaign_not_found"),
        ("north", {"wanted": 0}, 422, "invalid"),
        ("north", {"criteria": "  "}, 422, "invalid"),
        ("nowhere", {}, 403, "branch_missing"),
    ],
)
async def test_a_proposal_that_does_not_fit(
    bank: Bank, name: str, changes: dict[str, Any], status: int, code: str
) -> None:
    request = {**REQUEST, "campaign_id": bank.campaign_id, **changes}
    assert (await bank.ask(name, "POST", body=request, status=status))["code"] == code
    assert await bank.seen_by("officer") == []


async def test_a_discarded_file_is_asked_for_again(bank: Bank) -> None:
    group_id = await bank.approved()
    async with bank.works.begin(bank.people["head"]) as work:
        await bank.targets.supplied(work, group_id, 11)
        await bank.targets.supplied(work, group_id, 12)
        await bank.targets.returned(work, group_id, 11)  # the later file still counts
    assert await bank.state(group_id) == "supplied"
    async with bank.works.begin(bank.people["officer"]) as work:
        await bank.targets.returned(work, group_id, 12)
        await bank.targets.returned(work, group_id, 12)
    card = await bank.ask("head", "GET", f"/{group_id}")
    assert (card["state"], card["upload_id"], card["allows"]) == ("approved", None, ["supply"])
    assert [step["act"] for step in card["steps"]] == ["propose", "approve", "supply", "supply", "return"]


async def test_later_deliveries_are_added(bank: Bank) -> None:
    group_id = await bank.approved()
    for upload_id, good in ((11, 7), (12, 3)):
        async with bank.works.begin(bank.people["officer"]) as work:
            await bank.targets.supplied(work, group_id, upload_id)
            list_id = await make_list(work, bank.campaign_id, group_id, good=good, rejected=0)
            await bank.targets.imported(work, group_id, list_id)
    card = await bank.ask("north", "GET", f"/{group_id}")
    assert (card["state"], card["lists"], card["good"]) == ("imported", 2, 10)


async def test_an_older_file_taken_in_leaves_the_newer_one_waiting(bank: Bank) -> None:
    group_id = await bank.approved()
    async with bank.works.begin(bank.people["officer"]) as work:
        await bank.targets.supplied(work, group_id, 11)
        await bank.targets.supplied(work, group_id, 12)
        list_id = await make_list(work, bank.campaign_id, group_id)
        await bank.targets.imported(work, group_id, list_id, 11)
    card = await bank.ask("officer", "GET", f"/{group_id}")
    assert (card["state"], card["upload_id"], card["allows"]) == ("imported", 12, ["import"])


async def test_a_file_on_its_way_takes_its_target_group_along(
    bank: Bank, works: Works, vault: Vault, database_url: str
) -> None:
    intake = intake_service(vault)

    async def supply_and_take_in(group_id: int) -> int:
        async with works.begin(bank.people["head"]) as work:
            upload = await intake.upload(
                work, file_name="x.csv", file=as_file(list_rows(3)), source="", target_group_id=group_id
            )
        assert await bank.state(group_id) == "supplied"
        async with works.begin(bank.people["officer"]) as work:
            job = await intake.order_import(work, upload.id, ImportRequest(bank.campaign_id, "delivery"))
        await jobs.perform(works, database_url, intake.job_handlers(works), job.id)
        return upload.id

    first, second = await bank.approved("north"), await bank.approved("south")
    await supply_and_take_in(first)
    card = await bank.ask("north", "GET", f"/{first}")
    assert (card["state"], card["good"], card["upload_id"]) == ("imported", 3, None)
    async with works.begin() as work:
        assert (await LeadLists().page(work))[0].branch == "north"

    await supply_and_take_in(second)  # the same customers once more
    card = await bank.ask("south", "GET", f"/{second}")
    assert (card["state"], card["good"], card["upload_id"]) == ("approved", 0, None)
    assert card["steps"][-1]["act"] == "return"


async def test_an_upload_that_was_refused_is_not_kept(bank: Bank, works: Works, vault: Vault) -> None:
    group_id = await bank.propose()
    intake = intake_service(vault)
    with pytest.raises(TargetNotNow):
        async with works.begin(bank.people["head"]) as work:
            await intake.upload(
                work, file_name="x.csv", file=as_file(list_rows(1)), source="", target_group_id=group_id
            )
    async with works.begin() as work:
        assert await intake.uploads(work) == []


async def test_the_intake_is_refused_what_nobody_approved(bank: Bank) -> None:
    group_id = await bank.propose()
    async with bank.works.begin(bank.people["head"]) as work:
        with pytest.raises(TargetNotNow):
            await bank.targets.supplied(work, group_id, 11)
        with pytest.raises(TargetNotNow):
            await bank.targets.admit(work, group_id, bank.campaign_id)
        with pytest.raises(TargetNotFound):
            await bank.targets.supplied(work, group_id + 1, 11)
    assert await bank.state(group_id) == "proposed"


async def test_customers_go_into_the_campaign_they_were_asked_for(bank: Bank) -> None:
    group_id = await bank.approved()
    async with bank.works.begin(bank.people["officer"]) as work:
        other = (await make_campaign(work, name="autumn")).campaign_id
        await bank.targets.supplied(work, group_id, 11)
        with pytest.raises(TargetOfOtherCampaign):
            await bank.targets.admit(work, group_id, other)
        list_id = await make_list(work, other, group_id)
        with pytest.raises(TargetOfOtherCampaign):
            await bank.targets.imported(work, group_id, list_id)
    assert await bank.state(group_id) == "supplied"


async def test_pages_follow_each_other_and_states_are_chosen(bank: Bank) -> None:
    ids = [await bank.propose() for _ in range(3)]
    await bank.ask("officer", "POST", f"/{ids[1]}/refuse", {"reason": "too few"})
    first = await bank.ask("officer", "GET", "?limit=2")
    rest = await bank.ask("officer", "GET", f"?limit=2&cursor={first['next']}")
    assert [one["id"] for one in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next"] is None
    assert await bank.seen_by("officer", state=["refused", "approved"]) == [ids[1]]
