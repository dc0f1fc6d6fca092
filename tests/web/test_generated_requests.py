"""Requests made by schemathesis: no answer is a 5xx, none is undocumented. The long run: ``scripts/bench api``."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callcenter import bootstrap
from callcenter.bootstrap import System
from callcenter.kit.clock import FrozenClock
from callcenter.people.types import Role
from callcenter.storage.memory import MemoryStore
from tests.support.settings import core_settings, set_environment
from tests.web.generated import STRANGER, UNLIMITED, send_all
from tests.web.rights_table import MAY, STREAMS

pytestmark = pytest.mark.db


@pytest.fixture
async def system(
    database_url: str, clock: FrozenClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[System]:
    set_environment(monkeypatch, tmp_path)
    for name, value in UNLIMITED.items():
        monkeypatch.setenv(name, value)
    system = bootstrap.build(core_settings(database_url, secure_cookies=False), store=MemoryStore(clock), clock=clock)
    yield system
    await system.close()


async def test_no_request_crashes_and_no_answer_is_undocumented(system: System) -> None:
    tally = await send_all(system, bootstrap.application(system), examples=1, of_seed=1, senders_of_misfits=3)
    assert tally.wrong == [], f"{len(tally.wrong)} of {tally.sent.total()}"
    senders = [STRANGER, *(role.value for role in Role)]
    assert {(route, sender) for route in set(MAY) - STREAMS for sender in senders} <= tally.sent.keys()
    assert tally.statuses[200] > 100, "some requests come through"
    assert tally.followed > 30, "some name what earlier answers have named"
