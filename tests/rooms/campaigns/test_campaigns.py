"""A campaign is created, changes its mode, gets its script; the administrator overrides days of the calendar."""

from dataclasses import fields
from datetime import date, datetime, time, timedelta

import pytest

from callcenter.campaigns.errors import CampaignNotFound, ScriptNameMissing, ScriptOutdated, WindowInvalid
from callcenter.campaigns.models import VERSIONED
from callcenter.campaigns.retries import RetryAfter, RetryPolicy, RetryRule
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import (
    CampaignChanges,
    CampaignState,
    DialMode,
    RuleChange,
    ScriptDraft,
    Shift,
    Statement,
    VersionOrigin,
    WindowRule,
)
from callcenter.campaigns.versions import changes_between
from callcenter.kit.clock import BUSINESS_ZONE, FrozenClock
from callcenter.kit.reasons import ReasonMissing
from callcenter.kit.work import Works
from tests.support.leads import calendar_service, campaign_service, create_campaign
from tests.support.rows import Campaign

GREETING = Statement("greeting", "您好，我是{company}的{agent}，证号{licence}。", True, "Hello, this is {agent}.")
BYE = Statement("bye", "再见。", False)
FIRST = ScriptDraft("first", (GREETING,))


@pytest.fixture
def campaigns() -> CampaignService:
    return campaign_service()


async def test_a_campaign_comes_back_as_it_was_drafted(works: Works, campaigns: CampaignService) -> None:
    shifts = (Shift(time(9, 15), time(11)), Shift(time(14), time(20, 45)))
    retries = RetryPolicy(
        {RetryAfter.BUSY: RetryRule(timedelta(minutes=90), 2, spread=False)}, timedelta(hours=1), (time(12),)
    )
    async with works.begin() as work:
        created = await create_campaign(work, shifts=shifts, retries=retries, quota=20, mode=DialMode.PROGRESSIVE)
    async with works.begin() as work:
        rules = await campaigns.rules(work, created.campaign_id)
        assert list(await campaigns.list(work)) == [rules]
        assert await campaigns.list(work, CampaignState.CLOSED) == []
    assert rules == created
    assert (rules.shifts, rules.retries, rules.quota, rules.mode) == (shifts, retries, 20, DialMode.PROGRESSIVE)
    assert rules.legal_hours == Shift(time(8), time(21))
    assert (rules.cap_per_day, rules.cap_per_7_days, rules.max_attempts) == (1, 3, 3)


async def test_shifts_outside_the_legal_calling_hours_are_refused(works: Works) -> None:
    async with works.begin() as work:
        with pytest.raises(WindowInvalid):
            await create_campaign(work, shifts=(Shift(time(20), time(22)),))


async def test_state_and_mode_can_be_changed(works: Works, campaigns: CampaignService) -> None:
    async with works.begin() as work:
        created = await create_campaign(work)
        changes = CampaignChanges(mode=DialMode.PROGRESSIVE, state=CampaignState.CLOSED)
        await campaigns.change(work, created.campaign_id, changes, "story")
    async with works.begin() as work:
        rules = await campaigns.rules(work, created.campaign_id)
        assert (rules.mode, rules.state, rules.version) == (DialMode.PROGRESSIVE, CampaignState.CLOSED, 2)
        assert (await campaigns.window(work, created.campaign_id)).rule is WindowRule.CAMPAIGN_STATE
        with pytest.raises(CampaignNotFound):
            await campaigns.rules(work, 4711)


async def test_every_version_is_kept_and_the_last_is_the_campaign(
    works: Works, campaigns: CampaignService, clock: FrozenClock
) -> None:
    began = clock.now()
    async with works.begin() as work:
        created = await create_campaign(work, quota=30)
    clock.advance(timedelta(hours=1))
    async with works.begin() as work:
        await campaigns.change(work, created.campaign_id, CampaignChanges(quota=25), "pilot")
        await campaigns.change(work, created.campaign_id, CampaignChanges(quota=25), "nothing new")
        await campaigns.publish_script(work, created.campaign_id, FIRST, "start")
    async with works.begin() as work:
        rules = await campaigns.rules(work, created.campaign_id)
        first, second, third = await campaigns.history(work, created.campaign_id)
    assert (first.rules, third.rules) == (created, rules)
    assert [(version.number, version.valid_from, version.reason) for version in (first, second, third)] == [
        (1, began, ""),
        (2, clock.now(), "pilot"),
        (3, clock.now(), "start"),
    ]
    assert (first.origin, second.origin) == (VersionOrigin.CREATED, VersionOrigin.CHANGED)
    assert [version.script_version for version in (first, second, third)] == [None, None, 1]
    assert changes_between(first, second) == [RuleChange("quota", 30, 25)]
    assert changes_between(second, third) == [RuleChange("script", None, 1)]


def test_whatever_can_be_changed_of_a_campaign_is_versioned() -> None:
    once = {"id", "name", "product", "company_full_name", "version", "created_at"}
    assert set(Campaign.model_fields) == once | set(VERSIONED)
    changed = {field.name for field in fields(CampaignChanges)} - {"legal_hours"}
    assert changed <= set(VERSIONED) | {"name", "product", "company_full_name"}


async def test_the_last_version_of_a_script_is_in_force(works: Works, campaigns: CampaignService) -> None:
    async with works.begin() as work:
        created = await create_campaign(work)
        assert await campaigns.script(work, created.campaign_id) is None
        await campaigns.publish_script(work, created.campaign_id, FIRST, "start")
        second = ScriptDraft("second", (GREETING, BYE), based_on=1)
        published = await campaigns.publish_script(work, created.campaign_id, second, "politer")
    async with works.begin() as work:
        script = await campaigns.script(work, created.campaign_id)
    assert script == published
    assert (script.version, script.title, script.statements) == (2, "second", (GREETING, BYE))


async def test_a_script_that_does_not_say_the_names_is_refused(works: Works, campaigns: CampaignService) -> None:
    async with works.begin() as work:
        created = await create_campaign(work)
        with pytest.raises(ScriptNameMissing) as refused:
            await campaigns.publish_script(work, created.campaign_id, ScriptDraft("wrong", (BYE,)), "start")
    assert refused.value.params == {"names": "{company}, {agent}, {licence}"}


async def test_a_script_written_from_an_older_version_is_refused(works: Works, campaigns: CampaignService) -> None:
    async with works.begin() as work:
        created = await create_campaign(work)
        await campaigns.publish_script(work, created.campaign_id, FIRST, "start")
        for based_on in (None, 2):
            draft = ScriptDraft("mine", (GREETING, BYE), based_on)
            with pytest.raises(ScriptOutdated) as refused:
                await campaigns.publish_script(work, created.campaign_id, draft, "politer")
            assert refused.value.params == {"version": 1}
        assert len(await campaigns.scripts(work, created.campaign_id)) == 1


async def test_a_script_without_a_reason_is_not_published(works: Works, campaigns: CampaignService) -> None:
    async with works.begin() as work:
        created = await create_campaign(work)
        with pytest.raises(ReasonMissing):
            await campaigns.publish_script(work, created.campaign_id, FIRST, " ")
        assert await campaigns.script(work, created.campaign_id) is None


async def test_an_overridden_day_closes_and_opens_the_window(works: Works, campaigns: CampaignService) -> None:
    monday, at = date(2026, 11, 23), datetime(2026, 11, 23, 10, 30, tzinfo=BUSINESS_ZONE)
    async with works.begin() as work:
        campaign_id = (await create_campaign(work)).campaign_id
        assert (await campaigns.window(work, campaign_id)).open
        await calendar_service().override_day(work, monday, working=False, reason="typhoon")
        await calendar_service().override_day(work, monday, working=False, reason="typhoon, second day")
    async with works.begin() as work:
        verdict = await campaigns.window(work, campaign_id, at)
        assert (verdict.open, verdict.rule) == (False, WindowRule.WORKING_DAY)
        assert "second day" in verdict.reason
        await calendar_service().restore_day(work, monday)
        await work.session.flush()
        assert (await campaigns.window(work, campaign_id, at)).open


def test_the_approved_numbers_stand_in_the_settings(campaigns: CampaignService) -> None:
    assert campaigns.approved_caller_ids == {"07715550000"}
