"""What a campaign prescribes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from callcenter.campaigns.agent_fields import DEFAULT_AGENT_FIELDS, AgentFields
from callcenter.campaigns.retries import DEFAULT_RETRIES, RetryPolicy
from callcenter.kit.events import Event
from callcenter.kit.places import Binding

VERSION_REASON = Binding("campaign_version.reason", ("campaign_id", "number"))
HOURS_REASON = Binding("service_hours.reason", ("valid_from",))
REVIEW_REASON = Binding("script_review.reason", ("script_id",))
REVIEW_DECIDED_WHY = Binding("script_review.decided_why", ("script_id",))


class DialMode(StrEnum):
    PREVIEW = "preview"
    """The agent reads, then dials."""
    PROGRESSIVE = "progressive"
    """The next customer is dialled when the agent is ready."""


class CampaignState(StrEnum):
    PREPARING = "preparing"
    RUNNING = "running"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Shift:
    """Wall-clock times in Shanghai; ``closes`` itself is outside."""

    opens: time
    closes: time


class LegalHours(StrEnum):
    """Legal calling hours that a campaign may keep (requirement C1)."""

    REGULATION = "regulation"
    """08:00–21:00, as the bank's regulation says."""
    LIFE_INSURANCE = "life_insurance"
    """09:00–21:00: life insurance is not sold by telephone from 21:00 to 09:00."""


LEGAL_HOURS: Mapping[LegalHours, Shift] = {
    LegalHours.REGULATION: Shift(time(8), time(21)),
    LegalHours.LIFE_INSURANCE: Shift(time(9), time(21)),
}


PLANNED_SHIFTS = (Shift(time(10), time(12)), Shift(time(13, 30), time(18)))
"""The shifts of the plan: 10:00–12:00 and 13:30–18:00."""


@dataclass(frozen=True, slots=True)
class RetryEffects:
    """What the class of a customer changes about retries; the room ``classes``, above, fills it in."""

    most_attempts: int | None = None
    """Calls for one lead; None: the campaign's number."""
    retry_factor: float = 1.0
    """The pause before the next attempt is multiplied by it."""


NO_RETRY_EFFECTS = RetryEffects()


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignRules:
    """Everything that is decided per campaign, as typed values."""

    campaign_id: int
    version: int
    """The number of the version of these rules that is in force; a verdict names it (law 11)."""
    name: str
    product: str
    company_full_name: str
    """Spoken in full at the start of a call (requirement C8)."""
    state: CampaignState
    mode: DialMode
    legal_hours: Shift
    """No shift may pass them: working days 08:00–21:00 (requirement C1)."""
    shifts: tuple[Shift, ...]
    quota: int
    """Most assignments an agent may hold."""
    ring_seconds: int
    wrap_up_seconds: int
    caller_id: str
    trunk: str
    cap_per_day: int
    """Most calls to one number on one business date, over all campaigns."""
    cap_per_7_days: int
    max_attempts: int
    """Most calls for one lead."""
    retries: RetryPolicy
    """When a lead is tried again, by the network's outcome or, where the call was answered, by the disposition."""
    class_scheme_id: int | None = None
    """The scheme of customer classes that decides the order."""
    open_to_all_branches: bool = False
    """Whether leads of a branch's lists may go to agents of any branch (requirement L3)."""
    agent_fields: AgentFields = field(default_factory=lambda: DEFAULT_AGENT_FIELDS)
    """What of a customer the agent sees on the card (requirement L4)."""
    script_id: int | None = None
    """The version of the script that is in force; None before the first."""
    first_on: date | None = None
    """The first day on which it calls; None: as soon as it runs."""

    def has_begun(self, on: date) -> bool:
        """Returns whether its first day has come on a day."""
        return self.first_on is None or self.first_on <= on


class VersionOrigin(StrEnum):
    """How it is known what a campaign's rules were from an instant on."""

    CREATED = "created"
    CHANGED = "changed"
    RECONSTRUCTED = "reconstructed"
    """From before there were versions; the audit trail says what was changed when."""
    ASSUMED = "assumed"
    """From before there were versions; the oldest values known are taken to have held since the campaign was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignVersionCard:
    """A campaign's rules as they were from an instant on, until the next version."""

    number: int
    valid_from: datetime
    set_by: int | None
    """Staff id; None for the system."""
    reason: str
    origin: VersionOrigin
    rules: CampaignRules
    script_version: int | None
    """The number of the script in force."""


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule of a campaign that a version changed, with both values as the audit trail writes them."""

    rule: str
    old: Any
    new: Any


class ServiceDays(StrEnum):
    """On which days customers are called back who complained or were served."""

    EVERY_DAY = "every_day"
    WORKING_DAYS = "working_days"


@dataclass(frozen=True, slots=True)
class ServiceHours:
    """When complaint and service callbacks may be placed, whatever the campaign (requirement C1)."""

    opens: time = time(8)
    closes: time = time(21)
    """Wall-clock times in Shanghai; ``closes`` itself is outside."""
    days: ServiceDays = ServiceDays.EVERY_DAY
    version: int = 0
    """The number of the version in force; 0: the default, which no administrator has changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceHoursCard:
    """Service hours as they were from an instant on, until the next version."""

    hours: ServiceHours
    valid_from: datetime
    set_by: int | None
    reason: str


class WindowRule(StrEnum):
    """Which part of the window decided (requirement C1)."""

    OPEN = "window"
    CAMPAIGN_STATE = "campaign_state"
    FIRST_DAY = "first_day"
    """The campaign's first day has not come."""
    WORKING_DAY = "working_day"
    LEGAL_CALLING_HOURS = "legal_calling_hours"
    SHIFT = "shift"
    SERVICE_HOURS = "service_hours"
    """Of complaint and service callbacks."""
    NOT_EVALUABLE = "window_not_evaluable"


@dataclass(frozen=True, slots=True)
class WindowVerdict:
    """Whether calls may be placed at an instant."""

    open: bool
    rule: WindowRule
    reason: str
    until: datetime | None = None
    """While open: the instant at which the window closes."""
    opens_at: datetime | None = None
    """While closed: the next instant at which it opens, if there is one within sight."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One node of a script."""

    key: str
    text: str
    """Chinese, as it is spoken; ``{company}``, ``{agent}``, ``{licence}`` are filled in by the desk."""
    mandatory: bool
    text_en: str | None = None


@dataclass(frozen=True, slots=True)
class Script:
    id: int
    campaign_id: int
    version: int
    title: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class ScriptDraft:
    """What the next version of a script is made from."""

    title: str
    statements: tuple[Statement, ...]
    """A statement with an empty key gets one when the script is published."""
    based_on: int | None = None
    """The number of the version that was read before; None before the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedDraftCard:
    """A script that a person has not submitted yet, as the server keeps it."""

    draft: ScriptDraft
    number: int
    """Rises with each save."""
    saved_at: datetime


class ScriptState(StrEnum):
    """States of a version of a script that was submitted for approval."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    """It waits for its date."""
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    PUBLISHED = "published"
    """It came into force on its date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptReviewCard:
    """Who submitted a version of a script, and what a second person decided."""

    state: ScriptState
    submitted_at: datetime
    submitted_by: int
    reason: str
    decided_at: datetime | None
    decided_by: int | None
    decided_why: str
    """Why it was returned; empty otherwise."""
    from_on: date | None
    """The day on which an approved version comes into force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptVersionCard:
    """A version of a script: who wrote it, why, who approved it, since when it is or was in force."""

    script: Script
    valid_from: datetime | None
    """None as long as it has not been in force."""
    set_by: int | None
    """Staff id of the person who wrote it; None for the system."""
    reason: str
    in_force: bool
    review: ScriptReviewCard | None
    """None: it was published before a second person's approval was needed, or with the campaign by the system."""


@dataclass(frozen=True, slots=True)
class CampaignDraft:
    """What a new campaign is made from; every default is the regulation's or the plan's."""

    name: str
    product: str
    company_full_name: str
    caller_id: str
    trunk: str = "carrier"
    mode: DialMode = DialMode.PREVIEW
    legal_hours: Shift = Shift(time(8), time(21))
    shifts: tuple[Shift, ...] = PLANNED_SHIFTS
    quota: int = 30
    ring_seconds: int = 30
    wrap_up_seconds: int = 60
    cap_per_day: int = 1
    cap_per_7_days: int = 3
    max_attempts: int = 3
    retries: RetryPolicy = DEFAULT_RETRIES
    agent_fields: AgentFields = field(default_factory=lambda: DEFAULT_AGENT_FIELDS)
    state: CampaignState = CampaignState.RUNNING
    open_to_all_branches: bool = False
    class_scheme_id: int | None = None
    first_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignChanges:
    """What of a campaign is to be different; None leaves it."""

    name: str | None = None
    """As long as it has never run, as product and company."""
    product: str | None = None
    company_full_name: str | None = None
    state: CampaignState | None = None
    mode: DialMode | None = None
    legal_hours: Shift | None = None
    shifts: tuple[Shift, ...] | None = None
    caller_id: str | None = None
    first_on: date | None = None
    quota: int | None = None
    ring_seconds: int | None = None
    wrap_up_seconds: int | None = None
    cap_per_day: int | None = None
    cap_per_7_days: int | None = None
    max_attempts: int | None = None
    open_to_all_branches: bool | None = None
    agent_fields: AgentFields | None = None
    retries: RetryPolicy | None = None


@dataclass(frozen=True, slots=True)
class CampaignStarting(Event):
    """A campaign is to run from now on.

    Announced before it is written: the room that knows what a start needs may refuse (requirement H4).
    """

    campaign_id: int


@dataclass(frozen=True, slots=True)
class ClassSchemeChosen(Event):
    """A campaign is to be ordered by that scheme of customer classes from now on, or by none.

    Announced before it is written: the room that keeps schemes may refuse.
    """

    campaign_id: int
    scheme_id: int | None
