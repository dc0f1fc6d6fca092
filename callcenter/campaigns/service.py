"""Campaigns: making one, its rules, its script, and the calendar all of them keep."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from callcenter.campaigns import repository
from callcenter.campaigns.errors import CampaignNotFound, ScriptInvalid, WindowInvalid
from callcenter.campaigns.models import CalendarOverride, Campaign, ScriptVersion
from callcenter.campaigns.rules import DEFAULT_RETRIES, window_at, window_problem
from callcenter.campaigns.settings import CampaignSettings
from callcenter.campaigns.types import (
    CampaignDraft,
    CampaignRules,
    CampaignState,
    DialMode,
    RetryRule,
    Script,
    Shift,
    Statement,
    WindowVerdict,
)
from callcenter.kit.calendar import Override, WorkingCalendar
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work


class CampaignService:
    def __init__(self, settings: CampaignSettings) -> None:
        self._settings = settings

    @property
    def approved_caller_ids(self) -> frozenset[str]:
        """Numbers the carrier has approved for display (requirement C3)."""
        return self._settings.approved_caller_ids

    async def create(self, work: Work, draft: CampaignDraft) -> CampaignRules:
        """A new campaign. Refused when its shifts pass the outer wall."""
        if problem := window_problem(draft.outer, draft.shifts):
            raise WindowInvalid(problem)
        retries = DEFAULT_RETRIES if draft.retries is None else draft.retries
        campaign = Campaign(
            name=draft.name,
            product=draft.product,
            company_full_name=draft.company_full_name,
            state=draft.state,
            mode=draft.mode,
            outer_opens=draft.outer.opens,
            outer_closes=draft.outer.closes,
            shifts=[_times(shift) for shift in draft.shifts],
            quota=draft.quota,
            ring_seconds=draft.ring_seconds,
            wrap_up_seconds=draft.wrap_up_seconds,
            caller_id=draft.caller_id,
            trunk=draft.trunk,
            cap_per_day=draft.cap_per_day,
            cap_per_7_days=draft.cap_per_7_days,
            max_attempts=draft.max_attempts,
            retries={
                outcome: {"delay_minutes": rule.delay / timedelta(minutes=1), "most": rule.most}
                for outcome, rule in retries.items()
            },
            created_at=work.now,
        )
        work.session.add(campaign)
        await work.session.flush()
        await work.announce(Noted("campaigns.created", f"campaign:{campaign.id}", {"mode": draft.mode.value}))
        return rules_of(campaign)

    async def rules(self, work: Work, campaign_id: int) -> CampaignRules:
        return rules_of(await self._find(work, campaign_id))

    async def list(self, work: Work, state: CampaignState | None = None) -> Sequence[CampaignRules]:
        """All campaigns, the oldest first."""
        return [rules_of(campaign) for campaign in await repository.list_all(work.session, state)]

    async def set_state(self, work: Work, campaign_id: int, state: CampaignState) -> CampaignRules:
        campaign = await self._find(work, campaign_id)
        campaign.state = state
        await work.announce(Noted("campaigns.state_set", f"campaign:{campaign_id}", {"state": state.value}))
        return rules_of(campaign)

    async def set_mode(self, work: Work, campaign_id: int, mode: DialMode) -> CampaignRules:
        campaign = await self._find(work, campaign_id)
        campaign.mode = mode
        await work.announce(Noted("campaigns.mode_set", f"campaign:{campaign_id}", {"mode": mode.value}))
        return rules_of(campaign)

    async def script(self, work: Work, campaign_id: int) -> Script | None:
        """The version in force."""
        found = await repository.find_script(work.session, campaign_id)
        return None if found is None else _script_of(found)

    async def publish_script(self, work: Work, campaign_id: int, title: str, statements: Sequence[Statement]) -> Script:
        """The next version; it is in force at once, earlier ones stay as they were (requirement C8)."""
        await self._find(work, campaign_id)
        keys = [statement.key for statement in statements]
        if not keys or len(set(keys)) != len(keys):
            raise ScriptInvalid("a script needs statements, each with a key of its own")
        await work.lock(f"campaigns.script:{campaign_id}")
        last = await repository.find_script(work.session, campaign_id)
        version = ScriptVersion(
            campaign_id=campaign_id,
            version=1 if last is None else last.version + 1,
            title=title,
            statements=[
                {"key": each.key, "text_zh": each.text, "text_en": each.text_en, "mandatory": each.mandatory}
                for each in statements
            ],
            created_at=work.now,
        )
        work.session.add(version)
        await work.session.flush()
        await work.announce(
            Noted("campaigns.script_published", f"campaign:{campaign_id}", {"version": version.version})
        )
        return _script_of(version)

    async def calendar(self, work: Work) -> WorkingCalendar:
        """The national calendar under the administrator's overrides."""
        overrides = await repository.list_overrides(work.session)
        return WorkingCalendar({each.day_on: Override(each.working, each.reason) for each in overrides})

    async def override_day(self, work: Work, on: date, *, working: bool, reason: str) -> None:
        await repository.upsert_override(
            work.session,
            CalendarOverride(day_on=on, working=working, reason=reason, set_at=work.now, set_by=work.actor.staff_id),
        )
        await work.announce(Noted("campaigns.day_overridden", f"day:{on}", {"working": working, "reason": reason}))

    async def restore_day(self, work: Work, on: date) -> None:
        """The national calendar holds again for this date."""
        await repository.delete_override(work.session, on)
        await work.announce(Noted("campaigns.day_restored", f"day:{on}"))

    async def window(self, work: Work, campaign_id: int, at: datetime | None = None) -> WindowVerdict:
        """Whether the campaign may call at ``at`` (now)."""
        return window_at(await self.calendar(work), await self.rules(work, campaign_id), at or work.now)

    async def _find(self, work: Work, campaign_id: int) -> Campaign:
        campaign = await repository.find(work.session, campaign_id)
        if campaign is None:
            raise CampaignNotFound(f"there is no campaign {campaign_id}")
        return campaign


def rules_of(campaign: Campaign) -> CampaignRules:
    """A campaign's row as typed values."""
    return CampaignRules(
        campaign_id=campaign.id,
        name=campaign.name,
        product=campaign.product,
        company_full_name=campaign.company_full_name,
        state=campaign.state,
        mode=campaign.mode,
        outer=Shift(campaign.outer_opens, campaign.outer_closes),
        shifts=tuple(_shift(pair) for pair in campaign.shifts),
        quota=campaign.quota,
        ring_seconds=campaign.ring_seconds,
        wrap_up_seconds=campaign.wrap_up_seconds,
        caller_id=campaign.caller_id,
        trunk=campaign.trunk,
        cap_per_day=campaign.cap_per_day,
        cap_per_7_days=campaign.cap_per_7_days,
        max_attempts=campaign.max_attempts,
        retries={outcome: _retry(rule) for outcome, rule in campaign.retries.items()},
    )


def _script_of(version: ScriptVersion) -> Script:
    return Script(
        id=version.id,
        campaign_id=version.campaign_id,
        version=version.version,
        title=version.title,
        statements=tuple(
            Statement(key=each["key"], text=each["text_zh"], mandatory=each["mandatory"], text_en=each.get("text_en"))
            for each in version.statements
        ),
    )


def _times(shift: Shift) -> "list[str]":
    return [f"{shift.opens:%H:%M}", f"{shift.closes:%H:%M}"]


def _shift(pair: Sequence[str]) -> Shift:
    opens, closes = pair
    return Shift(time.fromisoformat(opens), time.fromisoformat(closes))


def _retry(rule: Mapping[str, Any]) -> RetryRule:
    return RetryRule(timedelta(minutes=rule["delay_minutes"]), rule["most"])
