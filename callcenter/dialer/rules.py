"""May this call be placed now? One function over facts (requirements C1–C3, C9, L6, L9, H1, D3).

It is asked when a lead is offered and again in the moment of dialling. The order is the order in which a refusal is
named: what concerns everybody first, the customer's own protections next, our housekeeping last.

A callback the customer asked for is no unasked call: the frequency caps do not count against it. A complaint callback
is owed (requirement X3): do-not-call, legal basis, caps and quota do not stop it, the window does.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta

from callcenter.calls.types import CallKind
from callcenter.dialer.types import CallFacts, Cause, Objection, RuleId, Verdict
from callcenter.kit.clock import business_date

Rule = Callable[[CallFacts], Objection | None]
"""Says what stands against the call by this rule, or None."""


def _marketing(facts: CallFacts) -> bool:
    return facts.kind is not CallKind.COMPLAINT


def _campaign(facts: CallFacts) -> Objection | None:
    if _marketing(facts) and not facts.campaign_running:
        return Objection(Cause.CAMPAIGN_NOT_RUNNING, "the campaign is not running")
    return None


def _window(facts: CallFacts) -> Objection | None:
    if facts.window_open:
        return None
    return Objection(Cause.WINDOW_CLOSED, facts.window_reason, {"part": facts.window_rule.value})


def _licence(facts: CallFacts) -> Objection | None:
    if not facts.unfit:
        return None
    return Objection(Cause.AGENT_UNFIT, f"the agent lacks: {', '.join(facts.unfit)}", {"missing": list(facts.unfit)})


def _recorder(facts: CallFacts) -> Objection | None:
    return None if facts.recorder_ready else Objection(Cause.RECORDER_NOT_READY, facts.recorder_reason)


def _caller_id(facts: CallFacts) -> Objection | None:
    if facts.caller_id_approved:
        return None
    return Objection(Cause.CALLER_ID_NOT_APPROVED, "the caller ID is not on the approved list")


def _do_not_call(facts: CallFacts) -> Objection | None:
    if _marketing(facts) and facts.do_not_call:
        return Objection(Cause.ON_DO_NOT_CALL_LIST, "the number is on the do-not-call list")
    return None


def _legal_basis(facts: CallFacts) -> Objection | None:
    if _marketing(facts) and not facts.basis_valid:
        return Objection(Cause.NO_VALID_BASIS, "the lead has no valid legal basis")
    return None


def _per_day(facts: CallFacts) -> Objection | None:
    count, cap = facts.calls_today, facts.cap_per_day
    if facts.kind is not CallKind.LEAD or count < cap:
        return None
    text = f"the number was called {count} times today, the cap is {cap}"
    return Objection(Cause.CALLED_TODAY, text, {"count": count, "cap": cap})


def _per_week(facts: CallFacts) -> Objection | None:
    count, cap = facts.calls_7_days, facts.cap_per_7_days
    if facts.kind is not CallKind.LEAD or count < cap:
        return None
    text = f"the number was called {count} times in 7 days, the cap is {cap}"
    return Objection(Cause.CALLED_IN_7_DAYS, text, {"count": count, "cap": cap})


def _attempts(facts: CallFacts) -> Objection | None:
    count, most = facts.attempts, facts.max_attempts
    if facts.kind is not CallKind.LEAD or count < most:
        return None
    text = f"{count} attempts were made, the most is {most}"
    return Objection(Cause.ATTEMPTS_USED_UP, text, {"count": count, "cap": most})


def _quota(facts: CallFacts) -> Objection | None:
    if facts.kind is CallKind.LEAD and not facts.holds_lead:
        return Objection(Cause.NOT_ASSIGNED, "the lead is not among this agent's leads of the day")
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


def objections(facts: CallFacts) -> Iterator[tuple[RuleId, Objection | None]]:
    """What each rule says, in order."""
    for rule_id, asks in RULES:
        yield rule_id, asks(facts)


def may_call(facts: CallFacts, now: datetime) -> Verdict:
    """The first rule that refuses, or the permission that none did."""
    for rule_id, objection in objections(facts):
        if objection is not None:
            return Verdict(allowed=False, rule=rule_id, reason=objection.text, at=now)
    return Verdict(allowed=True, rule=RuleId.NONE, reason="every rule holds", at=now)


_LASTING = {RuleId.DO_NOT_CALL, RuleId.LEGAL_BASIS, RuleId.ATTEMPTS, RuleId.PER_WEEK}
_TODAY = {RuleId.PER_DAY}


def blocking_rule(*, do_not_call: bool, basis_valid: bool) -> RuleId | None:
    """The customer's own protection that forbids every marketing call until somebody lifts or renews it."""
    if do_not_call:
        return RuleId.DO_NOT_CALL
    return None if basis_valid else RuleId.LEGAL_BASIS


def is_block(rule: RuleId) -> bool:
    """True when the refusal is such a protection: the lead goes back to the stock and waits there."""
    return rule in (RuleId.DO_NOT_CALL, RuleId.LEGAL_BASIS)


def lead_is_spent(rule: RuleId) -> bool:
    """True when the refusal will not pass: the assignment is closed instead of being offered again."""
    return rule in _LASTING


def lead_rests_today(rule: RuleId) -> bool:
    """True when the refusal passes tomorrow: the lead is set aside for today."""
    return rule in _TODAY


CAP_DAYS = 7
"""Business dates the longer frequency cap looks at, today included (requirement C3)."""


def cap_begins_on(on: date) -> date:
    """The first business date whose calls count on ``on``."""
    return on - timedelta(days=CAP_DAYS - 1)


def cap_frees_on(called_at: Sequence[datetime], cap: int) -> date | None:
    """The business date on which fewer than ``cap`` of these calls still count; None when fewer do already.

    ``called_at``: those that count now, the oldest first.
    """
    if len(called_at) < cap:
        return None
    return business_date(called_at[len(called_at) - cap]) + timedelta(days=CAP_DAYS)
