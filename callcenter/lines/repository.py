"""All SQL of the lines room."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.lines.models import ConfiguredTrunk, Trunk
from callcenter.lines.transitions import TRUNK, TrunkFact
from callcenter.lines.types import TrunkState


async def lock(session: AsyncSession, name: str, now: datetime) -> Trunk:
    """Returns the trunk, locked until the transaction ends; makes its row at the first refusal."""
    await session.execute(
        insert(Trunk)
        .values(name=name, state=TRUNK.initial, refusals=0, changed_at=now)
        .on_conflict_do_nothing(index_elements=["name"])
    )
    return await session.get_one(Trunk, name, populate_existing=True, with_for_update=True)


async def claim_probe(session: AsyncSession, name: str, lead_id: int, now: datetime, lease_ends: datetime) -> bool:
    """Makes the call to this lead the probe, by a conditional UPDATE; False when another call is."""
    claimed = await session.scalar(
        update(Trunk)
        .where(
            col(Trunk.name) == name,
            col(Trunk.state).in_(TRUNK.sources(TrunkFact.PROBED)),
            or_(
                col(Trunk.probe_at) <= now,
                and_(col(Trunk.state) == TrunkState.PROBING, col(Trunk.probe_lead_id) == lead_id),
            ),
        )
        .values(state=TRUNK.target(TrunkFact.PROBED), probe_lead_id=lead_id, probe_at=lease_ends)
        .returning(col(Trunk.name))
    )
    return claimed is not None


async def list_out_of_use(session: AsyncSession) -> list[Trunk]:
    query = select(Trunk).where(col(Trunk.state) != TrunkState.IN_USE).order_by(col(Trunk.name))
    return list(await session.scalars(query))


async def states(session: AsyncSession, names: Collection[str]) -> Sequence[Trunk]:
    """Returns the rows of those among these trunks that have refused calls at some time, as they are now."""
    query = select(Trunk).where(col(Trunk.name).in_(names)).execution_options(populate_existing=True)
    return (await session.scalars(query)).all()


async def configured(session: AsyncSession) -> Sequence[ConfiguredTrunk]:
    """Returns the trunks that were entered and not removed, by group and priority."""
    query = (
        select(ConfiguredTrunk)
        .where(col(ConfiguredTrunk.removed_at).is_(None))
        .order_by(col(ConfiguredTrunk.group_name), col(ConfiguredTrunk.priority), col(ConfiguredTrunk.name))
    )
    return (await session.scalars(query)).all()


async def lock_configured(session: AsyncSession, trunk_id: int) -> ConfiguredTrunk | None:
    """Returns a trunk that was entered as it is now, locked until the transaction ends; None without one."""
    query = select(ConfiguredTrunk).where(
        col(ConfiguredTrunk.id) == trunk_id, col(ConfiguredTrunk.removed_at).is_(None)
    )
    return (await session.scalars(query.with_for_update().execution_options(populate_existing=True))).one_or_none()
