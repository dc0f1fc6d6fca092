"""Trunks are entered, changed as they were read, chosen by what they carry; their passwords stay sealed."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from callcenter import bootstrap
from callcenter.bootstrap import System
from callcenter.calls.types import CallState
from callcenter.kit.clock import FrozenClock
from callcenter.kit.work import Work
from callcenter.lines.commands import TrunkSettingInvalid, put_trunk
from callcenter.lines.errors import (
    TrunkAccountMissing,
    TrunkChanged,
    TrunkNameTaken,
    TrunkNotEncrypted,
    TrunkNotFound,
    TrunkPasswordMissing,
)
from callcenter.lines.types import (
    ChoiceReason,
    Codec,
    NumberFormat,
    TrunkAccess,
    TrunkEntry,
    TrunkForm,
    TrunkTransport,
    TrunkUse,
)
from callcenter.setup.service import trunk_config_of
from callcenter.storage.memory import MemoryStore
from tests.support.rows import make_call
from tests.support.settings import core_settings, set_environment

PASSWORD = "not-for-the-trail"
FORM = TrunkForm(
    group="carrier",
    host="sip.carrier.example",
    port=5060,
    transport=TrunkTransport.UDP,
    encrypts_sound=False,
    access=TrunkAccess.REGISTRATION,
    account="bank01",
    password=PASSWORD,
    codecs=(Codec.ALAW,),
    number_format=NumberFormat.E164_PLUS,
    prefix="",
    channels=2,
    calls_per_second=0,
    priority=1,
    share=1,
    in_use=True,
)


@pytest.fixture
async def system(
    database_url: str, clock: FrozenClock, store: MemoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[System]:
    set_environment(monkeypatch, tmp_path)
    system = bootstrap.build(core_settings(database_url), clock=clock, store=store)
    try:
        yield system
    finally:
        await system.close()


async def add(system: System, name: str = "first", **changes: Any) -> TrunkEntry:
    async with system.works.begin() as work:
        return await system.trunks.add(work, name, replace(FORM, **changes), "a second carrier")


async def chosen(system: System, lead_id: int = 7) -> tuple[str, TrunkUse, ChoiceReason]:
    async with system.works.begin() as work:
        choice = await system.trunk_chooser.choose(work, "carrier", lead_id, None)
    return choice.trunk, choice.use, choice.reason


async def test_a_password_is_sealed_and_only_a_switch_gets_it(system: System) -> None:
    await add(system)
    async with system.works.begin() as work:
        stored = await work.session.scalar(text("SELECT row_to_json(t)::text FROM configured_trunk t"))
        trail = await work.session.scalar(text("SELECT string_agg(facts::text, ' ') FROM audit_entry"))
        (view,) = await system.trunks.views(work)
        (entry,) = await system.trunks.with_passwords(work)
    assert PASSWORD not in stored + trail
    assert "sip.carrier.example" in trail
    assert view.entry is not None
    assert (view.entry.has_password, view.entry.form.password) == (True, None)
    assert trunk_config_of(entry).password == PASSWORD
    assert PASSWORD not in repr(trunk_config_of(entry))


async def test_a_trunk_is_changed_as_it_was_read_and_keeps_its_password(system: System) -> None:
    entry = await add(system)
    async with system.works.begin() as work:
        await system.trunks.change(work, entry.id, 1, replace(FORM, password=None, share=5), "more for it")
    async with system.works.begin() as work:
        (entry,) = await system.trunks.with_passwords(work)
        assert (entry.version, entry.form.share, entry.form.password) == (2, 5, PASSWORD)
        with pytest.raises(TrunkChanged):
            await system.trunks.change(work, entry.id, 1, FORM, "late")
    async with system.works.begin() as work:
        await system.trunks.remove(work, entry.id, "its contract has ended")
    async with system.works.begin() as work:
        assert await system.trunks.entries(work) == []
        with pytest.raises(TrunkNotFound):
            await system.trunks.remove(work, entry.id, "again")
    await add(system)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"account": ""}, TrunkAccountMissing),
        ({"password": None}, TrunkPasswordMissing),
        ({"encrypts_sound": True}, TrunkNotEncrypted),
    ],
)
async def test_what_cannot_work_is_refused(system: System, changes: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        await add(system, **changes)
    async with system.works.begin() as work:
        assert await system.trunks.entries(work) == []


async def test_a_name_is_given_once(system: System) -> None:
    await add(system)
    with pytest.raises(TrunkNameTaken):
        await add(system)


async def test_a_call_takes_the_first_priority_with_a_free_channel(system: System) -> None:
    assert await chosen(system) == ("carrier", TrunkUse.OPEN, ChoiceReason.ONLY_ONE)
    await add(system, "first")
    await add(system, "spare", priority=2, channels=1)
    assert await chosen(system) == ("first", TrunkUse.OPEN, ChoiceReason.PRIORITY)

    async def talk(work: Work, trunk: str) -> None:
        await make_call(work, trunk=trunk, state=CallState.ANSWERED, answered_at=work.now)

    async with system.works.begin() as work:
        await talk(work, "first")
        await talk(work, "first")
    assert await chosen(system) == ("spare", TrunkUse.OPEN, ChoiceReason.PRIORITY)
    async with system.works.begin() as work:
        await talk(work, "spare")
    _, use, reason = await chosen(system)
    assert (use, reason) == (TrunkUse.FULL, ChoiceReason.NONE_FREE)
    async with system.works.begin() as work:
        views = {view.name: view.day.open_calls for view in await system.trunks.views(work)}
    assert views == {"first": 2, "spare": 1}


async def test_a_trunk_out_of_use_carries_nothing(system: System) -> None:
    await add(system, in_use=False)
    assert await chosen(system) == ("carrier", TrunkUse.CLOSED, ChoiceReason.NONE_FREE)


async def test_numbers_take_the_form_of_their_trunk(system: System) -> None:
    await add(system)
    async with system.works.begin() as work:
        assert await system.trunk_chooser.number_on(work, "first", "07715551234") == "+867715551234"
        assert await system.trunk_chooser.number_on(work, "carrier", "07715551234") == "07715551234"


async def test_the_command_adds_and_changes_what_it_names(system: System) -> None:
    async def put(name: str, **words: Any) -> TrunkEntry:
        async with system.works.begin() as work:
            return await put_trunk(system.trunks, work, name, {"reason": "scripted", **words})

    await put("first", host="sip.carrier.example", access="signed", account="a", password="p", channels="30")
    entry = await put("first", priority="2")
    assert (entry.version, entry.form.priority, entry.form.channels) == (2, 2, 30)
    for words in ({"colour": "red"}, {"port": "none"}, {"host": "a b"}):
        with pytest.raises(TrunkSettingInvalid):
            await put("first", **words)
