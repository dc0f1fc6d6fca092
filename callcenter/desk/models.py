"""The desk's one table: notices that explain to agents what the system changed on their screen."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import SQLModel

from callcenter.desk.types import NoticeCode
from callcenter.eligibility.types import RuleId
from callcenter.kit.db import enum_field, id_field, instant_field, ref_field, values_check


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
