"""The pipeline on a real S3 server with object lock that is killed in the middle."""

import asyncio
import hashlib
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
from tests.rooms.recordings.cast import System

pytestmark = pytest.mark.e2e


@pytest.fixture
async def system(works: Works, bus: Bus, clock: FrozenClock, tmp_path: Path, seaweed: Seaweed) -> System:
    spool = tmp_path / "spool"
    spool.mkdir()
    store = S3Store(seaweed.settings(attempts=2, patience=2))
    await store.prepare()
    return System(works, bus, clock, spool, store)


async def test_recordings_are_stored_and_locked_although_the_store_is_killed(system: System, seaweed: Seaweed) -> None:
    first = await system.talk(2)
    await system.pipeline.tick()
    assert await system.is_safe(first)
    row = await system.row(first)
    with pytest.raises(ObjectLocked):
        await system.store.delete(row.object_key or "", row.version_id or "")

    await asyncio.to_thread(seaweed.kill)
    second = await system.talk(2)
    assert (await system.pipeline.tick()).failed == 1
    assert (await system.row(second)).state is RecordingState.CAPTURED
    assert system.files() == {".raw", ".flac", ".done"}

    await asyncio.to_thread(seaweed.start)
    system.clock.advance(timedelta(minutes=1))
    assert (await system.pipeline.tick()).stored == 1
    for call_id in (first, second):
        assert await system.is_safe(call_id)
        row = await system.row(call_id)
        held = await system.store.stat(row.object_key or "", row.version_id)
        assert held.sha256 == row.sha256 == hashlib.sha256(await system.body(call_id)).hexdigest()
        assert row.retain_until is not None
        assert held.retain_until == row.retain_until >= system.clock.now() + timedelta(days=180)
    assert await system.services.reconciling.inspect_objects(system.works, system.clock.now().date()) == []
