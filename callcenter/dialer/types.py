"""The facts a call is judged by, and the verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from callcenter.calls.types import CallKind
from callcenter.campaigns.types import WindowRule

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


class Cause(StrEnum):
    """What stands against a call, for whoever translates it. A rule has one cause or several."""

    CAMPAIGN_NOT_RUNNING = "campaign_not_running"
    WINDOW_CLOSED = "window_closed"
    AGENT_UNFIT = "agent_unfit"
    RECORDER_NOT_READY = "recorder_not_ready"
    CALLER_ID_NOT_APPROVED = "caller_id_not_approved"
    ON_DO_NOT_CALL_LIST = "on_do_not_call_list"
    NO_VALID_BASIS = "no_valid_basis"
    CALLED_TODAY = "called_today"
    CALLED_IN_7_DAYS = "called_in_7_days"
    ATTEMPTS_USED_UP = "attempts_used_up"
    NOT_ASSIGNED = "not_assigned"
    CUSTOMER_CLOSED = "customer_closed"
    NOT_ALLOCATED = "not_allocated"
    HELD_BY_ANOTHER = "held_by_another"
    PROMISED_BY_ANOTHER = "promised_by_another"
    AGENT_COMPLAINED_OF = "agent_complained_of"
    NOT_DUE = "not_due"
    CALL_GOING_ON = "call_going_on"
    OFF_ROSTER = "off_roster"


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a call may not be placed: as a code with its particulars, and in English for the call's row and the log."""

    cause: Cause
    text: str
    params: Mapping[str, Any] = field(default_factory=dict)
    """No personal data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFacts:
    """Everything the decision looks at, read in one transaction."""

    kind: CallKind
    campaign_running: bool
    window_open: bool
    window_reason: str
    """Why the calling window is open or closed, and until when."""
    window_rule: WindowRule
    """Which part of the window decided."""
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


class NoticeCode(StrEnum):
    """What the system did to a screen because its customer may not be called any more."""

    TAKEN_OFF = "taken_off"
    """The customer left the screen, undialled."""
    HUNG_UP = "hung_up"
    """The call was ended before an answer."""
    IN_CONVERSATION = "in_conversation"
    """They are talking: the conversation goes on, and it is the last one."""


CONNECT_LEG = "agents.connect_leg"
DISCONNECT_LEG = "agents.disconnect_leg"
CLEAR_SCREEN = "dialer.clear_screen"
"""Kinds of effect the engine performs for seats."""
