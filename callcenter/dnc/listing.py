"""All SQL of external lists: deliveries, their keys, and the entries they make."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Select, String, any_, delete, func, literal, text, update
from sqlalchemy import select as select_columns
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.dnc.models import DncDelivery, DncEntry, DncKey, DncList, DncReject
from callcenter.dnc.types import DeliveryReject, DeliveryState, DncReason, DncSource, LiftReason
from callcenter.kit.copying import copy_records

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
    """Returns deliveries, the newest first."""
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
    return {row.list_id: row.files for row in await session.execute(query)}


async def find_in_force(session: AsyncSession, list_id: int) -> DncDelivery | None:
    query = select(DncDelivery).where(
        col(DncDelivery.list_id) == list_id, col(DncDelivery.state) == DeliveryState.IN_FORCE
    )
    return (await session.scalars(query.with_for_update())).first()


async def list_in_force(session: AsyncSession, now: datetime) -> Sequence[DncDelivery]:
    """Returns the delivery of each list that is in force and within its term."""
    query = select(DncDelivery).where(
        col(DncDelivery.state) == DeliveryState.IN_FORCE,
        col(DncDelivery.until).is_(None) | (col(DncDelivery.until) > now),
    )
    return (await session.scalars(query.order_by(col(DncDelivery.id)))).all()


# --- keys ------------------------------------------------------------------------------------------------------


async def make_incoming(session: AsyncSession) -> None:
    """Makes a table of this transaction alone: the file may name a number twice."""
    await session.execute(text("CREATE TEMPORARY TABLE dnc_incoming (key_index varchar(64) NOT NULL) ON COMMIT DROP"))


async def copy_incoming(session: AsyncSession, keys: Iterable[str]) -> None:
    await copy_records(session, "dnc_incoming", ("key_index",), ((key,) for key in keys))


async def copy_rejects(session: AsyncSession, delivery_id: int, rejects: Iterable[DeliveryReject]) -> None:
    records = [(delivery_id, reject.line, reject.reason) for reject in rejects]
    if records:
        await copy_records(session, str(DncReject.__tablename__), ("delivery_id", "line", "reason"), records)


async def list_rejects(session: AsyncSession, delivery_id: int, after: int, limit: int) -> Sequence[DncReject]:
    """Returns rejects of a delivery in the file's order, behind a line."""
    query = (
        select(DncReject)
        .where(col(DncReject.delivery_id) == delivery_id, col(DncReject.line) > after)
        .order_by(col(DncReject.line))
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def take_incoming(session: AsyncSession, delivery_id: int) -> int:
    """Gives the different keys to the delivery; returns how many there are."""
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
    """Counts the keys that stand in both deliveries."""
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
    return [(row.delivery_id, row.key_index) for row in await session.execute(query)]


def keys_of(delivery_id: int) -> Select[Any]:
    """Selects the keys of a delivery; of a list of numbers they are the blind indexes leads have."""
    return select(col(DncKey.key_index)).where(col(DncKey.delivery_id) == delivery_id)


# --- entries a list makes ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Match:
    """A number on a list that some lead has."""

    list_key: str
    phone_index: str
    phone_sealed: str


async def match(session: AsyncSession, delivery_id: int, numbers: Select[Any]) -> Sequence[Match]:
    """Returns those of the selected numbers that a delivery holds."""
    one = numbers.subquery("numbers")
    keys = select_columns(
        one.c.phone_index,
        one.c.phone_sealed,
        func.unnest(func.array_append(one.c.list_keys, one.c.phone_index)).label("key"),
    ).subquery("keys")
    query = select_columns(keys.c.key, keys.c.phone_index, keys.c.phone_sealed).where(
        select_columns(col(DncKey.key_index))
        .where(col(DncKey.delivery_id) == delivery_id, col(DncKey.key_index) == keys.c.key)
        .exists()
    )
    return [Match(key, index, sealed) for key, index, sealed in await session.execute(query)]


_ENTER = text(
    """
    INSERT INTO dnc_entry
        (phone_index, phone_sealed, reason, source, delivery_id, list_key, entered_at, entered_by, until)
    SELECT phone_index, phone_sealed, :reason, :source, CAST(:delivery AS bigint), list_key,
           CAST(:now AS timestamptz), CAST(:by AS bigint), CAST(:until AS timestamptz)
    FROM unnest(CAST(:indexes AS varchar[]), CAST(:sealed AS varchar[]), CAST(:keys AS varchar[]))
         AS matched (phone_index, phone_sealed, list_key)
    ON CONFLICT (delivery_id, list_key) WHERE list_key IS NOT NULL DO NOTHING
    RETURNING phone_index
    """
)


async def enter_matches(
    session: AsyncSession, delivery: DncDelivery, matches: Sequence[Match], now: datetime, by: int | None
) -> Sequence[str]:
    """Writes one entry per number, unless the delivery has made it before; returns the blind indexes of new ones."""
    if not matches:
        return []
    entered = await session.execute(
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
    return list(entered.scalars())


async def pass_on(session: AsyncSession, before: DncDelivery, now_on: DncDelivery) -> int:
    """Moves entries whose number is delivered again to the next delivery, with its term; returns how many."""
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


async def end_entries(session: AsyncSession, delivery_id: int, now: datetime, by: int | None, why: LiftReason) -> int:
    """Ends every entry that still stands on a delivery; returns how many."""
    query = (
        update(DncEntry)
        .where(col(DncEntry.delivery_id) == delivery_id, col(DncEntry.lifted_at).is_(None))
        .values(lifted_at=now, lifted_by=by, lifted_why=why)
        .returning(col(DncEntry.id))
    )
    return len((await session.scalars(query)).all())


def standing_numbers(delivery_id: int) -> Select[Any]:
    """Selects the blind indexes of the entries that still stand on a delivery."""
    return select(col(DncEntry.phone_index)).where(
        col(DncEntry.delivery_id) == delivery_id, col(DncEntry.lifted_at).is_(None)
    )
