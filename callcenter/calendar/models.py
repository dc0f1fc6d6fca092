"""The table of the calendar room."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from callcenter.kit.db import instant_field, ref_field


class CalendarOverride(SQLModel, table=True):
    """What the administrator has decided about one date; it overrides every calendar (requirement D1)."""

    __tablename__ = "calendar_override"

    day_on: date = Field(primary_key=True)
    working: bool
    reason: str
    set_at: datetime = instant_field()
    set_by: int | None = ref_field("staff.id", nullable=True, index=False)
