"""Each reason why agents get no call raises an alert, stands on the floor, and is over when its cause is."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from callcenter.agents.types import AgentState
from callcenter.alerts.conditions import Condition, Patience, looked
from callcenter.alerts.rules import STANDSTILL
from callcenter.alerts.types import AlertKind
from callcenter.bootstrap import System, application
from callcenter.bootstrap.processes import _room_to_record
from callcenter.calls.types import CallKind
from callcenter.campaigns.types import CampaignState
from callcenter.dialer.switch import Switch
from callcenter.dialer.watching import SpoolWatch
from callcenter.eligibility.types import Subject
from callcenter.kit.clock import FrozenClock
from callcenter.recordings.store_watch import StoreWatch
from callcenter.recordings.types import RecorderVerdict
from callcenter.storage.memory import MemoryStore
from callcenter.web.health import _STANDSTILL
from tests.support.browser import browser_of
from tests.support.rows import make_agent_session, make_assignment, make_campaign, make_staff
from tests.support.statements import counted

pytestmark = pytest.mark.db


async def standing(system: System) -> list[tuple[str, str]]:
    """What the floor shows."""
    async with system.works.begin() as work:
        board = await system.floor.snapshot(work)
    return sorted((one.kind.value, one.subject) for one in board.standstill)


class Seen:
    """A switch whose disk is watched by hand."""

    def __init__(self, system: System) -> None:
        self.switch = SimpleNamespace(node="n1", works=system.works)
        self.lacking: dict[str, int] | None = None
        self.watch = SpoolWatch(
            switch=cast(Switch, self.switch), alerts=system.alerts, room_to_record=lambda: self.lacking
        )


async def test_no_room_to_record(system: System, clock: FrozenClock) -> None:
    seen = Seen(system)
    await seen.watch.look()
    assert await standing(system) == []

    seen.lacking = {"free_mb": 3, "least_mb": 2048}
    await seen.watch.look()  # a second after it filled: within the two of C9
    assert await standing(system) == [("spool_blocked", "switch:n1")]
    seen.lacking = None
    clock.advance(timedelta(seconds=5))
    await seen.watch.look()
    clock.advance(timedelta(seconds=9))
    await seen.watch.look()
    assert await standing(system) != [], "free for less than ten seconds: it may fill again"
    clock.advance(timedelta(seconds=2))
    await seen.watch.look()
    assert await standing(system) == []

    with counted(system.works.database) as statements:
        await seen.watch.look()
    assert statements.count == 0


async def test_what_an_earlier_engine_left_is_over(system: System, clock: FrozenClock) -> None:
    async with system.works.begin() as work:
        await system.alerts.raise_(work, AlertKind.SPOOL_BLOCKED, "switch:n1", {"node": "n1"})
    seen = Seen(system)
    await seen.watch.look()
    assert await standing(system) == []


async def test_the_store_is_silent(system: System, clock: FrozenClock) -> None:
    store = MemoryStore(clock)
    watch = StoreWatch(system.works, store, system.alerts, "n1")
    store.down = True
    await watch.look()
    await watch.look()
    assert await standing(system) == [("store_down", "switch:n1")]
    store.down = False
    await watch.look()
    assert await standing(system) == []
    with counted(system.works.database) as statements:
        await watch.look()
    assert statements.count == 0


async def test_a_caller_id_that_is_not_approved(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    async with system.works.begin() as work:
        campaign = await make_campaign(work)  # the approved list of this system is empty
        await make_campaign(work, state=CampaignState.PREPARING)
        await system.caller_ids.look(work)
    assert await standing(system) == [("caller_id_refused", f"campaign:{campaign.id}")]
    monkeypatch.setattr(type(system.campaigns), "approved_caller_ids", frozenset({campaign.caller_id}))
    async with system.works.begin() as work:
        await system.caller_ids.look(work)
    assert await standing(system) == []


async def test_a_web_that_does_not_see_the_spool_asks_the_engines_row(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(system.recordings.arming), "ready", _must_not_look)
    async with system.works.begin() as work:
        agent = await make_staff(work)
        assignment = await make_assignment(work, agent_id=agent.id)
        await make_agent_session(work, agent, state=AgentState.READY, node="n2")
        subject = Subject(
            kind=CallKind.LEAD,
            agent_id=agent.id,
            lead_id=assignment.lead_id,
            campaign_id=assignment.campaign_id,
            assignment_id=assignment.id,
        )
        for node, ready in (("n1", True), ("n2", False)):
            await system.alerts.raise_(work, AlertKind.SPOOL_BLOCKED, f"switch:{node}", {"node": node})
            facts = (await system.eligibility.situation(work, subject)).facts
            assert facts.recorder_ready is ready, node


def _must_not_look(_arming: object) -> None:
    raise AssertionError("the disk is the switch's: another process does not see it")


async def test_an_engine_looks_at_its_own_disk(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    full = RecorderVerdict(False, "the disk is full", 5 << 20)
    monkeypatch.setattr(type(system.recordings.arming), "ready", lambda _: full)
    assert _room_to_record(system)() == {"free_mb": 5, "least_mb": 2048}
    async with system.works.begin() as work:
        assignment = await make_assignment(work)
        subject = Subject(
            kind=CallKind.LEAD, agent_id=None, lead_id=assignment.lead_id, campaign_id=assignment.campaign_id
        )
        assert (await system.eligibility.situation(work, subject)).facts.recorder_ready, "not the engine's process"
        with system.lag.leading(lambda: True):
            facts = (await system.eligibility.situation(work, subject)).facts
    assert (facts.recorder_ready, facts.recorder_reason) == (False, "the disk is full")


def test_every_kind_has_a_sentence_for_monitors() -> None:
    assert _STANDSTILL.keys() == STANDSTILL


async def test_a_monitor_of_the_web_sees_why_nothing_is_dialled(system: System) -> None:
    """Seen before: the list was made, and left out of the answer."""
    async with system.works.begin() as work:
        await system.alerts.raise_(work, AlertKind.CALLER_ID_REFUSED, "campaign:7", {"campaign_id": 7})
    async with browser_of(application(system)) as monitor:
        answer = (await monitor.get("/readyz")).json()
    assert answer["standstill"] == ["the caller ID of campaign 7 is not approved: it dials no customer"]
    assert [card["part"] for card in answer["parts"]] != []


@pytest.mark.parametrize(
    ("looks", "raised"),
    [
        ([(0, True)], [None]),
        ([(0, True), (2, True), (3, True)], [None, None, True]),
        ([(0, True), (2, False)], [None, False]),
        (
            [(0, False), (1, True), (4, True), (5, False), (6, True), (8, False), (11, False)],
            [False, False, True, True, True, True, False],
        ),
    ],
)
def test_a_state_counts_when_it_has_lasted(
    looks: list[tuple[int, bool]], raised: list[Any], clock: FrozenClock
) -> None:
    patience = Patience(timedelta(seconds=3), timedelta(seconds=3))
    condition, seen = Condition(), []
    for second, bad in looks:
        condition = looked(condition, bad, patience, clock.now() + timedelta(seconds=second))
        seen.append(condition.raised)
    assert seen == raised
