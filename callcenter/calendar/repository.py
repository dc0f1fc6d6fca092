"""All SQL of the calendar room."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.calendar.models import CalendarEdition, CalendarOverride


async def list_overrides(session: AsyncSession) -> Sequence[CalendarOverride]:
    """Returns the newest decision about each date, also where it gives the date back to the national calendar."""
    newest = (
        select(CalendarOverride)
        .ext(distinct_on(col(CalendarOverride.day_on)))
        .order_by(col(CalendarOverride.day_on), col(CalendarOverride.id).desc())
    )
    return (await session.scalars(newest)).all()


async def list_decisions(session: AsyncSession, first: date, last: date) -> Sequence[CalendarOverride]:
    """Returns every decision about the dates between two, both included; the newest first."""
    query = (
        select(CalendarOverride)
        .where(col(CalendarOverride.day_on).between(first, last))
        .order_by(col(CalendarOverride.id).desc())
    )
    return (await session.scalars(query)).all()


async def add_edition(session: AsyncSession, edition: CalendarEdition) -> None:
    """Adds an edition; one that is known stays as it is."""
    await session.execute(insert(CalendarEdition).values(**edition.model_dump()).on_conflict_do_nothing())
