"""Holds the SQL of second factors: keys of authenticator apps, passkeys, recovery codes, roles that need one."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, exists, select

from callcenter.people.models import LoginSession, Passkey, RecoveryCode, SecondFactorDemand, Staff, TotpKey
from callcenter.people.types import Role


def has_second_factor() -> ColumnElement[bool]:
    """Returns the condition that a row of ``staff`` has a second factor."""
    totp = select(TotpKey.id).where(col(TotpKey.staff_id) == col(Staff.id), col(TotpKey.confirmed_at).is_not(None))
    passkey = select(Passkey.id).where(col(Passkey.staff_id) == col(Staff.id))
    return or_(exists(totp.correlate(Staff)), exists(passkey.correlate(Staff)))


def needs_second_factor() -> ColumnElement[bool]:
    """Returns the condition that the role of a row of ``staff`` needs a second factor."""
    return exists(
        select(SecondFactorDemand.role).where(col(SecondFactorDemand.role) == col(Staff.role)).correlate(Staff)
    )


async def facts_of(session: AsyncSession, staff_id: int) -> tuple[bool, bool]:
    """Returns whether a person has a second factor, and whether the role needs one."""
    row = await session.execute(
        select(has_second_factor(), needs_second_factor()).select_from(Staff).where(col(Staff.id) == staff_id)
    )
    has, needs = row.one()
    return has, needs


# -- sessions


async def mark_proven(session: AsyncSession, token_sha256: bytes, now: datetime) -> None:
    query = update(LoginSession).where(col(LoginSession.token_sha256) == token_sha256).values(proven_at=now)
    await session.execute(query)


async def set_challenge(session: AsyncSession, token_sha256: bytes, challenge: bytes, until: datetime) -> None:
    """Notes what a passkey has to sign in this session; an earlier challenge counts no more."""
    await session.execute(
        update(LoginSession)
        .where(col(LoginSession.token_sha256) == token_sha256)
        .values(challenge=challenge, challenge_until=until)
    )


async def take_challenge(session: AsyncSession, token_sha256: bytes, now: datetime) -> bytes | None:
    """Returns the session's challenge if it is in time, and uses it up."""
    kept = (
        select(col(LoginSession.challenge))
        .where(col(LoginSession.token_sha256) == token_sha256, col(LoginSession.challenge_until) > now)
        .with_for_update()
    )
    challenge: bytes | None = await session.scalar(kept)
    if challenge is not None:
        await session.execute(
            update(LoginSession)
            .where(col(LoginSession.token_sha256) == token_sha256)
            .values(challenge=None, challenge_until=None)
        )
    return challenge


# -- authenticator apps


async def find_totp(session: AsyncSession, staff_id: int) -> TotpKey | None:
    query = select(TotpKey).where(col(TotpKey.staff_id) == staff_id)
    return await session.scalar(query.execution_options(populate_existing=True))


async def begin_totp(session: AsyncSession, staff_id: int, secret_sealed: str, now: datetime) -> bool:
    """Writes a key that is not confirmed yet, in place of such a one; False when a confirmed one is there."""
    values = {"secret_sealed": secret_sealed, "added_at": now}
    query = (
        insert(TotpKey)
        .values(staff_id=staff_id, **values)
        .on_conflict_do_update(index_elements=["staff_id"], set_=values, where=col(TotpKey.confirmed_at).is_(None))
        .returning(col(TotpKey.id))
    )
    return await session.scalar(query) is not None


async def take_step(session: AsyncSession, staff_id: int, step: int, now: datetime) -> bool:
    """Uses up the code of one period, and confirms the key by its first; False when it or a later one was used."""
    query = (
        update(TotpKey)
        .where(col(TotpKey.staff_id) == staff_id, or_(col(TotpKey.last_step).is_(None), col(TotpKey.last_step) < step))
        .values(last_step=step, confirmed_at=func.coalesce(col(TotpKey.confirmed_at), now))
    )
    return await session.scalar(query.returning(col(TotpKey.id))) is not None


async def remove_totp(session: AsyncSession, staff_id: int) -> bool:
    query = delete(TotpKey).where(col(TotpKey.staff_id) == staff_id).returning(col(TotpKey.confirmed_at))
    return await session.scalar(query) is not None


# -- passkeys


async def list_passkeys(session: AsyncSession, staff_id: int) -> Sequence[Passkey]:
    query = select(Passkey).where(col(Passkey.staff_id) == staff_id).order_by(col(Passkey.id))
    return (await session.scalars(query)).all()


async def add_passkey(
    session: AsyncSession, staff_id: int, credential_id: bytes, public_key: bytes, uses: int, now: datetime
) -> bool:
    """Writes a passkey; False when it is known already."""
    query = (
        insert(Passkey)
        .values(staff_id=staff_id, credential_id=credential_id, public_key=public_key, uses=uses, added_at=now)
        .on_conflict_do_nothing()
        .returning(col(Passkey.id))
    )
    return await session.scalar(query) is not None


async def use_passkey(session: AsyncSession, passkey_id: int, uses: int, now: datetime) -> None:
    await session.execute(update(Passkey).where(col(Passkey.id) == passkey_id).values(uses=uses, used_at=now))


async def remove_passkeys(session: AsyncSession, staff_id: int, passkey_id: int | None = None) -> int:
    """Removes a person's passkeys, or one of them; returns how many."""
    query = delete(Passkey).where(col(Passkey.staff_id) == staff_id)
    if passkey_id is not None:
        query = query.where(col(Passkey.id) == passkey_id)
    return len((await session.scalars(query.returning(col(Passkey.id)))).all())


# -- recovery codes


async def replace_recovery_codes(session: AsyncSession, staff_id: int, hashes: Sequence[bytes]) -> None:
    await session.execute(delete(RecoveryCode).where(col(RecoveryCode.staff_id) == staff_id))
    if hashes:
        await session.execute(
            insert(RecoveryCode).values([{"staff_id": staff_id, "code_sha256": one} for one in hashes])
        )


async def use_recovery_code(session: AsyncSession, staff_id: int, code_sha256: bytes, now: datetime) -> bool:
    """Uses up a recovery code; False when the person has none such, or it was used."""
    query = (
        update(RecoveryCode)
        .where(
            col(RecoveryCode.staff_id) == staff_id,
            col(RecoveryCode.code_sha256) == code_sha256,
            col(RecoveryCode.used_at).is_(None),
        )
        .values(used_at=now)
    )
    return await session.scalar(query.returning(col(RecoveryCode.id))) is not None


async def count_recovery_codes(session: AsyncSession, staff_id: int) -> int:
    """Returns how many recovery codes of a person are left."""
    query = select(func.count()).select_from(RecoveryCode)
    query = query.where(col(RecoveryCode.staff_id) == staff_id, col(RecoveryCode.used_at).is_(None))
    return await session.scalar(query) or 0


# -- roles that need a second factor


async def set_demand(session: AsyncSession, role: Role, *, by: int | None, now: datetime) -> bool:
    """Makes a role need a second factor; False when it does already."""
    query = insert(SecondFactorDemand).values(role=role, set_by=by, set_at=now)
    return await session.scalar(query.on_conflict_do_nothing().returning(col(SecondFactorDemand.role))) is not None


async def drop_demand(session: AsyncSession, role: Role) -> bool:
    query = delete(SecondFactorDemand).where(col(SecondFactorDemand.role) == role)
    return await session.scalar(query.returning(col(SecondFactorDemand.role))) is not None


async def list_demands(session: AsyncSession) -> Mapping[Role, datetime]:
    """Returns the roles that need a second factor, and since when."""
    return {row.role: row.set_at for row in await session.scalars(select(SecondFactorDemand))}


async def count_enrolled(session: AsyncSession) -> Mapping[Role, tuple[int, int]]:
    """Returns for each role how many active people it has, and how many of them have a second factor."""
    query = select(col(Staff.role), func.count(), func.count().filter(has_second_factor()))
    rows = await session.execute(query.where(col(Staff.active)).group_by(col(Staff.role)))
    return {role: (people, enrolled) for role, people, enrolled in rows}


async def list_enrolled(session: AsyncSession) -> frozenset[int]:
    """Returns the ids of the active people who have a second factor."""
    return frozenset(await session.scalars(select(col(Staff.id)).where(col(Staff.active), has_second_factor())))
