"""Tables of the calls room."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from callcenter.calls.types import SEALED_DETAILS, CallKind, CallState, Disposition, Outcome, SuccessVerdict
from callcenter.kit.db import enum_field, id_field, instant_field, json_field, ref_field, row_version, values_check
from callcenter.telephony.events import DialStatus

_VERSION = row_version()


class Call(SQLModel, table=True):
    """One conversation, or the attempt at one. The row exists before the customer is dialled (law 1)."""

    __tablename__ = "call"
    __table_args__ = (
        values_check("kind", CallKind),
        values_check("state", CallState),
        values_check("outcome", Outcome),
        values_check("disposition", Disposition),
        values_check("success_verdict", SuccessVerdict),
        CheckConstraint("(outcome IS NULL) = (state <> 'ended')", name="outcome_exactly_when_ended"),
        CheckConstraint("dialled_at IS NULL OR verdict ->> 'allowed' = 'true'", name="dialled_with_permission"),
        Index("uq_call_open_agent", "agent_id", unique=True, postgresql_where="state <> 'ended'"),
        Index("uq_call_open_lead", "lead_id", unique=True, postgresql_where="state <> 'ended'"),
        Index("uq_call_open_number", "phone_index", unique=True, postgresql_where="state <> 'ended'"),
        Index(
            "ix_call_owed",
            "agent_id",
            postgresql_where="disposition_owed_at IS NOT NULL AND disposed_at IS NULL",
        ),
        Index("ix_call_number_dialled", "phone_index", "dialled_at"),
        Index("ix_call_dialled", "dialled_at"),
        Index("ix_call_disposition", "disposition", "lead_id", postgresql_where="disposition IS NOT NULL"),
        Index("ix_call_agent_planned", "agent_id", "planned_at"),
        Index("ix_call_answered", "answered_at", postgresql_where="answered_at IS NOT NULL"),
    )
    __mapper_args__ = {"version_id_col": _VERSION, "version_id_generator": False}

    id: UUID = Field(primary_key=True)
    kind: CallKind = enum_field(CallKind)
    state: CallState = enum_field(CallState, CallState.PLANNED)
    outcome: Outcome | None = enum_field(Outcome, nullable=True)
    disposition: Disposition | None = enum_field(Disposition, nullable=True)
    agent_id: int = ref_field("staff.id")
    lead_id: int = ref_field("lead.id")
    campaign_id: int = ref_field("campaign.id")
    assignment_id: int | None = ref_field("assignment.id", nullable=True)
    callback_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True, index=True))
    """The promise or obligation this call serves; its table is in a room above, so no foreign key."""
    node: str
    """Which switch places it."""
    leg_id: str
    """The agent's permanent leg."""
    phone_index: str
    """Blind index of the number, for the frequency caps over all campaigns (requirement C3)."""
    caller_id: str
    trunk: str
    ring_seconds: int
    is_probe: bool = False
    """It was let through to try a trunk that was paused."""
    channel: str | None = None
    """The switch's name of the customer's channel."""
    verdict: dict[str, Any] = json_field()
    """The last answer of ``may_call``: allowed, rule, reason, rule_set, at (requirement C2)."""
    planned_at: datetime = instant_field(index=True)
    dialled_at: datetime | None = instant_field(nullable=True)
    recording_started_at: datetime | None = instant_field(nullable=True)
    ringing_at: datetime | None = instant_field(nullable=True)
    """When the telephone began to ring (180); an announcement before the answer (183) is none."""
    answered_at: datetime | None = instant_field(nullable=True)
    hung_up_at: datetime | None = instant_field(nullable=True)
    """When the customer's channel ended. An unanswered call ends when its outcome is certain, which may take another
    signal."""
    ended_at: datetime | None = instant_field(nullable=True)
    end_estimated: bool = False
    """True when no signal reported the end (crash, lost link). ``ended_at`` is then the last sign of life."""
    dial_status: DialStatus | None = enum_field(DialStatus, nullable=True)
    hangup_cause: int | None = None
    sip_code: int | None = None
    hung_up_by_us: bool = False
    disposed_at: datetime | None = instant_field(nullable=True)
    disposition_owed_at: datetime | None = instant_field(nullable=True)
    """When the wrap-up ended by its limit without a disposition. It is owed until ``disposed_at``."""
    success_verdict: SuccessVerdict | None = enum_field(SuccessVerdict, nullable=True)
    """Of quality, copied from the review so that counting successes asks this table alone; None: open."""
    details: dict[str, Any] = json_field(sealed=SEALED_DETAILS)
    """The disposition's details (DispositionDetails); free text in it is sealed."""
    xmin: int | None = Field(default=None, sa_column=_VERSION)
    """Which version of the row this is: the engine changes calls it has not read anew (``open_calls``)."""


@dataclass(slots=True, kw_only=True)
class HeldCall:
    """The row of a call while a transaction may change it, column by column as in ``Call``."""

    id: UUID
    kind: CallKind
    state: CallState
    outcome: Outcome | None = None
    disposition: Disposition | None = None
    agent_id: int
    lead_id: int
    campaign_id: int
    assignment_id: int | None
    callback_id: int | None
    node: str
    leg_id: str
    phone_index: str
    caller_id: str
    trunk: str
    ring_seconds: int
    is_probe: bool = False
    channel: str | None = None
    verdict: dict[str, Any]
    planned_at: datetime
    dialled_at: datetime | None = None
    recording_started_at: datetime | None = None
    ringing_at: datetime | None = None
    answered_at: datetime | None = None
    hung_up_at: datetime | None = None
    ended_at: datetime | None = None
    end_estimated: bool = False
    dial_status: DialStatus | None = None
    hangup_cause: int | None = None
    sip_code: int | None = None
    hung_up_by_us: bool = False
    disposed_at: datetime | None = None
    disposition_owed_at: datetime | None = None
    success_verdict: SuccessVerdict | None = None
    details: dict[str, Any] = field(default_factory=dict)
    xmin: int | None = None
    """None for a row that is not written yet."""


class CallSignal(SQLModel, table=True):
    """The journal: each signal the switch sent about a call, once."""

    __tablename__ = "call_signal"
    __table_args__ = (UniqueConstraint("call_id", "key"),)

    id: int = id_field()
    call_id: UUID = Field(sa_column=Column(ForeignKey("call.id"), nullable=False, index=True))
    key: str
    kind: str
    at: datetime = instant_field()
    received_at: datetime = instant_field()
    facts: dict[str, Any] = json_field()
