"""Second factors on a real database: authenticator apps, recovery codes, passkeys, roles that need one."""

import asyncio
from datetime import timedelta

import pyotp
import pytest

from callcenter.kit.actor import Actor, LogInStep
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock
from callcenter.kit.crypto import Vault
from callcenter.kit.errors import Refusal
from callcenter.kit.trail import Noted
from callcenter.kit.work import Works
from callcenter.people.errors import (
    PasskeyRefused,
    SecondFactorDemanded,
    SecondFactorExists,
    SecondFactorMissing,
    TooManyAttempts,
    WrongCode,
)
from callcenter.people.passkeys import PasskeyService, Site
from callcenter.people.passwords import PasswordService
from callcenter.people.second_factor import SecondFactorService
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from callcenter.people.types import Role, StaffCard, StaffDraft
from tests.support.authenticator import SoftPasskey
from tests.support.events import listen
from tests.support.people import PASSWORD, hire
from tests.support.rows import make_branch

QUICK = PeopleSettings(login_failures=3)
SITE = Site("https://calls.example:8443")
PERIOD = timedelta(seconds=30)


@pytest.fixture
def people() -> PeopleService:
    return PeopleService(QUICK)


@pytest.fixture
def factors(vault: Vault) -> SecondFactorService:
    return SecondFactorService(QUICK, vault)


@pytest.fixture
def passkeys(factors: SecondFactorService) -> PasskeyService:
    return PasskeyService(factors)


class Person:
    """A person with an authenticator app, and the browsers they log in with."""

    def __init__(self, works: Works, people: PeopleService, card: StaffCard) -> None:
        self.id = card.id
        self.secret = ""
        self.token = ""
        self._works = works
        self._people = people

    async def log_in(self) -> Actor:
        """Logs in by password in another browser, and returns who the service takes it for."""
        answer = await self._people.log_in(self._works, "officer", PASSWORD)
        self.token = answer.token
        actor = await self.actor()
        assert actor == answer.actor
        return actor

    async def actor(self) -> Actor:
        async with self._works.begin() as work:
            actor = await self._people.actor_for(work, self.token)
        assert actor is not None
        return actor

    def code(self) -> str:
        return pyotp.TOTP(self.secret).at(self._works.clock.now())

    async def set_up(self, factors: SecondFactorService) -> list[str]:
        async with self._works.begin() as work:
            self.secret = (await factors.begin_totp(work, self.id)).secret
        return await factors.confirm_totp(self._works, self.id, self.code(), token=self.token)


@pytest.fixture
async def person(works: Works, people: PeopleService) -> Person:
    one = Person(works, people, await hire(works, people, "officer", Role.QA))
    await one.log_in()
    return one


async def test_a_log_in_is_complete_after_a_code_of_the_app(
    works: Works, people: PeopleService, factors: SecondFactorService, person: Person, clock: FrozenClock
) -> None:
    assert (await person.actor()).due is None
    codes = await person.set_up(factors)
    assert len(codes) == len(set(codes)) == 8
    assert (await person.actor()).due is None  # this session is proven by the first code
    clock.advance(PERIOD)
    assert (await person.log_in()).due is LogInStep.SECOND_FACTOR
    with pytest.raises(WrongCode):
        await factors.prove(works, person.id, "000 000", token=person.token)
    assert (await person.actor()).due is LogInStep.SECOND_FACTOR
    await factors.prove(works, person.id, person.code(), token=person.token)
    assert (await person.actor()).due is None


async def test_a_session_from_before_is_asked_for_the_new_factor(factors: SecondFactorService, person: Person) -> None:
    elsewhere = person.token
    await person.log_in()
    await person.set_up(factors)
    person.token = elsewhere
    assert (await person.actor()).due is LogInStep.SECOND_FACTOR


async def test_a_code_counts_once_and_for_its_time(
    works: Works, factors: SecondFactorService, person: Person, clock: FrozenClock
) -> None:
    await person.set_up(factors)
    await person.log_in()
    with pytest.raises(WrongCode):  # the one that set the app up
        await factors.prove(works, person.id, person.code(), token=person.token)
    clock.advance(PERIOD)
    of_now = person.code()
    answers = await asyncio.gather(
        *(factors.prove(works, person.id, of_now, token=person.token) for _ in range(2)), return_exceptions=True
    )
    assert [type(answer) for answer in answers if answer is not None] == [WrongCode]
    clock.advance(PERIOD)
    of_next = person.code()
    clock.advance(2 * PERIOD)
    with pytest.raises(WrongCode):
        await factors.prove(works, person.id, of_next, token=person.token)
    clock.advance(PERIOD)
    slow = pyotp.TOTP(person.secret).at(works.clock.now() - PERIOD)
    await factors.prove(works, person.id, slow, token=person.token)


async def test_wrong_codes_are_counted_and_an_administrator_unlocks(
    works: Works, people: PeopleService, factors: SecondFactorService, person: Person, clock: FrozenClock
) -> None:
    await person.set_up(factors)
    clock.advance(PERIOD)
    for _ in range(3):
        with pytest.raises(WrongCode):
            await factors.prove(works, person.id, "not a code", token=person.token)
    with pytest.raises(TooManyAttempts):
        await factors.prove(works, person.id, person.code(), token=person.token)
    await person.log_in()  # the password is not locked by it
    async with works.begin() as work:
        await people.unlock(work, person.id)
    await factors.prove(works, person.id, person.code(), token=person.token)


async def test_a_recovery_code_counts_once_and_new_ones_replace_it(
    works: Works, factors: SecondFactorService, person: Person, clock: FrozenClock, bus: Bus
) -> None:
    first, second, *_ = await person.set_up(factors)
    noted = listen(bus, Noted)
    await person.log_in()
    await factors.prove(works, person.id, first.upper().replace("-", " "), token=person.token)
    assert (await person.actor()).due is None
    assert [note.facts for note in noted if note.act == "people.recovery_code_used"] == [{"left": 7}]
    with pytest.raises(WrongCode):
        await factors.prove(works, person.id, first, token=person.token)
    clock.advance(PERIOD)
    fresh = await factors.renew_codes(works, person.id, person.code(), token=person.token)
    with pytest.raises(WrongCode):
        await factors.prove(works, person.id, second, token=person.token)
    await factors.prove(works, person.id, fresh[0], token=person.token)
    assert not any(code in repr(noted) for code in (first, *fresh, person.secret))


async def test_a_role_that_needs_a_factor_sets_one_up_first(
    works: Works, people: PeopleService, factors: SecondFactorService, person: Person, clock: FrozenClock
) -> None:
    async with works.begin() as work:
        await factors.demand(work, Role.QA, True, "decision of the board")
        (demand,) = [one for one in await factors.demands(work) if one.role is Role.QA]
    assert (demand.since, demand.people, demand.enrolled) == (clock.now(), 1, 0)
    assert (await person.actor()).due is LogInStep.ENROLMENT
    await person.set_up(factors)
    assert (await person.actor()).due is None
    clock.advance(PERIOD)
    with pytest.raises(SecondFactorDemanded):
        await factors.remove_totp(works, person.id, person.code(), token=person.token)
    async with works.begin() as work:
        await factors.demand(work, Role.QA, False, "taken back")
    await factors.remove_totp(works, person.id, person.code(), token=person.token)
    async with works.begin() as work:
        shown = await factors.show(work, person.id)
    assert (shown.demanded, shown.totp_since, shown.recovery_codes) == (False, None, 0)
    assert (await person.log_in()).due is None


async def test_a_one_time_password_is_changed_after_the_factor_is_proven(
    works: Works, people: PeopleService, factors: SecondFactorService, vault: Vault
) -> None:
    passwords = PasswordService(QUICK, people)
    async with works.begin() as work:
        await make_branch(work, code="north")
        draft = StaffDraft(login="officer", name="新来的人", password="", role=Role.QA, branch="north")
        issued = await passwords.hire(work, draft)
        await factors.demand(work, Role.QA, True, "decision of the board")
    person = Person(works, people, issued.card)
    person.token = (await people.log_in(works, "officer", issued.password)).token
    assert (await person.actor()).due is LogInStep.PASSWORD
    await passwords.change(works, person.id, issued.password, PASSWORD, token=person.token)
    assert (await person.actor()).due is LogInStep.ENROLMENT
    await person.set_up(factors)
    async with works.begin() as work:
        again = await passwords.issue(work, person.id)
    person.token = (await people.log_in(works, "officer", again.password)).token
    assert (await person.actor()).due is LogInStep.SECOND_FACTOR


async def test_a_lost_factor_is_removed_by_an_administrator(
    works: Works, people: PeopleService, factors: SecondFactorService, person: Person, bus: Bus
) -> None:
    noted = listen(bus, Noted)
    async with works.begin() as work:
        with pytest.raises(SecondFactorMissing):
            await factors.reset(work, person.id, "telephone lost")
    codes = await person.set_up(factors)
    async with works.begin() as work:
        with pytest.raises(Refusal, match="reason"):
            await factors.reset(work, person.id, " ")
        await factors.reset(work, person.id, "telephone lost")
        assert await people.actor_for(work, person.token) is None
    assert [note.facts for note in noted if note.act == "people.second_factor_reset"] == [{"reason": "telephone lost"}]
    assert (await person.log_in()).due is None
    with pytest.raises(SecondFactorMissing):
        await factors.prove(works, person.id, codes[0], token=person.token)


async def test_an_app_is_replaced_only_after_it_was_removed(
    works: Works, factors: SecondFactorService, person: Person
) -> None:
    async with works.begin() as work:
        first = await factors.begin_totp(work, person.id)
    assert first.secret not in repr(first)
    assert first.qr.startswith("data:image/svg+xml")
    await person.set_up(factors)  # begins anew: the key from before was never confirmed
    async with works.begin() as work:
        with pytest.raises(SecondFactorExists):
            await factors.begin_totp(work, person.id)
    with pytest.raises(SecondFactorExists):
        await factors.confirm_totp(works, person.id, person.code(), token=person.token)


async def add_passkey(works: Works, passkeys: PasskeyService, person: Person) -> tuple[SoftPasskey, list[str]]:
    passkey = SoftPasskey(SITE.origin, SITE.host)
    async with works.begin() as work:
        options = await passkeys.options(work, person.id, SITE, token=person.token)
    return passkey, await passkeys.add(works, person.id, passkey.make(options), SITE, token=person.token)


async def test_a_passkey_completes_a_log_in(works: Works, passkeys: PasskeyService, person: Person) -> None:
    passkey, codes = await add_passkey(works, passkeys, person)
    assert len(codes) == 8
    assert (await person.log_in()).due is LogInStep.SECOND_FACTOR
    async with works.begin() as work:
        options = await passkeys.challenge(work, person.id, SITE, token=person.token)
    answer = passkey.sign(options)
    await passkeys.prove(works, person.id, answer, SITE, token=person.token)
    assert (await person.actor()).due is None
    with pytest.raises(PasskeyRefused):  # a challenge counts once
        await passkeys.prove(works, person.id, answer, SITE, token=person.token)


async def test_answers_of_other_pages_keys_and_times_are_refused(
    works: Works, passkeys: PasskeyService, person: Person, clock: FrozenClock
) -> None:
    passkey, _ = await add_passkey(works, passkeys, person)
    await person.log_in()

    async def refused(key: SoftPasskey, *, origin: str | None = None, late: timedelta = timedelta()) -> None:
        async with works.begin() as work:
            options = await passkeys.challenge(work, person.id, SITE, token=person.token)
        clock.advance(late)
        with pytest.raises(PasskeyRefused):
            await passkeys.prove(works, person.id, key.sign(options, origin=origin), SITE, token=person.token)

    await refused(passkey, origin="https://calls.example.evil")
    await refused(SoftPasskey(SITE.origin, SITE.host))
    clock.advance(timedelta(minutes=15))
    await refused(passkey, late=timedelta(minutes=3))
    async with works.begin() as work:
        options = await passkeys.challenge(work, person.id, SITE, token=person.token)
    await passkeys.prove(works, person.id, passkey.sign(options), SITE, token=person.token)
    await person.log_in()
    passkey.uses -= 1  # a copy of the key, whose count lags behind
    await refused(passkey)
    assert (await person.actor()).due is LogInStep.SECOND_FACTOR


async def test_the_last_factor_that_the_role_needs_is_kept(
    works: Works, factors: SecondFactorService, passkeys: PasskeyService, person: Person
) -> None:
    await add_passkey(works, passkeys, person)
    _, none = await add_passkey(works, passkeys, person)
    assert none == []  # the recovery codes from before still count
    async with works.begin() as work:
        await factors.demand(work, Role.QA, True, "decision of the board")
        first, second = (await factors.show(work, person.id)).passkeys
        await factors.remove_passkey(work, person.id, first.id)
        with pytest.raises(SecondFactorDemanded):
            await factors.remove_passkey(work, person.id, second.id)
