"""Holds all SQL of routes and messages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from callcenter.messages.models import AlertMessage, MessageRoute
from callcenter.messages.transitions import MESSAGE, MessageFact
from callcenter.messages.types import MessageState, Phase


async def routes(session: AsyncSession) -> Sequence[MessageRoute]:
    """Returns the routes in use, by name."""
    query = select(MessageRoute).where(col(MessageRoute.removed_at).is_(None)).order_by(col(MessageRoute.name))
    return (await session.scalars(query)).all()


async def lock_route(session: AsyncSession, route_id: int) -> MessageRoute | None:
    """Returns a route in use as it is now, locked until the transaction ends; None without one."""
    query = select(MessageRoute).where(col(MessageRoute.id) == route_id, col(MessageRoute.removed_at).is_(None))
    return (await session.scalars(query.with_for_update().execution_options(populate_existing=True))).one_or_none()


async def is_name_taken(session: AsyncSession, name: str, besides: int | None) -> bool:
    query = select(col(MessageRoute.id)).where(col(MessageRoute.name) == name, col(MessageRoute.removed_at).is_(None))
    if besides is not None:
        query = query.where(col(MessageRoute.id) != besides)
    return await session.scalar(query) is not None


async def add_messages(session: AsyncSession, values: Sequence[dict[str, Any]]) -> Sequence[int]:
    """Plans messages and returns the ids of those that were not planned before."""
    if not values:
        return []
    rows = [{"state": MESSAGE.initial, **row} for row in values]
    query = insert(AlertMessage).values(rows).on_conflict_do_nothing().returning(col(AlertMessage.id))
    return (await session.scalars(query)).all()


async def unsaid_ends(session: AsyncSession) -> Sequence[tuple[int, int]]:
    """Returns route and alert of each message that said a beginning, on routes that say the end, and have not yet."""
    end = aliased(AlertMessage)
    same = (col(end.route_id) == col(AlertMessage.route_id)) & (col(end.alert_id) == col(AlertMessage.alert_id))
    query = (
        select(col(AlertMessage.route_id), col(AlertMessage.alert_id))
        .join(MessageRoute, col(MessageRoute.id) == col(AlertMessage.route_id))
        .outerjoin(end, same & (col(end.phase) == Phase.CLEARED))
        .where(
            col(AlertMessage.phase) == Phase.RAISED,
            col(AlertMessage.state) == MessageState.SENT,
            col(MessageRoute.removed_at).is_(None),
            col(MessageRoute.says_cleared),
            col(end.id).is_(None),
        )
    )
    rows = await session.execute(query)
    return [(route_id, alert_id) for route_id, alert_id in rows if alert_id is not None]


async def read(session: AsyncSession, message_id: int) -> tuple[AlertMessage, MessageRoute] | None:
    """Returns a message, locked until the transaction ends, with its route."""
    query = (
        select(AlertMessage, MessageRoute)
        .join(MessageRoute, col(MessageRoute.id) == col(AlertMessage.route_id))
        .where(col(AlertMessage.id) == message_id)
        .with_for_update(of=AlertMessage)
        .execution_options(populate_existing=True)
    )
    row = (await session.execute(query)).one_or_none()
    return None if row is None else (row[0], row[1])


async def many(session: AsyncSession, *, before: int | None, limit: int) -> Sequence[tuple[AlertMessage, str]]:
    """Returns the newest messages, each with the name of its route."""
    query = (
        select(AlertMessage, col(MessageRoute.name))
        .join(MessageRoute, col(MessageRoute.id) == col(AlertMessage.route_id))
        .order_by(col(AlertMessage.id).desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(col(AlertMessage.id) < before)
    return [(row[0], row[1]) for row in await session.execute(query)]


async def outlive(session: AsyncSession, route_id: int, now: datetime) -> None:
    """Gives up what waits on a route."""
    await session.execute(
        update(AlertMessage)
        .where(col(AlertMessage.route_id) == route_id)
        .where(col(AlertMessage.state).in_(MESSAGE.sources(MessageFact.OUTLIVED)))
        .values(state=MESSAGE.target(MessageFact.OUTLIVED), ended_at=now)
    )
