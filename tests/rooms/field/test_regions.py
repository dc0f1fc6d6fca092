"""Regions are changed by an administrator, with a reason (requirement F1)."""

import pytest

from callcenter.field.errors import DistrictTaken, NotAFieldLeader, RegionNameTaken, RegionUnchanged
from callcenter.field.types import RegionFields
from callcenter.kit.reasons import ReasonMissing
from callcenter.kit.trail import Noted
from tests.rooms.field.force import FieldForce
from tests.support.events import listen

pytestmark = pytest.mark.db


async def test_a_region_is_changed_with_a_reason(force: FieldForce) -> None:
    heard = listen(force.works, Noted)
    async with force.works.begin() as work:
        east = next(region for region in await force.field.regions.regions(work) if region.name == "East")
        wanted = RegionFields("East side", ["Pudong", " Minhang ", "minhang"], force.leader.id)
        changed = await force.field.regions.change(work, east.id, wanted, "Yangpu goes to the west")
    assert (changed.name, changed.districts, changed.leader_id) == ("East side", ("Pudong", "minhang"), force.leader.id)
    assert heard == [
        Noted(
            "field.region_changed",
            f"region:{east.id}",
            {
                "name": "East side",
                "added": ["minhang"],
                "removed": ["Yangpu"],
                "leader": force.leader.id,
                "reason": "Yangpu goes to the west",
            },
        )
    ]


async def test_what_a_change_of_a_region_is_refused_for(force: FieldForce) -> None:
    async with force.works.begin() as work:
        east = next(region for region in await force.field.regions.regions(work) if region.name == "East")
    for wanted, reason, refusal in (
        (RegionFields("East", east.districts, east.leader_id), "why", RegionUnchanged),
        (RegionFields("East", ["Pudong"], None), " ", ReasonMissing),
        (RegionFields("East", ["Putuo"], None), "why", DistrictTaken),
        (RegionFields("West", ["Pudong"], None), "why", RegionNameTaken),
        (RegionFields("East", ["Pudong"], force.anna.id), "why", NotAFieldLeader),
    ):
        with pytest.raises(refusal):
            async with force.works.begin() as work:
                await force.field.regions.change(work, east.id, wanted, reason)
