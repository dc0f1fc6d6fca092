"""Keeps staff, log-ins, fitness to telephone and the roster."""

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from callcenter.kit import rates
from callcenter.kit.actor import Actor, session_topic
from callcenter.kit.cache import Cached
from callcenter.kit.clock import business_date
from callcenter.kit.errors import Refusal
from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.people import attempts, repository
from callcenter.people.cards import actor_of, card_of, due_of, fitness_of
from callcenter.people.errors import (
    BadCredentials,
    LoginTaken,
    NotFit,
    OneTimePasswordExpired,
    OwnLeaving,
    StaffNotFound,
    TooManyAttempts,
    WeakPassword,
)
from callcenter.people.hashing import Hasher, token_hash
from callcenter.people.models import LoginSession, Staff
from callcenter.people.rules import (
    WARNED_DAYS,
    AttemptLimit,
    Expiry,
    Weakness,
    day_of,
    expiries,
    leave_on,
    may_telephone,
    missing,
    pattern_on,
    session_alive,
)
from callcenter.people.second_factor_repository import facts_of
from callcenter.people.settings import PeopleSettings
from callcenter.people.types import (
    ONE_SESSION,
    RIGHTS,
    Fitness,
    LoggedOut,
    Right,
    Role,
    Rostered,
    StaffCard,
    StaffDraft,
    StaffLeft,
)

_LEAST_DEVICE, _MOST_DEVICE = 32, 200
"""Characters of a device's cookie. One that a browser has for another person is kept: several share a computer."""
_SEEN_EVERY = timedelta(minutes=1)
"""A session's last use is written at most this often."""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A new session."""

    token: str
    """Goes into the cookie, and nowhere else."""
    actor: Actor
    expires_at: datetime
    device: str
    """Goes into a cookie that outlives the session: this browser is known from now on."""


@dataclass(frozen=True, slots=True)
class ExpiringProof:
    """A proof of a person that expires soon, or has expired."""

    staff_id: int
    login: str
    expiry: Expiry


_AT_DESK = frozenset({Right.USE_DESK, Right.CALL_COMPLAINANTS})
_FITNESS: Cached[int, Fitness] = Cached(Staff)


class PeopleService:
    """Keeps staff, opens and ends sessions, and says who works and who may telephone."""

    def __init__(self, settings: PeopleSettings, new_token: Callable[[], str] = secrets.token_urlsafe) -> None:
        self._settings = settings
        self._hasher = Hasher(settings)
        self._new_token = new_token
        self._idle = timedelta(minutes=settings.session_idle_minutes)
        per = timedelta(minutes=settings.login_lock_minutes)
        self._per_address = rates.Rate("log_in", settings.login_failures_per_address, per)
        self._limit = AttemptLimit(settings.login_failures, timedelta(minutes=settings.login_lock_minutes))

    # -- staff ---------------------------------------------------------------------------------------------------

    async def create_staff(self, work: Work, draft: StaffDraft, *, one_time_until: datetime | None = None) -> StaffCard:
        """Adds a member of staff. Raises WeakPassword, and LoginTaken for a login or an extension in use.

        With ``one_time_until`` the password is a one-time password: it opens a session only until then.
        """
        least = self._settings.password_min_length
        if len(draft.password) < least:
            raise WeakPassword(f"a password has at least {least} characters", why=Weakness.SHORT.value, least=least)
        staff = await repository.add_staff(
            work.session,
            {
                "login": _login(draft.login),
                "name": draft.name,
                "password_hash": await self._hasher.hash(draft.password),
                "one_time_until": one_time_until,
                "role": draft.role,
                "branch": draft.branch,
                "extension": draft.extension,
                "robot_number": draft.robot_number,
                "licence_number": draft.licence_number,
                "licence_valid_until": draft.licence_valid_until,
                "trained_at": draft.trained_at,
                "training_valid_until": draft.training_valid_until,
                "examined_at": draft.examined_at,
                "exam_valid_until": draft.exam_valid_until,
                "agreement_signed_at": draft.agreement_signed_at,
                "agreement_valid_until": draft.agreement_valid_until,
                "active": True,
                "region_id": draft.region_id,
                "created_at": work.now,
            },
        )
        if staff is None:
            raise LoginTaken("this login or this extension belongs to somebody else: choose another")
        await work.announce(Noted("people.staff_created", f"staff:{staff.id}", {"role": draft.role.value}))
        return card_of(staff)

    async def leave(self, work: Work, staff_id: int, reason: str) -> None:
        """Revokes access at once; rooms that gave this person work are notified (requirement H2). Safe to repeat.

        Raises ReasonMissing, StaffNotFound, OwnLeaving.
        """
        why = require_reason(reason, "revoking a person's access", rule="H2")
        if staff_id == work.actor.staff_id:
            raise OwnLeaving("nobody takes their own access away: ask another administrator")
        staff = await self._staff(work, staff_id)
        await repository.end_sessions(work.session, work.now, staff_id=staff_id)
        await repository.forget_devices(work.session, staff_id=staff_id)
        await work.notify(session_topic(staff_id))
        if not staff.active:
            return
        staff.active = False
        staff.leaving_at = work.now
        await work.announce(StaffLeft(staff_id))
        await work.announce(Noted("people.staff_left", f"staff:{staff_id}", {"reason": why}))

    async def find_by_login(self, work: Work, login: str) -> StaffCard:
        """Returns the member of staff with this login, for commands. Raises StaffNotFound."""
        staff = await repository.find_by_login(work.session, _login(login))
        if staff is None:
            raise StaffNotFound(f"there is no member of staff with the login {login}")
        return card_of(staff)

    async def card(self, work: Work, staff_id: int) -> StaffCard:
        """Returns what other rooms may know of a member of staff. Raises StaffNotFound."""
        return card_of(await self._staff(work, staff_id))

    async def cards(self, work: Work, ids: Collection[int]) -> dict[int, StaffCard]:
        """Returns those of ``ids`` that exist, whether still active or not."""
        return {staff.id: card_of(staff) for staff in await repository.list_by_ids(work.session, ids)} if ids else {}

    async def inactive_among(self, work: Work, ids: Collection[int]) -> list[int]:
        """Returns those of ``ids`` whose access was revoked, or whose role has no desk any more."""
        known = await repository.list_by_ids(work.session, ids) if ids else []
        return [staff.id for staff in known if not staff.active or _AT_DESK.isdisjoint(RIGHTS[staff.role])]

    async def expiring_proofs(self, work: Work, on: date) -> list[ExpiringProof]:
        """Returns the licences, trainings, exams and agreements of active staff that expire soon or have expired."""
        return [
            ExpiringProof(staff.id, staff.login, expiry)
            for staff in await repository.list_expiring(work.session, on + timedelta(days=WARNED_DAYS[-1]))
            for expiry in expiries(fitness_of(staff), on)
        ]

    async def by_role(self, work: Work, role: Role) -> list[StaffCard]:
        """Returns the active staff of a role."""
        return [card_of(staff) for staff in await repository.list_active(work.session, role=role)]

    async def count_by_role(self, work: Work) -> Mapping[Role, int]:
        """Returns how many active people each role has; roles without any are left out."""
        return await repository.count_by_role(work.session)

    async def by_extension(self, work: Work, extension: str) -> StaffCard | None:
        """Returns the active member of staff whose browser phone has this extension."""
        staff = await repository.find_by_extension(work.session, extension)
        return card_of(staff) if staff else None

    async def list_staff(self, work: Work, *, after: int = 0, limit: int = 100) -> list[Staff]:
        """Returns a page of everybody, in the order of their ids, for the people panel."""
        return list(await repository.list_page(work.session, after=after, limit=limit))

    # -- who may telephone, who visits ---------------------------------------------------------------------------

    async def fitness(self, work: Work, staff_id: int) -> Fitness:
        """Returns what is known of a person's licence, training, exam and agreement. Raises StaffNotFound."""

        async def read() -> Fitness:
            return fitness_of(await self._staff(work, staff_id))

        return await work.cached(_FITNESS, staff_id, read)

    async def rostered(self, work: Work, on: date) -> list[Rostered]:
        """Returns the phone agents who work on that day and are fit to telephone on it, with their part of it (D2).

        Asks the roster alone; the calendar decides whether that day is worked at all. Ordered by id.
        """
        return (await self.rostered_between(work, on, on))[on]

    async def rostered_between(self, work: Work, first: date, last: date) -> Mapping[date, list[Rostered]]:
        """Returns by day, both ends included, whom ``rostered`` returns."""
        entries = await repository.list_entries(work.session, first, last)
        patterns = await repository.list_patterns(work.session, last)
        leaves = await repository.list_leaves(work.session, first, last)
        agents = await repository.list_active(work.session, role=Role.AGENT)
        rostered: dict[date, list[Rostered]] = {}
        for on in (first + timedelta(days=ahead) for ahead in range((last - first).days + 1)):
            rostered[on] = []
            for staff in agents:
                pattern = pattern_on(patterns.get(staff.id, ()), on)
                leave = leave_on(leaves.get(staff.id, ()), on)
                day = day_of(on, worked=True, entry=entries.get((staff.id, on)), pattern=pattern, leave=leave)
                if day.working and may_telephone(fitness_of(staff), on):
                    rostered[on].append(Rostered(card_of(staff), day.part))
        return rostered

    async def works_on(self, work: Work, staff_id: int, on: date) -> bool:
        """Returns whether the roster has this person working on that day, fit or not."""
        entries = await repository.list_entries(work.session, on, on, [staff_id])
        patterns = await repository.list_patterns(work.session, on, [staff_id])
        leaves = await repository.list_leaves(work.session, on, on, [staff_id])
        pattern, leave = pattern_on(patterns.get(staff_id, ()), on), leave_on(leaves.get(staff_id, ()), on)
        return day_of(on, worked=True, entry=entries.get((staff_id, on)), pattern=pattern, leave=leave).working

    async def eligible_agents(self, work: Work, on: date) -> list[StaffCard]:
        """Returns the agents of ``rostered``, whatever their part."""
        return [rostered.card for rostered in await self.rostered(work, on)]

    async def field_agents(self, work: Work, region_id: int) -> list[StaffCard]:
        """Returns the active field agents of a region; its leader is ``field_leader``."""
        agents = await repository.list_active(work.session, role=Role.FIELD_AGENT, region_id=region_id)
        return [card_of(staff) for staff in agents]

    async def field_leader(self, work: Work, region_id: int) -> StaffCard | None:
        """Returns the active leader of a region's field agents; None when there is none."""
        leaders = await repository.list_active(work.session, role=Role.FIELD_LEADER, region_id=region_id)
        return card_of(leaders[0]) if leaders else None

    # -- log-in --------------------------------------------------------------------------------------------------

    async def log_in(self, works: Works, login: str, password: str, *, address: str = "", device: str = "") -> LoggedIn:
        """Opens a session. Raises BadCredentials, TooManyAttempts, NotFit (rule H1).

        Wrong passwords are counted per login and per address. A device from which this person has logged in before has
        a count of its own: a stranger who guesses locks out neither its owner, nor the office behind the same address.

        Takes ``Works`` and not a ``Work``: the attempt is counted and committed before the password is looked at, so
        that neither a refusal nor many attempts at once undo the count; and no connection is held while the hash is
        computed. An unknown login costs the same time as a known one.
        """
        async with works.begin() as work:
            staff = await repository.find_by_login(work.session, _login(login))
            known = (
                staff is not None
                and device != ""
                and await repository.knows_device(work.session, staff.id, token_hash(device))
            )
            key = attempts.key_of(_login(login), device if known else "")
            locked_until = await attempts.count(work, key, self._limit)
            if not known and address:
                crowded_until = await rates.take(work, self._per_address, f"address:{address}")
                locked_until = locked_until or crowded_until
        if locked_until is not None:
            raise TooManyAttempts("too many wrong passwords: try again later", until=locked_until.isoformat())
        if not await self._hasher.fits(staff.password_hash if staff else None, password) or staff is None:
            raise BadCredentials
        if not staff.active:
            raise BadCredentials
        async with works.begin() as work:
            await repository.forget_attempts(work.session, key)
            if not known and address:
                await rates.give_back(work, self._per_address, f"address:{address}")
            answer = await self._open_session(work, await self._staff(work, staff.id), device, address)
        if isinstance(answer, Refusal):
            raise answer
        return answer

    async def locked_log_ins(self, work: Work) -> Mapping[int, datetime]:
        """Returns the staff whose log-in is locked for devices that are not known, and until when."""
        return await repository.list_locked(work.session, work.now)

    async def unlock(self, work: Work, staff_id: int) -> None:
        """Unlocks a person's log-in before its time. Safe to repeat. Raises StaffNotFound."""
        staff = await self._staff(work, staff_id)
        for purpose in ("", attempts.AT_A_CHANGE, attempts.AT_A_SECOND_FACTOR):
            await repository.forget_attempts(work.session, attempts.key_of(staff.login, purpose))
        await work.announce(Noted("people.login_unlocked", f"staff:{staff_id}"))

    async def log_out(self, work: Work, token: str) -> None:
        """Ends the session; one that has ended already is no error. Announces LoggedOut after the last one."""
        for staff_id in await repository.end_sessions(work.session, work.now, token_sha256=token_hash(token)):
            await work.notify(session_topic(staff_id))
            await work.announce(Noted("people.logged_out", f"staff:{staff_id}"))
            if not await repository.has_session(work.session, staff_id, used_since=work.now - self._idle):
                await work.announce(LoggedOut(staff_id))

    async def actor_for(self, work: Work, token: str) -> Actor | None:
        """Returns the person of a session, None when it has ended; notes its use."""
        found = await repository.find_session(work.session, token_hash(token))
        if found is None:
            return None
        session, staff = found.session, found.staff
        alive = staff.active and session_alive(
            seen_at=session.seen_at,
            expires_at=session.expires_at,
            ended_at=session.ended_at,
            idle=self._idle,
            now=work.now,
        )
        if not alive:
            return None
        if work.now - session.seen_at >= _SEEN_EVERY:
            session.seen_at = work.now
        proven = session.proven_at is not None
        return replace(actor_of(staff), due=due_of(staff, found.enrolled, found.demanded, proven=proven))

    async def sweep(self, work: Work) -> None:
        """Forgets failures that no longer count, sessions that ended a month ago, devices long unused. Timed work."""
        await repository.forget_devices(work.session, before=work.now - timedelta(days=self._settings.device_days))
        await repository.delete_outdated(
            work.session,
            attempts_before=work.now - self._limit.lock,
            sessions_before=work.now - timedelta(days=30),
        )

    async def _open_session(self, work: Work, staff: Staff, device: str, address: str) -> LoggedIn | Refusal:
        enrolled, demanded = await facts_of(work.session, staff.id)
        actor = replace(actor_of(staff), due=due_of(staff, enrolled, demanded, proven=False))
        if not staff.active:
            return BadCredentials()
        if staff.one_time_until is not None and staff.one_time_until <= work.now:
            return OneTimePasswordExpired("this one-time password has expired: ask the administrator for another")
        if Right.USE_DESK in actor.rights and (lacking := missing(fitness_of(staff), business_date(work.now))):
            return NotFit(
                "this agent may not telephone customers yet: see what is missing",
                missing=[str(item) for item in lacking],
            )
        token = self._new_token()
        if not _LEAST_DEVICE <= len(device) <= _MOST_DEVICE:
            device = self._new_token()
        await repository.touch_device(work.session, staff.id, token_hash(device), work.now)
        if staff.role in ONE_SESSION and await repository.end_sessions(work.session, work.now, staff_id=staff.id):
            await work.notify(session_topic(staff.id))
        expires_at = work.now + timedelta(hours=self._settings.session_hours)
        work.session.add(
            LoginSession(
                token_sha256=token_hash(token),
                staff_id=staff.id,
                address=address[:45],
                created_at=work.now,
                seen_at=work.now,
                expires_at=expires_at,
            )
        )
        await work.announce(Noted("people.logged_in", f"staff:{staff.id}"))
        return LoggedIn(token, actor, expires_at, device)

    async def _staff(self, work: Work, staff_id: int) -> Staff:
        staff = await repository.find_staff(work.session, staff_id)
        if staff is None:
            raise StaffNotFound(f"there is no member of staff with id {staff_id}")
        return staff


def _login(login: str) -> str:
    return login.strip().casefold()
