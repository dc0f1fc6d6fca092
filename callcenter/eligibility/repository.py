"""All SQL of the eligibility room."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.eligibility.models import RuleSet


async def add(session: AsyncSession, name: str, digest: str, at: datetime) -> None:
    """Adds a rule set; one that is known stays as it is."""
    row = {"name": name, "digest": digest, "first_used_at": at}
    await session.execute(insert(RuleSet).values(**row).on_conflict_do_nothing())


async def list_all(session: AsyncSession) -> Sequence[RuleSet]:
    return (await session.scalars(select(RuleSet).order_by(col(RuleSet.first_used_at), col(RuleSet.name)))).all()
