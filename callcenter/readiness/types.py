"""Names what a campaign needs before it may start, and the steps of a new installation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from callcenter.people.types import Role


class Need(StrEnum):
    """What must be there before a campaign may start. Source: requirements H4, Q3, F1, F2, C3."""

    SCRIPT = "script"
    """A version of the script is in force."""
    CALLER_ID = "caller_id"
    """The carrier has approved the number that customers see."""
    AGENTS = "agents"
    """An agent serves the campaign, works on its next day and may telephone."""
    LEADERS = "leaders"
    """Each branch with agents of the campaign has a leader of agents."""
    QA = "qa"
    """Each branch with agents of the campaign has a person who reviews its calls."""
    REGIONS = "regions"
    """There are regions of the field, each with districts and a leader."""
    RECEIVER = "receiver"
    """A dispatcher receives the successes."""
    STOCK = "stock"
    """There are leads that may be called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartFacts:
    """What is known of a campaign that is to start."""

    first_on: date
    """The day for which agents were looked for."""
    script: bool
    caller_id: str
    caller_id_approved: bool
    agents: int
    branches: frozenset[str]
    """Those of its agents."""
    led_branches: frozenset[str]
    reviewed_branches: frozenset[str]
    regions: int
    unready_regions: tuple[str, ...]
    """Without districts or without a leader."""
    dispatchers: int
    stock: int
    stock_days: float | None
    stock_low: bool
    """It lasts fewer working days than it should; that is no reason to wait."""


@dataclass(frozen=True, slots=True)
class NeedCard:
    """Whether one thing is there."""

    need: Need
    met: bool
    due_on: date | None
    """By when it should have been there, where the campaign has a first day."""
    facts: Mapping[str, Any]
    """Figures and names of branches and regions, for the sentence that a page shows."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a campaign has and lacks."""

    needs: tuple[NeedCard, ...]

    @property
    def missing(self) -> tuple[Need, ...]:
        return tuple(card.need for card in self.needs if not card.met)


class Step(StrEnum):
    """What is done once, in this order, until the first customer can be called."""

    STAFF = "staff"
    REGIONS = "regions"
    LINE = "line"
    CAMPAIGN = "campaign"
    SCRIPT = "script"
    LIST = "list"
    MEMBERS = "members"
    START = "start"
    ALLOCATION = "allocation"
    FIRST_CALL = "first_call"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallationFacts:
    """What an installation has so far."""

    staff: Mapping[Role, int]
    """Role → active people; roles without any may be left out."""
    regions: int
    unready_regions: tuple[str, ...]
    caller_ids: int
    trunks_out_of_use: tuple[str, ...]
    campaigns: int
    scripts: int
    """Campaigns with a script in force."""
    script_waits: bool
    """A version waits for its approval."""
    lists: int
    members: int
    """Agents who serve a campaign."""
    running: int
    allocated: bool
    """There is an allocation run."""
    recorded: bool
    """The recording of a call is stored."""


@dataclass(frozen=True, slots=True)
class StepCard:
    """Whether one step is done."""

    step: Step
    done: bool
    facts: Mapping[str, Any]
    doers: tuple[Role, ...]
    """The roles that can do it."""
