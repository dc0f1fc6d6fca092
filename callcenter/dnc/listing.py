"""All SQL of external lists: files, deliveries, keys, and the customers they bar."""

from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg
from sqlalchemy import ARRAY, String, any_, delete, func, literal, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.dnc.models import DncDelivery, DncKey, DncList, DncPiece
from callcenter.dnc.types import DeliveryState, DncSource
from callcenter.leads.models import DncEntry, Lead
from callcenter.leads.types import DncReason

# --- files -----------------------------------------------------------------------------------------------------


async def add_piece(session: AsyncSession, delivery_id: int, number: int, sealed: bytes) -> None:
    session.add(DncPiece(delivery_id=delivery_id, number=number, body_sealed=sealed))
    await session.flush()
    session.expunge_all()  # a large file does not stay in memory


async def pieces(session: AsyncSession, delivery_id: int) -> AsyncIterator[tuple[int, bytes]]:
    """In their order, one in memory at a time."""
    number = 0
    while True:
        query = select(col(DncPiece.body_sealed)).where(
            col(DncPiece.delivery_id) == delivery_id, col(DncPiece.number) == number
        )
        if (body := (await session.scalars(query)).first()) is None:
            return
        yield number, body
        number += 1


async def drop_pieces(session: AsyncSession, delivery_id: int) -> None:
    await session.execute(delete(DncPiece).where(col(DncPiece.delivery_id) == delivery_id))


# --- lists and deliveries --------------------------------------------------------------------------------------


async def find_delivery(session: AsyncSession, delivery_id: int, *, lock: bool = False) -> DncDelivery | None:
    return await session.get(DncDelivery, delivery_id, populate_existing=True, with_for_update=True if lock else None)


async def find_list(session: AsyncSession, list_id: int) -> DncList | None:
    """Locked until the work ends."""
    return await session.get(DncList, list_id, populate_existing=True, with_for_update=True)


async def list_lists(session: AsyncSession) -> Sequence[DncList]:
    return (await session.scalars(select(DncList).order_by(col(DncList.name)))).all()


async def list_deliveries(
    session: AsyncSession, *, list_id: int | None = None, state: DeliveryState | None = None, limit: int = 50
) -> Sequence[DncDelivery]:
    """The newest first."""
    query = select(DncDelivery).order_by(col(DncDelivery.id).desc()).limit(limit)
    if list_id is not None:
        query = query.where(col(DncDelivery.list_id) == list_id)
    if state is not None:
        query = query.where(col(DncDelivery.state) == state)
    return (await session.scalars(query)).all()


async def count_deliveries(session: AsyncSession) -> dict[int, int]:
    """List → files taken in."""
    query = (
        select(col(DncDelivery.list_id), func.count().label("files"))
        .where(col(DncDelivery.delivered_at).is_not(None))
        .group_by(col(DncDelivery.list_id))
    )
    return {found.list_id: found.files for found in await session.execute(query)}


async def find_in_force(session: AsyncSession, list_id: int) -> DncDelivery | None:
    query = select(DncDelivery).where(
        col(DncDelivery.list_id) == list_id, col(DncDelivery.state) == DeliveryState.IN_FORCE
    )
    return (await session.scalars(query.with_for_update())).first()


async def list_in_force(session: AsyncSession, now: datetime) -> Sequence[DncDelivery]:
    """What holds now, of every list."""
    query = select(DncDelivery).where(
        col(DncDelivery.state) == DeliveryState.IN_FORCE,
        col(DncDelivery.until).is_(None) | (col(DncDelivery.until) > now),
    )
    return (await session.scalars(query.order_by(col(DncDelivery.id)))).all()


# --- keys ------------------------------------------------------------------------------------------------------


async def make_incoming(session: AsyncSession) -> None:
    """A table of this transaction alone: the file may name a number twice."""
    await session.execute(text("CREATE TEMPORARY TABLE dnc_incoming (key_index varchar(64) NOT NULL) ON COMMIT DROP"))


async def copy_incoming(session: AsyncSession, keys: Iterable[str]) -> None:
    raw = await (await session.connection()).get_raw_connection()
    driver = raw.driver_connection
    assert isinstance(driver, asyncpg.Connection)
    await driver.copy_records_to_table("dnc_incoming", records=((key,) for key in keys), columns=("key_index",))


async def take_incoming(session: AsyncSession, delivery_id: int) -> int:
    """The different keys become the delivery's; returns how many there are."""
    statement = """
        INSERT INTO dnc_key (delivery_id, key_index)
        SELECT CAST(:delivery AS bigint), key_index FROM dnc_incoming GROUP BY key_index ORDER BY key_index
    """
    await session.execute(text("SET LOCAL work_mem = '128MB'"))  # sorted in memory, the index grows at its end
    await session.execute(text(statement), {"delivery": delivery_id})
    count = (
        await session.scalars(select(func.count()).select_from(DncKey).where(col(DncKey.delivery_id) == delivery_id))
    ).one()
    await session.execute(text("ANALYZE dnc_key"))
    return count


async def count_common(session: AsyncSession, one: int, other: int) -> int:
    """Keys that stand in both deliveries."""
    query = text(
        "SELECT count(*) FROM dnc_key a JOIN dnc_key b USING (key_index)"
        " WHERE a.delivery_id = :one AND b.delivery_id = :other"
    )
    return int((await session.execute(query, {"one": one, "other": other})).scalar_one())


async def drop_keys(session: AsyncSession, delivery_id: int) -> None:
    await session.execute(delete(DncKey).where(col(DncKey.delivery_id) == delivery_id))


async def find_keys(
    session: AsyncSession, delivery_ids: Collection[int], keys: Collection[str]
) -> Sequence[tuple[int, str]]:
    """(delivery, key) of those keys that stand in one of these deliveries."""
    query = select(col(DncKey.delivery_id), col(DncKey.key_index)).where(
        col(DncKey.delivery_id).in_(delivery_ids), col(DncKey.key_index) == any_(literal(list(keys), ARRAY(String)))
    )
    return [(found.delivery_id, found.key_index) for found in await session.execute(query)]


# --- the customers a list bars ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Match:
    """A number on a list that is ours to know: some customer has it."""

    list_key: str
    phone_index: str
    phone_sealed: str


async def leads_after(session: AsyncSession, after: int, limit: int) -> Sequence[tuple[int, str, str]]:
    """(id, blind index, sealed number) of the next customers by id."""
    query = (
        select(col(Lead.id), col(Lead.phone_index), col(Lead.phone_sealed))
        .where(col(Lead.id) > after)
        .order_by(col(Lead.id))
        .limit(limit)
    )
    return [(found.id, found.phone_index, found.phone_sealed) for found in await session.execute(query)]


async def count_leads(session: AsyncSession) -> int:
    return (await session.scalars(select(func.count()).select_from(Lead))).one()


async def match_by_index(session: AsyncSession, delivery_id: int) -> Sequence[Match]:
    """Customers whose number stands in a delivery of numbers."""
    query = (
        select(col(Lead.phone_index), func.min(col(Lead.phone_sealed)).label("sealed"))
        .join(DncKey, col(DncKey.key_index) == col(Lead.phone_index))
        .where(col(DncKey.delivery_id) == delivery_id)
        .group_by(col(Lead.phone_index))
    )
    return [Match(found.phone_index, found.phone_index, found.sealed) for found in await session.execute(query)]


_ENTER = text(
    """
    INSERT INTO dnc_entry
        (phone_index, phone_sealed, reason, source, delivery_id, list_key, entered_at, entered_by, until)
    SELECT phone_index, phone_sealed, :reason, :source, CAST(:delivery AS bigint), list_key,
           CAST(:now AS timestamptz), CAST(:by AS bigint), CAST(:until AS timestamptz)
    FROM unnest(CAST(:indexes AS varchar[]), CAST(:sealed AS varchar[]), CAST(:keys AS varchar[]))
         AS found (phone_index, phone_sealed, list_key)
    ON CONFLICT (delivery_id, list_key) WHERE list_key IS NOT NULL DO NOTHING
    RETURNING phone_index
    """
)


async def enter_matches(
    session: AsyncSession, delivery: DncDelivery, matches: Sequence[Match], now: datetime, by: int | None
) -> Sequence[str]:
    """One entry per number, unless the delivery has made it before; gives the blind indexes of new ones."""
    if not matches:
        return []
    found = await session.execute(
        _ENTER,
        {
            "reason": DncReason.INDUSTRY_LIST.value,
            "source": DncSource.EXTERNAL_LIST.value,
            "delivery": delivery.id,
            "now": now,
            "by": by,
            "until": delivery.until,
            "indexes": [match.phone_index for match in matches],
            "sealed": [match.phone_sealed for match in matches],
            "keys": [match.list_key for match in matches],
        },
    )
    return list(found.scalars())


async def pass_on(session: AsyncSession, before: DncDelivery, now_on: DncDelivery) -> int:
    """Entries of the delivery before whose number is delivered again go on with the new term."""
    delivered = select(col(DncKey.key_index)).where(col(DncKey.delivery_id) == now_on.id)
    query = (
        update(DncEntry)
        .where(
            col(DncEntry.delivery_id) == before.id,
            col(DncEntry.lifted_at).is_(None),
            col(DncEntry.list_key).in_(delivered),
        )
        .values(delivery_id=now_on.id, until=now_on.until)
        .returning(col(DncEntry.id))
    )
    return len((await session.scalars(query)).all())


async def end_entries(session: AsyncSession, delivery_id: int, now: datetime, by: int | None, why: str) -> int:
    """Every entry that still stands on a delivery ends."""
    query = (
        update(DncEntry)
        .where(col(DncEntry.delivery_id) == delivery_id, col(DncEntry.lifted_at).is_(None))
        .values(lifted_at=now, lifted_by=by, lifted_why=why)
        .returning(col(DncEntry.id))
    )
    return len((await session.scalars(query)).all())


async def count_dnc_leads(session: AsyncSession, delivery_id: int) -> int:
    standing = select(col(DncEntry.phone_index)).where(
        col(DncEntry.delivery_id) == delivery_id, col(DncEntry.lifted_at).is_(None)
    )
    query = select(func.count()).select_from(Lead).where(col(Lead.phone_index).in_(standing))
    return (await session.scalars(query)).one()


async def leads_of_numbers(session: AsyncSession, indexes: Collection[str]) -> Sequence[int]:
    query = (
        select(col(Lead.id))
        .where(col(Lead.phone_index) == any_(literal(list(indexes), ARRAY(String))))
        .order_by(col(Lead.id))
    )
    return (await session.scalars(query)).all()
