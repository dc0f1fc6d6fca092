"""What the floor shows."""

from datetime import datetime

from pydantic import BaseModel

from callcenter.agents.types import AgentState, LegState, PauseCode
from callcenter.calls.types import CallKind, CallState


class FloorCall(BaseModel):
    state: CallState
    kind: CallKind
    answered_at: datetime | None


class FloorToday(BaseModel):
    calls: int
    answered: int
    successes: int
    assigned: int
    done: int


class FloorSeat(BaseModel):
    agent_id: int
    name: str
    state: AgentState
    since: datetime
    pause_code: PauseCode | None
    leg: LegState
    robot: bool
    call: FloorCall | None
    today: FloorToday


class FloorTotals(BaseModel):
    placed: int
    answered: int
    successes: int
    live: int
    recordings_stored: int
    incidents_open: int
    complaints_due: int
    complaints_done: int
    complaints_overdue: int
    """Of those not called back; the others have time left."""


class FloorWindow(BaseModel):
    open: bool
    until: datetime | None
    opens_at: datetime | None


class FloorSnapshot(BaseModel):
    """Who is in which state, live (requirement T3)."""

    now: datetime
    rehearsal: bool
    seats: list[FloorSeat]
    totals: FloorTotals
    window: FloorWindow
