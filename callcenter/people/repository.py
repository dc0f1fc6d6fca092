"""All SQL of the people room."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.people.models import LoginAttempt, LoginSession, Roster, Staff
from callcenter.people.types import Role


async def insert_staff(session: AsyncSession, values: dict[str, Any]) -> Staff | None:
    """None when the login or the extension is taken."""
    staff: Staff | None = await session.scalar(
        insert(Staff).values(**values).on_conflict_do_nothing().returning(Staff),
        execution_options={"populate_existing": True},
    )
    return staff


async def find_staff(session: AsyncSession, staff_id: int) -> Staff | None:
    return await session.get(Staff, staff_id)


async def find_by_login(session: AsyncSession, login: str) -> Staff | None:
    return await session.scalar(select(Staff).where(col(Staff.login) == login))


async def find_by_extension(session: AsyncSession, extension: str) -> Staff | None:
    return await session.scalar(select(Staff).where(col(Staff.extension) == extension, col(Staff.active)))


async def list_by_ids(session: AsyncSession, ids: Collection[int]) -> Sequence[Staff]:
    return (await session.scalars(select(Staff).where(col(Staff.id).in_(ids)))).all()


async def list_active(
    session: AsyncSession, *, role: Role | None = None, region_id: int | None = None
) -> Sequence[Staff]:
    """In the order of their ids."""
    query = select(Staff).where(col(Staff.active)).order_by(col(Staff.id))
    if role is not None:
        query = query.where(col(Staff.role) == role)
    if region_id is not None:
        query = query.where(col(Staff.region_id) == region_id)
    return (await session.scalars(query)).all()


async def list_page(session: AsyncSession, *, after: int, limit: int) -> Sequence[Staff]:
    query = select(Staff).where(col(Staff.id) > after).order_by(col(Staff.id)).limit(limit)
    return (await session.scalars(query)).all()


async def list_rostered(session: AsyncSession, role: Role, on: date) -> Sequence[Staff]:
    """Active staff of a role whom the roster does not give the day off."""
    off = select(Roster.staff_id).where(col(Roster.on) == on, ~col(Roster.working))
    query = (
        select(Staff)
        .where(col(Staff.active), col(Staff.role) == role, col(Staff.id).not_in(off))
        .order_by(col(Staff.id))
    )
    return (await session.scalars(query)).all()


async def save_roster(session: AsyncSession, staff_id: int, on: date, *, working: bool) -> None:
    await session.execute(
        insert(Roster)
        .values(staff_id=staff_id, on=on, working=working)
        .on_conflict_do_update(index_elements=["staff_id", "on"], set_={"working": working})
    )


async def lock_attempts(session: AsyncSession, key: bytes, now: datetime) -> tuple[LoginAttempt, bool]:
    """The row that counts a login's failures, locked until the transaction ends; and whether it is new."""
    made = await session.scalar(
        insert(LoginAttempt)
        .values(login_sha256=key, failures=0, last_at=now)
        .on_conflict_do_nothing()
        .returning(col(LoginAttempt.login_sha256))
    )
    row = await session.get_one(LoginAttempt, key, with_for_update=True)
    return row, made is not None


async def forget_attempts(session: AsyncSession, key: bytes) -> None:
    await session.execute(delete(LoginAttempt).where(col(LoginAttempt.login_sha256) == key))


async def find_session(session: AsyncSession, token_sha256: bytes) -> tuple[LoginSession, Staff] | None:
    row = (
        await session.execute(
            select(LoginSession, Staff)
            .join(Staff, col(Staff.id) == col(LoginSession.staff_id))
            .where(col(LoginSession.token_sha256) == token_sha256)
        )
    ).first()
    return (row[0], row[1]) if row else None


async def end_sessions(
    session: AsyncSession, now: datetime, *, staff_id: int | None = None, token_sha256: bytes | None = None
) -> list[int]:
    """Ends the open sessions of a person, or the one of a token; returns whose they were."""
    query = update(LoginSession).where(col(LoginSession.ended_at).is_(None)).values(ended_at=now)
    if staff_id is not None:
        query = query.where(col(LoginSession.staff_id) == staff_id)
    if token_sha256 is not None:
        query = query.where(col(LoginSession.token_sha256) == token_sha256)
    return list(await session.scalars(query.returning(col(LoginSession.staff_id))))


async def sweep(session: AsyncSession, *, attempts_before: datetime, sessions_before: datetime) -> None:
    """Removes counts that no longer count, and sessions that ended long ago."""
    await session.execute(
        delete(LoginAttempt).where(
            col(LoginAttempt.last_at) < attempts_before,
            or_(col(LoginAttempt.locked_until).is_(None), col(LoginAttempt.locked_until) < attempts_before),
        )
    )
    await session.execute(delete(LoginSession).where(col(LoginSession.expires_at) < sessions_before))
