"""Holds all SQL of the people room."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Boolean, ColumnElement, LargeBinary, and_, cast, delete, func, literal_column, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.kit import rows
from callcenter.people.models import (
    KnownDevice,
    LoginAttempt,
    LoginSession,
    Roster,
    Staff,
    StaffChange,
    StaffLeave,
    WorkPattern,
)
from callcenter.people.second_factor_repository import has_second_factor, needs_second_factor
from callcenter.people.types import DayEntry, Leave, Pattern, Role


class FoundSession(NamedTuple):
    session: LoginSession
    staff: Staff
    enrolled: bool
    """The person has a second factor."""
    demanded: bool
    """The person's role needs one."""


async def add_staff(session: AsyncSession, values: dict[str, Any]) -> Staff | None:
    """Writes a member of staff and returns the row; None when the login or the extension is taken."""
    staff: Staff | None = await session.scalar(
        insert(Staff).values(**values).on_conflict_do_nothing().returning(Staff),
        execution_options={"populate_existing": True},
    )
    return staff


async def find_staff(session: AsyncSession, staff_id: int) -> Staff | None:
    return await rows.read(session, Staff, staff_id)


async def lock_staff(session: AsyncSession, staff_id: int) -> Staff | None:
    return await rows.lock(session, Staff, staff_id)


async def change_staff(session: AsyncSession, staff: Staff, values: Mapping[str, Any]) -> bool:
    """Writes changed columns of a locked row; returns False when the extension is another person's."""
    for name, value in values.items():
        setattr(staff, name, value)
    try:
        async with session.begin_nested():
            await session.flush()
    except IntegrityError:  # only the extension of these columns is unique
        return False
    return True


async def list_changes(session: AsyncSession, staff_id: int) -> Sequence[StaffChange]:
    """Returns the changes of a person's record, the latest first."""
    query = select(StaffChange).where(col(StaffChange.staff_id) == staff_id).order_by(col(StaffChange.id).desc())
    return (await session.scalars(query.limit(200))).all()


async def list_expiring(session: AsyncSession, until: date) -> Sequence[Staff]:
    """Returns the active staff with a proof whose last day is this one or earlier."""
    ends = (
        Staff.licence_valid_until,
        Staff.training_valid_until,
        Staff.exam_valid_until,
        Staff.agreement_valid_until,
    )
    query = select(Staff).where(col(Staff.active), or_(*(col(one) <= until for one in ends))).order_by(col(Staff.id))
    return (await session.scalars(query)).all()


async def count_by_role(session: AsyncSession) -> Mapping[Role, int]:
    """Counts the active staff of each role; roles without any are left out."""
    query = select(col(Staff.role), func.count()).where(col(Staff.active)).group_by(col(Staff.role))
    return {Role(role): count for role, count in await session.execute(query)}


async def find_by_login(session: AsyncSession, login: str) -> Staff | None:
    return await session.scalar(select(Staff).where(col(Staff.login) == login))


async def find_by_extension(session: AsyncSession, extension: str) -> Staff | None:
    return await session.scalar(select(Staff).where(col(Staff.extension) == extension, col(Staff.active)))


async def list_by_ids(session: AsyncSession, ids: Collection[int]) -> Sequence[Staff]:
    return (await session.scalars(select(Staff).where(col(Staff.id).in_(ids)))).all()


async def list_active(
    session: AsyncSession, *, role: Role | None = None, region_id: int | None = None
) -> Sequence[Staff]:
    """Returns active staff in the order of their ids."""
    query = select(Staff).where(col(Staff.active)).order_by(col(Staff.id))
    if role is not None:
        query = query.where(col(Staff.role) == role)
    if region_id is not None:
        query = query.where(col(Staff.region_id) == region_id)
    return (await session.scalars(query)).all()


async def list_page(session: AsyncSession, *, after: int, limit: int) -> Sequence[Staff]:
    query = select(Staff).where(col(Staff.id) > after).order_by(col(Staff.id)).limit(limit)
    return (await session.scalars(query)).all()


async def list_agents(session: AsyncSession, branch: str | None) -> Sequence[Staff]:
    """Returns the active phone agents of one branch or of all, by branch, then by id."""
    query = (
        select(Staff).where(col(Staff.active), col(Staff.role) == Role.AGENT).order_by(col(Staff.branch), col(Staff.id))
    )
    if branch is not None:
        query = query.where(col(Staff.branch) == branch)
    return (await session.scalars(query)).all()


async def list_matching(
    session: AsyncSession, *, role: Role | None, branch: str | None, text: str, limit: int
) -> Sequence[Staff]:
    """Returns the active staff whose name or login contains ``text``."""
    query = select(Staff).where(col(Staff.active)).order_by(col(Staff.name), col(Staff.id)).limit(limit)
    if role is not None:
        query = query.where(col(Staff.role) == role)
    if branch is not None:
        query = query.where(col(Staff.branch) == branch)
    if text:
        query = query.where(
            or_(col(Staff.name).contains(text, autoescape=True), col(Staff.login).contains(text, autoescape=True))
        )
    return (await session.scalars(query)).all()


async def list_entries(
    session: AsyncSession, first: date, last: date, staff_ids: Collection[int] | None = None
) -> dict[tuple[int, date], DayEntry]:
    """Returns what the roster says for single days, both ends included; of everybody, or of those named."""
    query = select(Roster).where(col(Roster.on).between(first, last))
    if staff_ids is not None:
        query = query.where(col(Roster.staff_id).in_(staff_ids))
    return {(row.staff_id, row.on): DayEntry(row.part, row.reason) for row in await session.scalars(query)}


async def list_patterns(
    session: AsyncSession, until: date, staff_ids: Collection[int] | None = None
) -> dict[int, list[Pattern]]:
    """Returns the patterns that have begun by a day; of everybody, or of those named."""
    query = select(WorkPattern).where(col(WorkPattern.from_on) <= until).order_by(col(WorkPattern.from_on))
    if staff_ids is not None:
        query = query.where(col(WorkPattern.staff_id).in_(staff_ids))
    patterns: dict[int, list[Pattern]] = defaultdict(list)
    for row in await session.scalars(query):
        patterns[row.staff_id].append(Pattern(row.from_on, tuple(row.parts)))
    return patterns


async def list_leaves(
    session: AsyncSession, first: date, last: date, staff_ids: Collection[int] | None = None
) -> dict[int, list[Leave]]:
    """Returns the leaves that touch these days, by person; of everybody, or of those named."""
    query = select(StaffLeave).where(_leave_within(first, last)).order_by(col(StaffLeave.first_on))
    if staff_ids is not None:
        query = query.where(col(StaffLeave.staff_id).in_(staff_ids))
    leaves: dict[int, list[Leave]] = defaultdict(list)
    for row in await session.scalars(query):
        leaves[row.staff_id].append(Leave(row.first_on, row.last_on, row.kind))
    return leaves


def _leave_within(first: date, last: date) -> ColumnElement[bool]:
    return and_(
        col(StaffLeave.withdrawn_at).is_(None), col(StaffLeave.first_on) <= last, col(StaffLeave.last_on) >= first
    )


async def find_leave(session: AsyncSession, leave_id: int) -> StaffLeave | None:
    return await session.get(StaffLeave, leave_id, with_for_update=True, populate_existing=True)


async def find_overlapping(
    session: AsyncSession, staff_id: int, first: date, last: date, *, but: int | None = None
) -> StaffLeave | None:
    """Returns a leave of this person that touches the days, apart from the leave ``but``."""
    query = select(StaffLeave).where(col(StaffLeave.staff_id) == staff_id, _leave_within(first, last)).limit(1)
    if but is not None:
        query = query.where(col(StaffLeave.id) != but)
    leave: StaffLeave | None = await session.scalar(query)
    return leave


async def list_leaves_since(
    session: AsyncSession, since: date, branch: str | None
) -> Sequence[tuple[StaffLeave, Staff]]:
    """Returns the leaves of active staff that end on a day or later, the next to begin first."""
    query = (
        select(StaffLeave, Staff)
        .join(Staff, col(Staff.id) == col(StaffLeave.staff_id))
        .where(col(StaffLeave.last_on) >= since, col(Staff.active))
        .order_by(col(StaffLeave.first_on), col(StaffLeave.id))
    )
    if branch is not None:
        query = query.where(col(Staff.branch) == branch)
    return [(row[0], row[1]) for row in await session.execute(query)]


async def save_entries(
    session: AsyncSession,
    cells: Collection[tuple[int, date]],
    entry: DayEntry,
    set_by: int | None,
    now: datetime,
) -> None:
    insertion = insert(Roster)
    changed = {name: insertion.excluded[name] for name in ("working", "part", "reason", "set_by", "set_at")}
    values = {"working": entry.working, "part": entry.part, "reason": entry.reason, "set_by": set_by, "set_at": now}
    await session.execute(
        insertion.on_conflict_do_update(index_elements=["staff_id", "on"], set_=changed),
        [{"staff_id": staff_id, "on": on, **values} for staff_id, on in sorted(cells)],
    )


async def delete_entries(session: AsyncSession, staff_ids: Collection[int], days: Collection[date]) -> None:
    await session.execute(delete(Roster).where(col(Roster.staff_id).in_(staff_ids), col(Roster.on).in_(days)))


async def save_pattern(
    session: AsyncSession, staff_id: int, pattern: Pattern, set_by: int | None, now: datetime
) -> None:
    values = {"parts": list(pattern.parts), "set_by": set_by, "set_at": now}
    await session.execute(
        insert(WorkPattern)
        .values(staff_id=staff_id, from_on=pattern.from_on, **values)
        .on_conflict_do_update(index_elements=["staff_id", "from_on"], set_=values)
    )


async def lock_attempts(session: AsyncSession, key: bytes, now: datetime) -> tuple[LoginAttempt, bool]:
    """Locks the row that counts a login's failures until the transaction ends; returns it, and whether it is new.

    One statement: between two, another request that logged in may forget the row.
    """
    locked = await session.execute(
        insert(LoginAttempt)
        .values(login_sha256=key, failures=0, last_at=now)
        .on_conflict_do_update(index_elements=["login_sha256"], set_={"login_sha256": key})
        .returning(LoginAttempt, literal_column("xmax = 0", Boolean))
        .execution_options(populate_existing=True)
    )
    row, new = locked.one()
    return row, new


async def forget_attempts(session: AsyncSession, key: bytes) -> None:
    await session.execute(delete(LoginAttempt).where(col(LoginAttempt.login_sha256) == key))


async def touch_device(session: AsyncSession, staff_id: int, token_sha256: bytes, now: datetime) -> None:
    """Notes that a person has logged in from a device."""
    await session.execute(
        insert(KnownDevice)
        .values(staff_id=staff_id, token_sha256=token_sha256, created_at=now, used_at=now)
        .on_conflict_do_update(index_elements=["staff_id", "token_sha256"], set_={"used_at": now})
    )


async def knows_device(session: AsyncSession, staff_id: int, token_sha256: bytes) -> bool:
    query = select(col(KnownDevice.id)).where(
        col(KnownDevice.staff_id) == staff_id, col(KnownDevice.token_sha256) == token_sha256
    )
    return await session.scalar(query) is not None


async def forget_devices(session: AsyncSession, *, staff_id: int | None = None, before: datetime | None = None) -> None:
    """Removes the devices of a person, or those of everybody that were not used since an instant."""
    query = delete(KnownDevice)
    if staff_id is not None:
        query = query.where(col(KnownDevice.staff_id) == staff_id)
    if before is not None:
        query = query.where(col(KnownDevice.used_at) < before)
    await session.execute(query)


async def list_locked(session: AsyncSession, now: datetime) -> dict[int, datetime]:
    """Returns the active staff whose login is locked for devices that are not known, and until when."""
    key = func.sha256(cast(col(Staff.login), LargeBinary))
    query = (
        select(col(Staff.id), col(LoginAttempt.locked_until))
        .join(LoginAttempt, col(LoginAttempt.login_sha256) == key)
        .where(col(Staff.active), col(LoginAttempt.locked_until) > now)
    )
    return {staff_id: until for staff_id, until in await session.execute(query) if until is not None}


async def find_session(session: AsyncSession, token_sha256: bytes) -> FoundSession | None:
    """Returns the session of a token with its person."""
    row = (
        await session.execute(
            select(LoginSession, Staff, has_second_factor(), needs_second_factor())
            .join(Staff, col(Staff.id) == col(LoginSession.staff_id))
            .where(col(LoginSession.token_sha256) == token_sha256)
        )
    ).first()
    return FoundSession(*row) if row else None


async def set_password(
    session: AsyncSession,
    staff_id: int,
    password_hash: str,
    *,
    one_time_until: datetime | None,
    instead_of: str | None = None,
) -> bool:
    """Sets a person's password, with ``instead_of`` only while that is the present hash; returns whether it did."""
    query = update(Staff).where(col(Staff.id) == staff_id)
    if instead_of is not None:
        query = query.where(col(Staff.password_hash) == instead_of)
    query = query.values(password_hash=password_hash, one_time_until=one_time_until)
    return await session.scalar(query.returning(col(Staff.id))) is not None


async def end_sessions(
    session: AsyncSession,
    now: datetime,
    *,
    staff_id: int | None = None,
    session_id: int | None = None,
    token_sha256: bytes | None = None,
    but: bytes | None = None,
) -> list[int]:
    """Ends the open sessions of a person, or one of them, or the one of a token, apart from the token ``but``; returns
    whose."""
    query = update(LoginSession).where(col(LoginSession.ended_at).is_(None)).values(ended_at=now)
    if staff_id is not None:
        query = query.where(col(LoginSession.staff_id) == staff_id)
    if session_id is not None:
        query = query.where(col(LoginSession.id) == session_id)
    if token_sha256 is not None:
        query = query.where(col(LoginSession.token_sha256) == token_sha256)
    if but is not None:
        query = query.where(col(LoginSession.token_sha256) != but)
    return list(await session.scalars(query.returning(col(LoginSession.staff_id))))


async def list_sessions(session: AsyncSession, staff_id: int) -> Sequence[LoginSession]:
    """Returns the sessions of a person that were not ended, the one used last first."""
    query = (
        select(LoginSession)
        .where(col(LoginSession.staff_id) == staff_id, col(LoginSession.ended_at).is_(None))
        .order_by(col(LoginSession.seen_at).desc(), col(LoginSession.id).desc())
        .limit(100)
    )
    return (await session.scalars(query)).all()


async def has_session(session: AsyncSession, staff_id: int, *, used_since: datetime) -> bool:
    """Returns whether a person has an open session that was used since an instant."""
    query = select(col(LoginSession.id)).where(
        col(LoginSession.staff_id) == staff_id,
        col(LoginSession.ended_at).is_(None),
        col(LoginSession.seen_at) >= used_since,
    )
    return (await session.scalars(query.limit(1))).first() is not None


async def delete_outdated(session: AsyncSession, *, attempts_before: datetime, sessions_before: datetime) -> None:
    """Removes counts that no longer count, and sessions that ended long ago."""
    await session.execute(
        delete(LoginAttempt).where(
            col(LoginAttempt.last_at) < attempts_before,
            or_(col(LoginAttempt.locked_until).is_(None), col(LoginAttempt.locked_until) < attempts_before),
        )
    )
    await session.execute(delete(LoginSession).where(col(LoginSession.expires_at) < sessions_before))
