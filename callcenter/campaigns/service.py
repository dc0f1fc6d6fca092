"""Campaigns: making one, its rules, its script, and the calendar all of them keep."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from callcenter.campaigns import repository
from callcenter.campaigns.errors import CalendarDayPast, CampaignNotFound, CapsInvalid, ScriptInvalid, WindowInvalid
from callcenter.campaigns.models import CalendarOverride, Campaign, ScriptVersion
from callcenter.campaigns.rules import DEFAULT_RETRIES, kind_of, window_at, window_problem
from callcenter.campaigns.settings import CampaignSettings
from callcenter.campaigns.types import (
    CalendarDay,
    CampaignChanges,
    CampaignDraft,
    CampaignRules,
    CampaignState,
    DayChanged,
    DayUse,
    DialMode,
    OverrideCard,
    RetryRule,
    Script,
    Shift,
    Statement,
    WindowVerdict,
)
from callcenter.kit.calendar import Override, WorkingCalendar
from callcenter.kit.clock import business_date
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work

DayUses = Callable[[Work, date], Awaitable[Sequence[DayUse]]]
"""What rests on a day: rooms above know, and bootstrap passes the question on."""


async def _nothing(_work: Work, _on: date) -> Sequence[DayUse]:
    return ()


class CampaignService:
    def __init__(self, settings: CampaignSettings, uses_of: DayUses = _nothing) -> None:
        self._settings = settings
        self._uses_of = uses_of

    @property
    def approved_caller_ids(self) -> frozenset[str]:
        """Numbers the carrier has approved for display (requirement C3)."""
        return self._settings.approved_caller_ids

    async def create(self, work: Work, draft: CampaignDraft) -> CampaignRules:
        """A new campaign. Refused when its shifts pass the legal calling hours."""
        if problem := window_problem(draft.legal_hours, draft.shifts):
            raise WindowInvalid(problem)
        retries = DEFAULT_RETRIES if draft.retries is None else draft.retries
        campaign = Campaign(
            name=draft.name,
            product=draft.product,
            company_full_name=draft.company_full_name,
            state=draft.state,
            mode=draft.mode,
            legal_opens=draft.legal_hours.opens,
            legal_closes=draft.legal_hours.closes,
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

    async def change(self, work: Work, campaign_id: int, changes: CampaignChanges, reason: str) -> CampaignRules:
        """Changes some of a campaign's rules, at once and for every call from now on. What was stays in the trail."""
        campaign = await self._find(work, campaign_id)
        before = rules_of(campaign)
        changed = {each.name: value for each in fields(changes) if (value := getattr(changes, each.name)) is not None}
        after = replace(before, **changed)
        if problem := window_problem(after.legal_hours, after.shifts):
            raise WindowInvalid(problem)
        if after.cap_per_7_days < after.cap_per_day:
            raise CapsInvalid("seven days cannot hold fewer calls to a number than one of them")
        changed = {
            name: [_told(getattr(before, name)), _told(value)]
            for name, value in changed.items()
            if value != getattr(before, name)
        }
        if not changed:
            return before
        campaign.state, campaign.mode, campaign.quota = after.state, after.mode, after.quota
        campaign.shifts = [_times(shift) for shift in sorted(after.shifts, key=lambda shift: shift.opens)]
        campaign.ring_seconds, campaign.wrap_up_seconds = after.ring_seconds, after.wrap_up_seconds
        campaign.cap_per_day, campaign.cap_per_7_days = after.cap_per_day, after.cap_per_7_days
        campaign.max_attempts = after.max_attempts
        await work.session.flush()
        facts = {"changes": changed, "reason": reason}
        await work.announce(Noted("campaigns.changed", f"campaign:{campaign_id}", facts))
        return rules_of(campaign)

    async def set_class_scheme(self, work: Work, campaign_id: int, scheme_id: int | None) -> CampaignRules:
        """Which scheme of customer classes steers the order. The caller has seen that it exists."""
        campaign = await self._find(work, campaign_id)
        before, campaign.class_scheme_id = campaign.class_scheme_id, scheme_id
        await work.session.flush()
        facts = {"scheme": scheme_id, "before": before}
        await work.announce(Noted("campaigns.class_scheme_set", f"campaign:{campaign_id}", facts))
        return rules_of(campaign)

    async def class_schemes(self, work: Work) -> Mapping[int, int]:
        """Campaign → the scheme of customer classes that steers it."""
        found = await repository.list_all(work.session)
        return {each.id: each.class_scheme_id for each in found if each.class_scheme_id is not None}

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

    async def days(self, work: Work, first: date, last: date) -> "Sequence[CalendarDay]":
        """The calendar between two dates, both included, with the administrator's words and whose they are."""
        said = {each.day_on: each for each in await repository.list_overrides(work.session)}
        national = WorkingCalendar()
        found = []
        for ahead in range((last - first).days + 1):
            day = national.day(first + timedelta(days=ahead))
            kind, holiday = kind_of(day)
            override = said.get(day.on)
            found.append(
                CalendarDay(
                    on=day.on,
                    working=day.working if override is None else override.working,
                    kind=kind,
                    holiday=holiday,
                    provisional=day.provisional and override is None,
                    override=None
                    if override is None
                    else OverrideCard(override.working, override.reason, override.set_at, override.set_by),
                )
            )
        return found

    async def override_day(self, work: Work, on: date, *, working: bool, reason: str) -> Sequence[DayUse]:
        """Decides whether a date is worked; gives what rested on what it was. Refused for dates that are past."""
        self._still_to_come(work, on)
        await repository.upsert_override(
            work.session,
            CalendarOverride(day_on=on, working=working, reason=reason, set_at=work.now, set_by=work.actor.staff_id),
        )
        await work.announce(Noted("campaigns.day_overridden", f"day:{on}", {"working": working, "reason": reason}))
        await work.announce(DayChanged(on, working))
        return await self._uses_of(work, on)

    async def restore_day(self, work: Work, on: date, reason: str = "") -> Sequence[DayUse]:
        """The national calendar holds again for this date; gives what rested on what it was."""
        self._still_to_come(work, on)
        await repository.delete_override(work.session, on)
        await work.session.flush()
        await work.announce(Noted("campaigns.day_restored", f"day:{on}", {"reason": reason}))
        await work.announce(DayChanged(on, (await self.calendar(work)).is_working(on)))
        return await self._uses_of(work, on)

    async def forecasts(self, work: Work) -> "Mapping[int, Sequence[date]]":
        """Year → the days soon to come in it that are only a forecast; the years soon to come are all named."""
        calendar, today = await self.calendar(work), business_date(work.now)
        soon = [today + timedelta(days=ahead) for ahead in range(self._settings.provisional_days + 1)]
        found: dict[int, list[date]] = {on.year: [] for on in soon}
        for on in soon:
            if calendar.day(on).provisional:
                found[on.year].append(on)
        return found

    def _still_to_come(self, work: Work, on: date) -> None:
        if on < business_date(work.now):
            raise CalendarDayPast(f"{on} is past: what it was stays")

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
        legal_hours=Shift(campaign.legal_opens, campaign.legal_closes),
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
        class_scheme_id=campaign.class_scheme_id,
    )


def _told(value: Any) -> Any:
    """A rule's value as the trail keeps it."""
    return [_times(shift) for shift in value] if isinstance(value, tuple) else value


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
