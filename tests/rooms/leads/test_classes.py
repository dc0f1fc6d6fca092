"""Classes set by rules, by lists and manually, over many customers at once, and what they steer (requirement L5)."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from sqlmodel import col, select
from starlette.middleware.base import RequestResponseEndpoint

from callcenter.callbacks.service import CallbackService
from callcenter.callbacks.settings import CallbackSettings
from callcenter.callbacks.types import CallbackCard
from callcenter.campaigns.api import router as campaigns_router
from callcenter.campaigns.service import CampaignService
from callcenter.classes import api, handlers
from callcenter.classes.effects import ClassEffectsService
from callcenter.classes.errors import ClassInUse, OrderIncomplete, RulesInvalid, SchemeNotFound
from callcenter.classes.service import ClassService
from callcenter.classes.types import ClassDraft, ClassSource, Condition, Operator, Preview, Rule
from callcenter.kit import jobs as kit_jobs
from callcenter.kit.actor import Actor
from callcenter.kit.clock import FrozenClock
from callcenter.kit.crypto import Vault
from callcenter.kit.errors import Refusal
from callcenter.kit.jobs import Job, JobCancelledError, Jobs, JobState
from callcenter.kit.reasons import ReasonMissing
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.leads.lists import LeadLists
from callcenter.leads.models import Lead, LeadList
from callcenter.leads.ordering import LeadOrdering
from callcenter.leads.records import LeadRecords
from callcenter.leads.types import UNRANKED, BasisKind, ListImported
from callcenter.people.models import Staff
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from callcenter.people.types import RIGHTS, Role
from tests.support.bus import bus_of
from tests.support.leads import campaign_service, make_campaign, phone_number

OLD = Rule("high_value", (Condition("age", Operator.AT_LEAST, 60),), name="seniors")
RICH = Rule("high_contribution", (Condition("further:income", Operator.AT_LEAST, 200_000),))
SLEEPING = Rule("dormant", (Condition("district", Operator.EQUALS, "横州市"),))


@dataclass
class Office:
    """A data officer's desk: schemes, one steered campaign, lists of invented customers."""

    works: Works
    vault: Vault
    database_url: str
    classes: ClassService
    campaigns: CampaignService
    noted: list[Noted] = field(default_factory=list)
    campaign_id: int = 0
    scheme_id: int = 0
    staff_id: int = 0
    _made: int = 0

    @property
    def actor(self) -> Actor:
        return Actor(
            staff_id=self.staff_id, name="officer", role=Role.DATA_OFFICER, rights=frozenset(RIGHTS[Role.DATA_OFFICER])
        )

    async def leads(self, *customers: dict[str, Any], campaign_id: int | None = None, tell: bool = False) -> list[int]:
        """One list; each customer by what is special: columns of a lead, ``income`` among the sealed fields."""
        async with self.works.begin() as work:
            campaign = campaign_id or self.campaign_id
            self._made += 1
            made = LeadList(
                campaign_id=campaign,
                name=f"list {self._made}",
                file_name="x.csv",
                sha256=f"{self._made:064}",
                imported_at=work.now,
            )
            work.session.add(made)
            await work.session.flush()
            ids = []
            for line, customer in enumerate(customers, start=1):
                further = customer.pop("income", None)
                phone = phone_number(self._made * 100_000 + line)
                lead = Lead(
                    campaign_id=campaign,
                    list_id=made.id,
                    line=line,
                    name_sealed=self.vault.seal("王小例"),
                    phone_sealed=self.vault.seal(phone),
                    phone_index=self.vault.index(phone),
                    phone_last4=phone[-4:],
                    address_sealed=self.vault.seal(""),
                    fields_sealed=None if further is None else self.vault.seal(json.dumps({"income": further})),
                    basis_kind=BasisKind.WRITTEN_CONSENT,
                    basis_reference="1",
                    imported_at=work.now,
                    **customer,
                )
                work.session.add(lead)
                await work.session.flush()
                ids.append(lead.id)
            if tell:
                await work.announce(ListImported(made.id, campaign, len(ids)))
            return ids

    async def perform(self, *, expect: JobState = JobState.DONE) -> list[Job]:
        """All waiting jobs, the oldest first."""
        async with self.works.begin() as work:
            waiting = list(
                await work.session.scalars(select(Job).where(col(Job.state) == JobState.QUEUED).order_by(col(Job.id)))
            )
        for job in waiting:
            assert await kit_jobs.perform(self.works, self.database_url, self.classes.job_handlers(self.works), job.id)
        async with self.works.begin() as work:
            ended = [await work.session.get_one(Job, job.id) for job in waiting]
        assert [job.state for job in ended] == [expect] * len(ended), [job.problem for job in ended]
        return ended

    async def apply(self, *rules: Rule, reason: str = "as agreed", scheme_id: int | None = None) -> Preview:
        """Saves rules as the next version and applies it to everybody."""
        scheme = scheme_id or self.scheme_id
        async with self.works.begin(self.actor) as work:
            saved = await self.classes.save_rules(work, scheme, rules)
            await self.classes.order_apply(work, scheme, saved.version, reason)
        job = (await self.perform())[-1]
        async with self.works.begin() as work:
            return await self.classes.preview(work, job.id)

    async def effects(self, scheme_id: int | None) -> None:
        async with self.works.begin(self.actor) as work:
            await self.campaigns.set_class_scheme(work, self.campaign_id, scheme_id)
        await self.perform()

    async def of(self, lead_id: int) -> dict[int, tuple[str, ClassSource]]:
        async with self.works.begin() as work:
            return {each.scheme_id: (each.code, each.source) for each in await self.classes.of_lead(work, lead_id)}

    async def row(self, lead_id: int) -> tuple[str, int]:
        """What allocation reads."""
        async with self.works.begin() as work:
            lead = await work.session.get_one(Lead, lead_id)
            return lead.customer_class, lead.class_rank

    def acts(self, name: str) -> Sequence[Noted]:
        return [each for each in self.noted if each.act == name]


@pytest.fixture
async def office(works: Works, vault: Vault, database_url: str) -> Office:
    campaigns = campaign_service()
    classes = ClassService(vault, Jobs(), campaigns, LeadRecords(), LeadLists(), LeadOrdering())
    handlers.subscribe(bus_of(works), classes)
    made = Office(works, vault, database_url, classes, campaigns)

    async def note(_work: Work, noted: Noted) -> None:
        made.noted.append(noted)

    bus_of(works).subscribe(Noted, note)
    async with works.begin() as work:
        made.campaign_id = (await make_campaign(work)).campaign_id
        await classes.install_defaults(work)
        made.scheme_id = (await classes.schemes(work))[0].id
        staff = Staff(
            login="d", name="演示数据管理员", password_hash="-", role=Role.DATA_OFFICER, branch="b", created_at=work.now
        )
        work.session.add(staff)
        await work.session.flush()
        made.staff_id = staff.id
    return made


def born(age: int) -> dict[str, Any]:
    return {"birth_on": date(2026 - age, 1, 1)}


async def test_the_two_schemes_of_the_users_papers_are_there_once(office: Office) -> None:
    async with office.works.begin() as work:
        assert await office.classes.install_defaults(work) == 0
        value, importance = await office.classes.schemes(work)
    assert [each.name_zh for each in value.classes] == ["高效", "高贡献", "一般", "休眠"]
    assert [each.name_zh for each in importance.classes] == ["核心", "重点", "普通", "潜在"]
    assert (value.default_code, importance.default_code) == ("general", "ordinary")


async def test_a_preview_counts_and_writes_nothing(office: Office) -> None:
    old, young, rich = await office.leads(born(70), born(30), {**born(30), "income": 250_000})
    async with office.works.begin(office.actor) as work:
        job = await office.classes.order_preview(work, office.scheme_id, rules=[OLD, RICH])
    await office.perform()
    async with office.works.begin() as work:
        found = await office.classes.preview(work, job.id)
    assert {(each.source, each.target): each.count for each in found.moves} == {
        (None, "high_value"): 1,
        (None, "high_contribution"): 1,
        (None, "general"): 1,
    }
    assert (found.total, found.moved, found.by_rule) == (3, 3, {1: 1, 2: 1})
    assert {each.lead_id: each.rule_no for each in found.examples} == {old: 1, rich: 2, young: None}
    assert {each.name_masked for each in found.examples} == {"王**"}
    assert await office.of(old) == {}


async def test_applying_gives_every_customer_a_class_and_says_why(office: Office) -> None:
    old, rich, other, listed = await office.leads(
        born(70), {**born(30), "income": 250_000}, born(30), {**born(30), "customer_class": "休眠客户"}
    )
    await office.apply(OLD, RICH)
    given = {lead: (await office.of(lead))[office.scheme_id] for lead in (old, rich, other, listed)}
    assert given == {
        old: ("high_value", ClassSource.RULE),
        rich: ("high_contribution", ClassSource.RULE),
        other: ("general", ClassSource.DEFAULT),
        listed: ("dormant", ClassSource.LIST),
    }
    async with office.works.begin() as work:
        (card,) = await office.classes.of_lead(work, old)
        (version,) = await office.classes.rule_sets(work, office.scheme_id)
    assert (card.rule_version, card.rule_no) == (1, 1)
    assert (version.active, version.activated_by, version.activated_why) == (True, office.staff_id, "as agreed")
    (act,) = office.acts("leads.class_rules_activated")
    assert act.facts == {"version": 1, "before": None, "moved": 4, "why": "as agreed"}


async def test_a_new_version_moves_customers_and_the_old_one_stays_as_it_was(office: Office) -> None:
    await office.leads(born(70))
    await office.apply(OLD)
    found = await office.apply(SLEEPING)
    assert [(each.source, each.target, each.count) for each in found.moves] == [("high_value", "general", 1)]
    async with office.works.begin() as work:
        second, first = await office.classes.rule_sets(work, office.scheme_id)
    assert (first.version, first.active, first.rules) == (1, False, [OLD])
    assert (second.version, second.active) == (2, True)


async def test_the_steering_scheme_writes_word_and_rank_that_allocation_reads(office: Office) -> None:
    old, other = await office.leads({**born(70), "customer_class": "贵宾"}, {**born(30), "customer_class": "贵宾"})
    await office.apply(OLD)
    assert await office.row(old) == ("贵宾", UNRANKED), "nothing steers this campaign yet"
    await office.effects(office.scheme_id)
    assert await office.row(old) == ("高效", 1)
    assert await office.row(other) == ("一般", 3)
    async with office.works.begin() as work:
        await office.classes.reorder(work, office.scheme_id, ["dormant", "general", "high_value", "high_contribution"])
    await office.perform()
    assert await office.row(old) == ("高效", 3)
    await office.effects(None)
    assert await office.row(old) == ("贵宾", UNRANKED), "the list's own word is back"
    assert await office.row(other) == ("贵宾", UNRANKED)


async def test_schemes_stand_side_by_side_and_one_steers(office: Office) -> None:
    (lead,) = await office.leads(born(70))
    async with office.works.begin() as work:
        importance = (await office.classes.schemes(work))[1].id
    await office.effects(office.scheme_id)
    await office.apply(OLD)
    await office.apply(Rule("core", OLD.conditions), scheme_id=importance)
    assert {code for code, _ in (await office.of(lead)).values()} == {"high_value", "core"}
    assert await office.row(lead) == ("高效", 1)
    await office.effects(importance)
    assert await office.row(lead) == ("核心", 1)


async def test_without_a_default_the_unclassified_stand_behind_every_class(office: Office) -> None:
    async with office.works.begin() as work:
        await office.classes.set_default(work, office.scheme_id, None)
    _, other = await office.leads(born(70), {**born(30), "customer_class": "贵宾"})
    await office.apply(OLD)
    await office.effects(office.scheme_id)
    assert await office.of(other) == {}
    assert await office.row(other) == ("贵宾", UNRANKED)


async def test_a_new_list_is_classified_by_itself(office: Office) -> None:
    await office.effects(office.scheme_id)
    await office.apply(OLD)
    old, listed = await office.leads(born(70), {**born(30), "customer_class": "High-value"}, tell=True)
    (job,) = await office.perform()
    assert job.params["list_id"] is not None
    assert await office.row(old) == ("高效", 1)
    assert (await office.of(listed))[office.scheme_id] == ("high_value", ClassSource.LIST)


async def test_a_list_that_no_scheme_cares_about_orders_nothing(office: Office) -> None:
    await office.leads(born(70), tell=True)
    assert await office.perform() == []


async def test_a_persons_word_outlives_the_rules(office: Office) -> None:
    (lead,) = await office.leads(born(70))
    await office.effects(office.scheme_id)
    await office.apply(OLD)
    async with office.works.begin(office.actor) as work:
        with pytest.raises(ReasonMissing):
            await office.classes.set_manually(work, lead, office.scheme_id, "dormant", "  ")
        await office.classes.set_manually(work, lead, office.scheme_id, "dormant", "moved abroad")
    assert await office.row(lead) == ("休眠", 4)
    found = await office.apply(OLD)
    assert (found.manual, found.moved) == (1, 0)
    assert (await office.of(lead))[office.scheme_id] == ("dormant", ClassSource.MANUAL)
    async with office.works.begin(office.actor) as work:
        await office.classes.set_manually(work, lead, office.scheme_id, None, "back again")
    assert (await office.of(lead))[office.scheme_id] == ("high_value", ClassSource.RULE)
    assert await office.row(lead) == ("高效", 1)
    acts = [each.facts for each in office.acts("leads.class_set_manually")]
    assert [(each["before"], each["class"], each["why"]) for each in acts] == [
        ("high_value", "dormant", "moved abroad"),
        ("dormant", None, "back again"),
    ]


async def test_rules_with_problems_are_refused_and_every_problem_is_told(office: Office) -> None:
    wrong = Rule("gold", (Condition("shoe_size", Operator.EQUALS, 1), Condition("age", Operator.AT_LEAST, "x")))
    async with office.works.begin() as work:
        with pytest.raises(RulesInvalid) as refused:
            await office.classes.save_rules(work, office.scheme_id, [OLD, wrong])
    assert [(each["rule"], each["condition"], each["problem"]) for each in refused.value.params["findings"]] == [
        (2, None, "unknown_class"),
        (2, 1, "unknown_field"),
        (2, 2, "value_unfit"),
    ]


async def test_a_cancelled_application_leaves_everything_as_it_was(office: Office) -> None:
    (lead,) = await office.leads(born(70))
    await office.effects(office.scheme_id)
    await office.apply(SLEEPING)
    async with office.works.begin(office.actor) as work:
        await office.classes.save_rules(work, office.scheme_id, [OLD])
        ordered = await office.classes.order_apply(work, office.scheme_id, 2, "try")
    calls = 0

    async def stop_at_the_second_step(_done: int, _total: int | None = None, **_figures: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:  # decided, in force and written, but not committed
            raise JobCancelledError

    applying = office.classes.job_handlers(office.works)["classes.apply"]
    with pytest.raises(JobCancelledError):
        await applying(ordered, stop_at_the_second_step)  # type: ignore[arg-type]
    assert await office.row(lead) == ("一般", 3)
    async with office.works.begin() as work:
        assert (await office.classes.scheme(work, office.scheme_id)).active_version == 1
    await office.perform()
    assert await office.row(lead) == ("高效", 1)


async def test_what_is_in_use_is_not_removed_and_an_order_names_every_class(office: Office) -> None:
    await office.leads(born(70))
    await office.apply(OLD)
    async with office.works.begin() as work:
        for code in ("high_value", "general"):
            with pytest.raises(ClassInUse):
                await office.classes.remove_class(work, office.scheme_id, code)
        scheme = await office.classes.remove_class(work, office.scheme_id, "dormant")
        assert len(scheme.classes) == 3
        with pytest.raises(OrderIncomplete):
            await office.classes.reorder(work, office.scheme_id, ["general", "high_value"])
        with pytest.raises(SchemeNotFound):
            await office.classes.reorder(work, 99, [])


# --- what it steers ------------------------------------------------------------------------------------------------


async def test_callbacks_of_higher_classes_come_first_and_their_grace_is_the_classes(
    office: Office, clock: FrozenClock
) -> None:
    await office.effects(office.scheme_id)
    dear, plain = await office.leads(born(70), born(30))
    async with office.works.begin() as work:
        value = next(each for each in (await office.classes.scheme(work, office.scheme_id)).classes if each.rank == 1)
        draft = ClassDraft(code=value.code, name_zh="高效", name_en="High-value", callback_grace_minutes=5)
        await office.classes.change_class(work, office.scheme_id, value.code, draft)
    await office.apply(OLD)
    callbacks = CallbackService(CallbackSettings(), office.vault, ClassEffectsService(LeadOrdering()))
    due = office.works.clock.now() + timedelta(hours=1)

    async def promise(lead_id: int, at: timedelta) -> CallbackCard:
        async with office.works.begin() as work:
            return await callbacks.promise(
                work,
                lead_id=lead_id,
                campaign_id=office.campaign_id,
                agent_id=office.staff_id,
                due_at=due + at,
                call_id=None,
            )

    earlier = await promise(plain, timedelta(0))
    later = await promise(dear, timedelta(minutes=10))
    assert later.opens_to_team_at - later.due_at == timedelta(minutes=5)
    assert earlier.opens_to_team_at - earlier.due_at == CallbackSettings().grace
    clock.advance(timedelta(hours=2))
    async with office.works.begin() as work:
        claimed = await callbacks.claim_next(work, office.staff_id)
        assert claimed is not None
        assert claimed.lead_id == dear


# --- over HTTP -----------------------------------------------------------------------------------------------------


@pytest.fixture
async def browser(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    """Sends the role in a header."""
    app = FastAPI()
    app.state.works = office.works
    app.state.services = {
        ClassService: office.classes,
        CampaignService: office.campaigns,
        PeopleService: PeopleService(PeopleSettings()),
    }
    for router in (api.router, api.leads, campaigns_router):
        app.include_router(router)

    @app.middleware("http")
    async def log_in(request: Request, call_next: RequestResponseEndpoint) -> Response:
        role = Role(request.headers.get("role", Role.DATA_OFFICER))
        request.state.actor = Actor(staff_id=office.staff_id, name="o", role=role, rights=frozenset(RIGHTS[role]))
        return await call_next(request)

    @app.exception_handler(Refusal)
    async def refuse(_request: Request, refusal: Refusal) -> JSONResponse:
        return JSONResponse(refusal.problem(), refusal.status)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client


async def test_the_whole_way_over_http(office: Office, browser: httpx.AsyncClient) -> None:
    (lead,) = await office.leads({**born(70), "income": "300000"})
    here = f"/class-schemes/{office.scheme_id}"
    fields = {each["key"]: each for each in (await browser.get("/class-schemes/fields")).json()["items"]}
    assert "between" in fields["further:income"]["operators"]
    body = {
        "rules": [
            {
                "class_code": "high_value",
                "name": "rich",
                "match": "all",
                "conditions": [{"field": "further:income", "operator": "between", "value": [200000, 400000]}],
            }
        ]
    }
    ordered = await browser.post(f"{here}/preview", json=body)
    assert ordered.status_code == 202
    await office.perform()
    preview = (await browser.get(f"/class-schemes/previews/{ordered.json()['id']}")).json()
    assert preview["moves"] == [{"source": None, "target": "high_value", "count": 1}]
    assert preview["examples"][0]["phone_masked"].startswith("199****")

    saved = await browser.post(f"{here}/rules", json={**body, "note": "first try"})
    assert (saved.status_code, saved.json()["version"]) == (201, 1)
    assert (await browser.post(f"{here}/apply", json={"version": 1, "reason": " "})).json()["code"] == "reason_missing"
    assert (await browser.post(f"{here}/apply", json={"version": 1, "reason": "agreed"})).status_code == 202
    assert (await browser.post(f"{here}/apply", json={"version": 1, "reason": "twice"})).json()[
        "code"
    ] == "job_already_open"
    await office.perform()
    (version,) = (await browser.get(f"{here}/rules")).json()["items"]
    assert (version["active"], version["activated_by"], version["created_by"]) == (
        True,
        "演示数据管理员",
        "演示数据管理员",
    )
    figures = {each["code"]: each["leads"] for each in (await browser.get(f"{here}/figures")).json()["items"]}
    assert figures == {"high_value": 1, "high_contribution": 0, "general": 0, "dormant": 0, None: 0}

    class_schemes = await browser.put(
        f"/campaigns/{office.campaign_id}/class-scheme", json={"scheme_id": office.scheme_id}
    )
    assert class_schemes.json()["class_scheme_id"] == office.scheme_id
    await office.perform()
    assert await office.row(lead) == ("高效", 1)

    hand = {"scheme_id": office.scheme_id, "code": "dormant", "reason": "asleep"}
    (of_lead,) = (await browser.post(f"/leads/{lead}/class", json=hand)).json()["items"]
    assert (of_lead["code"], of_lead["source"], of_lead["set_by"]) == ("dormant", "manual", "演示数据管理员")


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.AGENT, Role.BRANCH_OFFICER])
async def test_only_who_imports_lists_changes_classes(office: Office, browser: httpx.AsyncClient, role: Role) -> None:
    browser.headers["role"] = role.value
    here = f"/class-schemes/{office.scheme_id}"
    allowed = 200 if role is Role.AUDITOR else 403
    assert (await browser.get("/class-schemes")).status_code == allowed
    assert (await browser.get(f"{here}/rules")).status_code == allowed
    for method, path, body in (
        ("POST", "/class-schemes", {"key": "k", "name_zh": "客", "name_en": "k"}),
        ("POST", f"{here}/rules", {"rules": []}),
        ("POST", f"{here}/preview", {}),
        ("POST", f"{here}/apply", {"reason": "x"}),
        ("PUT", f"{here}/order", {"codes": []}),
        ("POST", "/leads/1/class", {"scheme_id": 1, "code": None, "reason": "x"}),
        ("PUT", f"/campaigns/{office.campaign_id}/class-scheme", {"scheme_id": None}),
    ):
        assert (await browser.request(method, path, json=body)).status_code == 403, path
