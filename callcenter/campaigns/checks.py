"""Refuses rules of a campaign that contradict each other or the day."""

from datetime import date, datetime

from callcenter.campaigns.agent_fields import agent_fields_problem
from callcenter.campaigns.errors import AgentFieldsInvalid, CapsInvalid, FirstDayPast, RetriesInvalid, WindowInvalid
from callcenter.campaigns.retries import retry_problem
from callcenter.campaigns.rules import window_problem
from callcenter.campaigns.types import CampaignDraft, CampaignRules
from callcenter.kit.clock import business_date


def require_possible(rules: CampaignRules | CampaignDraft) -> None:
    """Raises WindowInvalid, CapsInvalid, RetriesInvalid, AgentFieldsInvalid."""
    if problem := window_problem(rules.legal_hours, rules.shifts):
        raise WindowInvalid(problem)
    if rules.cap_per_7_days < rules.cap_per_day:
        raise CapsInvalid("seven days cannot hold fewer calls to a number than one of them")
    if problem := retry_problem(rules.retries):
        raise RetriesInvalid(problem)
    if field := agent_fields_problem(rules.agent_fields):
        raise AgentFieldsInvalid("this field is shown or hidden: it cannot be masked", field=field.value)


def require_future(first_on: date | None, now: datetime) -> None:
    """Raises FirstDayPast for a first day that is over."""
    if first_on is not None and first_on < (today := business_date(now)):
        raise FirstDayPast(f"the first day of a campaign is {today} or later", today=today.isoformat())
