"""Classes set by rules, by lists and manually, over many customers at once, and their effects (requirement L5)."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from callcenter.callbacks.service import CallbackService
from callcenter.callbacks.settings import CallbackSettings
from callcenter.callbacks.types import CallbackCard, Promise
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
from callcenter.kit.jobs import JobCancelledError, Jobs, JobState
from callcenter.kit.reasons import ReasonMissing
from callcenter.kit.trail import Noted
from callcenter.kit.work import Works
from callcenter.leads.lists import LeadLists
from callcenter.leads.ordering import LeadOrdering
from callcenter.leads.records import LeadRecords
from callcenter.leads.types import UNRANKED, ListImported
from callcenter.people.types import Role
from tests.support.bus import bus_of
from tests.support.events import listen
from tests.support.http import Endpoints, actor_of
from tests.support.leads import availability_service, campaign_service
from tests.support.rows import Job, Lead, Staff, make_campaign, make_lead, make_lead_list, make_staff
from tests.support.sealing import seal_in

OLD = Rule("high_value", (Condition("age", Operator.AT_LEAST, 60),), name="seniors")
RICH = Rule("high_contribution", (Condition("further:income", Operator.AT_LEAST, 200_000),))
SLEEPING = Rule("dormant", (Condition("district", Operator.EQUALS, "横州市"),))


@dataclass
class Office:
    """A data officer's work on classes: the schemes, one campaign, lists of invented customers."""

    works: Works
    vault: Vault
    database_url: str
    classes: ClassService
    campaigns: CampaignService
    noted: list[Noted]
    officer: Staff
    campaign_id: int = 0
    scheme_id: int = 0

    @property
    def actor(self) -> Actor:
        return actor_of(self.officer)

    async def leads(self, *customers: dict[str, Any], announce: bool = False) -> list[int]:
        """Makes one list; each customer by what is special: columns of a lead, ``income`` among the sealed fields."""
        async with self.works.begin() as work:
            lead_list = await make_lead_list(work, campaign_id=self.campaign_id)
            ids = []
            for customer in customers:
                columns: dict[str, Any] = {"list_id": lead_list.id, **customer}
                income = columns.pop("income", None)
                lead = await make_lead(work, name="王小例", **columns)
                if income is not None:
                    seal_in(self.vault, lead, fields_sealed=json.dumps({"income": income}))
                    await work.session.flush()
                ids.append(lead.id)
            if announce:
                await work.announce(ListImported(lead_list.id, self.campaign_id, len(ids)))
            return ids

    async def perform(self, *, expect: JobState = JobState.DONE) -> list[Job]:
        """Performs all waiting jobs, the oldest first."""
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
        """Saves rules as the next version and applies it to all customers."""
        scheme = scheme_id or self.scheme_id
        async with self.works.begin(self.actor) as work:
            saved = await self.classes.save_rules(work, scheme, rules)
            await self.classes.order_apply(work, scheme, saved.version, reason)
        job = (await self.perform())[-1]
        async with self.works.begin() as work:
            return await self.classes.preview(work, job.id)

    async def effects(self, scheme_id: int | None) -> None:
        """Lets a scheme take effect on the campaign; None: none."""
        async with self.works.begin(self.actor) as work:
            await self.campaigns.set_class_scheme(work, self.campaign_id, scheme_id, "a trial")
        await self.perform()

    async def classes_of(self, lead_id: int) -> dict[int, tuple[str, ClassSource]]:
        async with self.works.begin() as work:
            given = await self.classes.of_lead(work, lead_id)
        return {lead_class.scheme_id: (lead_class.code, lead_class.source) for lead_class in given}

    async def ranking(self, lead_id: int) -> tuple[str, int]:
        """Returns what allocation reads: the class and its rank."""
        async with self.works.begin() as work:
            lead = await work.session.get_one(Lead, lead_id)
            return lead.customer_class, lead.class_rank

    def acts(self, name: str) -> Sequence[Noted]:
        return [noted for noted in self.noted if noted.act == name]


@pytest.fixture
async def office(works: Works, vault: Vault, database_url: str) -> Office:
    campaigns = campaign_service()
    classes = ClassService(vault, Jobs(), campaigns, LeadRecords(), LeadLists(), LeadOrdering())
    handlers.subscribe(bus_of(works), classes)
    async with works.begin() as work:
        officer = await make_staff(work, Role.DATA_OFFICER, name="演示数据管理员")
        campaign_id = (await make_campaign(work)).id
        await classes.install_defaults(work)
        scheme_id = (await classes.schemes(work))[0].id
    noted = listen(works, Noted)
    return Office(works, vault, database_url, classes, campaigns, noted, officer, campaign_id, scheme_id)


def born(age: int) -> dict[str, Any]:
    return {"birth_on": date(2026 - age, 1, 1)}


async def test_the_two_default_schemes_are_installed_once(office: Office) -> None:
    async with office.works.begin() as work:
        assert await office.classes.install_defaults(work) == 0
        value, importance = await office.classes.schemes(work)
    assert [value_class.name_zh for value_class in value.classes] == ["高效", "高贡献", "一般", "休眠"]
    assert [value_class.name_zh for value_class in importance.classes] == ["核心", "重点", "普通", "潜在"]
    assert (value.default_code, importance.default_code) == ("general", "ordinary")


async def test_a_preview_counts_and_writes_nothing(office: Office) -> None:
    old, young, rich = await office.leads(born(70), born(30), {**born(30), "income": 250_000})
    async with office.works.begin(office.actor) as work:
        job = await office.classes.order_preview(work, office.scheme_id, rules=[OLD, RICH])
    await office.perform()
    async with office.works.begin() as work:
        preview = await office.classes.preview(work, job.id)
    assert {(move.source, move.target): move.count for move in preview.moves} == {
        (None, "high_value"): 1,
        (None, "high_contribution"): 1,
        (None, "general"): 1,
    }
    assert (preview.total, preview.moved, preview.by_rule) == (3, 3, {1: 1, 2: 1})
    assert {example.lead_id: example.rule_no for example in preview.examples} == {old: 1, rich: 2, young: None}
    assert {example.name_masked for example in preview.examples} == {"王**"}
    assert await office.classes_of(old) == {}


async def test_applying_gives_every_customer_a_class_and_says_why(office: Office) -> None:
    old, rich, other, listed = await office.leads(
        born(70), {**born(30), "income": 250_000}, born(30), {**born(30), "customer_class": "休眠客户"}
    )
    await office.apply(OLD, RICH)
    given = {lead: (await office.classes_of(lead))[office.scheme_id] for lead in (old, rich, other, listed)}
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
    assert (version.active, version.activated_by, version.activated_why) == (True, office.officer.id, "as agreed")
    (act,) = office.acts("leads.class_rules_activated")
    assert act.facts == {"version": 1, "before": None, "moved": 4, "why": "as agreed"}


async def test_a_new_version_moves_customers_and_the_old_one_stays_as_it_was(office: Office) -> None:
    await office.leads(born(70))
    await office.apply(OLD)
    applied = await office.apply(SLEEPING)
    assert [(move.source, move.target, move.count) for move in applied.moves] == [("high_value", "general", 1)]
    async with office.works.begin() as work:
        second, first = await office.classes.rule_sets(work, office.scheme_id)
    assert (first.version, first.active, first.rules) == (1, False, [OLD])
    assert (second.version, second.active) == (2, True)


async def test_the_scheme_of_a_campaign_writes_the_class_and_rank_that_allocation_reads(office: Office) -> None:
    old, other = await office.leads({**born(70), "customer_class": "贵宾"}, {**born(30), "customer_class": "贵宾"})
    await office.apply(OLD)
    assert await office.ranking(old) == ("贵宾", UNRANKED), "no scheme has effects on this campaign yet"
    await office.effects(office.scheme_id)
    assert await office.ranking(old) == ("高效", 1)
    assert await office.ranking(other) == ("一般", 3)
    async with office.works.begin() as work:
        await office.classes.reorder(work, office.scheme_id, ["dormant", "general", "high_value", "high_contribution"])
    await office.perform()
    assert await office.ranking(old) == ("高效", 3)
    await office.effects(None)
    assert await office.ranking(old) == ("贵宾", UNRANKED), "the list's own word is back"
    assert await office.ranking(other) == ("贵宾", UNRANKED)


async def test_a_customer_has_a_class_per_scheme_and_one_scheme_has_effects(office: Office) -> None:
    (lead,) = await office.leads(born(70))
    async with office.works.begin() as work:
        importance = (await office.classes.schemes(work))[1].id
    await office.effects(office.scheme_id)
    await office.apply(OLD)
    await office.apply(Rule("core", OLD.conditions), scheme_id=importance)
    assert {code for code, _ in (await office.classes_of(lead)).values()} == {"high_value", "core"}
    assert await office.ranking(lead) == ("高效", 1)
    await office.effects(importance)
    assert await office.ranking(lead) == ("核心", 1)


async def test_without_a_default_customers_without_a_class_come_after_every_class(office: Office) -> None:
    async with office.works.begin() as work:
        await office.classes.set_default(work, office.scheme_id, None)
    _, other = await office.leads(born(70), {**born(30), "customer_class": "贵宾"})
    await office.apply(OLD)
    await office.effects(office.scheme_id)
    assert await office.classes_of(other) == {}
    assert await office.ranking(other) == ("贵宾", UNRANKED)


async def test_a_new_list_is_classified_without_being_asked(office: Office) -> None:
    await office.effects(office.scheme_id)
    await office.apply(OLD)
    old, listed = await office.leads(born(70), {**born(30), "customer_class": "High-value"}, announce=True)
    (job,) = await office.perform()
    assert job.params["list_id"] is not None
    assert await office.ranking(old) == ("高效", 1)
    assert (await office.classes_of(listed))[office.scheme_id] == ("high_value", ClassSource.LIST)


async def test_a_new_list_starts_no_job_where_no_scheme_is_active(office: Office) -> None:
    await office.leads(born(70), announce=True)
    assert await office.perform() == []


async def test_a_class_set_manually_outlives_the_rules(office: Office) -> None:
    (lead,) = await office.leads(born(70))
    await office.effects(office.scheme_id)
    await office.apply(OLD)
    async with office.works.begin(office.actor) as work:
        with pytest.raises(ReasonMissing):
            await office.classes.set_manually(work, lead, office.scheme_id, "dormant", "  ")
        await office.classes.set_manually(work, lead, office.scheme_id, "dormant", "moved abroad")
    assert await office.ranking(lead) == ("休眠", 4)
    applied = await office.apply(OLD)
    assert (applied.manual, applied.moved) == (1, 0)
    assert (await office.classes_of(lead))[office.scheme_id] == ("dormant", ClassSource.MANUAL)
    async with office.works.begin(office.actor) as work:
        await office.classes.set_manually(work, lead, office.scheme_id, None, "back again")
    assert (await office.classes_of(lead))[office.scheme_id] == ("high_value", ClassSource.RULE)
    assert await office.ranking(lead) == ("高效", 1)
    acts = [noted.facts for noted in office.acts("leads.class_set_manually")]
    assert [(facts["before"], facts["class"], facts["why"]) for facts in acts] == [
        ("high_value", "dormant", "moved abroad"),
        ("dormant", None, "back again"),
    ]


async def test_rules_with_problems_are_refused_and_every_problem_is_named(office: Office) -> None:
    wrong = Rule("gold", (Condition("shoe_size", Operator.EQUALS, 1), Condition("age", Operator.AT_LEAST, "x")))
    async with office.works.begin() as work:
        with pytest.raises(RulesInvalid) as refused:
            await office.classes.save_rules(work, office.scheme_id, [OLD, wrong])
    findings = refused.value.params["findings"]
    assert [(finding["rule"], finding["condition"], finding["problem"]) for finding in findings] == [
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
        job = await office.classes.order_apply(work, office.scheme_id, 2, "try")
    calls = 0

    async def stop_at_the_second_step(_done: int, _total: int | None = None, **_figures: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:  # decided, in force and written, but not committed
            raise JobCancelledError

    applying = office.classes.job_handlers(office.works)["classes.apply"]
    with pytest.raises(JobCancelledError):
        await applying(job, stop_at_the_second_step)  # type: ignore[arg-type]
    assert await office.ranking(lead) == ("一般", 3)
    async with office.works.begin() as work:
        assert (await office.classes.scheme(work, office.scheme_id)).active_version == 1
    await office.perform()
    assert await office.ranking(lead) == ("高效", 1)


async def test_a_class_in_use_is_not_removed_and_an_order_names_every_class(office: Office) -> None:
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


# --- the effects of a class ------------------------------------------------------------------------------------------


async def test_callbacks_of_higher_classes_come_first_and_their_grace_is_the_classes(
    office: Office, clock: FrozenClock
) -> None:
    await office.effects(office.scheme_id)
    high, general = await office.leads(born(70), born(30))
    async with office.works.begin() as work:
        scheme = await office.classes.scheme(work, office.scheme_id)
        highest = next(value for value in scheme.classes if value.rank == 1)
        draft = ClassDraft(code=highest.code, name_zh="高效", name_en="High-value", callback_grace_minutes=5)
        await office.classes.change_class(work, office.scheme_id, highest.code, draft)
    await office.apply(OLD)
    effects = ClassEffectsService(LeadOrdering())
    settings, available = CallbackSettings(), availability_service()
    callbacks = CallbackService(settings, office.vault, effects, available, campaign_service())
    due = office.works.clock.now() + timedelta(hours=1)
    async with office.works.begin() as work:
        agent_id = (await make_staff(work)).id

    async def promise(lead_id: int, at: timedelta) -> CallbackCard:
        async with office.works.begin() as work:
            return await callbacks.promise(
                work,
                Promise(
                    lead_id=lead_id,
                    campaign_id=office.campaign_id,
                    agent_id=agent_id,
                    due_at=due + at,
                    call_id=None,
                ),
            )

    earlier = await promise(general, timedelta(0))
    later = await promise(high, timedelta(minutes=10))
    assert later.opens_to_team_at - later.due_at == timedelta(minutes=5)
    assert earlier.opens_to_team_at - earlier.due_at == CallbackSettings().grace
    clock.advance(timedelta(hours=2))
    async with office.works.begin() as work:
        claimed = await callbacks.claim_next(work, agent_id)
        assert claimed is not None
        assert claimed.lead_id == high


# --- over HTTP -----------------------------------------------------------------------------------------------------


@pytest.fixture
async def endpoints(office: Office) -> AsyncIterator[Endpoints]:
    """The endpoints with the data officer logged in."""
    services = [office.classes, office.campaigns]
    endpoints = Endpoints(office.works, services, [api.router, api.leads, campaigns_router], office.officer)
    yield endpoints
    await endpoints.close()


async def test_rules_are_previewed_saved_and_applied_over_http(office: Office, endpoints: Endpoints) -> None:
    browser = endpoints.client
    (lead,) = await office.leads({**born(70), "income": "300000"})
    here = f"/class-schemes/{office.scheme_id}"
    fields = {entry["key"]: entry for entry in (await browser.get("/class-schemes/fields")).json()["items"]}
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
    requested = await browser.post(f"{here}/preview", json=body)
    assert requested.status_code == 202
    await office.perform()
    preview = (await browser.get(f"/class-schemes/previews/{requested.json()['id']}")).json()
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
    figures = {row["code"]: row["leads"] for row in (await browser.get(f"{here}/figures")).json()["items"]}
    assert figures == {"high_value": 1, "high_contribution": 0, "general": 0, "dormant": 0, None: 0}

    scheme_of = f"/campaigns/{office.campaign_id}/class-scheme"
    assert (await browser.put(scheme_of, json={"scheme_id": office.scheme_id})).status_code == 422
    chosen = {"scheme_id": office.scheme_id, "reason": "value first"}
    changed = await browser.put(scheme_of, json=chosen)
    assert changed.json()["class_scheme_id"] == office.scheme_id
    newest, *_ = (await browser.get(f"/campaigns/{office.campaign_id}/history")).json()["versions"]
    assert newest["reason"] == "value first"
    await office.perform()
    assert await office.ranking(lead) == ("高效", 1)

    manual = {"scheme_id": office.scheme_id, "code": "dormant", "reason": "asleep"}
    (of_lead,) = (await browser.post(f"/leads/{lead}/class", json=manual)).json()["items"]
    assert (of_lead["code"], of_lead["source"], of_lead["set_by"]) == ("dormant", "manual", "演示数据管理员")


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.AGENT, Role.BRANCH_OFFICER])
async def test_only_who_imports_lists_changes_classes(office: Office, endpoints: Endpoints, role: Role) -> None:
    browser = endpoints.as_role(role)
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
