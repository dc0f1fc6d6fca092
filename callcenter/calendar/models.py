"""The tables of the calendar room; neither ever loses a row (law 11)."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from callcenter.kit import history
from callcenter.kit.db import id_field, instant_field, json_field, ref_field


class CalendarOverride(SQLModel, table=True):
    """What the administrator decided about one date; of each date the newest row counts, and overrides every calendar.

    Source: requirement D1.
    """

    __tablename__ = "calendar_override"
    __table_args__ = (Index("ix_calendar_override_day_on", "day_on", "id"),)

    id: int = id_field()
    """A verdict names the newest one it was given by."""
    day_on: date
    working: bool | None
    """None: taken back, the national calendar counts again."""
    reason: str
    set_at: datetime = instant_field()
    set_by: int | None = ref_field("staff.id", nullable=True, index=False)


class CalendarEdition(SQLModel, table=True):
    """What the national calendar said, as one release of the two packages knows it, from its first use on."""

    __tablename__ = "calendar_edition"

    name: str = Field(primary_key=True, max_length=120)
    """The packages with their versions: ``chinesecalendar 1.11.0, holidays 0.86``."""
    first_used_at: datetime = instant_field()
    days: dict[str, bool] = json_field()
    """Date → worked, for the dates that are not as their day of the week: holidays and make-up days."""


history.keep(CalendarOverride)
history.keep(CalendarEdition)
