"""A house with an empty spool and a store in memory."""

from pathlib import Path

import pytest

from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock
from callcenter.kit.work import Works
from callcenter.storage.memory import MemoryStore
from tests.rooms.recordings.cast import House, MoodyStore


@pytest.fixture
def store(clock: FrozenClock) -> MoodyStore:
    return MoodyStore(MemoryStore(clock))


@pytest.fixture
def house(works: Works, bus: Bus, clock: FrozenClock, tmp_path: Path, store: MoodyStore) -> House:
    spool = tmp_path / "spool"
    spool.mkdir()
    return House(works, bus, clock, spool, store)
