"""The certificate names a complaint callback that came too soon after another call to its number, of whatever kind."""

from collections.abc import Mapping
from typing import Any

import pytest

from callcenter.audit.certificate.types import SectionId
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock
from callcenter.kit.work import Works
from tests.rooms.audit.certified_day import Day, at, make_day

MOVED = "UPDATE call SET dialled_at = :at, verdict = verdict || jsonb_build_object('rule_set', 't1') WHERE id = :id"


@pytest.fixture
async def day(works: Works, bus: Bus, clock: FrozenClock) -> Day:
    return await make_day(works, bus, clock)


async def caps(day: Day, statement: str, **values: Any) -> Mapping[SectionId, list[str]]:
    named = await day.broken_by(statement, **values)
    return {section: subjects for section, subjects in named.items() if section is SectionId.CAPS}


async def test_a_callback_that_comes_too_soon_after_the_complained_call_is_named(day: Day) -> None:
    called_back = day.calls["called back"]
    assert await caps(day, MOVED, at=at(10, 21), id=called_back) == {}, "more than ten minutes"
    assert await caps(day, MOVED, at=at(10, 18), id=called_back) == {SectionId.CAPS: [day.subject("called back")]}


async def test_what_never_reached_the_number_asks_for_no_gap(day: Day) -> None:
    await day.sql("UPDATE call SET outcome = 'line_fault' WHERE id = :id", id=day.calls["complaint"])
    assert await caps(day, MOVED, at=at(10, 18), id=day.calls["called back"]) == {}
