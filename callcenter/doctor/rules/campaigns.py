"""Judges campaigns and their leads of today: where on the way from the list to a call nothing is left. Pure."""

from collections.abc import Iterator, Sequence

from callcenter.campaigns.types import WindowRule
from callcenter.doctor.rules.faults import fault, moment
from callcenter.doctor.types import CampaignFacts, CampaignWay, Fault, Step, StepName

_CLOSED = {
    WindowRule.WORKING_DAY: "day_not_worked",
    WindowRule.SHIFT: "outside_shift",
    WindowRule.LEGAL_CALLING_HOURS: "outside_legal_hours",
    WindowRule.NOT_EVALUABLE: "window_unknown",
}


def judge_campaigns(campaigns: Sequence[CampaignFacts], known: int) -> Iterator[Fault]:
    """Yields what keeps the running campaigns from dialling; ``known``: campaigns in any state."""
    if not known:
        yield fault("no_campaign")
    elif not campaigns:
        yield fault("none_running", count=known)
    for facts in campaigns:
        yield from _rules(facts)
        yield from _way(facts)


def _rules(facts: CampaignFacts) -> Iterator[Fault]:
    name = facts.rules.name
    if not facts.caller_id_approved:
        yield fault("caller_id_refused", campaign=name)
    if not facts.has_script:
        yield fault("no_script", campaign=name)
    if not facts.window.open and (code := _CLOSED.get(facts.window.rule)):
        yield fault(code, campaign=name, opens=moment(facts.window.opens_at))


def _way(facts: CampaignFacts) -> Iterator[Fault]:
    """Yields the one step at which nothing is left; what comes after it follows from it."""
    name, leads = facts.rules.name, facts.leads
    worked = facts.window.rule is not WindowRule.WORKING_DAY
    if not leads.listed:
        yield fault("no_leads", campaign=name)
    elif not facts.members:
        yield fault("no_members", campaign=name)
    elif worked and not facts.members_there:
        yield fault("members_away", campaign=name, count=facts.members)
    elif not facts.assigned:
        yield from _nothing_assigned(facts, worked=worked)
    elif not facts.open:
        yield fault("day_done", campaign=name, assigned=facts.assigned, count=leads.callable)
    elif not facts.due:
        yield fault("leads_rest", campaign=name, open=facts.open)


def _nothing_assigned(facts: CampaignFacts, *, worked: bool) -> Iterator[Fault]:
    name, leads = facts.rules.name, facts.leads
    if not leads.in_stock:
        yield fault("stock_used_up", campaign=name, listed=leads.listed)
    elif not leads.callable:
        blocked = leads.in_stock - leads.without_basis
        code = "all_blocked" if blocked else "no_basis"
        yield fault(code, campaign=name, count=blocked or leads.without_basis)
    elif not worked:
        return
    elif not facts.allocated:
        yield fault("not_allocated", campaign=name, count=leads.callable)
    else:
        yield fault("nothing_given", campaign=name, there=facts.members_there, count=leads.callable)


def way_of(facts: CampaignFacts, ready: int) -> CampaignWay:
    """Returns the numbers of each step; the first at which nothing is left is marked. ``ready``: agents who wait."""
    leads = facts.leads
    counts = (
        (StepName.LISTED, leads.listed),
        (StepName.IN_STOCK, leads.in_stock),
        (StepName.CALLABLE, leads.callable),
        (StepName.ASSIGNED_TODAY, facts.assigned),
        (StepName.OPEN, facts.open),
        (StepName.DUE, facts.due),
        (StepName.AGENTS_READY, ready),
    )
    # the stock may be used up while the leads of today are being called
    first = StepName.ASSIGNED_TODAY if facts.assigned else StepName.LISTED
    names = [name for name, _ in counts]
    stuck = next((name for name, count in counts[names.index(first) :] if not count), None)
    steps = [Step(name, count, name is stuck) for name, count in counts]
    return CampaignWay(facts.rules.campaign_id, facts.rules.name, facts.window.open, steps)
