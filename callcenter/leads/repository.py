"""All SQL of the leads room."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ARRAY, BigInteger, ColumnElement, String, and_, any_, func, literal, or_, update
from sqlalchemy import select as select_columns
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.kit.clock import business_date
from callcenter.leads.models import DncEntry, Lead, LeadList
from callcenter.leads.types import LeadState, StockLead


async def find_lead(session: AsyncSession, lead_id: int, *, fresh: bool = False) -> Lead | None:
    """``fresh`` reads the row again even if this session has seen it before."""
    return await session.get(Lead, lead_id, populate_existing=fresh)


async def list_leads(session: AsyncSession, ids: Collection[int]) -> Sequence[Lead]:
    return (await session.scalars(select(Lead).where(col(Lead.id).in_(ids)))).all()


async def list_by_phone(session: AsyncSession, phone_index: str) -> Sequence[Lead]:
    """The same number in every campaign."""
    query = select(Lead).where(col(Lead.phone_index) == phone_index).order_by(col(Lead.id))
    return (await session.scalars(query)).all()


async def find_list(session: AsyncSession, list_id: int) -> LeadList | None:
    return await session.get(LeadList, list_id)


async def find_dnc_numbers(session: AsyncSession, indexes: Collection[str], now: datetime) -> set[str]:
    """Those of these numbers that are on the do-not-call list."""
    asked = any_(literal(list(indexes), ARRAY(String)))
    query = select(col(DncEntry.phone_index)).where(col(DncEntry.phone_index) == asked, dnc_in_force(now))
    return set((await session.scalars(query)).all())


def dnc_in_force(now: datetime) -> ColumnElement[bool]:
    return and_(col(DncEntry.lifted_at).is_(None), or_(col(DncEntry.until).is_(None), col(DncEntry.until) > now))


async def find_dnc_in_force(session: AsyncSession, phone_index: str, now: datetime) -> DncEntry | None:
    """The entry that lasts longest."""
    query = (
        select(DncEntry)
        .where(col(DncEntry.phone_index) == phone_index, dnc_in_force(now))
        .order_by(col(DncEntry.until).desc().nulls_first(), col(DncEntry.id))
        .limit(1)
    )
    return (await session.scalars(query)).first()


def among(column: Any, ids: Collection[int]) -> ColumnElement[bool]:
    """``column`` is one of ``ids``, however many: one parameter, not one each."""
    return cast(ColumnElement[bool], column == any_(literal(list(ids), ARRAY(BigInteger))))


def _callable(now: datetime) -> ColumnElement[bool]:
    do_not_call = (
        select(DncEntry.id).where(col(DncEntry.phone_index) == col(Lead.phone_index), dnc_in_force(now)).exists()
    )
    not_over = or_(col(Lead.basis_valid_until).is_(None), col(Lead.basis_valid_until) >= business_date(now))
    return and_(col(Lead.basis_withdrawn_at).is_(None), not_over, ~do_not_call)


def _stock(campaign_id: int, now: datetime) -> ColumnElement[bool]:
    return and_(col(Lead.campaign_id) == campaign_id, col(Lead.state) == LeadState.STOCK, _callable(now))


def _stock_leads(condition: ColumnElement[bool]) -> Any:
    columns = Lead.id, Lead.customer_class, Lead.district, Lead.imported_at, Lead.class_rank
    return select_columns(*(col(column) for column in columns)).where(condition)


async def list_stock(
    session: AsyncSession, campaign_id: int, now: datetime, limit: int, seed: int
) -> Sequence[StockLead]:
    """Those that go first of the leads nobody holds and that may be called.

    By class, by age of data, then drawn: ``allocation.rules.planning.draw_of_lead`` is the same function.
    """
    drawn = func.md5(func.concat(literal(f"{seed}:"), col(Lead.id))).collate("C")
    query = (
        _stock_leads(_stock(campaign_id, now)).order_by(col(Lead.class_rank), col(Lead.imported_at), drawn).limit(limit)
    )
    return [StockLead(*found) for found in await session.execute(query)]


async def list_callable(session: AsyncSession, ids: Collection[int], now: datetime) -> Sequence[StockLead]:
    """Those of ``ids`` that may be called, in whatever state they are."""
    query = _stock_leads(and_(among(col(Lead.id), ids), _callable(now)))
    return [StockLead(*found) for found in await session.execute(query)]


async def count_callable(session: AsyncSession, ids: Collection[int], now: datetime) -> int:
    query = select(func.count()).select_from(Lead).where(among(col(Lead.id), ids), _callable(now))
    return (await session.scalars(query)).one()


async def list_as_stock(session: AsyncSession, ids: Collection[int]) -> Sequence[StockLead]:
    return [StockLead(*found) for found in await session.execute(_stock_leads(among(col(Lead.id), ids)))]


async def count_stock(session: AsyncSession, campaign_id: int, now: datetime) -> Mapping[str, int]:
    """Class → leads nobody holds and that may be called."""
    query = (
        select(col(Lead.customer_class), func.count().label("leads"))
        .where(_stock(campaign_id, now))
        .group_by(col(Lead.customer_class))
    )
    return {found.customer_class: found.leads for found in await session.execute(query)}


async def count_stock_up_to(session: AsyncSession, campaign_id: int, now: datetime, most: int) -> int:
    """Stops counting at ``most``."""
    some = select(col(Lead.id)).where(_stock(campaign_id, now)).limit(most).subquery()
    return (await session.scalars(select(func.count()).select_from(some))).one()


async def lock(session: AsyncSession, ids: Collection[int]) -> None:
    """Waits for whoever changes one of these leads now; nobody does until this transaction ends."""
    query = select(col(Lead.id)).where(among(col(Lead.id), ids)).order_by(col(Lead.id)).with_for_update()
    await session.execute(query)


async def move(session: AsyncSession, ids: Collection[int], from_states: Collection[LeadState], to: LeadState) -> int:
    """Claims leads from one of the states expected; returns how many were in it."""
    query = (
        update(Lead)
        .where(among(col(Lead.id), ids), col(Lead.state).in_(from_states))
        .values(state=to)
        .returning(col(Lead.id))
    )
    return len((await session.scalars(query)).all())
