"""The two regions that the tests of the field room share."""

import pytest

from callcenter.calls.service import CallService
from callcenter.field import handlers
from callcenter.field.service import FieldServices
from callcenter.field.settings import FieldSettings
from callcenter.kit.actor import Actor
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Work, Works
from callcenter.people.rules import scope_of
from callcenter.people.service import PeopleService
from callcenter.people.types import Role
from tests.rooms.field.force import FieldForce
from tests.rooms.field.parts import joined_field
from tests.support.cast import Cast
from tests.support.leads import campaign_service


@pytest.fixture
async def force(works: Works, clock: FrozenClock, bus: Bus, vault: Vault) -> FieldForce:
    services = joined_field(vault, clock, campaign_service(), FieldSettings(visits_a_day=2))
    field, people, cast = services.get(FieldServices), services.get(PeopleService), Cast(services.get(CallService))
    handlers.subscribe(bus, field.hand_overs, field.regions, field.questions)

    async def person(work: Work, role: Role, name: str, region_id: int | None = None) -> Actor:
        staff_id = await cast.staff(work, role, name=name, region_id=region_id)
        return Actor(staff_id, name, role.value, scope=scope_of(role, "main", region_id))

    async with works.begin() as work:
        east = await field.regions.create(work, "East", ["Pudong", "Yangpu"])
        west = await field.regions.create(work, "West", ["Putuo"])
        return FieldForce(
            works,
            clock,
            cast,
            people,
            field,
            east,
            west,
            anna=await person(work, Role.FIELD_AGENT, "Anna", east.id),
            ben=await person(work, Role.FIELD_AGENT, "Ben", east.id),
            wei=await person(work, Role.FIELD_AGENT, "Wei", west.id),
            leader=await person(work, Role.FIELD_LEADER, "Lea", east.id),
            dispatcher=await person(work, Role.DISPATCHER, "Dis"),
        )
