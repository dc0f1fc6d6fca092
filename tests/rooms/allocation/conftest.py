"""Fixtures of the allocation's tests."""

import pytest

from callcenter.kit.clock import FrozenClock, at_business_time
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Works
from tests.rooms.allocation.office import TUESDAY, House, open_house


@pytest.fixture
async def house(works: Works, vault: Vault) -> House:
    return await open_house(works, vault)


@pytest.fixture
async def day(house: House, clock: FrozenClock) -> House:
    """Tuesday, 10:30, four customers in each agent's hands."""
    await house.stock(100)
    await house.allot()
    clock.set(at_business_time(TUESDAY, 10, 30))
    return house
