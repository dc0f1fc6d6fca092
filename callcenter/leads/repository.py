"""SQL of leads, their numbers and the stock. SQL of lists: ``list_repository``."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    String,
    and_,
    any_,
    bindparam,
    func,
    literal,
    or_,
    update,
)
from sqlalchemy import select as select_columns
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from callcenter.kit import rows
from callcenter.kit.clock import business_date
from callcenter.kit.literals import one_of
from callcenter.kit.prepared import Prepared
from callcenter.leads.models import Lead
from callcenter.leads.port import DoNotCall
from callcenter.leads.transitions import LEAD, LeadAct
from callcenter.leads.types import LeadCriteria, LeadState, SealedFields, SealedNumber, StockCounts, StockLead

NEAR = 5_000
"""So many leads are read back in search of a page before an index is asked."""


def among(column: Any, ids: Collection[int]) -> ColumnElement[bool]:
    """Returns the condition that a column is one of ``ids``: a single parameter for any number of ids."""
    return cast(ColumnElement[bool], column == any_(literal(list(ids), ARRAY(BigInteger))))


# --- leads -----------------------------------------------------------------------------------------------------


async def find_lead(session: AsyncSession, lead_id: int, *, fresh: bool = False) -> Lead | None:
    """Returns a lead; ``fresh`` reads the row again even if this session has read it before."""
    lead = await session.get(Lead, lead_id, populate_existing=fresh)
    if lead is not None:
        rows.keep(session, lead)
    return lead


async def list_leads(session: AsyncSession, ids: Collection[int]) -> Sequence[Lead]:
    """Returns leads by id; ids that do not exist are left out."""
    return (await session.scalars(select(Lead).where(among(col(Lead.id), ids)).order_by(col(Lead.id)))).all()


_LEAD = Lead.metadata.tables[str(Lead.__tablename__)]
_IDS = bindparam("ids", type_=ARRAY(BigInteger))
_NUMBERS = Prepared(
    select_columns(_LEAD.c.id, _LEAD.c.phone_index, _LEAD.c.phone_sealed).where(_LEAD.c.id == any_(_IDS))
)


async def find_numbers(session: AsyncSession, ids: Collection[int]) -> list[Any]:
    """Returns id, blind index and sealed number of leads; ids that do not exist are left out."""
    return await _NUMBERS.all(session, {"ids": list(ids)})


async def lock_leads(session: AsyncSession, ids: Collection[int]) -> Sequence[Lead]:
    """Reads leads anew and locks them until the transaction ends: in the order of their ids, so that two transactions
    that lock the same leads cannot deadlock."""
    query = select(Lead).where(among(col(Lead.id), ids)).order_by(col(Lead.id))
    return (await session.scalars(query.with_for_update().execution_options(populate_existing=True))).all()


async def search(session: AsyncSession, criteria: LeadCriteria, before: int | None, limit: int) -> Sequence[Lead]:
    """Returns matching leads, the newest first.

    Each criterion has an index: few matches are found by it and sorted, many by reading back from the newest lead. Of a
    class alone the planner cannot know which: many leads may have it, and none since long ago. Then the nearest leads
    are read back; a page that they do not fill is found by the index of the class.
    """
    order: Any = col(Lead.id)
    exact = criteria.name_index, criteria.phone_index, criteria.phone_last4, criteria.id_number_index
    if criteria.customer_class is not None and not any(exact):
        nearest = select(Lead).order_by(col(Lead.id).desc()).limit(NEAR)
        if before is not None:
            nearest = nearest.where(col(Lead.id) < before)
        near = aliased(Lead, nearest.subquery())
        query = select(near).where(*_meets(near, criteria)).order_by(col(near.id).desc()).limit(limit)
        page = (await session.scalars(query)).all()
        if len(page) == limit:
            return page
        order = col(Lead.id) + 0  # no index has this order
    query = select(Lead).where(*_meets(Lead, criteria)).order_by(order.desc()).limit(limit)
    if before is not None:
        query = query.where(col(Lead.id) < before)
    return (await session.scalars(query)).all()


def _meets(lead: type[Lead], criteria: LeadCriteria) -> list[ColumnElement[bool]]:
    """Returns the conditions of a search; ``lead``: the table, or a part of it."""
    wanted = (
        (lead.name_index, criteria.name_index),
        (lead.phone_index, criteria.phone_index),
        (lead.phone_last4, criteria.phone_last4),
        (lead.id_number_index, criteria.id_number_index),
        (lead.list_id, criteria.list_id),
        (lead.campaign_id, criteria.campaign_id),
        (lead.customer_class, criteria.customer_class),
        (lead.state, criteria.state),
    )
    return [col(column) == value for column, value in wanted if value is not None]


async def lock(session: AsyncSession, ids: Collection[int]) -> None:
    """Locks these leads until the transaction ends; waits for transactions that are changing one of them."""
    query = select(col(Lead.id)).where(among(col(Lead.id), ids)).order_by(col(Lead.id)).with_for_update()
    await session.execute(query)


async def move(session: AsyncSession, ids: Collection[int], act: LeadAct) -> int:
    """Moves those leads whose state permits the act; returns how many did.

    The condition on the state is the claim: of two allocations that take the same lead, one does not move it.
    """
    if len(ids) == 1:  # as after a call: of a list, the server makes the plan anew each time
        return len(await _MOVE_ONE[act].all(session, {"id": next(iter(ids))}))
    return len(await _MOVES[act].all(session, {"ids": list(ids)}))


def _move(act: LeadAct, which: ColumnElement[bool]) -> Prepared:
    query = update(_LEAD).where(which, one_of(_LEAD.c.state, LEAD.sources(act)))
    return Prepared(query.values(state=LEAD.target(act)).returning(_LEAD.c.id))


_MOVES = {act: _move(act, _LEAD.c.id == any_(_IDS)) for act in LeadAct}
_MOVE_ONE = {act: _move(act, _LEAD.c.id == bindparam("id", type_=BigInteger)) for act in LeadAct}


# --- numbers ---------------------------------------------------------------------------------------------------


async def list_by_phone(session: AsyncSession, phone_index: str) -> Sequence[Lead]:
    """Returns the leads with this number, in every campaign."""
    query = select(Lead).where(col(Lead.phone_index) == phone_index).order_by(col(Lead.id))
    return (await session.scalars(query)).all()


async def list_ids_by_phone(session: AsyncSession, phone_indexes: Collection[str]) -> Sequence[int]:
    """Returns the ids of the leads with one of these numbers, over all campaigns."""
    numbers = any_(literal(list(phone_indexes), ARRAY(String)))
    return (
        await session.scalars(select(col(Lead.id)).where(col(Lead.phone_index) == numbers).order_by(col(Lead.id)))
    ).all()


async def list_numbers(session: AsyncSession, after: int, limit: int) -> Sequence[SealedNumber]:
    """Returns the numbers of the next leads by id."""
    columns = select(col(Lead.id), col(Lead.phone_index), col(Lead.phone_sealed))
    query = columns.where(col(Lead.id) > after).order_by(col(Lead.id)).limit(limit)
    return [SealedNumber(*row) for row in await session.execute(query)]


async def list_numbers_among(session: AsyncSession, phone_indexes: Select[Any]) -> Sequence[SealedNumber]:
    """Returns the numbers of leads that are in the given selection of blind indexes, each once."""
    query = (
        select_columns(func.min(col(Lead.id)), col(Lead.phone_index), func.min(col(Lead.phone_sealed)))
        .where(col(Lead.phone_index).in_(phone_indexes))
        .group_by(col(Lead.phone_index))
    )
    return [SealedNumber(*row) for row in await session.execute(query)]


async def count_with_numbers(session: AsyncSession, phone_indexes: Select[Any]) -> int:
    """Counts the leads whose number is in the given selection of blind indexes."""
    query = select(func.count()).select_from(Lead).where(col(Lead.phone_index).in_(phone_indexes))
    return (await session.scalars(query)).one()


# --- identity numbers ------------------------------------------------------------------------------------------


def _without_id_index(after: int) -> ColumnElement[bool]:
    return and_(col(Lead.id) > after, col(Lead.fields_sealed).is_not(None), col(Lead.id_number_index).is_(None))


async def count_without_id_index(session: AsyncSession, after: int) -> int:
    """Counts the leads behind an id that have further fields and no index of an identity number."""
    return await count(session, _without_id_index(after))


async def list_without_id_index(session: AsyncSession, after: int, limit: int) -> Sequence[SealedFields]:
    """Returns the further fields of the next such leads by id."""
    columns = select_columns(col(Lead.id), col(Lead.list_id), col(Lead.line), col(Lead.fields_sealed))
    query = columns.where(_without_id_index(after))
    rows = await session.execute(query.order_by(col(Lead.id)).limit(limit))
    return [
        SealedFields(lead_id, list_id, line, sealed) for lead_id, list_id, line, sealed in rows if sealed is not None
    ]


async def write_id_indexes(session: AsyncSession, indexes: Mapping[int, str]) -> int:
    """Writes the indexes of leads that have none; returns how many had none."""
    await lock(session, list(indexes))  # in the order of ids, as every other statement that locks several leads
    given = func.unnest(literal(list(indexes), ARRAY(BigInteger)), literal(list(indexes.values()), ARRAY(String)))
    new = given.table_valued("lead_id", "id_index").render_derived()
    query = (
        update(Lead)
        .where(col(Lead.id) == new.c.lead_id, col(Lead.id_number_index).is_(None))
        .values(id_number_index=new.c.id_index)
        .returning(col(Lead.id))
    )
    return len((await session.scalars(query, execution_options={"synchronize_session": False})).all())


# --- stock -----------------------------------------------------------------------------------------------------


def basis_counts(now: datetime) -> ColumnElement[bool]:
    """Returns the rule ``rules.basis.basis_counts`` as an SQL expression."""
    not_over = or_(col(Lead.basis_valid_until).is_(None), col(Lead.basis_valid_until) >= business_date(now))
    return and_(col(Lead.basis_withdrawn_at).is_(None), not_over)


def _callable(now: datetime, do_not_call: DoNotCall) -> ColumnElement[bool]:
    return and_(basis_counts(now), ~do_not_call.blocks(col(Lead.phone_index), now))


def stock_of(campaign_id: int, now: datetime, do_not_call: DoNotCall) -> ColumnElement[bool]:
    """Returns the condition that a lead of the campaign is in the stock and may be called."""
    in_stock = and_(col(Lead.campaign_id) == campaign_id, col(Lead.state) == LeadState.STOCK)
    return and_(in_stock, _callable(now, do_not_call))


async def count_in_stock(session: AsyncSession, campaign_id: int, now: datetime, do_not_call: DoNotCall) -> StockCounts:
    """Counts a campaign's leads, and those of its stock by what keeps them from being called, in one statement."""
    in_stock = col(Lead.state) == LeadState.STOCK
    row = (
        await session.execute(
            select_columns(
                func.count().label("listed"),
                func.count().filter(in_stock).label("in_stock"),
                func.count().filter(in_stock, ~basis_counts(now)).label("without_basis"),
                func.count().filter(in_stock, _callable(now, do_not_call)).label("callable"),
            ).where(col(Lead.campaign_id) == campaign_id)
        )
    ).one()
    return StockCounts(**row._mapping)


def callable_among(ids: Collection[int], now: datetime, do_not_call: DoNotCall) -> ColumnElement[bool]:
    """Returns the condition that a lead is one of ``ids`` and may be called, in any state."""
    return and_(among(col(Lead.id), ids), _callable(now, do_not_call))


def _stock_leads(condition: ColumnElement[bool]) -> Any:
    columns = Lead.id, Lead.customer_class, Lead.district, Lead.imported_at, Lead.class_rank, Lead.list_id
    return select_columns(*(col(column) for column in columns)).where(condition)


async def list_stock(
    session: AsyncSession, condition: ColumnElement[bool], limit: int, seed: int
) -> Sequence[StockLead]:
    """Returns the first ``limit`` leads under the condition: by class, by age of data, then by a draw from the seed.

    ``allocation.rules.planning.draw_of_lead`` computes the same draw.
    """
    drawn = func.md5(func.concat(literal(f"{seed}:"), col(Lead.id))).collate("C")
    query = _stock_leads(condition).order_by(col(Lead.class_rank), col(Lead.imported_at), drawn).limit(limit)
    return [StockLead(*row) for row in await session.execute(query)]


async def list_as_stock(session: AsyncSession, condition: ColumnElement[bool]) -> Sequence[StockLead]:
    return [StockLead(*row) for row in await session.execute(_stock_leads(condition))]


def of_lists(list_ids: Collection[int], *, others: bool = False) -> ColumnElement[bool]:
    """Returns the condition that a lead came with one of these lists, or with any of the ``others``."""
    condition = among(Lead.list_id, list_ids)
    return ~condition if others else condition


async def count_by_list(session: AsyncSession, condition: ColumnElement[bool]) -> Mapping[int, int]:
    query = select(col(Lead.list_id), func.count().label("leads")).where(condition).group_by(col(Lead.list_id))
    return {row.list_id: row.leads for row in await session.execute(query)}


async def count(session: AsyncSession, condition: ColumnElement[bool]) -> int:
    return (await session.scalars(select(func.count()).select_from(Lead).where(condition))).one()


async def count_up_to(session: AsyncSession, condition: ColumnElement[bool], most: int) -> int:
    """Counts the leads under the condition and stops at ``most``."""
    some = select(col(Lead.id)).where(condition).limit(most).subquery()
    return (await session.scalars(select(func.count()).select_from(some))).one()


async def count_by_class(session: AsyncSession, condition: ColumnElement[bool]) -> Mapping[str, int]:
    query = (
        select(col(Lead.customer_class), func.count().label("leads"))
        .where(condition)
        .group_by(col(Lead.customer_class))
    )
    return {row.customer_class: row.leads for row in await session.execute(query)}
