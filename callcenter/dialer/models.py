"""The table of signals that were kept aside."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from callcenter.dialer.types import KEPT_SIGNAL, KEPT_SIGNAL_REASON, KeptState
from callcenter.kit.db import enum_field, id_field, instant_field, ref_field, sealed_field, values_check

_KEPT = text("state = 'kept'")


class KeptSignal(SQLModel, table=True):
    """A signal of a switch that our code could not take (law 7). Rows stay when they are settled."""

    __tablename__ = "kept_signal"
    __table_args__ = (
        values_check("state", KeptState),
        CheckConstraint("(state = 'kept') = (settled_at IS NULL)", name="kept_until_settled"),
        CheckConstraint("state <> 'dismissed' OR reason_sealed <> ''", name="dismissed_with_reason"),
        # One fact that is reported twice waits once. Signals without a call have no number here, so each is kept.
        Index("uq_kept_signal_fact", "call_id", "kind", unique=True, postgresql_where=_KEPT),
        Index("ix_kept_signal_waiting", "node", "id", postgresql_where=_KEPT),
    )

    id: int = id_field()
    """In the order in which they came, which is the order in which they are taken again."""
    state: KeptState = enum_field(KeptState, KeptState.KEPT)
    node: str = Field(max_length=20)
    kind: str = Field(max_length=40)
    call_id: UUID | None = None
    """No foreign key: a signal is kept whatever it is about."""
    at: datetime = instant_field()
    """When the switch saw it."""
    kept_at: datetime = instant_field()
    signal_sealed: str = sealed_field(KEPT_SIGNAL)
    """The signal as JSON (``telephony.signal_json``), sealed: an event that was not understood may name a customer."""
    error: str = Field(max_length=80)
    """The class of the latest error."""
    message: str = Field(max_length=500)
    """Of the latest error, with numbers masked."""
    failures: int = 1
    requested_at: datetime | None = instant_field(nullable=True)
    requested_by: int | None = ref_field("staff.id", nullable=True, index=False)
    settled_at: datetime | None = instant_field(nullable=True)
    settled_by: int | None = ref_field("staff.id", nullable=True, index=False)
    reason_sealed: str = sealed_field(KEPT_SIGNAL_REASON, "")
    """Why a person dismissed it."""
