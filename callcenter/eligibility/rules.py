"""Decides whether a call may be placed now, from facts (requirements C1-C3, C9, L6, L9, H1, D3).

The decision is made when a lead is offered, when the call is planned and again in the moment of dialling. The rules are
asked in the order in which a refusal is named: what concerns everybody first, the customer's own protections next, the
agent's assignments last.

The frequency caps and the gap between two calls do not count against a callback the customer asked for. A complaint
callback is owed (requirement X3): do-not-call, legal basis, caps and quota do not stop it, the service hours do, and so
does a gap of its own after any call to the number: complaints may not make the telephone ring without end.

No call of any kind is placed to a number while another one is open (law 2), and no marketing call before the last
conversation has its disposition: it may have been a refusal.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from callcenter.calls.types import CallKind
from callcenter.campaigns.retries import RetryPolicy
from callcenter.eligibility.types import CallFacts, Cause, Horizon, Objection, Permanence, RuleId, Verdict
from callcenter.kit.clock import at_business_time, business_date
from callcenter.lines.types import TrunkUse
from callcenter.people.rules import Requirement

Rule = Callable[[CallFacts], Objection | None]
"""Returns what stands against the call by this rule, or None."""


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


def _line(facts: CallFacts) -> Objection | None:
    trunk = facts.trunk.trunk
    match facts.trunk.use:
        case TrunkUse.CLOSED:
            text = f"the trunk {trunk} refuses every call and waits for a probe"
            return Objection(Cause.LINE_REFUSES, text, {"trunk": trunk})
        case TrunkUse.FULL:
            return Objection(Cause.LINES_FULL, f"the trunk {trunk} takes no further call now", {"trunk": trunk})
        case _:
            return None


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


def _no_call(facts: CallFacts) -> Objection | None:
    if not facts.call_going_on:
        return None
    return Objection(Cause.CALL_GOING_ON, "a call to this number has not ended")


def _disposed(facts: CallFacts) -> Objection | None:
    if not _marketing(facts) or facts.owed_until is None:
        return None
    text = "the last call to the number has no disposition yet: perhaps the customer refused"
    return Objection(Cause.DISPOSITION_OWED, text, {"until": facts.owed_until.isoformat()})


def _min_gap(facts: CallFacts) -> Objection | None:
    if facts.kind is CallKind.CALLBACK or facts.left_alone_until is None:
        return None
    text = "too little time has passed since the last call to the number"
    return Objection(Cause.CALLED_JUST_NOW, text, {"until": facts.left_alone_until.isoformat()})


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
    (RuleId.LINE, _line),
    (RuleId.CALLER_ID, _caller_id),
    (RuleId.DO_NOT_CALL, _do_not_call),
    (RuleId.LEGAL_BASIS, _legal_basis),
    (RuleId.NO_CALL, _no_call),
    (RuleId.DISPOSED, _disposed),
    (RuleId.MIN_GAP, _min_gap),
    (RuleId.PER_DAY, _per_day),
    (RuleId.PER_WEEK, _per_week),
    (RuleId.ATTEMPTS, _attempts),
    (RuleId.QUOTA, _quota),
)


def objections(facts: CallFacts) -> Iterator[tuple[RuleId, Objection | None]]:
    """Yields each rule with what stands against the call by it, in order."""
    for rule_id, asks in RULES:
        yield rule_id, asks(facts)


def may_call(facts: CallFacts, horizon: Horizon, now: datetime) -> Verdict:
    """Returns the permission, or the refusal of the first rule that refuses, with its end."""
    for rule_id, objection in objections(facts):
        if objection is not None:
            ends_at = passes_at(rule_id, facts, horizon, now)
            return Verdict(allowed=False, rule=rule_id, reason=objection.text, at=now, passes_at=ends_at, by=facts.by)
    choice = facts.trunk
    return Verdict(
        allowed=True,
        rule=RuleId.NONE,
        reason="every rule holds",
        at=now,
        by=facts.by,
        trunk=choice.trunk,
        trunk_reason=choice.reason,
        probe_trunk=choice.trunk if choice.use is TrunkUse.PROBE else None,
    )


def passes_at(rule: RuleId, facts: CallFacts, horizon: Horizon, now: datetime) -> datetime | None:
    """Returns when the refusal of a rule ends by itself, inside the calling window; None: not by waiting."""
    match rule:
        case RuleId.WINDOW:
            return horizon.opening(now)
        case RuleId.DO_NOT_CALL:
            return None if horizon.dnc_until is None else horizon.opening(horizon.dnc_until)
        case RuleId.DISPOSED:
            return None if facts.owed_until is None else horizon.opening(facts.owed_until)
        case RuleId.MIN_GAP:
            return None if facts.left_alone_until is None else horizon.opening(facts.left_alone_until)
        case RuleId.PER_DAY:
            return horizon.opening(_midnight(business_date(now) + timedelta(days=1)))
        case RuleId.PER_WEEK:
            frees_on = cap_frees_on(horizon.called_at, facts.cap_per_7_days)
            return None if frees_on is None else horizon.opening(_midnight(frees_on))
        case _:
            return None


def foresee(facts: CallFacts, horizon: Horizon, at: datetime) -> CallFacts:
    """Returns the facts as they will be at a later instant if only time passes until then."""
    on = business_date(at)
    begins_on = cap_begins_on(on)
    licence_ends = horizon.licensed_until is not None and on > horizon.licensed_until
    return replace(
        facts,
        window_open=horizon.opening(at) == at,
        unfit=facts.unfit or ((Requirement.LICENCE,) if licence_ends else ()),
        do_not_call=facts.do_not_call and (horizon.dnc_until is None or at < horizon.dnc_until),
        basis_valid=facts.basis_valid and (horizon.basis_until is None or on <= horizon.basis_until),
        owed_until=facts.owed_until if facts.owed_until and at < facts.owed_until else None,
        left_alone_until=facts.left_alone_until if facts.left_alone_until and at < facts.left_alone_until else None,
        calls_today=sum(business_date(called_at) == on for called_at in horizon.called_at),
        calls_7_days=sum(business_date(called_at) >= begins_on for called_at in horizon.called_at),
    )


_MOST_WAITS = 20
"""One rule after the other may ask to wait; each is asked for once or twice."""


def next_allowed_at(facts: CallFacts, horizon: Horizon, at: datetime) -> datetime | None:
    """Returns the first instant from ``at`` on at which every rule will hold if only time passes; None: none will do.

    A rule that holds now may refuse by then (the legal basis ends, the licence expires), so each instant that was
    found is judged again by the facts of that instant.
    """
    found = horizon.opening(at)
    for _ in range(_MOST_WAITS):
        if found is None:
            return None
        verdict = may_call(foresee(facts, horizon, found), horizon, found)
        if verdict.allowed:
            return found
        found = verdict.passes_at
    return None


PERMANENCE: Mapping[RuleId, Permanence] = {
    RuleId.CAMPAIGN: Permanence.PASSING,
    RuleId.WINDOW: Permanence.PASSING,
    RuleId.LICENCE: Permanence.PASSING,
    RuleId.RECORDER: Permanence.PASSING,
    RuleId.LINE: Permanence.PASSING,
    RuleId.CALLER_ID: Permanence.PASSING,
    RuleId.DO_NOT_CALL: Permanence.BLOCKED,
    RuleId.LEGAL_BASIS: Permanence.BLOCKED,
    RuleId.NO_CALL: Permanence.WAITS,
    RuleId.DISPOSED: Permanence.WAITS,
    RuleId.MIN_GAP: Permanence.RESTS,
    RuleId.PER_DAY: Permanence.RESTS,
    RuleId.PER_WEEK: Permanence.RESTS,
    RuleId.ATTEMPTS: Permanence.SPENT,
    RuleId.QUOTA: Permanence.PASSING,
}
"""How long the refusal of each rule stands."""


def blocking_rule(*, do_not_call: bool, basis_valid: bool) -> RuleId | None:
    """Returns the rule that protects the customer from every marketing call: do-not-call entry, else legal basis."""
    if do_not_call:
        return RuleId.DO_NOT_CALL
    return None if basis_valid else RuleId.LEGAL_BASIS


def left_alone_until(
    kind: CallKind, last_called_at: datetime, policy: RetryPolicy, complaint_gap: timedelta
) -> datetime:
    """Returns until when a number is left alone by calls of a kind after its last call, of whatever kind."""
    return last_called_at + (complaint_gap if kind is CallKind.COMPLAINT else policy.min_gap)


def in_service_hours(kind: CallKind) -> bool:
    """Returns whether calls of this kind keep the service hours instead of a campaign's window (requirement C1).

    An owed callback outlives its campaign, and 24 hours are to be kept over a weekend.
    """
    return kind is CallKind.COMPLAINT


CAP_DAYS = 7
"""Business dates the longer frequency cap looks at, today included (requirement C3)."""


def cap_begins_on(on: date) -> date:
    """Returns the first business date whose calls count on ``on``."""
    return on - timedelta(days=CAP_DAYS - 1)


def cap_frees_on(called_at: Sequence[datetime], cap: int) -> date | None:
    """Returns the business date on which fewer than ``cap`` of these calls still count; None when fewer do already.

    ``called_at``: the calls that count now, the oldest first.
    """
    if len(called_at) < cap:
        return None
    return business_date(called_at[len(called_at) - cap]) + timedelta(days=CAP_DAYS)


def _midnight(on: date) -> datetime:
    return at_business_time(on, 0)
