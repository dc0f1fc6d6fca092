"""The command ``callcenter import-dnc``: the same upload, job and job handler as from the panel."""

import asyncio
import gc
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from callcenter import cli
from callcenter.dnc.deliveries import DeliveryService
from callcenter.dnc.lists import ExternalLists
from callcenter.dnc.models import DncPiece
from callcenter.dnc.types import ListCard
from callcenter.kit import log
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Works
from tests.support.leads import delivery_service
from tests.support.processes import environment
from tests.support.rows import count_rows, phone_number


@pytest.fixture
def deliveries(
    works: Works, vault: Vault, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> DeliveryService:
    for name, value in environment(database_url, tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(log, "set_up_logging", lambda **_: None)  # of the process, which is the tests'
    monkeypatch.setattr(gc, "freeze", lambda: None)
    return delivery_service(vault)


async def deliver(folder: Path, count: int, *options: str) -> Result:
    """Runs the command in this process, on a thread: it brings an event loop of its own."""
    file = folder / "numbers.txt"
    file.write_text("".join(f"{phone_number(number)}\n" for number in range(count)))
    words = ["import-dnc", str(file), "--list=industry", "--json", *options]
    return await asyncio.to_thread(CliRunner().invoke, cli.app, words)


async def listed(works: Works, vault: Vault) -> ListCard:
    async with works.begin() as work:
        [card] = await ExternalLists(vault).lists(work)
    return card


async def test_a_shorter_delivery_is_refused_until_a_person_says_how_many_numbers_may_end(
    works: Works, vault: Vault, deliveries: DeliveryService, tmp_path: Path
) -> None:
    first = await deliver(tmp_path, 10, "--supplier=协会", "--for-ever")
    assert first.exit_code == 0, first.output
    assert json.loads(first.stdout)["new"] == 10
    before = await listed(works, vault)
    assert (before.supplier, before.term_days) == ("协会", None)

    for options in ((), ("--may-end=1",)):
        refused = await deliver(tmp_path, 8, *options)
        assert refused.exit_code == 2
        assert "2 of 10 numbers" in " ".join(refused.stderr.split())
        assert await listed(works, vault) == before
        async with works.begin() as work:
            assert await deliveries.waiting(work) == [], "nothing is left behind"
    assert await count_rows(works, DncPiece) == 0

    taken = await deliver(tmp_path, 8, "--may-end=2")
    assert taken.exit_code == 0, taken.output
    report = json.loads(taken.stdout)
    assert (report["known"], report["new"], report["ended"]) == (8, 0, 2)
    after = await listed(works, vault)
    assert (after.id, after.deliveries, after.term_days) == (before.id, 2, None)
    assert after.in_force
    assert after.in_force.keys == 8


async def test_days_given_by_the_command_are_the_term_from_then_on(
    works: Works, vault: Vault, deliveries: DeliveryService, tmp_path: Path
) -> None:
    for options, term_days in (((), 730), (("--days=90",), 90), ((), 90)):
        done = await deliver(tmp_path, 3, *options)
        assert done.exit_code == 0, done.output
        assert (await listed(works, vault)).term_days == term_days
    both = await deliver(tmp_path, 3, "--days=90", "--for-ever")
    assert (both.exit_code, (await listed(works, vault)).deliveries) == (2, 3)
