"""All SQL of the calendar room."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from callcenter.calendar.models import CalendarOverride


async def list_overrides(session: AsyncSession) -> Sequence[CalendarOverride]:
    return (await session.scalars(select(CalendarOverride))).all()


async def upsert_override(session: AsyncSession, override: CalendarOverride) -> None:
    values = override.model_dump()
    await session.execute(
        insert(CalendarOverride).values(**values).on_conflict_do_update(index_elements=["day_on"], set_=values)
    )


async def delete_override(session: AsyncSession, day_on: date) -> None:
    if override := await session.get(CalendarOverride, day_on):
        await session.delete(override)
