"""Target groups over HTTP and by the import: who may do what, who sees which, what is kept of it (L3)."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from callcenter.imports.types import ImportRequest
from callcenter.kit import jobs
from callcenter.kit.actor import Actor
from callcenter.kit.bus import Bus
from callcenter.kit.crypto import Vault
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.leads.lists import LeadLists
from callcenter.people.types import Role
from callcenter.target_groups.api import router
from callcenter.target_groups.errors import TargetNotFound, TargetNotNow, TargetOfOtherCampaign
from callcenter.target_groups.handlers import subscribe
from callcenter.target_groups.service import TargetService
from callcenter.target_groups.types import Act, TargetMoved, TargetState
from tests.support.events import listen
from tests.support.http import Endpoints, actor_of
from tests.support.leads import as_file, campaign_service, intake_service, list_rows
from tests.support.rows import VAULT, make_campaign, make_lead_list, make_staff

pytestmark = pytest.mark.db

REQUEST = {
    "name": "Depositors of 40 to 55",
    "description": "for the spring campaign",
    "criteria": "40 to 55 years, deposits above 200 000",
    "wanted": 500,
    "due_on": "2026-12-01",
}


class Bank:
    """The endpoints, used by people of several roles; each request names who sends it."""

    def __init__(self, works: Works, bus: Bus) -> None:
        self.works = works
        self.targets = TargetService(campaign_service(), LeadLists(), VAULT)
        subscribe(bus, self.targets)
        self.people: dict[str, Actor] = {}
        self.campaign_id = 0
        self.moved = listen(bus, TargetMoved)
        self._noted = listen(bus, Noted)
        self.endpoints = Endpoints(works, [self.targets], [router])

    @property
    def noted(self) -> list[Noted]:
        return [event for event in self._noted if event.act.startswith("targets.")]

    async def ask(self, name: str, method: str, path: str = "", body: Any = None, status: int = 200) -> Any:
        client = self.endpoints.as_(self.people[name])
        answer = await client.request(method, f"/target-groups{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def propose(self, name: str = "north", **changes: Any) -> int:
        body = {**REQUEST, "campaign_id": self.campaign_id, **changes}
        return int((await self.ask(name, "POST", body=body, status=201))["id"])

    async def approved(self, name: str = "north") -> int:
        group_id = await self.propose(name)
        await self.ask("officer", "POST", f"/{group_id}/approve", {"reason": "fits", "segmentation": "model 3"})
        return group_id

    async def seen_by(self, name: str, **query: Any) -> list[int]:
        answer = await self.endpoints.as_(self.people[name]).get("/target-groups", params=query)
        return [group["id"] for group in answer.json()["items"]]

    async def state(self, group_id: int) -> str:
        return str((await self.ask("officer", "GET", f"/{group_id}"))["state"])


@pytest.fixture
async def bank(works: Works, bus: Bus) -> AsyncIterator[Bank]:
    bank = Bank(works, bus)
    async with works.begin() as work:
        bank.campaign_id = (await make_campaign(work)).id
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
            bank.people[name] = actor_of(await make_staff(work, role, name=name, branch=branch))
    yield bank
    await bank.endpoints.close()


async def deliver(work: Work, campaign_id: int, group_id: int, *, good: int = 7, rejected: int = 2) -> int:
    """Makes the list that an import of the target group's customers leaves."""
    figures = {"rows": good + rejected, "good": good, "rejected": rejected}
    return (await make_lead_list(work, campaign_id=campaign_id, target_group_id=group_id, **figures)).id


async def test_a_target_group_is_proposed_approved_supplied_and_imported(bank: Bank) -> None:
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
        list_id = await deliver(work, bank.campaign_id, group_id)
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
async def test_agents_and_checkers_reach_no_target_group(bank: Bank, name: str) -> None:
    group_id = await bank.propose()
    await bank.ask(name, "GET", status=403)
    await bank.ask(name, "GET", f"/{group_id}", status=403)
    await bank.ask(name, "POST", body={**REQUEST, "campaign_id": bank.campaign_id}, status=403)
    for act in ("approve", "refuse", "withdraw"):
        await bank.ask(name, "POST", f"/{group_id}/{act}", {"reason": "x"}, status=403)


async def test_each_act_belongs_to_one_role(bank: Bank) -> None:
    group_id = await bank.propose()
    for name in ("north", "head", "auditor"):
        await bank.ask(name, "POST", f"/{group_id}/approve", {"reason": "x"}, status=403)
        await bank.ask(name, "POST", f"/{group_id}/refuse", {"reason": "x"}, status=403)
    for name in ("officer", "head", "auditor"):
        await bank.ask(name, "POST", f"/{group_id}/withdraw", {"reason": "x"}, status=403)
        await bank.ask(name, "POST", body={**REQUEST, "campaign_id": bank.campaign_id}, status=403)


async def test_the_first_decision_stands(bank: Bank) -> None:
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
async def test_a_proposal_that_does_not_fit_is_refused(
    bank: Bank, name: str, changes: dict[str, Any], status: int, code: str
) -> None:
    body = {**REQUEST, "campaign_id": bank.campaign_id, **changes}
    assert (await bank.ask(name, "POST", body=body, status=status))["code"] == code
    assert await bank.seen_by("officer") == []


async def test_a_discarded_file_is_to_be_supplied_again(bank: Bank) -> None:
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


async def test_the_figures_of_later_deliveries_are_added(bank: Bank) -> None:
    group_id = await bank.approved()
    for upload_id, good in ((11, 7), (12, 3)):
        async with bank.works.begin(bank.people["officer"]) as work:
            await bank.targets.supplied(work, group_id, upload_id)
            list_id = await deliver(work, bank.campaign_id, group_id, good=good, rejected=0)
            await bank.targets.imported(work, group_id, list_id)
    card = await bank.ask("north", "GET", f"/{group_id}")
    assert (card["state"], card["lists"], card["good"]) == ("imported", 2, 10)


async def test_importing_an_older_file_leaves_the_newer_one_waiting(bank: Bank) -> None:
    group_id = await bank.approved()
    async with bank.works.begin(bank.people["officer"]) as work:
        await bank.targets.supplied(work, group_id, 11)
        await bank.targets.supplied(work, group_id, 12)
        list_id = await deliver(work, bank.campaign_id, group_id)
        await bank.targets.imported(work, group_id, list_id, 11)
    card = await bank.ask("officer", "GET", f"/{group_id}")
    assert (card["state"], card["upload_id"], card["allows"]) == ("imported", 12, ["import"])


async def test_an_upload_and_its_import_move_the_target_group(
    bank: Bank, works: Works, vault: Vault, database_url: str
) -> None:
    intake = intake_service(vault)

    async def supply_and_import(group_id: int) -> int:
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
    await supply_and_import(first)
    card = await bank.ask("north", "GET", f"/{first}")
    assert (card["state"], card["good"], card["upload_id"]) == ("imported", 3, None)
    async with works.begin() as work:
        assert (await LeadLists().page(work))[0].branch == "north"

    await supply_and_import(second)  # the same customers once more
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


async def test_the_import_of_a_group_that_nobody_approved_is_refused(bank: Bank) -> None:
    group_id = await bank.propose()
    async with bank.works.begin(bank.people["head"]) as work:
        with pytest.raises(TargetNotNow):
            await bank.targets.supplied(work, group_id, 11)
        with pytest.raises(TargetNotNow):
            await bank.targets.admit(work, group_id, bank.campaign_id)
        with pytest.raises(TargetNotFound):
            await bank.targets.supplied(work, group_id + 1, 11)
    assert await bank.state(group_id) == "proposed"


async def test_customers_are_imported_into_the_campaign_they_were_proposed_for(bank: Bank) -> None:
    group_id = await bank.approved()
    async with bank.works.begin(bank.people["officer"]) as work:
        other = (await make_campaign(work)).id
        await bank.targets.supplied(work, group_id, 11)
        with pytest.raises(TargetOfOtherCampaign):
            await bank.targets.admit(work, group_id, other)
        list_id = await deliver(work, other, group_id)
        with pytest.raises(TargetOfOtherCampaign):
            await bank.targets.imported(work, group_id, list_id)
    assert await bank.state(group_id) == "supplied"


async def test_pages_follow_each_other_and_may_be_of_chosen_states(bank: Bank) -> None:
    ids = [await bank.propose() for _ in range(3)]
    await bank.ask("officer", "POST", f"/{ids[1]}/refuse", {"reason": "too few"})
    first = await bank.ask("officer", "GET", "?limit=2")
    rest = await bank.ask("officer", "GET", f"?limit=2&cursor={first['next']}")
    assert [group["id"] for group in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next"] is None
    assert await bank.seen_by("officer", state=["refused", "approved"]) == [ids[1]]
