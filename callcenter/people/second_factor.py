"""Keeps second factors and proves people by them: authenticator apps, recovery codes, roles that need one (S1).

Passkeys are in ``passkeys``. A person is proven for one session; a session from before the factor was set up is asked
for it, too.
"""

import base64
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from callcenter.kit.actor import session_topic
from callcenter.kit.crypto import Vault
from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.people import attempts, repository
from callcenter.people import second_factor_repository as factors
from callcenter.people.errors import (
    SecondFactorDemanded,
    SecondFactorExists,
    SecondFactorMissing,
    StaffNotFound,
    TooManyAttempts,
    WrongCode,
)
from callcenter.people.hashing import token_hash
from callcenter.people.models import Staff
from callcenter.people.rules import AttemptLimit
from callcenter.people.settings import PeopleSettings
from callcenter.people.totp import matched_step, new_secret, qr_code, uri_of
from callcenter.people.types import TOTP_SECRET, LoggedOut, Role

_RECOVERY_CODES = 8
_RECOVERY_BYTES = 10


@dataclass(frozen=True, slots=True)
class PasskeyCard:
    id: int
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    """The second factors of a person."""

    demanded: bool
    """The person's role needs one."""
    totp_since: datetime | None
    passkeys: Sequence[PasskeyCard]
    recovery_codes: int
    """How many are left."""


@dataclass(frozen=True, slots=True)
class NewTotp:
    """The key of an authenticator app that is being set up. It is shown once."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)
    qr: str = field(repr=False)
    """The URI as a QR code: a picture in a data URI."""


@dataclass(frozen=True, slots=True)
class RoleDemand:
    """How a role logs in."""

    role: Role
    since: datetime | None
    """Since when it needs a second factor; None: it does not."""
    people: int
    enrolled: int
    """How many of these people have one."""


class SecondFactorService:
    """Sets up, proves and removes second factors."""

    def __init__(self, settings: PeopleSettings, vault: Vault, *, issuer: str = "callcenter") -> None:
        self._vault = vault
        self._issuer = issuer
        self._limit = AttemptLimit(settings.login_failures, timedelta(minutes=settings.login_lock_minutes))

    async def show(self, work: Work, staff_id: int) -> Factors:
        """Returns the second factors of a person."""
        _, demanded = await factors.facts_of(work.session, staff_id)
        totp = await factors.find_totp(work.session, staff_id)
        return Factors(
            demanded=demanded,
            totp_since=totp.confirmed_at if totp else None,
            passkeys=[
                PasskeyCard(row.id, row.added_at, row.used_at)
                for row in await factors.list_passkeys(work.session, staff_id)
            ],
            recovery_codes=await factors.count_recovery_codes(work.session, staff_id),
        )

    # -- setting up ----------------------------------------------------------------------------------------------

    async def begin_totp(self, work: Work, staff_id: int) -> NewTotp:
        """Draws a key for an authenticator app; it counts after ``confirm_totp``. Raises SecondFactorExists."""
        staff = await _staff(work, staff_id)
        secret = new_secret()
        sealed = self._vault.seal(secret, TOTP_SECRET.place(staff_id, work.now))
        if not await factors.begin_totp(work.session, staff_id, sealed, work.now):
            raise SecondFactorExists("an authenticator app is set up already: remove it first")
        uri = uri_of(secret, login=staff.login, issuer=self._issuer)
        return NewTotp(secret, uri, qr_code(uri))

    async def confirm_totp(self, works: Works, staff_id: int, code: str, *, token: str) -> list[str]:
        """Sets up the authenticator app by its first code; this session is proven then.

        Returns the recovery codes, which are shown once; none if the person has some already.
        Raises WrongCode, TooManyAttempts, SecondFactorMissing, SecondFactorExists.
        """
        async with works.begin() as work:
            row = await factors.find_totp(work.session, staff_id)
            if row is not None and row.confirmed_at is not None:
                raise SecondFactorExists("an authenticator app is set up already")
        key = await self.count_attempt(works, staff_id)
        async with works.begin() as work:
            if not await self._fits_totp(work, staff_id, code, confirmed=False):
                raise WrongCode("this code is wrong or too old: enter the one that the app shows now")
            return await self.enrolled(work, staff_id, key, token=token, kind="totp")

    async def enrolled(self, work: Work, staff_id: int, key: bytes, *, token: str, kind: str) -> list[str]:
        """Notes that a factor was set up in this session; returns recovery codes if the person has none."""
        await repository.forget_attempts(work.session, key)
        await factors.mark_proven(work.session, token_hash(token), work.now)
        await work.announce(Noted("people.second_factor_set_up", f"staff:{staff_id}", {"kind": kind}))
        if await factors.count_recovery_codes(work.session, staff_id):
            return []
        return await self._draw_codes(work, staff_id)

    async def renew_codes(self, works: Works, staff_id: int, code: str, *, token: str) -> list[str]:
        """Replaces the recovery codes, shown once. Raises WrongCode, TooManyAttempts, SecondFactorMissing."""
        await self.prove(works, staff_id, code, token=token)
        async with works.begin() as work:
            return await self._draw_codes(work, staff_id)

    # -- proving -------------------------------------------------------------------------------------------------

    async def prove(self, works: Works, staff_id: int, code: str, *, token: str) -> None:
        """Proves the person of a session by a code of the app, or by a recovery code, each of which counts once.

        Raises WrongCode, TooManyAttempts, SecondFactorMissing. Takes ``Works`` for the reason that
        ``PeopleService.log_in`` gives: an attempt is counted before the code is looked at.
        """
        key = await self.count_attempt(works, staff_id)
        async with works.begin() as work:
            enrolled, _ = await factors.facts_of(work.session, staff_id)
            if not enrolled:
                raise SecondFactorMissing("there is no second factor to prove: set one up first")
            recovered = await factors.use_recovery_code(work.session, staff_id, _hash_of(code), work.now)
            if not recovered and not await self._fits_totp(work, staff_id, code, confirmed=True):
                raise WrongCode("this code is wrong, too old, or was used before: enter the next one")
            await self.proven(work, staff_id, key, token=token)
            if recovered:
                left = await factors.count_recovery_codes(work.session, staff_id)
                await work.announce(Noted("people.recovery_code_used", f"staff:{staff_id}", {"left": left}))

    async def proven(self, work: Work, staff_id: int, key: bytes, *, token: str) -> None:
        """Notes that the person of this session has proven the second factor."""
        await repository.forget_attempts(work.session, key)
        await factors.mark_proven(work.session, token_hash(token), work.now)
        await work.announce(Noted("people.second_factor_proven", f"staff:{staff_id}"))

    # -- removing ------------------------------------------------------------------------------------------------

    async def remove_totp(self, works: Works, staff_id: int, code: str, *, token: str) -> None:
        """Removes one's own authenticator app, proven once more by a code.

        Raises WrongCode, TooManyAttempts, SecondFactorMissing, SecondFactorDemanded.
        """
        async with works.begin() as work:
            shown = await self.show(work, staff_id)
            if shown.totp_since is None:
                raise SecondFactorMissing("no authenticator app is set up")
            if shown.demanded and not shown.passkeys:
                raise SecondFactorDemanded("your role needs a second factor: add a passkey before you remove the app")
        await self.prove(works, staff_id, code, token=token)
        async with works.begin() as work:
            await factors.remove_totp(work.session, staff_id)
            await self._removed(work, staff_id, "totp")

    async def remove_passkey(self, work: Work, staff_id: int, passkey_id: int) -> None:
        """Removes one of one's own passkeys. Raises SecondFactorMissing, SecondFactorDemanded."""
        shown = await self.show(work, staff_id)
        if shown.demanded and shown.totp_since is None and len(shown.passkeys) <= 1:
            raise SecondFactorDemanded("your role needs a second factor: set up another one before you remove this one")
        if not await factors.remove_passkeys(work.session, staff_id, passkey_id):
            raise SecondFactorMissing("this passkey was removed already: refresh the list")
        await self._removed(work, staff_id, "passkey")

    async def reset(self, work: Work, staff_id: int, reason: str) -> None:
        """Removes all second factors of another person who has lost them, and ends their sessions (requirement S1).

        Raises ReasonMissing, StaffNotFound, SecondFactorMissing.
        """
        why = require_reason(reason, "removing the second factor of another person", rule="S1")
        staff = await _staff(work, staff_id)
        removed = int(await factors.remove_totp(work.session, staff_id))
        removed += await factors.remove_passkeys(work.session, staff_id)
        if not removed:
            raise SecondFactorMissing("this person has no second factor")
        await factors.replace_recovery_codes(work.session, staff_id, ())
        await repository.forget_attempts(work.session, _attempts_of(staff))
        if await repository.end_sessions(work.session, work.now, staff_id=staff_id):
            await work.notify(session_topic(staff_id))
            await work.announce(LoggedOut(staff_id))
        await work.announce(Noted("people.second_factor_reset", f"staff:{staff_id}", {"reason": why}))

    # -- roles ---------------------------------------------------------------------------------------------------

    async def demands(self, work: Work) -> list[RoleDemand]:
        """Returns all roles: whether each needs a second factor, and how many of its people have one."""
        since = await factors.list_demands(work.session)
        counts = await factors.count_enrolled(work.session)
        return [RoleDemand(role, since.get(role), *counts.get(role, (0, 0))) for role in Role]

    async def demand(self, work: Work, role: Role, demanded: bool, reason: str) -> None:
        """Makes the people of a role log in with a second factor, or leaves it to them. Safe to repeat.

        Who has none yet is asked to set one up at the next request. Raises ReasonMissing.
        """
        why = require_reason(reason, "changing how a role logs in", rule="S1")
        if demanded:
            changed = await factors.set_demand(work.session, role, by=work.actor.staff_id, now=work.now)
        else:
            changed = await factors.drop_demand(work.session, role)
        if changed:
            facts = {"role": role.value, "demanded": demanded, "reason": why}
            await work.announce(Noted("people.second_factor_demanded", f"role:{role.value}", facts))

    async def enrolled_staff(self, work: Work) -> frozenset[int]:
        """Returns the active people who have a second factor."""
        return await factors.list_enrolled(work.session)

    # -- inside --------------------------------------------------------------------------------------------------

    async def count_attempt(self, works: Works, staff_id: int) -> bytes:
        """Counts an attempt to prove a person; returns the key of the count. Raises TooManyAttempts, StaffNotFound."""
        async with works.begin() as work:
            staff = await _staff(work, staff_id)
            key = _attempts_of(staff)
            locked_until = await attempts.count(work, key, self._limit)
        if locked_until is not None:
            raise TooManyAttempts("too many wrong codes: try again later", until=locked_until.isoformat())
        return key

    async def _fits_totp(self, work: Work, staff_id: int, code: str, *, confirmed: bool) -> bool:
        row = await factors.find_totp(work.session, staff_id)
        if row is None or (row.confirmed_at is not None) != confirmed:
            return False
        step = matched_step(self._vault.open(row.secret_sealed, TOTP_SECRET.at(row)), code, work.now)
        return step is not None and await factors.take_step(work.session, staff_id, step, work.now)

    async def _draw_codes(self, work: Work, staff_id: int) -> list[str]:
        codes = [_recovery_code() for _ in range(_RECOVERY_CODES)]
        await factors.replace_recovery_codes(work.session, staff_id, [_hash_of(code) for code in codes])
        await work.announce(Noted("people.recovery_codes_made", f"staff:{staff_id}", {"count": len(codes)}))
        return codes

    async def _removed(self, work: Work, staff_id: int, kind: str) -> None:
        enrolled, _ = await factors.facts_of(work.session, staff_id)
        if not enrolled:
            await factors.replace_recovery_codes(work.session, staff_id, ())
        await work.announce(Noted("people.second_factor_removed", f"staff:{staff_id}", {"kind": kind}))


async def _staff(work: Work, staff_id: int) -> Staff:
    staff = await repository.find_staff(work.session, staff_id)
    if staff is None:
        raise StaffNotFound(f"there is no member of staff with id {staff_id}")
    return staff


def _attempts_of(staff: Staff) -> bytes:
    return attempts.key_of(staff.login, attempts.AT_A_SECOND_FACTOR)


def _recovery_code() -> str:
    text = base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _hash_of(code: str) -> bytes:
    """Returns the hash of a recovery code; blanks, hyphens and capitals do not count. 80 random bits need no salt."""
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    return hashlib.sha256(plain.encode()).digest()
