"""A system with an empty spool and a store in memory."""

from pathlib import Path

import pytest

from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock
from callcenter.kit.work import Works
from callcenter.storage.memory import MemoryStore
from tests.rooms.recordings.cast import FaultyStore, System


@pytest.fixture
def store(clock: FrozenClock) -> FaultyStore:
    return FaultyStore(MemoryStore(clock))


@pytest.fixture
def system(works: Works, bus: Bus, clock: FrozenClock, tmp_path: Path, store: FaultyStore) -> System:
    spool = tmp_path / "spool"
    spool.mkdir()
    return System(works, bus, clock, spool, store)
