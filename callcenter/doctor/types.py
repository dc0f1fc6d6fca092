"""What is looked at, and what may be found wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from callcenter.agents.types import DeskDuty
from callcenter.alerts.types import AlertCard
from callcenter.campaigns.types import CampaignRules, WindowVerdict
from callcenter.eligibility.types import RuleId
from callcenter.health.types import Node, PartCard
from callcenter.leads.types import StockCounts
from callcenter.lines.types import TrunkCard
from callcenter.people.rules import Requirement


class Severity(StrEnum):
    STOPS = "stops"
    """Calls are not placed, or not by some."""
    WARNS = "warns"
    """Work goes on and will not for long, or something is lost."""
    EXPLAINS = "explains"
    """Nothing is broken: this is why no customer is offered now."""


class Area(StrEnum):
    SETTINGS = "settings"
    MACHINE = "machine"
    DATABASE = "database"
    STORE = "store"
    SWITCH = "switch"
    TRUNK = "trunk"
    PARTS = "parts"
    TODAY = "today"
    CAMPAIGN = "campaign"
    LEADS = "leads"
    AGENTS = "agents"
    OPERATION = "operation"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, or that explains why agents wait."""

    code: str
    """Stable."""
    area: Area
    severity: Severity
    zh: str
    en: str
    """What is wrong and what to do, in one sentence each; no personal data."""
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemFacts:
    """What the processes report, and what alerts say."""

    parts: Sequence[PartCard]
    nodes: Sequence[Node]
    trunks: Sequence[TrunkCard]
    """Those out of use."""
    alerts: Sequence[AlertCard]
    """The open ones of the kinds that the doctor explains, with their names filled in."""
    caller_ids: int
    """How many the carrier has approved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFacts:
    """One campaign today, from its lists to the agents who may have its leads."""

    rules: CampaignRules
    window: WindowVerdict
    caller_id_approved: bool
    has_script: bool
    leads: StockCounts
    members: int
    """Agents who serve it today by its list of members."""
    members_there: int
    """Of these, who are fit and work today."""
    allocated: bool
    """Whether an allocation for today was made."""
    assigned: int
    """Leads that agents have for today, done or open."""
    open: int
    due: int
    """Agents whose next open lead may be called now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatFacts:
    """An agent who is logged on at the desk."""

    agent_id: int
    paused: bool
    ready: bool
    busy: bool
    """A customer is on the screen or on the line."""
    phone_registered: bool
    leg_up: bool
    robot: bool
    duty: DeskDuty
    open: int
    next_due_at: datetime | None
    refused_by: RuleId | None = None
    """What refuses the agent's next lead though it is due; None: nothing does, or none is due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffFacts:
    """The phone agents, whether they are logged on or not."""

    agents: int
    fit: int
    lacking: Mapping[Requirement, int]
    """What keeps agents from telephoning, and how many."""
    rostered: int
    """Fit, and working today."""
    seats: Sequence[SeatFacts]
    now: datetime


class StepName(StrEnum):
    """The way of a lead from its list to a call; each step has a number, and the first that is 0 is the reason."""

    LISTED = "listed"
    IN_STOCK = "in_stock"
    CALLABLE = "callable"
    ASSIGNED_TODAY = "assigned_today"
    OPEN = "open"
    DUE = "due"
    AGENTS_READY = "agents_ready"


@dataclass(frozen=True, slots=True)
class Step:
    name: StepName
    count: int
    stuck: bool
    """The first step at which nothing is left."""


@dataclass(frozen=True, slots=True)
class CampaignWay:
    campaign_id: int
    name: str
    window_open: bool
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found at one instant: the gravest first."""

    made_at: datetime
    faults: Sequence[Fault]
    ways: Sequence[CampaignWay]
