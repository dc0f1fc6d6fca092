"""The facts a call is judged by, and the verdict."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from callcenter.calendar.types import CalendarState
from callcenter.calls.types import CallKind
from callcenter.campaigns.types import WindowRule
from callcenter.lines.types import ChoiceReason, TrunkChoice

RULE_SET = "2026-12d"
"""Version of the rules in ``rules.py``; stored with every verdict (requirement C2). Changes with any change of them."""


class RuleId(StrEnum):
    """The row of the requirements a refusal comes from."""

    NONE = "none"
    CAMPAIGN = "C1.campaign_running"
    WINDOW = "C1.window"
    LICENCE = "H1.fit_to_telephone"
    RECORDER = "C9.recorder"
    LINE = "C13.line"
    CALLER_ID = "C3.caller_id"
    DO_NOT_CALL = "L6.do_not_call"
    LEGAL_BASIS = "L9.legal_basis"
    NO_CALL = "C4.no_call_going_on"
    DISPOSED = "C6.disposed"
    MIN_GAP = "C7.min_gap"
    PER_DAY = "C3.per_day"
    PER_WEEK = "C3.per_7_days"
    ATTEMPTS = "C3.attempts"
    QUOTA = "D3.quota"


class Permanence(StrEnum):
    """How long a refusal stands, and so what becomes of the customer who is refused."""

    BLOCKED = "blocked"
    """Until the do-not-call entry ends or the legal basis is renewed: the lead waits in the stock."""
    SPENT = "spent"
    """It will not pass while the lead is with this agent: the assignment is finished."""
    RESTS = "rests"
    """It passes by itself on a later day: the lead rests until then."""
    WAITS = "waits"
    """It passes with the end of a call to the same number: a lead is looked at again a little later, a callback keeps
    its time."""
    PASSING = "passing"
    """It concerns the agent, the campaign or the moment, not the lead: nothing becomes of the lead."""


class Cause(StrEnum):
    """What stands against a call, as a code the panels translate. A rule has one cause or several."""

    CAMPAIGN_NOT_RUNNING = "campaign_not_running"
    WINDOW_CLOSED = "window_closed"
    AGENT_UNFIT = "agent_unfit"
    RECORDER_NOT_READY = "recorder_not_ready"
    LINE_REFUSES = "line_refuses"
    LINES_FULL = "lines_full"
    CALLER_ID_NOT_APPROVED = "caller_id_not_approved"
    ON_DO_NOT_CALL_LIST = "on_do_not_call_list"
    NO_VALID_BASIS = "no_valid_basis"
    CALLED_JUST_NOW = "called_just_now"
    CALLED_TODAY = "called_today"
    CALLED_IN_7_DAYS = "called_in_7_days"
    ATTEMPTS_USED_UP = "attempts_used_up"
    NOT_ASSIGNED = "not_assigned"
    CUSTOMER_CLOSED = "customer_closed"
    NOT_ALLOCATED = "not_allocated"
    HELD_BY_ANOTHER = "held_by_another"
    PROMISED_BY_ANOTHER = "promised_by_another"
    LEFT_TO_COMPLAINT_STAFF = "left_to_complaint_staff"
    AGENT_COMPLAINED_OF = "agent_complained_of"
    NOT_DUE = "not_due"
    CALL_GOING_ON = "call_going_on"
    DISPOSITION_OWED = "disposition_owed"
    OFF_ROSTER = "off_roster"
    ENGINE_BEHIND = "engine_behind"
    ENGINE_SILENT = "engine_silent"
    SWITCH_GONE = "switch_gone"


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a call may not be placed: a code with its parameters, and English text for the call's row and the log."""

    cause: Cause
    text: str
    params: Mapping[str, Any] = field(default_factory=dict)
    """Without personal data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Who would be called, why, and by whom."""

    kind: CallKind
    agent_id: int | None
    """None: no agent has the customer; rules about an agent are then not asked (``gates``)."""
    lead_id: int
    campaign_id: int
    assignment_id: int | None = None
    callback_id: int | None = None
    call_id: UUID | None = None
    """The planned call that is judged; None while none is planned."""
    trunk: str | None = None
    """The trunk of the planned call; None: one is chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesInForce:
    """The versions of everything changeable that a verdict is given by (laws 1 and 11)."""

    campaign_version: int
    calendar: CalendarState
    service_hours: int | None
    """Of complaint and service callbacks alone; 0: the default."""

    def stored(self) -> dict[str, Any]:
        """Returns the versions as they are stored with the call."""
        versions: dict[str, Any] = {
            "campaign_version": self.campaign_version,
            "calendar": {"edition": self.calendar.edition, "change": self.calendar.change},
        }
        return versions if self.service_hours is None else {**versions, "service_hours": self.service_hours}


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
    trunk: TrunkChoice
    """The trunk of the call, and whether it takes one more, or one as a probe only."""
    caller_id_approved: bool
    do_not_call: bool
    basis_valid: bool
    call_going_on: bool
    """Another call to the number, of any kind, campaign or switch, has not ended."""
    owed_until: datetime | None
    """Until when the disposition of an earlier call to the number is waited for; None: it was given."""
    left_alone_until: datetime | None
    """When enough time will have passed since the last call to this number; None: it has."""
    calls_today: int
    """Marketing calls to this number today, over all campaigns."""
    calls_7_days: int
    cap_per_day: int
    cap_per_7_days: int
    attempts: int
    """Calls of this assignment so far."""
    max_attempts: int
    holds_lead: bool
    """The lead is assigned to this agent, and the agent's assignments are within the quota."""
    by: RulesInForce
    """The versions these facts were read from."""


Opening = Callable[[datetime], datetime | None]
"""Returns the first instant at or after the given one at which the calling window is open; None when unknown."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """The facts that say when a refusal ends by itself."""

    opening: Opening
    dnc_until: datetime | None
    """End of the do-not-call entry that lasts longest; None with ``CallFacts.do_not_call`` means for ever."""
    called_at: tuple[datetime, ...]
    """The marketing calls that count against the longer cap, the oldest first."""
    basis_until: date | None
    """The last day on which the legal basis permits a call; None: it has no end."""
    licensed_until: date | None
    """The last day on which the agent's licence is valid; None: no agent is asked about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a call may be placed now, and the rule that decided it."""

    allowed: bool
    rule: RuleId
    reason: str
    at: datetime
    by: RulesInForce | None = None
    """None: no rule was asked, the plan was too old."""
    rule_set: str = RULE_SET
    passes_at: datetime | None = None
    """When a refusal ends by itself; None: not by waiting."""
    trunk: str = ""
    """The one that was chosen for the call."""
    trunk_reason: ChoiceReason = ChoiceReason.ONLY_ONE
    probe_trunk: str | None = None
    """The trunk this call would try as a probe: it is paused, and only one call may."""

    def stored(self) -> dict[str, Any]:
        """Returns the verdict as it is stored with the call (requirement C2)."""
        return {
            "allowed": self.allowed,
            "rule": self.rule.value,
            "reason": self.reason,
            "at": self.at.isoformat(),
            "rule_set": self.rule_set,
            **({} if self.trunk_reason is ChoiceReason.ONLY_ONE else {"trunk": self.trunk_reason.value}),
            **(self.by.stored() if self.by else {}),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSetCard:
    """A version of the rules, and when it was first used here."""

    name: str
    digest: str
    """SHA-256 of its source."""
    first_used_at: datetime


@dataclass(frozen=True, slots=True)
class RecorderState:
    """Whether a recording could start now (requirement C9)."""

    ready: bool
    reason: str
