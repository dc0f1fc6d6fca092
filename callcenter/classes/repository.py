"""All SQL of classes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg
from sqlalchemy import ColumnElement, Integer, and_, bindparam, func, text, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.classes.fields import Row
from callcenter.classes.models import ClassRuleSet, ClassScheme, ClassValue, LeadClass
from callcenter.classes.types import UNRANKED, ClassSource
from callcenter.leads.models import Lead, LeadList
from callcenter.leads.types import LeadState

_LISTS_TO_NAME = 200
"""A rule may name one of the newest lists."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which leads are looked at; nothing named: all of them."""

    list_id: int | None = None
    campaign_id: int | None = None
    lead_id: int | None = None

    def where(self) -> ColumnElement[bool]:
        limits = [
            (col(Lead.list_id), self.list_id),
            (col(Lead.campaign_id), self.campaign_id),
            (col(Lead.id), self.lead_id),
        ]
        return and_(true(), *(column == wanted for column, wanted in limits if wanted is not None))


@dataclass(frozen=True, slots=True)
class Scanned:
    """One lead, and the class it has in the scheme now."""

    row: Row
    class_id: int | None
    source: ClassSource | None
    rule_set_id: int | None
    rule_no: int | None


# --- schemes, classes, rules ---------------------------------------------------------------------------------------


async def list_schemes(session: AsyncSession) -> Sequence[ClassScheme]:
    return (await session.scalars(select(ClassScheme).order_by(col(ClassScheme.id)))).all()


async def find_scheme(session: AsyncSession, scheme_id: int) -> ClassScheme | None:
    return await session.get(ClassScheme, scheme_id)


async def find_scheme_by_key(session: AsyncSession, key: str) -> ClassScheme | None:
    found: ClassScheme | None = await session.scalar(select(ClassScheme).where(col(ClassScheme.key) == key))
    return found


async def list_classes(session: AsyncSession, scheme_ids: Collection[int]) -> Sequence[ClassValue]:
    """By rank."""
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
    """Takes the mark from the class that has it before it gives it to another."""
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
    """The newest first."""
    query = select(ClassRuleSet).where(col(ClassRuleSet.scheme_id) == scheme_id)
    return (await session.scalars(query.order_by(col(ClassRuleSet.version).desc()))).all()


async def find_rule_set(session: AsyncSession, scheme_id: int, version: int) -> ClassRuleSet | None:
    query = select(ClassRuleSet).where(col(ClassRuleSet.scheme_id) == scheme_id, col(ClassRuleSet.version) == version)
    found: ClassRuleSet | None = await session.scalar(query)
    return found


async def find_active(session: AsyncSession, scheme_id: int) -> ClassRuleSet | None:
    query = select(ClassRuleSet).where(col(ClassRuleSet.scheme_id) == scheme_id, col(ClassRuleSet.active))
    found: ClassRuleSet | None = await session.scalar(query)
    return found


async def active_versions(session: AsyncSession) -> Mapping[int, int]:
    """Scheme → version of its rules in force."""
    query = select(col(ClassRuleSet.scheme_id), col(ClassRuleSet.version)).where(col(ClassRuleSet.active))
    return {row[0]: row[1] for row in await session.execute(query)}


async def versions_of(session: AsyncSession, ids: Collection[int]) -> Mapping[int, int]:
    """Rule set → its version."""
    query = select(col(ClassRuleSet.id), col(ClassRuleSet.version)).where(col(ClassRuleSet.id).in_(ids))
    return {row[0]: row[1] for row in await session.execute(query)}


async def deactivate(session: AsyncSession, scheme_id: int) -> None:
    await session.execute(
        update(ClassRuleSet)
        .where(col(ClassRuleSet.scheme_id) == scheme_id, col(ClassRuleSet.active))
        .values(active=False)
        .execution_options(synchronize_session="fetch")
    )


# --- figures and single customers ----------------------------------------------------------------------------------


async def count_leads(session: AsyncSession, scope: Scope) -> int:
    return (await session.scalars(select(func.count()).select_from(Lead).where(scope.where()))).one()


async def count_by_class(session: AsyncSession, scheme_id: int) -> Mapping[int, int]:
    query = (
        select(col(LeadClass.class_id), func.count())
        .where(col(LeadClass.class_id).in_(select(ClassValue.id).where(col(ClassValue.scheme_id) == scheme_id)))
        .group_by(col(LeadClass.class_id))
    )
    return {row[0]: row[1] for row in await session.execute(query)}


async def count_overdue(session: AsyncSession, class_id: int, days: int, now: datetime) -> int:
    """Of that class, in the stock for more than ``days``."""
    query = (
        select(func.count())
        .select_from(Lead)
        .join(LeadClass, col(LeadClass.lead_id) == col(Lead.id))
        .where(
            col(LeadClass.class_id) == class_id,
            col(Lead.state) == LeadState.STOCK,
            col(Lead.imported_at) < now - timedelta(days=days),
        )
    )
    return (await session.scalars(query)).one()


async def put_lead_class(session: AsyncSession, lead_id: int, scheme_id: int, made: LeadClass | None) -> int | None:
    """In place of the row there is, whose class it returns."""
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


async def list_leads(session: AsyncSession, ids: Collection[int]) -> Sequence[Lead]:
    return (await session.scalars(select(Lead).where(col(Lead.id).in_(ids)).order_by(col(Lead.id)))).all()


async def find_effects(session: AsyncSession, lead_id: int) -> ClassValue | None:
    """The class that steers this lead."""
    query = select(ClassValue).join(Lead, col(Lead.class_id) == col(ClassValue.id)).where(col(Lead.id) == lead_id)
    found: ClassValue | None = await session.scalar(query)
    return found


# --- what rules read -----------------------------------------------------------------------------------------------


async def list_lists(session: AsyncSession) -> Sequence[LeadList]:
    return (await session.scalars(select(LeadList).order_by(col(LeadList.id).desc()))).all()


def names_of(lists: Sequence[LeadList]) -> dict[int, str]:
    return {each.id: each.name for each in lists[:_LISTS_TO_NAME]}


_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "age": ("birth_on", "age_given", "imported_at"),
    "gender": ("gender",),
    "district": ("district",),
    "occupation": ("occupation",),
    "basis_kind": ("basis_kind",),
    "carrier": ("carrier",),
    "city": ("city",),
    "data_age": ("imported_at",),
}
"""Field → the columns it is made of."""


async def scan(
    session: AsyncSession,
    scheme_id: int,
    scope: Scope,
    asked: Collection[str],
    lists: Mapping[int, LeadList],
    *,
    sealed: bool,
    after: int,
    limit: int,
) -> Sequence[Scanned]:
    """The next leads by id, with those columns alone that rules ask for."""
    names = {name for key in asked for name in _COLUMNS.get(key, ())} | ({"fields_sealed"} if sealed else set())
    slots = sorted(names)
    columns = [getattr(Lead, name) for name in slots]
    query = (
        select(  # type: ignore[call-overload]
            col(Lead.id),
            col(Lead.list_id),
            func.coalesce(col(Lead.list_class), col(Lead.customer_class)),
            col(LeadClass.class_id),
            col(LeadClass.source),
            col(LeadClass.rule_set_id),
            col(LeadClass.rule_no),
            *columns,
        )
        .outerjoin(LeadClass, and_(col(LeadClass.lead_id) == col(Lead.id), col(LeadClass.scheme_id) == scheme_id))
        .where(scope.where(), col(Lead.id) > after)
        .order_by(col(Lead.id))
        .limit(limit)
    )
    found = []
    for lead_id, list_id, word, class_id, source, rule_set_id, rule_no, *rest in await session.execute(query):
        from_list = lists.get(list_id)
        row = Row(
            id=lead_id,
            list_id=list_id,
            word=word,
            source=from_list.source if from_list else None,
            branch=from_list.branch if from_list else None,
            **dict(zip(slots, rest, strict=True)),
        )
        found.append(Scanned(row, class_id, source, rule_set_id, rule_no))
    return found


# --- writing many --------------------------------------------------------------------------------------------------

_STAGED = ("lead_id", "class_id", "source", "rule_no")


async def make_stage(session: AsyncSession) -> None:
    """A table of this transaction alone for what the rules decide; it vanishes with it, however it ends."""
    await session.execute(
        text(
            "CREATE TEMPORARY TABLE class_decision"
            " (lead_id bigint PRIMARY KEY, class_id bigint, source text, rule_no integer) ON COMMIT DROP"
        )
    )


async def stage(session: AsyncSession, decisions: Iterable[tuple[int, int | None, str | None, int | None]]) -> None:
    raw = await (await session.connection()).get_raw_connection()
    driver = raw.driver_connection
    assert isinstance(driver, asyncpg.Connection)
    await driver.copy_records_to_table("class_decision", records=decisions, columns=_STAGED)


_DROP = text(
    "DELETE FROM lead_class USING class_decision d"
    " WHERE lead_class.lead_id = d.lead_id AND d.lead_id BETWEEN :low AND :high AND d.class_id IS NULL"
    " AND lead_class.scheme_id = :scheme_id AND lead_class.source <> 'manual'"
)
_WRITE = text(
    "INSERT INTO lead_class (lead_id, scheme_id, class_id, source, rule_set_id, rule_no, reason, set_at, set_by)"
    " SELECT lead_id, :scheme_id, class_id, source, CASE WHEN source = 'rule' THEN :rule_set_id END, rule_no, '', :now,"
    " :staff_id FROM class_decision WHERE lead_id BETWEEN :low AND :high AND class_id IS NOT NULL"
    " ON CONFLICT (lead_id, scheme_id) DO UPDATE SET class_id = excluded.class_id, source = excluded.source,"
    " rule_set_id = excluded.rule_set_id, rule_no = excluded.rule_no, reason = '', set_at = excluded.set_at,"
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
    """Staged decisions of these leads take effect, except where a person set the class in the meantime."""
    low, high = within
    await session.execute(_DROP, {"low": low, "high": high, "scheme_id": scheme_id})
    values = {"low": low, "high": high, "scheme_id": scheme_id, "rule_set_id": rule_set_id}
    await session.execute(_WRITE, {**values, "now": now, "staff_id": staff_id})


_EFFECTS = (
    "UPDATE lead SET customer_class = wanted.name, class_rank = wanted.rank, class_id = wanted.class_id,"
    " list_class = CASE WHEN wanted.class_id IS NOT NULL THEN COALESCE(lead.list_class, lead.customer_class) END"
    " FROM (SELECT l.id, v.id AS class_id, COALESCE(v.rank, :unranked) AS rank,"
    " COALESCE(v.name_zh, l.list_class, l.customer_class) AS name FROM lead l"
    " LEFT JOIN lead_class c ON c.lead_id = l.id AND c.scheme_id = :scheme_id"
    " LEFT JOIN class_value v ON v.id = c.class_id"
    " WHERE l.id BETWEEN :low AND :high AND l.campaign_id = ANY(:campaigns) AND (:all OR l.state <> 'assigned')) wanted"
    " WHERE lead.id = wanted.id AND (lead.class_rank, lead.customer_class) IS DISTINCT FROM (wanted.rank, wanted.name)"
    " OR lead.id = wanted.id AND lead.class_id IS DISTINCT FROM wanted.class_id"
)


async def effects(
    session: AsyncSession,
    scheme_id: int | None,
    campaigns: Collection[int],
    within: tuple[int, int],
    *,
    assigned: bool = True,
) -> None:
    """Writes class and rank of this scheme into the leads of the campaigns it steers; None: nothing steers them.

    A lead the scheme says nothing about keeps the list's own word and stands behind every class. ``in_hands=False``
    leaves out what agents have in hand.
    """
    low, high = within
    values = {"scheme_id": scheme_id or 0, "campaigns": list(campaigns), "low": low, "high": high, "all": assigned}
    await session.execute(text(_EFFECTS), {**values, "unranked": UNRANKED})


async def bounds(session: AsyncSession, scope: Scope) -> tuple[int, int] | None:
    """The first and the last lead; None when there is none."""
    query = select(func.min(col(Lead.id)), func.max(col(Lead.id))).where(scope.where())
    low, high = (await session.execute(query)).one()
    return None if low is None else (low, high)
