"""Reads the facts a call is judged by, in the transaction at hand, and asks the rules (requirement C2)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from callcenter.allocation.service import AllocationService
from callcenter.allocation.types import AssignmentState
from callcenter.calls.service import CallService
from callcenter.calls.types import CallKind
from callcenter.campaigns.rules import most_attempts, window_at
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignRules, CampaignState, WindowVerdict
from callcenter.classes.effects import ClassEffectsService
from callcenter.dialer.rules import cap_begins_on, may_call
from callcenter.dialer.types import CallFacts, Verdict
from callcenter.kit.clock import at_business_time, business_date
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.people.rules import missing
from callcenter.people.service import PeopleService


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Who would be called, why, and by whom."""

    kind: CallKind
    agent_id: int
    lead_id: int
    campaign_id: int
    assignment_id: int | None = None
    callback_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """The facts a call is judged by, and what tells how long they will stand."""

    facts: CallFacts
    rules: CampaignRules
    dnc_until: datetime | None
    """End of the do-not-call entry that lasts longest; None with ``facts.do_not_call`` means for ever."""
    called_at: tuple[datetime, ...]
    """The unasked calls that count against the longer cap, the oldest first."""


@dataclass(frozen=True, slots=True)
class RecorderState:
    """Whether a recording could start now (requirement C9)."""

    ready: bool
    reason: str


RecorderProbe = Callable[[], RecorderState]


class Judge:
    """Answers "may this call be placed now" for a subject."""

    def __init__(
        self,
        *,
        people: PeopleService,
        leads: LeadService,
        campaigns: CampaignService,
        allocation: AllocationService,
        calls: CallService,
        class_effects: ClassEffectsService,
        recorder: RecorderProbe,
    ) -> None:
        self._class_effects = class_effects
        self._people = people
        self._leads = leads
        self._campaigns = campaigns
        self._allocation = allocation
        self._calls = calls
        self._recorder = recorder

    async def verdict(self, work: Work, subject: Subject) -> Verdict:
        situation = await self.situation(
            work,
            kind=subject.kind,
            agent_id=subject.agent_id,
            lead_id=subject.lead_id,
            campaign_id=subject.campaign_id,
            assignment_id=subject.assignment_id,
        )
        return may_call(situation.facts, work.now)

    async def window(self, work: Work, kind: CallKind, rules: CampaignRules) -> WindowVerdict:
        """The calling window; an owed callback outlives its campaign, but not the window (requirement X3, C1)."""
        return window_at(await self._campaigns.calendar(work), _window_rules(kind, rules), work.now)

    async def opening(self, work: Work, kind: CallKind, rules: CampaignRules) -> Callable[[datetime], datetime | None]:
        """Answers when that window is open, at an instant or next after it; None when that cannot be told."""
        calendar = await self._campaigns.calendar(work)

        def opening(at: datetime) -> datetime | None:
            verdict = window_at(calendar, _window_rules(kind, rules), at)
            return at if verdict.open else verdict.opens_at

        return opening

    async def any_window(self, work: Work) -> WindowVerdict | None:
        """The window of the campaign that is open, or opens first; None without any campaign."""
        verdicts = [
            await self.window(work, CallKind.LEAD, rules)
            for rules in await self._campaigns.list(work, CampaignState.RUNNING)
        ]
        far = at_business_time(business_date(work.now) + timedelta(days=3650), 0)
        return min(verdicts, key=lambda each: (not each.open, each.opens_at or far), default=None)

    async def situation(
        self,
        work: Work,
        *,
        kind: CallKind,
        agent_id: int | None,
        lead_id: int,
        campaign_id: int,
        assignment_id: int | None = None,
    ) -> Situation:
        """The facts of a call and how long they last. Without an agent nothing is said about one."""
        rules = await self._campaigns.rules(work, campaign_id)
        window = await self.window(work, kind, rules)
        lead = await self._leads.facts(work, lead_id)
        today = business_date(work.now)
        called_at = await self._calls.marketing_calls(work, lead.phone_index, at_business_time(cap_begins_on(today), 0))
        unfit = () if agent_id is None else missing(await self._people.fitness(work, agent_id), today)
        recorder = self._recorder()
        attempts, holds = await self._holding(work, kind, agent_id, lead_id, assignment_id)
        facts = CallFacts(
            kind=kind,
            campaign_running=rules.state is CampaignState.RUNNING,
            window_open=window.open,
            window_reason=window.reason,
            window_rule=window.rule,
            unfit=unfit,
            recorder_ready=recorder.ready,
            recorder_reason=recorder.reason,
            caller_id_approved=rules.caller_id in self._campaigns.approved_caller_ids,
            do_not_call=lead.dnc,
            basis_valid=lead.basis_valid,
            calls_today=sum(business_date(at) == today for at in called_at),
            calls_7_days=len(called_at),
            cap_per_day=rules.cap_per_day,
            cap_per_7_days=rules.cap_per_7_days,
            attempts=attempts,
            max_attempts=most_attempts(rules, await self._class_effects.of(work, lead_id)),
            holds_lead=holds,
        )
        return Situation(facts=facts, rules=rules, dnc_until=lead.dnc_until, called_at=tuple(called_at))

    async def _holding(
        self, work: Work, kind: CallKind, agent_id: int | None, lead_id: int, assignment_id: int | None
    ) -> tuple[int, bool]:
        """How often this assignment was called, and whether the agent holds it within the quota."""
        if assignment_id is None:
            return 0, kind is not CallKind.LEAD
        card = await self._allocation.card(work, assignment_id)
        if agent_id is None:
            return card.attempts, False
        progress = await self._allocation.progress(work, agent_id, max(card.work_on, business_date(work.now)))
        holds = (
            card.agent_id == agent_id
            and card.lead_id == lead_id
            and card.state in (AssignmentState.OPEN, AssignmentState.ACTIVE)
            and progress.assigned <= progress.quota
        )
        return card.attempts, holds


def _window_rules(kind: CallKind, rules: CampaignRules) -> CampaignRules:
    return replace(rules, state=CampaignState.RUNNING) if kind is CallKind.COMPLAINT else rules
