"""Changing a password, and the one-time passwords with which people begin, on a real database."""

import asyncio
from datetime import timedelta

import pytest

from callcenter.kit.actor import Actor, LogInStep
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock
from callcenter.kit.trail import Noted
from callcenter.kit.work import Works
from callcenter.people import attempts, repository
from callcenter.people.errors import (
    BadCredentials,
    OneTimePasswordExpired,
    OwnOneTimePassword,
    PasswordChangedMeanwhile,
    StaffGone,
    TooManyAttempts,
    WeakPassword,
    WrongPassword,
)
from callcenter.people.passwords import OneTimePassword, PasswordService, random_password
from callcenter.people.rules import AttemptLimit
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from callcenter.people.types import LoggedOut, Role, StaffDraft
from tests.support.events import listen
from tests.support.people import PASSWORD, hire
from tests.support.rows import Staff

QUICK = PeopleSettings(login_failures=3)
NEW = "three green lamps"


@pytest.fixture
def people() -> PeopleService:
    return PeopleService(QUICK)


@pytest.fixture
def passwords(people: PeopleService) -> PasswordService:
    return PasswordService(QUICK, people)


async def begin(works: Works, passwords: PasswordService) -> OneTimePassword:
    async with works.begin() as work:
        draft = StaffDraft(login="Officer01", name="新来的人", password="", role=Role.DATA_OFFICER, branch="north")
        return await passwords.hire(work, draft)


async def actor_of(works: Works, people: PeopleService, token: str) -> Actor | None:
    async with works.begin() as work:
        return await people.actor_for(work, token)


async def test_a_new_person_begins_with_a_one_time_password(
    works: Works, people: PeopleService, passwords: PasswordService
) -> None:
    issued = await begin(works, passwords)
    first = await people.log_in(works, issued.login, issued.password)
    assert first.actor.due is LogInStep.PASSWORD
    await passwords.change(works, issued.card.id, issued.password, NEW, token=first.token)
    actor = await actor_of(works, people, first.token)
    assert actor is not None
    assert actor.due is None
    with pytest.raises(BadCredentials):
        await people.log_in(works, issued.login, issued.password)
    assert (await people.log_in(works, issued.login, NEW)).actor.due is None


async def test_a_one_time_password_expires(
    works: Works, people: PeopleService, passwords: PasswordService, clock: FrozenClock
) -> None:
    issued = await begin(works, passwords)
    clock.advance(timedelta(hours=QUICK.one_time_password_hours))
    with pytest.raises(OneTimePasswordExpired):
        await people.log_in(works, issued.login, issued.password)
    with pytest.raises(BadCredentials):
        await people.log_in(works, issued.login, "not the password")


async def test_a_change_ends_all_other_sessions(
    works: Works, people: PeopleService, passwords: PasswordService
) -> None:
    card = await hire(works, people, "reviewer", Role.QA)
    here = await people.log_in(works, "reviewer", PASSWORD)
    elsewhere = await people.log_in(works, "reviewer", PASSWORD)
    await passwords.change(works, card.id, PASSWORD, NEW, token=here.token)
    assert await actor_of(works, people, here.token) is not None
    assert await actor_of(works, people, elsewhere.token) is None


async def test_the_present_password_is_asked_for_and_guesses_are_counted(
    works: Works, people: PeopleService, passwords: PasswordService
) -> None:
    card = await hire(works, people, "reviewer", Role.QA)
    token = (await people.log_in(works, "reviewer", PASSWORD)).token
    for _ in range(3):
        with pytest.raises(WrongPassword):
            await passwords.change(works, card.id, "not the password", NEW, token=token)
    with pytest.raises(TooManyAttempts):
        await passwords.change(works, card.id, PASSWORD, NEW, token=token)
    await people.log_in(works, "reviewer", PASSWORD)  # guesses at a change do not lock the log-in
    async with works.begin() as work:
        await people.unlock(work, card.id)
    await passwords.change(works, card.id, PASSWORD, NEW, token=token)


@pytest.mark.parametrize(
    ("new", "why"), [("short", "short"), ("reviewer-2026", "personal"), ("password-1234", "known"), (PASSWORD, "same")]
)
async def test_a_weak_password_is_refused_and_changes_nothing(
    works: Works, people: PeopleService, passwords: PasswordService, new: str, why: str
) -> None:
    card = await hire(works, people, "reviewer", Role.QA)
    token = (await people.log_in(works, "reviewer", PASSWORD)).token
    for _ in range(4):  # no more wrong passwords are counted for it
        with pytest.raises(WeakPassword) as refusal:
            await passwords.change(works, card.id, PASSWORD, new, token=token)
        assert refusal.value.params["why"] == why
    await people.log_in(works, "reviewer", PASSWORD)


async def test_of_two_changes_at_once_one_wins(works: Works, people: PeopleService, passwords: PasswordService) -> None:
    card = await hire(works, people, "reviewer", Role.QA)
    tokens = [(await people.log_in(works, "reviewer", PASSWORD)).token for _ in range(2)]
    wanted = (NEW, "four yellow doors")
    answers = await asyncio.gather(
        *(
            passwords.change(works, card.id, PASSWORD, new, token=token)
            for new, token in zip(wanted, tokens, strict=True)
        ),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers if answer is not None] in ([PasswordChangedMeanwhile], [WrongPassword])
    winner = wanted[answers.index(None)]
    await people.log_in(works, "reviewer", winner)


async def test_an_attempt_is_counted_while_others_are_forgotten(works: Works) -> None:
    key = attempts.key_of("reviewer")

    async def count() -> None:
        async with works.begin() as work:
            assert await attempts.count(work, key, AttemptLimit(1_000_000, timedelta(minutes=1))) is None

    async def forget() -> None:
        async with works.begin() as work:
            await repository.forget_attempts(work.session, key)

    for _ in range(40):
        await asyncio.gather(count(), forget(), count(), forget())


async def test_a_forgotten_password_is_replaced(
    works: Works, people: PeopleService, passwords: PasswordService, bus: Bus
) -> None:
    ended = listen(bus, LoggedOut)
    noted = listen(bus, Noted)
    card = await hire(works, people, "reviewer", Role.QA)
    token = (await people.log_in(works, "reviewer", PASSWORD)).token
    async with works.begin() as work:
        issued = await passwords.issue(work, card.id)
    assert ended == [LoggedOut(card.id)]
    assert "people.one_time_password_issued" in [note.act for note in noted]
    assert issued.password not in repr([issued, noted])
    assert await actor_of(works, people, token) is None
    with pytest.raises(BadCredentials):
        await people.log_in(works, "reviewer", PASSWORD)
    assert (await people.log_in(works, "reviewer", issued.password)).actor.due is LogInStep.PASSWORD
    async with works.begin() as work:
        staff = await work.session.get_one(Staff, card.id)
        assert issued.password not in staff.password_hash


async def test_no_access_is_given_to_those_who_left_nor_to_oneself(
    works: Works, people: PeopleService, passwords: PasswordService
) -> None:
    card = await hire(works, people, "reviewer", Role.QA)
    admin = (await people.log_in(works, "reviewer", PASSWORD)).actor
    async with works.begin(admin) as work:
        with pytest.raises(OwnOneTimePassword):
            await passwords.issue(work, card.id)
    async with works.begin() as work:
        await people.leave(work, card.id, "has left")
        with pytest.raises(StaffGone):
            await passwords.issue(work, card.id)


def test_one_time_passwords_differ_and_can_be_read_aloud() -> None:
    made = {random_password() for _ in range(50)}
    assert len(made) == 50
    assert not set("".join(made)) & set("01ilo")
