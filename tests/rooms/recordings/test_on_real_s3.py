"""The pipeline on a real S3 server with object lock, which dies in the middle."""

import asyncio
import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock
from callcenter.kit.work import Works
from callcenter.recordings.types import RecordingState
from callcenter.storage.port import ObjectLocked
from callcenter.storage.s3 import S3Store
from tests.contracts.seaweed import Seaweed
from tests.rooms.recordings.cast import House

pytestmark = pytest.mark.e2e


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Seaweed]:
    server = Seaweed.under(tmp_path / "s3")
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
async def house(works: Works, bus: Bus, clock: FrozenClock, tmp_path: Path, server: Seaweed) -> House:
    spool = tmp_path / "spool"
    spool.mkdir()
    store = S3Store(server.settings(attempts=2, patience=2))
    await store.prepare()
    return House(works, bus, clock, spool, store)


async def test_stored_and_locked_through_a_kill_of_the_store(house: House, server: Seaweed) -> None:
    first = await house.talk(2)
    await house.pipeline.tick()
    assert await house.is_safe(first)
    row = await house.row(first)
    with pytest.raises(ObjectLocked):
        await house.store.delete(row.object_key or "", row.version_id or "")

    await asyncio.to_thread(server.kill)
    second = await house.talk(2)
    assert (await house.pipeline.tick()).failed == 1
    assert (await house.row(second)).state is RecordingState.CAPTURED
    assert house.files() == {".raw", ".flac", ".done"}

    await asyncio.to_thread(server.start)
    house.clock.advance(timedelta(minutes=1))
    assert (await house.pipeline.tick()).stored == 1
    for call_id in (first, second):
        assert await house.is_safe(call_id)
        row = await house.row(call_id)
        held = await house.store.stat(row.object_key or "", row.version_id)
        assert held.sha256 == row.sha256 == hashlib.sha256(await house.body(call_id)).hexdigest()
        assert row.retain_until is not None
        assert held.retain_until == row.retain_until >= house.clock.now() + timedelta(days=180)
    assert await house.service.inspect_objects(house.works, house.clock.now().date()) == []
