"""An agent's working states and what happens to them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from callcenter.kit.events import Event

FLOOR_TOPIC = "floor"
"""Notified whenever something on the live floor may have changed."""


def desk_topic(agent_id: int) -> str:
    """Returns the topic notified whenever something on this agent's screen may have changed."""
    return f"desk:{agent_id}"


def seats_topic(node: str) -> str:
    """Returns the topic notified whenever an agent session of this node may need the engine."""
    return f"seats:{node}"


class AgentState(StrEnum):
    OFFLINE = "offline"
    PAUSED = "paused"
    """Logged in and not available; the pause code says why."""
    READY = "ready"
    """Waiting for the next customer."""
    PREVIEW = "preview"
    """One customer is on the screen, not dialled yet."""
    ON_CALL = "on_call"
    """A call is planned, dialled, ringing or answered."""
    WRAP_UP = "wrap_up"
    """The call has ended and waits for its disposition."""


class DeskDuty(StrEnum):
    """Whom an agent at the desk is offered."""

    MARKETING = "marketing"
    """The day's leads, promises, and complaint callbacks that the complaint staff left."""
    COMPLAINTS = "complaints"
    """Complaint staff: complaint callbacks alone, before the phone agents (requirement X3)."""


class LegState(StrEnum):
    NONE = "none"
    CONNECTING = "connecting"
    UP = "up"
    """Answered and parked: customers can be dialled."""


class PauseCode(StrEnum):
    LOGIN = "login"
    """Just logged in, or the leg was lost."""
    BREAK = "break"
    MEAL = "meal"
    TRAINING = "training"
    MEETING = "meeting"
    SYSTEM = "system"
    """Set by the system: the leg or the switch is gone."""
    DISPOSITION_OWED = "disposition_owed"
    """Set by the system: the wrap-up ended by its limit, and the call's disposition is still to be given."""
    NOT_DIALLED = "not_dialled"
    """Set by the system: the customer on the screen was not dialled in time."""


CHOSEN_BY_AGENTS = frozenset({PauseCode.BREAK, PauseCode.MEAL, PauseCode.TRAINING, PauseCode.MEETING})
"""The reasons an agent may name for a pause; the others are the system's."""


@dataclass(frozen=True, slots=True)
class AgentStateChanged(Event):
    agent_id: int
    old: AgentState
    new: AgentState
    at: datetime


@dataclass(frozen=True, slots=True)
class AgentLeft(Event):
    """An agent logged off; the leg is ended."""

    agent_id: int
    node: str
    leg_id: str | None


@dataclass(frozen=True, slots=True)
class LegReplaced(Event):
    """The browser has lost its end of the leg: it is ended, and another one is connected."""

    agent_id: int
    node: str
    leg_id: str


@dataclass(frozen=True, slots=True)
class CustomerLeftBehind(Event):
    """An agent is gone from a screen that shows a customer not called yet: logged off, or the leg is lost (law 12)."""

    agent_id: int
    assignment_id: int | None
    callback_id: int | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the agent sessions of one node wait for."""

    for_leg: bool
    """A leg is to be connected."""
    for_customer: list[int]
    """Ready agents with a connected leg, by id; the longest waiting first."""


@dataclass(slots=True)
class HeldSession:
    """The row of an agent session while a transaction may change it, column by column as in ``AgentSession``."""

    id: int
    agent_id: int
    node: str
    extension: str | None
    robot_number: str | None
    state: AgentState
    since: datetime
    pause_code: PauseCode | None
    pause_requested: PauseCode | None
    duty: DeskDuty
    phone_registered: bool
    leg_id: str | None
    leg_state: LegState
    leg_attempts: int
    leg_due_at: datetime | None
    assignment_id: int | None
    callback_id: int | None
    call_id: UUID | None
    logged_on_at: datetime
    logged_off_at: datetime | None


@dataclass(frozen=True, slots=True)
class Seat:
    """One agent's session as other rooms may see it."""

    session_id: int
    agent_id: int
    node: str
    state: AgentState
    since: datetime
    pause_code: PauseCode | None
    pause_requested: PauseCode | None
    duty: DeskDuty
    extension: str | None
    robot_number: str | None
    phone_registered: bool
    leg_id: str | None
    leg_state: LegState
    assignment_id: int | None
    """The customer on the screen."""
    callback_id: int | None
    """The promise or obligation being called; None for an assignment."""
    call_id: UUID | None
