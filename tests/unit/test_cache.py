"""Cached facts: kept while notifications arrive, never across a change, never a value read before one."""

import asyncio

from callcenter.campaigns.models import Campaign
from callcenter.classes.models import ClassValue
from callcenter.kit.cache import Cache, Cached, table_of, topic_of

RULES: Cached[int, str] = Cached(Campaign)
EFFECTS: Cached[int, str] = Cached(ClassValue)


class Source:
    """Counts how often it is read."""

    def __init__(self) -> None:
        self.value = "old"
        self.reads = 0

    async def read(self) -> str:
        self.reads += 1
        return self.value


async def test_nothing_is_kept_while_no_notifications_arrive() -> None:
    cache, source = Cache(), Source()
    for _ in range(2):
        await cache.get(RULES, 1, source.read)
    assert source.reads == 2
    cache.begin()
    await cache.get(RULES, 1, source.read)
    cache.end()
    await cache.get(RULES, 1, source.read)
    assert source.reads == 4


async def test_a_value_is_read_once_until_one_of_its_tables_changes() -> None:
    cache, rules, effects = Cache(), Source(), Source()
    cache.begin()
    for _ in range(2):
        assert await cache.get(RULES, 1, rules.read) == "old"
        assert await cache.get(EFFECTS, 1, effects.read) == "old"
    rules.value = "new"
    cache.forget(["campaign"])
    assert await cache.get(RULES, 1, rules.read) == "new"
    await cache.get(EFFECTS, 1, effects.read)
    assert (rules.reads, effects.reads) == (2, 1)


async def test_each_key_has_its_value_and_none_is_one() -> None:
    cache = Cache()
    cache.begin()
    answers: Cached[int, int | None] = Cached(Campaign)
    reads = []

    async def read_of(key: int) -> int | None:
        reads.append(key)
        return None if key == 2 else key

    for key in (1, 2, 1, 2):
        assert await cache.get(answers, key, lambda key=key: read_of(key)) == (None if key == 2 else key)  # type: ignore[misc]
    assert reads == [1, 2]


async def test_what_was_read_before_a_change_is_not_kept_after_it() -> None:
    cache = Cache()
    cache.begin()
    has_read, may_go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> str:
        has_read.set()
        await may_go_on.wait()
        return "old"

    reader = asyncio.create_task(cache.get(RULES, 1, slow))
    await has_read.wait()
    cache.forget(["campaign"])
    may_go_on.set()
    assert await reader == "old"
    source = Source()
    source.value = "new"
    assert await cache.get(RULES, 1, source.read) == "new"


def test_a_topic_names_its_table() -> None:
    assert table_of(topic_of("campaign")) == "campaign"
    assert table_of("floor") is None
