"""Names who holds which lead, how that can end, and what an allocation run reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from callcenter.kit.events import Event
from callcenter.kit.places import Binding

LAST_NOTE = Binding("assignment.last_note", ("lead_id",))
"""The next assignment of the lead takes it over without opening it."""
MEMBER_REASON = Binding("campaign_member.reason", ("campaign_id", "staff_id", "set_at"))
QUOTA_REASON = Binding("agent_quota.reason", ("campaign_id", "from_on", "set_at"))
END_NOTE = Binding("assignment.end_note", ("id",))
"""Also of a recall, which becomes the end once the lead has left the screen."""


class AssignmentState(StrEnum):
    OPEN = "open"
    """Waits for its turn assigned to one agent."""
    ACTIVE = "active"
    """On that agent's screen."""
    DONE = "done"
    """The agent is done with the lead, and the lead is closed."""
    RETURNED = "returned"
    """Taken back into the stock."""


class AssignmentEnd(StrEnum):
    """How an assignment ended. What else is known of it stands in ``End.detail``."""

    DISPOSITION = "disposition"
    """The last conversation decided it; detail: the disposition."""
    OUTCOME = "outcome"
    """The last call did not reach the customer and no further attempt follows; detail: the outcome."""
    RULE = "rule"
    """A rule forbids every further call; detail: the rule."""
    DO_NOT_CALL = "do_not_call"
    """The number is on the do-not-call list (requirement L6); detail: the rule, when one found it."""
    BASIS_WITHDRAWN = "basis_withdrawn"
    """The legal basis is missing (requirement L9); detail: the rule, when one found it."""
    RETURNED_LEADS = "returned_leads"
    """A person returned the agent's leads within the day (requirement H2); note: the reason given."""
    LEFT = "left"
    """The agent left the bank."""
    NOT_ELIGIBLE = "not_eligible"
    """The agent may not have the lead on that day; detail: an ``Ineligible``, else what the agent lacks, if known."""
    OVER_QUOTA = "over_quota"
    """The quota was lowered, or the agent works a smaller part of the day."""
    OTHER = "other"
    """Recorded before the ends were a closed list, and none of the others; note: the old text."""


class Ineligible(StrEnum):
    """Why an agent who works may not have a lead: the detail of ``AssignmentEnd.NOT_ELIGIBLE``."""

    NOT_MEMBER = "not_member"
    """The agent does not serve the campaign (requirement D3)."""
    CAMPAIGN_STOPPED = "campaign_stopped"
    """The campaign does not run; what it had would take the place of others' leads."""
    OTHER_BRANCH = "other_branch"
    """The lead belongs to another branch than the agent (requirement L3)."""


@dataclass(frozen=True, slots=True)
class End:
    """How one assignment ended."""

    kind: AssignmentEnd
    detail: str | None = None
    """A code: a disposition, an outcome, the id of a rule, a requirement. Never free text."""
    note_sealed: str | None = None
    """What a person wrote about it, sealed by the vault: it may speak of the agent's health."""

    @property
    def code(self) -> str:
        """Returns the most exact code there is: what interfaces show."""
        return self.detail or self.kind.value


class AssignmentReason(StrEnum):
    """Why an agent got a lead (requirement D4); what belongs to it stands in ``reason_facts``."""

    ALLOCATED = "allocated"
    """By a run, with enough leads for everybody."""
    ALLOCATED_SHORT = "allocated_short"
    """By a run that had too few leads: everybody's quota was cut in proportion."""
    REASSIGNED = "reassigned"
    """Within the day: the agent who had it before fell ill or left."""


@dataclass(frozen=True, slots=True)
class AssignmentCard:
    id: int
    campaign_id: int
    lead_id: int
    agent_id: int
    work_on: date
    position: int
    state: AssignmentState
    due_at: datetime
    """Not to be tried before."""
    attempts: int
    """Calls for this lead that came to nothing so far."""
    last_note: str
    reason: str
    """Why this agent got this lead, as a sentence (requirement D4)."""
    reason_code: str
    reason_facts: Mapping[str, Any]
    end: End | None
    """None while an agent holds the lead."""

    @property
    def result(self) -> str | None:
        """Returns the code of the end, as interfaces show it."""
        return None if self.end is None else self.end.code


@dataclass(frozen=True, slots=True)
class Progress:
    """An agent's day: ``assigned`` = held for it or from before + done within it."""

    quota: int
    assigned: int
    done: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentDay:
    """How far an agent is with a day, without the quota."""

    assigned: int = 0
    done: int = 0
    next_due_at: datetime | None = None
    """When the next of the open leads is due; None without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentShare:
    """What a run gives one agent."""

    agent_id: int
    name: str
    branch: str
    quota: int
    """Of this agent on this day in the campaign, the part of the day taken into account."""
    day_quota: int
    """Over all campaigns the agent serves; the quotas in them add up to it (requirement D3)."""
    part: int
    """Percent of the day that is worked."""
    carried: int
    """Of the campaign, held from before, counted inside the quota (requirement D3)."""
    new: int
    by_class: Mapping[str, int] = field(default_factory=dict)
    """Of the new ones."""
    by_district: Mapping[str, int] = field(default_factory=dict)
    returned: int = 0
    """Leads returned in the day."""
    reassigned: int = 0
    """Leads got in the day from agents who returned theirs."""
    excluded: str | None = None
    """Why nothing is given to a phone agent: a ``people.rules.Requirement``, ``off_roster`` or ``not_member``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRun:
    """What a run would do now. Nothing is written."""

    digest: str
    """Of everything the plan is made from; a commit that names this digest commits exactly this plan."""
    campaign_id: int
    on: date
    provisional: bool
    """The day's holidays have not been announced yet."""
    seed: int
    agents: tuple[AgentShare, ...]
    assigned: int
    carried: int
    returned: int
    shortage: int
    stock_left: int
    forecast_days: float | None
    stock_by_class: Mapping[str, int]
    """Before the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPlan:
    """Names the plan that a person has looked at, to commit exactly this one."""

    campaign_id: int
    on: date
    seed: int | None
    """None: the date as a number."""
    digest: str


@dataclass(frozen=True, slots=True)
class PlannedLead:
    """One assignment of a plan, and why."""

    lead_id: int
    position: int
    reason_code: AssignmentReason
    reason_facts: Mapping[str, Any]
    reason: str
    """As a sentence, in English."""


@dataclass(frozen=True, slots=True)
class AllocationReport:
    """What one run did."""

    run_id: int
    campaign_id: int
    on: date
    made_at: datetime
    seed: int
    digest: str
    quota: int
    """The campaign's; an agent's own stands in the share."""
    agents: int
    assigned: int
    """New assignments."""
    carried: int
    returned: int
    """Taken back from agents who do not work on that day, or held more than the quota of that day."""
    shortage: int
    """Assignments that could not be made for want of leads."""
    stock_left: int
    forecast_days: float | None
    """Working days the stock lasts; None when no agent needs leads."""
    by_class: Mapping[str, int]
    """Of the new assignments."""
    stock_by_class: Mapping[str, int]
    """Before the run."""
    already_run: bool
    shares: tuple[AgentShare, ...] = ()
    """Empty in lists."""


@dataclass(frozen=True, slots=True)
class ReturnedLeads:
    """What became of the leads that an agent returned."""

    returned: int
    allocated: int
    """Of these, assigned to others in the day."""
    left: int
    """Of these, in the stock now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentUse:
    """How one agent uses a day."""

    agent_id: int
    name: str
    quota: int
    held: int
    open: int
    active: int
    done: int
    attempts: int
    """Calls that came to nothing, for the customers held or done with."""
    next_due_at: datetime | None
    """Of the open ones; in the past when a customer waits to be called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaCard:
    """A quota: of a campaign, or of one agent in it."""

    id: int | None
    """None for the campaign's own, which stands in the campaign."""
    campaign_id: int
    staff_id: int | None
    """None: of everybody in the campaign who has none of their own."""
    quota: int
    from_on: date | None
    """None for the campaign's own."""
    reason: str
    set_by: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaDraft:
    """A quota that is to be set."""

    campaign_id: int
    staff_id: int | None
    """None: of everybody in the campaign who has none of their own."""
    quota: int
    """Leads a day, at least 1."""
    from_on: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberDraft:
    """Which agents are to serve a campaign from a day on, and how much."""

    campaign_id: int
    staff_ids: tuple[int, ...]
    weight: int
    """In relation to each agent's other campaigns, 1 to 100; 0: they do not serve it from then on."""
    from_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class DayCapacity:
    """How many leads of a campaign can be taken on a day."""

    on: date
    agents: int
    """Who serves the campaign and works on the day."""
    leads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberCard:
    """One agent of a campaign, and what the agent may hold of it."""

    staff_id: int
    name: str
    branch: str
    weight: int
    quota: int
    """Leads of a whole day in this campaign."""
    day_quota: int
    """Leads of a whole day over all campaigns."""
    campaigns: Mapping[int, int]
    """Campaign → the agent's quota in it; they add up to ``day_quota``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChange:
    """How much an agent serves a campaign from a day on, as a person set it."""

    id: int
    campaign_id: int
    staff_id: int
    name: str
    weight: int
    from_on: date
    reason: str
    set_by: int | None
    set_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """How long a campaign's stock lasts."""

    campaign_id: int
    name: str
    stock: int
    by_class: Mapping[str, int]
    on: date
    """The next working day, whose roster the need is taken from."""
    daily_need: int
    days: float | None
    warn_below: int
    low: bool
    by_branch: Mapping[str, int]
    """Branch → leads in the stock that its agents alone may have; empty when the campaign is open to all branches."""


@dataclass(frozen=True, slots=True)
class Excess:
    """An agent who holds more than the quota: law 2 is broken."""

    agent_id: int
    held: int
    quota: int


@dataclass(frozen=True, slots=True)
class LeadsAllocated(Event):
    run_id: int
    campaign_id: int
    on: date
    assigned: int
    shortage: int
    short_branches: Mapping[str, int] = field(default_factory=dict)
    """Branch → what its agents lack, where leads of branches are allocated."""


@dataclass(frozen=True, slots=True)
class StockRunsLow(Event):
    """Says that the stock lasts fewer working days than it must (requirement D5)."""

    campaign_id: int
    forecast_days: float
    stock_left: int
