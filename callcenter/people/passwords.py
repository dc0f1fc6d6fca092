"""Changes passwords, and issues the one-time passwords with which people begin."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from callcenter.kit.actor import session_topic
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.people import attempts, repository
from callcenter.people.cards import card_of
from callcenter.people.errors import (
    OwnOneTimePassword,
    PasswordChangedMeanwhile,
    StaffGone,
    StaffNotFound,
    TooManyAttempts,
    WeakPassword,
    WrongPassword,
)
from callcenter.people.hashing import Hasher, token_hash
from callcenter.people.models import Staff
from callcenter.people.organisation import require_open
from callcenter.people.rules import AttemptLimit, Weakness, weakness_of
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from callcenter.people.types import LoggedOut, StaffCard, StaffDraft

_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without those that look alike: the password is read aloud or copied by hand."""


def random_password() -> str:
    """Returns twelve random signs in groups of four."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(3))


@dataclass(frozen=True, slots=True)
class OneTimePassword:
    """A password to begin with. It is shown once: the database keeps its hash alone."""

    card: StaffCard
    login: str
    password: str = field(repr=False)
    until: datetime


class PasswordService:
    """Changes one's own password, and issues one-time passwords."""

    def __init__(
        self, settings: PeopleSettings, people: PeopleService, new_password: Callable[[], str] = random_password
    ) -> None:
        self._people = people
        self._new_password = new_password
        self._hasher = Hasher(settings)
        self._least = settings.password_min_length
        self._life = timedelta(hours=settings.one_time_password_hours)
        self._limit = AttemptLimit(settings.login_failures, timedelta(minutes=settings.login_lock_minutes))

    async def change(self, works: Works, staff_id: int, present: str, new: str, *, token: str) -> None:
        """Changes one's own password and ends all other sessions of this person.

        Raises WrongPassword, TooManyAttempts, WeakPassword, PasswordChangedMeanwhile. Takes ``Works`` for the reason
        that ``PeopleService.log_in`` states: an attempt is counted before the password is looked at.
        """
        async with works.begin() as work:
            staff = await self._staff(work, staff_id)
            key = attempts.key_of(staff.login, attempts.AT_A_CHANGE)
            locked_until = await attempts.count(work, key, self._limit)
        if locked_until is not None:
            raise TooManyAttempts("too many wrong passwords: try again later", until=locked_until.isoformat())
        if not await self._hasher.fits(staff.password_hash, present):
            raise WrongPassword("the present password is wrong: type it again")
        weakness = weakness_of(new, login=staff.login, name=staff.name, least=self._least)
        if new == present:
            weakness = Weakness.SAME
        if weakness is None:
            hashed = await self._hasher.hash(new)
        async with works.begin() as work:
            # The present password was right: a refusal of the new one counts for nothing.
            await repository.forget_attempts(work.session, key)
            if weakness is None:
                changed = await repository.set_password(
                    work.session, staff_id, hashed, one_time_until=None, instead_of=staff.password_hash
                )
                if changed:
                    await repository.end_sessions(work.session, work.now, staff_id=staff_id, but=token_hash(token))
                    await work.notify(session_topic(staff_id))
                    await work.announce(Noted("people.password_changed", f"staff:{staff_id}"))
        if weakness is not None:
            raise WeakPassword("this password is easily guessed: choose another", why=weakness.value, least=self._least)
        if not changed:
            raise PasswordChangedMeanwhile("the password was changed by another request: log in again")

    async def hire(self, work: Work, draft: StaffDraft) -> OneTimePassword:
        """Adds a member of staff, who logs in with a one-time password first; that of the draft does not count.

        Raises LoginTaken, BranchUnknown, TeamUnknown.
        """
        await require_open(work, draft.branch, draft.team_id)
        password, until = self._new_password(), work.now + self._life
        card = await self._people.create_staff(work, replace(draft, password=password), one_time_until=until)
        return OneTimePassword(card, (await self._staff(work, card.id)).login, password, until)

    async def issue(self, work: Work, staff_id: int) -> OneTimePassword:
        """Replaces a person's password by a one-time password, ends their sessions and unlocks their log-in.

        Raises StaffNotFound, StaffGone, OwnOneTimePassword.
        """
        if staff_id == work.actor.staff_id:
            raise OwnOneTimePassword("change your own password with the present one")
        staff = await self._staff(work, staff_id)
        if not staff.active:
            raise StaffGone("this person has left the bank and has no access")
        password, until = self._new_password(), work.now + self._life
        hashed = await self._hasher.hash(password)
        await repository.set_password(work.session, staff_id, hashed, one_time_until=until)
        await self._people.unlock(work, staff_id)
        if await repository.end_sessions(work.session, work.now, staff_id=staff_id):
            await work.notify(session_topic(staff_id))
            await work.announce(LoggedOut(staff_id))
        await work.announce(Noted("people.one_time_password_issued", f"staff:{staff_id}"))
        return OneTimePassword(card_of(staff), staff.login, password, until)

    async def _staff(self, work: Work, staff_id: int) -> Staff:
        staff = await repository.find_staff(work.session, staff_id)
        if staff is None:
            raise StaffNotFound(f"there is no member of staff with id {staff_id}")
        return staff
