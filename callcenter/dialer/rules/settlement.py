"""Decides what becomes of a lead after a call, or after a refusal to place one. Facts in, a frozen decision out.

``settle`` is asked when a call has its disposition, ``set_aside`` when a lead that was to be offered may not be called,
``refused_callback`` likewise for a callback. ``dialer.settling`` and ``dialer.queue`` carry the decisions out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from callcenter.allocation.types import AssignmentEnd, End
from callcenter.calls.dispositions import DISPOSITIONS
from callcenter.calls.outcomes import OUTCOMES
from callcenter.calls.types import Disposition, Outcome
from callcenter.campaigns.retries import TriedLead, next_attempt
from callcenter.campaigns.rules import most_attempts
from callcenter.campaigns.types import CampaignRules
from callcenter.classes.types import ClassEffects
from callcenter.eligibility.rules import PERMANENCE
from callcenter.eligibility.types import Opening, Permanence, RuleId, Verdict
from callcenter.kit.clock import at_business_time, business_date

PUT_OFF = timedelta(minutes=5)
"""What was not called is looked at again after this."""

_ENDS_BY_BLOCK = {
    RuleId.DO_NOT_CALL: AssignmentEnd.DO_NOT_CALL,
    RuleId.LEGAL_BASIS: AssignmentEnd.BASIS_WITHDRAWN,
}
"""How an assignment ends by each of the customer's own protections."""


class SettlementKind(StrEnum):
    FINISH = "finish"
    """The assignment is finished and the lead closed."""
    RETRY = "retry"
    """The attempt counts; the lead is due again at ``due_at``."""
    DEFER = "defer"
    """No attempt was made; the lead is due again at ``due_at``."""
    RELEASE = "release"
    """The lead leaves the screen and stays due as it was."""
    BLOCK = "block"
    """The lead goes back to the stock and waits there: nothing blocked is allocated."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What becomes of an assignment."""

    kind: SettlementKind
    reason: str
    """Why, in English, for logs and tests."""
    due_at: datetime | None = None
    """For RETRY and DEFER."""
    end: End | None = None
    """For FINISH and BLOCK: how the assignment ended."""


def _unknown(_at: datetime) -> datetime | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedCall:
    """The facts a lead is settled by after a call."""

    outcome: Outcome
    disposition: Disposition
    blocked_by: RuleId | None
    """The protection that forbids every further marketing call, as it stands after the call."""
    attempts: int
    """Attempts of the assignment before this call."""
    rules: CampaignRules
    effects: ClassEffects
    """What the customer's class changes of the retry rules."""
    called_at: tuple[datetime, ...] = ()
    """The latest unasked calls to the number, this one included; the oldest first. Not asked for where ``may_retry``
    says no."""
    opening: Opening = _unknown


def settle(call: EndedCall, now: datetime) -> Settlement:
    """Decides what becomes of the lead of a call that has its disposition."""
    answered = call.outcome is Outcome.ANSWERED
    if call.blocked_by is not None and not answered:
        return block(call.blocked_by)
    if not OUTCOMES[call.outcome].is_attempt:
        return Settlement(SettlementKind.DEFER, f"{call.outcome.value}: not an attempt", due_at=now + PUT_OFF)
    if call.outcome is Outcome.UNKNOWN:
        reason = "perhaps the customer spoke: not again on the same day"
        return Settlement(SettlementKind.RETRY, reason, due_at=_tomorrow(now))
    if DISPOSITIONS[call.disposition].after_limit:
        reason = "what was said is not known: not again on the same day"
        return Settlement(SettlementKind.RETRY, reason, due_at=_tomorrow(now))
    result = call.disposition.value if answered else call.outcome.value
    end = End(AssignmentEnd.DISPOSITION if answered else AssignmentEnd.OUTCOME, result)
    if call.blocked_by is not None:
        return Settlement(SettlementKind.FINISH, "the customer may not be called any more", end=end)
    if DISPOSITIONS[call.disposition].closes_lead:
        return Settlement(SettlementKind.FINISH, f"{result} closes the lead", end=end)
    attempt = next_attempt(_tried(call, result), call.rules.retries, now)
    if attempt.due_at is None:
        return Settlement(SettlementKind.FINISH, attempt.reason, end=end)
    return Settlement(SettlementKind.RETRY, attempt.reason, due_at=attempt.due_at)


def may_retry(outcome: Outcome, disposition: Disposition) -> bool:
    """Returns whether the retry rules may be asked after a call: only then its number's other calls are read."""
    answered = outcome is Outcome.ANSWERED
    return OUTCOMES[outcome].is_attempt and not (answered and DISPOSITIONS[disposition].closes_lead)


def _tried(call: EndedCall, result: str) -> TriedLead:
    most = most_attempts(call.rules, call.effects)
    return TriedLead(
        after=result,
        attempts=call.attempts + 1,
        called_at=call.called_at,
        most=most,
        most_shift=most - call.rules.max_attempts,
        retry_factor=call.effects.retry_factor,
        cap_per_day=call.rules.cap_per_day,
        opening=call.opening,
    )


def set_aside(refusal: Verdict) -> Settlement:
    """Decides what becomes of a lead that was to be offered and may not be called."""
    rule = refusal.rule
    match PERMANENCE[rule]:
        case Permanence.BLOCKED:
            return block(rule)
        case Permanence.SPENT:
            reason = "the rule will not allow it while the assignment lasts"
            return Settlement(SettlementKind.FINISH, reason, end=End(AssignmentEnd.RULE, rule.value))
        case Permanence.RESTS:
            due_at = refusal.passes_at or _tomorrow(refusal.at)
            return Settlement(SettlementKind.DEFER, "the rule allows it on a later day", due_at=due_at)
        case Permanence.WAITS:
            due_at = refusal.passes_at or refusal.at + PUT_OFF
            return Settlement(SettlementKind.DEFER, "it waits for the end of another call", due_at=due_at)
        case Permanence.PASSING:
            return Settlement(SettlementKind.RELEASE, "the refusal is not about this lead")


def block(rule: RuleId) -> Settlement:
    """Returns what becomes of a lead whose customer may not be called any more by ``rule``."""
    end = End(_ENDS_BY_BLOCK[rule], rule.value)
    return Settlement(SettlementKind.BLOCK, "the customer may not be called any more", end=end)


def put_back(now: datetime) -> Settlement:
    """Returns what becomes of a lead that leaves a screen uncalled."""
    return Settlement(SettlementKind.DEFER, "it was not called", due_at=now + PUT_OFF)


@dataclass(frozen=True, slots=True)
class CallbackRefusal:
    """What becomes of a callback that was claimed and may not be called."""

    lapses: bool
    """It ends; otherwise it is due again at ``due_at``."""
    reason: str
    due_at: datetime | None = None
    """None: as before."""
    keeps_grace: bool = False
    """The promise stays its agent's alone for as long as before: no agent could have kept it."""


_STOPS_EVERYBODY = frozenset({RuleId.CAMPAIGN, RuleId.WINDOW, RuleId.RECORDER, RuleId.LINE, RuleId.CALLER_ID})
"""Rules that stop every agent. A rule that stops one agent alone leaves the promise to the team (law 12)."""


def refused_callback(refusal: Verdict, *, owed: bool) -> CallbackRefusal:
    """Decides what becomes of a callback that may not be called; one that is owed never ends so (law 4)."""
    rule = refusal.rule
    if PERMANENCE[rule] is Permanence.WAITS:  # the claim leaves it out until then
        return CallbackRefusal(False, f"{rule.value}: it keeps its time")
    if not owed and PERMANENCE[rule] in (Permanence.BLOCKED, Permanence.SPENT):
        return CallbackRefusal(True, rule.value)
    due_at = refusal.passes_at or refusal.at + PUT_OFF
    return CallbackRefusal(False, f"{rule.value}: look again later", due_at, rule in _STOPS_EVERYBODY)


def _tomorrow(now: datetime) -> datetime:
    return at_business_time(business_date(now) + timedelta(days=1), 0)
