"""May this call be placed now? One function over facts (requirements C1–C3, C9, L6, L9, H1, D3).

It is asked when a lead is offered and again in the moment of dialling. The order is the order in which a refusal is
named: what concerns everybody first, the customer's own protections next, our housekeeping last.

A callback the customer asked for is no unasked call: the frequency caps do not count against it. A complaint callback
is owed (requirement X3): do-not-call, legal basis, caps and quota do not stop it, the window does.
"""

from collections.abc import Callable
from datetime import datetime

from callcenter.calls.types import CallKind
from callcenter.dialer.types import CallFacts, RuleId, Verdict

Rule = Callable[[CallFacts], str | None]
"""Gives the reason of a refusal, or None."""


def _marketing(facts: CallFacts) -> bool:
    return facts.kind is not CallKind.COMPLAINT


def _campaign(facts: CallFacts) -> str | None:
    stopped = _marketing(facts) and not facts.campaign_running
    return "the campaign is not running" if stopped else None


def _window(facts: CallFacts) -> str | None:
    return None if facts.window_open else facts.window_reason


def _licence(facts: CallFacts) -> str | None:
    return f"the agent lacks: {', '.join(facts.unfit)}" if facts.unfit else None


def _recorder(facts: CallFacts) -> str | None:
    return None if facts.recorder_ready else facts.recorder_reason


def _caller_id(facts: CallFacts) -> str | None:
    return None if facts.caller_id_approved else "the caller ID is not on the approved list"


def _do_not_call(facts: CallFacts) -> str | None:
    return "the number is on the do-not-call list" if _marketing(facts) and facts.do_not_call else None


def _legal_basis(facts: CallFacts) -> str | None:
    return "the lead has no valid legal basis" if _marketing(facts) and not facts.basis_valid else None


def _per_day(facts: CallFacts) -> str | None:
    if facts.kind is CallKind.LEAD and facts.calls_today >= facts.cap_per_day:
        return f"the number was called {facts.calls_today} times today, the cap is {facts.cap_per_day}"
    return None


def _per_week(facts: CallFacts) -> str | None:
    if facts.kind is CallKind.LEAD and facts.calls_7_days >= facts.cap_per_7_days:
        return f"the number was called {facts.calls_7_days} times in 7 days, the cap is {facts.cap_per_7_days}"
    return None


def _attempts(facts: CallFacts) -> str | None:
    if facts.kind is CallKind.LEAD and facts.attempts >= facts.max_attempts:
        return f"{facts.attempts} attempts were made, the most is {facts.max_attempts}"
    return None


def _quota(facts: CallFacts) -> str | None:
    if facts.kind is CallKind.LEAD and not facts.holds_lead:
        return "the lead is not among this agent's leads of the day"
    return None


RULES: tuple[tuple[RuleId, Rule], ...] = (
    (RuleId.CAMPAIGN, _campaign),
    (RuleId.WINDOW, _window),
    (RuleId.LICENCE, _licence),
    (RuleId.RECORDER, _recorder),
    (RuleId.CALLER_ID, _caller_id),
    (RuleId.DO_NOT_CALL, _do_not_call),
    (RuleId.LEGAL_BASIS, _legal_basis),
    (RuleId.PER_DAY, _per_day),
    (RuleId.PER_WEEK, _per_week),
    (RuleId.ATTEMPTS, _attempts),
    (RuleId.QUOTA, _quota),
)


def may_call(facts: CallFacts, now: datetime) -> Verdict:
    """The first rule that refuses, or the permission that none did."""
    for rule_id, refuses in RULES:
        if reason := refuses(facts):
            return Verdict(allowed=False, rule=rule_id, reason=reason, at=now)
    return Verdict(allowed=True, rule=RuleId.NONE, reason="every rule holds", at=now)


_LASTING = {RuleId.DO_NOT_CALL, RuleId.LEGAL_BASIS, RuleId.ATTEMPTS, RuleId.PER_WEEK}
_TODAY = {RuleId.PER_DAY}


def lead_is_spent(rule: RuleId) -> bool:
    """True when the refusal will not pass: the assignment is closed instead of being offered again."""
    return rule in _LASTING


def lead_rests_today(rule: RuleId) -> bool:
    """True when the refusal passes tomorrow: the lead is set aside for today."""
    return rule in _TODAY
