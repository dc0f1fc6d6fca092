"""The desk's tables: notices that explain what the system changed on a screen, and what an agent has entered so far."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, Index
from sqlmodel import Field, SQLModel

from callcenter.desk.types import NoticeCode
from callcenter.eligibility.types import RuleId
from callcenter.kit.db import enum_field, id_field, instant_field, ref_field, sealed_field, values_check
from callcenter.kit.places import Binding

DRAFT_ENTRIES = Binding("desk_draft.entries", ("agent_id",))


class DeskNotice(SQLModel, table=True):
    """One notice to one agent; it stays on the screen until it is read."""

    __tablename__ = "desk_notice"
    __table_args__ = (
        values_check("code", NoticeCode),
        Index("ix_desk_notice_unread", "agent_id", "id", postgresql_where="read_at IS NULL"),
    )

    id: int = id_field()
    agent_id: int = ref_field("staff.id", index=False)
    lead_id: int = ref_field("lead.id", index=False)
    """The customer it is about; the agent does not see the name."""
    call_id: UUID | None = None
    """The call that was on the screen; None when the customer was not being called."""
    code: NoticeCode = enum_field(NoticeCode)
    rule: RuleId = enum_field(RuleId)
    at: datetime = instant_field()
    read_at: datetime | None = instant_field(nullable=True)


class DeskDraft(SQLModel, table=True):
    """What an agent has entered about the customer on the screen, and the window of the browser that enters it.

    Of another customer than the one on the screen it counts for nothing. The next entries replace it; the log-off
    removes it.
    """

    __tablename__ = "desk_draft"

    agent_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("staff.id"), primary_key=True, autoincrement=False, nullable=False)
    )
    window: str
    """Which window works at the desk: a random name that a page gives itself when it is loaded."""
    assignment_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    callback_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    call_id: UUID | None = None
    """None as long as the customer has not been dialled."""
    entries_sealed: str | None = sealed_field(DRAFT_ENTRIES, nullable=True)
    """The entries as JSON; None: nothing is entered."""
    saved_at: datetime = instant_field()
