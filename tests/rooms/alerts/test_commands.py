"""A command that failed or was lost raises an alert, which clears when there have been none for a while."""

from datetime import timedelta
from typing import Any

import pytest

from callcenter.alerts.commands import CommandWatch
from callcenter.alerts.handlers import subscribe
from callcenter.alerts.proofs import ProofWatch
from callcenter.alerts.service import AlertService
from callcenter.alerts.settings import AlertSettings
from callcenter.alerts.types import AlertKind
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock
from callcenter.kit.effects import EffectFailed, EffectLost
from callcenter.kit.events import Event
from callcenter.kit.work import Works
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from callcenter.people.types import Role
from tests.support.http import actor_of
from tests.support.people import hire
from tests.support.rows import VAULT

FAILED, LOST = AlertKind.COMMAND_FAILED, AlertKind.COMMAND_LOST
DIAL = ("engine:n1", "calls.dial", {"call_id": "c1"})
CONNECT = ("engine:n1", "agents.connect_leg", {"leg_id": "l1", "extension": "1001"})


class Floor:
    """A group leader who looks at the alerts."""

    def __init__(self, works: Works, alerts: AlertService, watch: CommandWatch, people: PeopleService) -> None:
        self.works, self.alerts, self.watch, self.people = works, alerts, watch, people

    async def announce(self, *events: Event) -> None:
        async with self.works.begin() as work:
            for event in events:
                await work.announce(event)

    async def look(self) -> None:
        async with self.works.begin() as work:
            await self.watch.look(work)

    async def seen_by(self, role: Role) -> dict[tuple[AlertKind, str], dict[str, Any]]:
        member = await hire(self.works, self.people, role.value, role)
        return await self.seen(actor_of(member))

    async def seen(self, actor: Any) -> dict[tuple[AlertKind, str], dict[str, Any]]:
        async with self.works.begin(actor) as work:
            return {(card.kind, card.subject): dict(card.facts) for card in await self.alerts.list_open(work)}


@pytest.fixture
def floor(works: Works, bus: Bus) -> Floor:
    alerts = AlertService(VAULT)
    watch = CommandWatch(alerts, AlertSettings(command_quiet_minutes=60))
    people = PeopleService(PeopleSettings())
    subscribe(bus, watch, ProofWatch(alerts, people))
    return Floor(works, alerts, watch, people)


async def test_failed_and_lost_commands_are_shown_to_those_who_can_act(floor: Floor, clock: FrozenClock) -> None:
    await floor.announce(
        EffectFailed(*DIAL, "IntegrityError: the number 13800001234 of 王小明"),
        EffectLost(*DIAL),
        EffectFailed(*CONNECT, "KeyError: 'x'"),
    )
    at = clock.now().isoformat()
    seen = await floor.seen_by(Role.AGENT_LEADER)
    assert seen == {
        (FAILED, "engine:n1/dial"): {
            "command": "dial",
            "queue": "engine:n1",
            "at": at,
            "call_id": "c1",
            "error": "IntegrityError",
        },
        (LOST, "engine:n1/dial"): {"command": "dial", "queue": "engine:n1", "at": at, "call_id": "c1"},
        (FAILED, "engine:n1/connect_leg"): {
            "command": "connect_leg",
            "queue": "engine:n1",
            "at": at,
            "leg_id": "l1",
            "error": "KeyError",
        },
    }
    assert await floor.seen_by(Role.ADMINISTRATOR) == seen
    assert await floor.seen_by(Role.AGENT) == {}


async def test_the_alert_clears_an_hour_after_the_last_failure(floor: Floor, clock: FrozenClock) -> None:
    leader = actor_of(await hire(floor.works, floor.people, "leader", Role.AGENT_LEADER))
    await floor.announce(EffectFailed(*DIAL, "OSError: x"), EffectLost(*CONNECT))
    clock.advance(timedelta(minutes=40))
    await floor.announce(EffectFailed(*DIAL, "OSError: y"))
    clock.advance(timedelta(minutes=20))
    await floor.look()
    assert set(await floor.seen(leader)) == {(FAILED, "engine:n1/dial")}, "failed again 20 minutes ago"
    clock.advance(timedelta(minutes=39, seconds=59))
    await floor.look()
    assert set(await floor.seen(leader)) == {(FAILED, "engine:n1/dial")}
    clock.advance(timedelta(seconds=1))
    await floor.look()
    assert await floor.seen(leader) == {}
