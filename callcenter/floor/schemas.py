"""Responses of the floor."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, field_validator

from callcenter.agents.types import CHOSEN_BY_AGENTS, AgentState, LegState, PauseCode
from callcenter.alerts.types import AlertCard, AlertKind
from callcenter.calls.output import SuccessesView
from callcenter.calls.types import CallKind, CallState
from callcenter.dialer.rules.waiting import WaitingCode
from callcenter.floor.types import FloorVerb
from callcenter.health.types import EngineHealth, Keeping
from callcenter.kit.output import Output
from callcenter.kit.reasons import Reason
from callcenter.lines.types import TrunkCard, TrunkState
from callcenter.telephony.port import Supervision


class FloorCall(BaseModel):
    state: CallState
    kind: CallKind
    answered_at: datetime | None


class FloorToday(BaseModel):
    calls: int
    answered: int
    successes: SuccessesView
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
    waiting: WaitingCode | None = Field(description="why a ready agent is offered no customer; null: not ready")
    waiting_until: datetime | None = Field(description="where that is known")
    help_since: datetime | None = Field(description="since when the agent asks for the leader")
    allowed: list[FloorVerb] = Field(description="acts that the state of this agent permits now")
    today: FloorToday


class FloorSending(Output):
    """One of this person's messages, with its receipts."""

    text: str
    sent_at: datetime
    addressed: int = Field(description="how many agents it was sent to")
    read: int = Field(description="how many of them have confirmed it")


class FloorAbsent(BaseModel):
    """An agent with leads for today who is not logged on."""

    agent_id: int
    name: str
    today: FloorToday


class FloorOwed(BaseModel):
    """A conversation whose wrap-up is over and whose agent still owes the disposition."""

    call_id: UUID
    agent_id: int
    name: str
    kind: CallKind
    ended_at: datetime | None
    since: datetime = Field(description="when the wrap-up ended by the campaign's limit")
    until: datetime = Field(description="then the system sets the disposition *not entered*")


class FloorTotals(BaseModel):
    placed: int
    answered: int
    successes: SuccessesView
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


class FloorLine(BaseModel):
    """A trunk that refuses calls: offering on it is paused."""

    trunk: str
    state: TrunkState
    refusals: int = Field(description="in a row, probes included")
    sip_code: int | None = Field(description="the carrier's last answer; null: no way leads to it")
    since: datetime
    probe_at: datetime | None = Field(description="when one call is let through to try it; while one does, the latest")

    @classmethod
    def of(cls, trunk: TrunkCard) -> "FloorLine":
        return cls(
            trunk=trunk.name,
            state=trunk.state,
            refusals=trunk.refusals,
            sip_code=trunk.sip_code,
            since=trunk.changed_at,
            probe_at=trunk.probe_at,
        )


class FloorEngine(BaseModel):
    """How the engine of one switch keeps up with the signals."""

    node: str
    keeping: Keeping
    since: datetime
    lag_seconds: float

    @classmethod
    def of(cls, engine: EngineHealth) -> "FloorEngine":
        return cls(
            node=engine.node,
            keeping=engine.keeping,
            since=engine.since,
            lag_seconds=round(engine.lag.total_seconds(), 1),
        )


class FloorStandstill(BaseModel):
    """Why calls are not dialled, at a switch or of a campaign, as long as its alert is open."""

    kind: AlertKind
    subject: str
    facts: dict[str, Any]
    since: datetime

    @classmethod
    def of(cls, alert: AlertCard) -> "FloorStandstill":
        return cls(kind=alert.kind, subject=alert.subject, facts=dict(alert.facts), since=alert.raised_at)


class FloorSnapshot(BaseModel):
    """Every logged-on agent's state, live (requirement T3)."""

    now: datetime
    rehearsal: bool
    seats: list[FloorSeat]
    absent: list[FloorAbsent] = Field(description="agents with open leads of today who are not logged on")
    totals: FloorTotals
    window: FloorWindow
    owed: list[FloorOwed] = Field(description="dispositions that agents of the scope owe, the oldest first")
    lines: list[FloorLine] = Field(description="trunks out of use; empty: all carry calls")
    engines: list[FloorEngine] = Field(description="each engine; empty: none has reported yet")
    standstill: list[FloorStandstill] = Field(description="why nothing is dialled; empty: no such reason is known")


class FloorMessageBody(BaseModel):
    agent_ids: list[int] | None = Field(
        default=None, min_length=1, max_length=1000, description="null: all agents of one's scope who are logged on"
    )
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class SentOut(BaseModel):
    addressed: int


class FloorReasonBody(BaseModel):
    reason: Reason


class FloorPauseBody(BaseModel):
    code: PauseCode = PauseCode.MEETING
    reason: Reason

    @field_validator("code")
    @classmethod
    def _chosen_by_people(cls, code: PauseCode) -> PauseCode:
        if code not in CHOSEN_BY_AGENTS:
            raise ValueError("this reason is set by the system: choose another")
        return code


class SuperviseBody(BaseModel):
    kind: Supervision
    reason: Reason
