"""A listener for notifications."""

from collections.abc import AsyncIterator

import pytest

from callcenter.kit.wake import Waker
from tests.support.running import running
from tests.support.waiting import eventually


@pytest.fixture
async def waker(database_url: str) -> AsyncIterator[Waker]:
    waker = Waker(database_url)
    async with running(waker.run()):
        await eventually(lambda: waker.connected)
        yield waker
    assert not waker.connected
