"""Reads the facts a call is judged by, in the caller's transaction, and asks the rules (requirement C2)."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from callcenter.campaigns.rules import most_attempts
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignRules, CampaignState
from callcenter.eligibility.customers import CustomerFacts, CustomerReader
from callcenter.eligibility.rules import left_alone_until, may_call
from callcenter.eligibility.settings import EligibilitySettings
from callcenter.eligibility.types import CallFacts, Horizon, RecorderState, Subject, Verdict
from callcenter.eligibility.windows import WindowService
from callcenter.kit.clock import business_date
from callcenter.kit.work import Work
from callcenter.people.rules import missing
from callcenter.people.service import PeopleService

RecorderProbe = Callable[[Work, Subject], Awaitable[RecorderState]]
"""Says, in a transaction, whether a call to this subject could be recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """The facts a call is judged by, and how long they will last."""

    facts: CallFacts
    horizon: Horizon


class EligibilityService:
    """Answers "may this call be placed now"."""

    def __init__(
        self,
        *,
        people: PeopleService,
        campaigns: CampaignService,
        windows: WindowService,
        customers: CustomerReader,
        recorder: RecorderProbe,
        settings: EligibilitySettings,
    ) -> None:
        self._complaint_gap = settings.complaint_gap
        self._people = people
        self._campaigns = campaigns
        self._windows = windows
        self._customers = customers
        self._recorder = recorder

    async def verdict(self, work: Work, subject: Subject) -> Verdict:
        """Returns the permission to call this subject now, or the first rule that refuses it."""
        [verdict] = await self.verdicts(work, [subject])
        return verdict

    async def verdicts(self, work: Work, subjects: Sequence[Subject]) -> list[Verdict]:
        """Does the same for many subjects."""
        return [may_call(each.facts, each.horizon, work.now) for each in await self._situations(work, subjects)]

    async def situation(self, work: Work, subject: Subject) -> Situation:
        """Returns the facts of a call and when they end. Without an agent nothing is said about one."""
        [situation] = await self._situations(work, [subject])
        return situation

    async def _situations(self, work: Work, subjects: Sequence[Subject]) -> list[Situation]:
        rules = [await self._campaigns.rules(work, subject.campaign_id) for subject in subjects]
        trunks = [(subject, subject.trunk or rule.trunk) for subject, rule in zip(subjects, rules, strict=True)]
        customers = await self._customers.facts(work, trunks)
        return [await self._situation(work, *each) for each in zip(subjects, rules, customers, strict=True)]

    async def _situation(
        self, work: Work, subject: Subject, rules: CampaignRules, customer: CustomerFacts
    ) -> Situation:
        window = await self._windows.of(work, subject.kind, rules)
        today = business_date(work.now)
        fitness = None if subject.agent_id is None else await self._people.fitness(work, subject.agent_id)
        recorder = await self._recorder(work, subject)
        last = customer.last_called_at
        gap_end = None if last is None else left_alone_until(subject.kind, last, rules.retries, self._complaint_gap)
        facts = CallFacts(
            kind=subject.kind,
            campaign_running=rules.state is CampaignState.RUNNING,
            window_open=window.now.open,
            window_reason=window.now.reason,
            window_rule=window.now.rule,
            unfit=() if fitness is None else missing(fitness, today),
            recorder_ready=recorder.ready,
            recorder_reason=recorder.reason,
            trunk=customer.trunk,
            caller_id_approved=rules.caller_id in self._campaigns.approved_caller_ids,
            do_not_call=customer.do_not_call,
            basis_valid=customer.basis_valid,
            call_going_on=customer.call_going_on,
            owed_until=customer.owed_until,
            left_alone_until=None if gap_end is None or gap_end <= work.now else gap_end,
            calls_today=sum(business_date(at) == today for at in customer.called_at),
            calls_7_days=len(customer.called_at),
            cap_per_day=rules.cap_per_day,
            cap_per_7_days=rules.cap_per_7_days,
            attempts=customer.attempts,
            max_attempts=most_attempts(rules, customer.effects),
            holds_lead=customer.holds_lead,
            by=window.by,
        )
        horizon = Horizon(
            opening=window.opening,
            dnc_until=customer.dnc_until,
            called_at=customer.called_at,
            basis_until=customer.basis_until,
            licensed_until=None if fitness is None else fitness.licence_valid_until,
        )
        return Situation(facts=facts, horizon=horizon)
