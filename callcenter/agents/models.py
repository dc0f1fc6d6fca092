"""Tables of the agents room."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field, SQLModel

from callcenter.agents.types import AgentState, DeskDuty, LegState, MessageKind, PauseCode
from callcenter.kit.db import enum_field, id_field, instant_field, ref_field, sealed_field, values_check
from callcenter.kit.places import Binding

MESSAGE_TEXT = Binding("agent_message.text", ("sending", "agent_id"))


class AgentSession(SQLModel, table=True):
    """One agent at work, from log-on to log-off."""

    __tablename__ = "agent_session"
    __table_args__ = (
        values_check("state", AgentState),
        values_check("leg_state", LegState),
        values_check("duty", DeskDuty),
        Index("uq_agent_session_open", "agent_id", unique=True, postgresql_where="state <> 'offline'"),
        Index(
            "uq_agent_session_assignment", "assignment_id", unique=True, postgresql_where="assignment_id IS NOT NULL"
        ),
        Index("uq_agent_session_callback", "callback_id", unique=True, postgresql_where="callback_id IS NOT NULL"),
    )

    id: int = id_field()
    agent_id: int = ref_field("staff.id")
    node: str
    """The switch this agent is pinned to."""
    extension: str | None = Field(default=None, index=True)
    robot_number: str | None = None
    """Rehearsal: the carrier number that plays this agent, instead of a browser phone."""
    state: AgentState = enum_field(AgentState)
    since: datetime = instant_field()
    pause_code: PauseCode | None = enum_field(PauseCode, nullable=True)
    pause_requested: PauseCode | None = enum_field(PauseCode, nullable=True)
    """Asked for during a call; takes effect after the disposition."""
    duty: DeskDuty = enum_field(DeskDuty)
    phone_registered: bool = False
    leg_id: str | None = Field(default=None, index=True)
    leg_state: LegState = enum_field(LegState, LegState.NONE)
    leg_attempts: int = 0
    leg_due_at: datetime | None = instant_field(nullable=True)
    """When the engine may (again) try to connect the leg."""
    assignment_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    callback_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    call_id: UUID | None = None
    help_since: datetime | None = instant_field(nullable=True)
    """Since when the agent asks for the group leader; None: does not."""
    logged_on_at: datetime = instant_field()
    logged_off_at: datetime | None = instant_field(nullable=True)


class AgentSpan(SQLModel, table=True):
    """How long an agent was in which state (requirement C11: time accounting)."""

    __tablename__ = "agent_span"
    __table_args__ = (Index("ix_agent_span_agent", "agent_id", "from_at"),)

    id: int = id_field()
    session_id: int = ref_field("agent_session.id")
    agent_id: int = ref_field("staff.id", index=False)
    state: AgentState = enum_field(AgentState)
    pause_code: PauseCode | None = enum_field(PauseCode, nullable=True)
    from_at: datetime = instant_field()
    until_at: datetime = instant_field()


class AgentMessage(SQLModel, table=True):
    """What a supervisor writes to one agent; it is shown until the agent confirms to have read it."""

    __tablename__ = "agent_message"
    __table_args__ = (
        values_check("kind", MessageKind),
        Index("ix_agent_message_unread", "agent_id", "id", postgresql_where="read_at IS NULL"),
        Index("ix_agent_message_sent", "sent_by", "sent_at"),
    )

    id: int = id_field()
    sending: UUID
    """The same for all agents to whom one message was sent."""
    agent_id: int = ref_field("staff.id", index=False)
    sent_by: int = ref_field("staff.id", index=False)
    kind: MessageKind = enum_field(MessageKind)
    text_sealed: str = sealed_field(MESSAGE_TEXT)
    sent_at: datetime = instant_field()
    read_at: datetime | None = instant_field(nullable=True)
