"""All SQL of classes. What concerns the leads themselves is asked of ``leads.ordering``."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, BigInteger, Integer, Select, any_, bindparam, func, literal, text, update
from sqlalchemy import select as select_columns
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.classes.models import ClassRuleSet, ClassScheme, ClassValue, LeadClass
from callcenter.classes.types import ClassSource
from callcenter.kit.copying import copy_records

# --- schemes, classes, rules ---------------------------------------------------------------------------------------


async def list_schemes(session: AsyncSession) -> Sequence[ClassScheme]:
    return (await session.scalars(select(ClassScheme).order_by(col(ClassScheme.id)))).all()


async def find_scheme(session: AsyncSession, scheme_id: int) -> ClassScheme | None:
    return await session.get(ClassScheme, scheme_id)


async def find_scheme_by_key(session: AsyncSession, key: str) -> ClassScheme | None:
    scheme: ClassScheme | None = await session.scalar(select(ClassScheme).where(col(ClassScheme.key) == key))
    return scheme


async def list_classes(session: AsyncSession, scheme_ids: Collection[int]) -> Sequence[ClassValue]:
    """Returns the classes of these schemes, by rank."""
    query = (
        select(ClassValue)
        .where(col(ClassValue.scheme_id).in_(scheme_ids))
        .order_by(col(ClassValue.rank), col(ClassValue.id))
    )
    return (await session.scalars(query)).all()


async def has_leads(session: AsyncSession, class_id: int) -> bool:
    query = select(select(LeadClass).where(col(LeadClass.class_id) == class_id).exists())
    return bool(await session.scalar(query))


async def make_default(session: AsyncSession, scheme_id: int, class_id: int | None) -> None:
    """Moves the default mark to a class; first off the one that has it, since an index permits one."""
    for mark in (False, True):
        await session.execute(
            update(ClassValue)
            .where(
                col(ClassValue.scheme_id) == scheme_id,
                col(ClassValue.id) == class_id if mark else col(ClassValue.is_default),
            )
            .values(is_default=mark)
            .execution_options(synchronize_session="fetch")
        )


async def list_rule_sets(session: AsyncSession, scheme_id: int) -> Sequence[ClassRuleSet]:
    """Returns the versions of a scheme's rules, the newest first."""
    query = select(ClassRuleSet).where(col(ClassRuleSet.scheme_id) == scheme_id)
    return (await session.scalars(query.order_by(col(ClassRuleSet.version).desc()))).all()


async def find_rule_set(session: AsyncSession, scheme_id: int, version: int) -> ClassRuleSet | None:
    query = select(ClassRuleSet).where(col(ClassRuleSet.scheme_id) == scheme_id, col(ClassRuleSet.version) == version)
    rule_set: ClassRuleSet | None = await session.scalar(query)
    return rule_set


async def find_active(session: AsyncSession, scheme_id: int) -> ClassRuleSet | None:
    query = select(ClassRuleSet).where(col(ClassRuleSet.scheme_id) == scheme_id, col(ClassRuleSet.active))
    rule_set: ClassRuleSet | None = await session.scalar(query)
    return rule_set


async def active_versions(session: AsyncSession) -> Mapping[int, int]:
    """Scheme → version of its rules in force."""
    query = select(col(ClassRuleSet.scheme_id), col(ClassRuleSet.version)).where(col(ClassRuleSet.active))
    return {row[0]: row[1] for row in await session.execute(query)}


async def versions_of(session: AsyncSession, ids: Collection[int]) -> Mapping[int, int]:
    """Rule set → its version."""
    query = select(col(ClassRuleSet.id), col(ClassRuleSet.version)).where(col(ClassRuleSet.id).in_(ids))
    return {row[0]: row[1] for row in await session.execute(query)}


# --- figures and single customers ----------------------------------------------------------------------------------


async def count_by_class(session: AsyncSession, scheme_id: int) -> Mapping[int, int]:
    """Class → customers in it."""
    query = (
        select(col(LeadClass.class_id), func.count())
        .where(col(LeadClass.class_id).in_(select(ClassValue.id).where(col(ClassValue.scheme_id) == scheme_id)))
        .group_by(col(LeadClass.class_id))
    )
    return {row[0]: row[1] for row in await session.execute(query)}


def leads_of_class(class_id: int) -> Select[Any]:
    """Selects the ids of the customers in a class."""
    return select(col(LeadClass.lead_id)).where(col(LeadClass.class_id) == class_id)


async def put_lead_class(session: AsyncSession, lead_id: int, scheme_id: int, made: LeadClass | None) -> int | None:
    """Writes the class of one lead in place of the one it has, whose id it returns."""
    before = await session.get(LeadClass, (lead_id, scheme_id), populate_existing=True)
    was = None
    if before is not None:
        was = before.class_id
        await session.delete(before)
        await session.flush()
    if made is not None:
        session.add(made)
        await session.flush()
    return was


async def list_lead_classes(session: AsyncSession, lead_id: int) -> Sequence[LeadClass]:
    query = select(LeadClass).where(col(LeadClass.lead_id) == lead_id).order_by(col(LeadClass.scheme_id))
    return (await session.scalars(query)).all()


async def find_class(session: AsyncSession, class_id: int) -> ClassValue | None:
    return await session.get(ClassValue, class_id)


class Given(NamedTuple):
    """The class one lead has in a scheme now, and what gave it."""

    class_id: int
    source: ClassSource
    rule_set_id: int | None
    rule_no: int | None


async def list_given(session: AsyncSession, scheme_id: int, lead_ids: Collection[int]) -> Mapping[int, Given]:
    """Lead → its class in the scheme; leads without one are left out."""
    ids = any_(literal(list(lead_ids), ARRAY(BigInteger)))
    query = select_columns(
        col(LeadClass.lead_id),
        col(LeadClass.class_id),
        col(LeadClass.source),
        col(LeadClass.rule_set_id),
        col(LeadClass.rule_no),
    ).where(col(LeadClass.scheme_id) == scheme_id, col(LeadClass.lead_id) == ids)
    return {
        row.lead_id: Given(row.class_id, row.source, row.rule_set_id, row.rule_no)
        for row in await session.execute(query)
    }


# --- writing many --------------------------------------------------------------------------------------------------

_STAGED = ("lead_id", "class_id", "source", "rule_no")


async def make_stage(session: AsyncSession) -> None:
    """Makes a table of this transaction alone for what the rules decide; it ends with the transaction."""
    await session.execute(
        text(
            "CREATE TEMPORARY TABLE class_decision"
            " (lead_id bigint PRIMARY KEY, class_id bigint, source text, rule_no integer) ON COMMIT DROP"
        )
    )


async def stage(session: AsyncSession, decisions: Iterable[tuple[int, int | None, str | None, int | None]]) -> None:
    await copy_records(session, "class_decision", _STAGED, decisions)


_DROP = text(
    "DELETE FROM lead_class USING class_decision d"
    " WHERE lead_class.lead_id = d.lead_id AND d.lead_id BETWEEN :low AND :high AND d.class_id IS NULL"
    " AND lead_class.scheme_id = :scheme_id AND lead_class.source <> 'manual'"
)
_WRITE = text(
    "INSERT INTO lead_class (lead_id, scheme_id, class_id, source, rule_set_id, rule_no, reason_sealed, set_at, set_by)"
    " SELECT lead_id, :scheme_id, class_id, source, CASE WHEN source = 'rule' THEN :rule_set_id END, rule_no, '', :now,"
    " :staff_id FROM class_decision WHERE lead_id BETWEEN :low AND :high AND class_id IS NOT NULL"
    " ON CONFLICT (lead_id, scheme_id) DO UPDATE SET class_id = excluded.class_id, source = excluded.source,"
    " rule_set_id = excluded.rule_set_id, rule_no = excluded.rule_no, reason_sealed = '', set_at = excluded.set_at,"
    " set_by = excluded.set_by WHERE lead_class.source <> 'manual'"
).bindparams(bindparam("rule_set_id", type_=Integer), bindparam("staff_id", type_=Integer))


async def write_staged(
    session: AsyncSession,
    scheme_id: int,
    rule_set_id: int | None,
    within: tuple[int, int],
    now: datetime,
    staff_id: int | None,
) -> None:
    """Writes the staged decisions of these leads, except where a person set the class in the meantime."""
    low, high = within
    await session.execute(_DROP, {"low": low, "high": high, "scheme_id": scheme_id})
    values = {"low": low, "high": high, "scheme_id": scheme_id, "rule_set_id": rule_set_id}
    await session.execute(_WRITE, {**values, "now": now, "staff_id": staff_id})


def order_of(scheme_id: int, within: tuple[int, int]) -> Select[Any]:
    """Selects ``lead_id``, ``class_id``, ``rank`` and ``name`` of the leads between two ids that have a class."""
    query: Any = select_columns(
        col(LeadClass.lead_id).label("lead_id"),
        col(ClassValue.id).label("class_id"),
        col(ClassValue.rank).label("rank"),
        col(ClassValue.name_zh).label("name"),
    )
    selected: Select[Any] = query.join(ClassValue, col(ClassValue.id) == col(LeadClass.class_id)).where(
        col(LeadClass.scheme_id) == scheme_id, col(LeadClass.lead_id).between(*within)
    )
    return selected
