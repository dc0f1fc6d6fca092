"""Who holds which lead, and what an allocation run reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from callcenter.kit.bus import Event

if TYPE_CHECKING:
    from callcenter.kit.work import Work
    from callcenter.people.types import StaffCard


class AssignmentState(StrEnum):
    OPEN = "open"
    """Waits for its turn in one agent's hands."""
    ACTIVE = "active"
    """On that agent's screen."""
    DONE = "done"
    RETURNED = "returned"
    """Taken back into the stock; ``result`` says why."""


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
    """Why this agent got this lead (requirement D4)."""
    result: str | None


@dataclass(frozen=True, slots=True)
class Progress:
    """An agent's day: ``assigned`` = held for it or from before + done within it."""

    quota: int
    assigned: int
    done: int


@dataclass(frozen=True, slots=True)
class AgentShare:
    agent_id: int
    carried: int
    """Held from before, counted inside the quota (requirement D3)."""
    new: int


@dataclass(frozen=True, slots=True)
class AllocationReport:
    """What one run did."""

    run_id: int
    campaign_id: int
    on: date
    made_at: datetime
    seed: int
    quota: int
    agents: int
    assigned: int
    """New assignments."""
    carried: int
    returned: int
    """Taken back from agents who do not work on that day."""
    shortage: int
    """Assignments that could not be made for want of leads."""
    stock_left: int
    forecast_days: float | None
    """Working days the stock lasts; None when nobody needs any."""
    shares: tuple[AgentShare, ...]
    already_run: bool


@dataclass(frozen=True, slots=True)
class Excess:
    """An agent who holds more than the quota: law 2 is broken."""

    agent_id: int
    held: int
    quota: int


class Roster(Protocol):
    """What the allocation asks of people."""

    async def eligible_agents(self, work: "Work", on: date) -> "Sequence[StaffCard]":
        """Those who may telephone customers on that day (requirement D2)."""
        ...


@dataclass(frozen=True, slots=True)
class LeadsAllotted(Event):
    run_id: int
    campaign_id: int
    on: date
    assigned: int
    shortage: int


@dataclass(frozen=True, slots=True)
class StockRunsLow(Event):
    """The stock lasts fewer working days than it must (requirement D5)."""

    campaign_id: int
    forecast_days: float
    stock_left: int
