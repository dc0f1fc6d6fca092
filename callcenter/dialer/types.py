"""The facts a call is judged by, and the verdict."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from callcenter.calls.types import CallKind

RULE_SET = "2026-11"
"""Version of the rules below; stored with every verdict (requirement C2). Changes with any change of ``rules.py``."""


class RuleId(StrEnum):
    """The row of the requirements a refusal comes from."""

    NONE = "none"
    CAMPAIGN = "C1.campaign_running"
    WINDOW = "C1.window"
    LICENCE = "H1.fit_to_telephone"
    RECORDER = "C9.recorder"
    CALLER_ID = "C3.caller_id"
    DO_NOT_CALL = "L6.do_not_call"
    LEGAL_BASIS = "L9.legal_basis"
    PER_DAY = "C3.per_day"
    PER_WEEK = "C3.per_7_days"
    ATTEMPTS = "C3.attempts"
    QUOTA = "D3.quota"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFacts:
    """Everything the decision looks at, read in one transaction."""

    kind: CallKind
    campaign_running: bool
    window_open: bool
    window_reason: str
    """Why the calling window is open or closed, and until when."""
    unfit: tuple[str, ...]
    """What the agent lacks: licence, training, exam, agreement …"""
    recorder_ready: bool
    recorder_reason: str
    caller_id_approved: bool
    do_not_call: bool
    basis_valid: bool
    calls_today: int
    """Marketing calls to this number today, over all campaigns."""
    calls_7_days: int
    cap_per_day: int
    cap_per_7_days: int
    attempts: int
    """Calls of this assignment so far."""
    max_attempts: int
    holds_lead: bool
    """The lead is in this agent's hand and the hand is within the quota."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a call may be placed now, and the rule that says so."""

    allowed: bool
    rule: RuleId
    reason: str
    at: datetime
    rule_set: str = RULE_SET

    def stored(self) -> dict[str, Any]:
        """As it stands with the call (requirement C2)."""
        return {
            "allowed": self.allowed,
            "rule": self.rule.value,
            "reason": self.reason,
            "at": self.at.isoformat(),
            "rule_set": self.rule_set,
        }


STALE_AFTER = timedelta(seconds=20)
"""A planned call the engine could not take up for this long is not dialled any more: the agent has moved on."""

CONNECT_LEG = "agents.connect_leg"
DISCONNECT_LEG = "agents.disconnect_leg"
"""Kinds of effect the engine performs for seats."""
