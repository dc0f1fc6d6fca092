"""Fixtures of the allocation's tests."""

import pytest

from callcenter.kit.clock import FrozenClock, at_business_time
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Works
from tests.rooms.allocation.office import TUESDAY, System, open_system


@pytest.fixture
async def system(works: Works, vault: Vault) -> System:
    return await open_system(works, vault)


@pytest.fixture
async def day(system: System, clock: FrozenClock) -> System:
    """Tuesday, 10:30, four customers assigned to each agent."""
    await system.stock(100)
    await system.allocate()
    clock.set(at_business_time(TUESDAY, 10, 30))
    return system
