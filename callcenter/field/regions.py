"""Regions: which districts a team serves, who leads it, who belongs to it (requirement F1)."""

from collections.abc import Collection

from callcenter.field import repository
from callcenter.field.cards import region_card
from callcenter.field.errors import (
    DistrictTaken,
    NotAFieldAgent,
    NotAFieldLeader,
    RegionNameTaken,
    RegionNotFound,
    RegionUnchanged,
)
from callcenter.field.models import Region
from callcenter.field.rules import normalise_district
from callcenter.field.types import RegionCard, RegionFields
from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.people.service import PeopleService
from callcenter.people.types import Role


class RegionService:
    """Makes and reads regions."""

    def __init__(self, people: PeopleService) -> None:
        self._people = people

    async def create(
        self, work: Work, name: str, districts: Collection[str], leader_id: int | None = None
    ) -> RegionCard:
        """Creates a region. Raises DistrictTaken, RegionNameTaken, NotAFieldLeader."""
        listed = _without_repeats(districts)
        await self._require_free(work, name, listed, leader_id)
        row = Region(name=name, districts=listed, leader_id=leader_id, created_at=work.now)
        work.session.add(row)
        await work.session.flush()
        facts = {"name": name, "added": listed, "leader": leader_id}
        await work.announce(Noted("field.region_created", f"region:{row.id}", facts))
        return region_card(row)

    async def change(self, work: Work, region_id: int, wanted: RegionFields, reason: str) -> RegionCard:
        """Changes the name, districts and leader of a region. Visits that are assigned stay where they are.

        Raises ReasonMissing, RegionNotFound, RegionUnchanged, DistrictTaken, RegionNameTaken, NotAFieldLeader.
        """
        why = require_reason(reason, "changing a region", rule="F1")
        row = await self._row(work, region_id)
        listed = _without_repeats(wanted.districts)
        if (row.name, list(row.districts), row.leader_id) == (wanted.name, listed, wanted.leader_id):
            raise RegionUnchanged("the region is like this already: nothing was changed")
        leader_id = wanted.leader_id if wanted.leader_id != row.leader_id else None
        await self._require_free(work, wanted.name, listed, leader_id, but=region_id)
        before = list(row.districts)
        row.name, row.districts, row.leader_id = wanted.name, listed, wanted.leader_id
        await work.session.flush()
        facts = {
            "name": wanted.name,
            "added": [district for district in listed if district not in before],
            "removed": [district for district in before if district not in listed],
            "leader": wanted.leader_id,
            "reason": why,
        }
        await work.announce(Noted("field.region_changed", f"region:{region_id}", facts))
        return region_card(row)

    async def regions(self, work: Work) -> list[RegionCard]:
        """Returns every region, by name."""
        return [region_card(row) for row in await repository.list_regions(work.session)]

    async def find(self, work: Work, region_id: int) -> RegionCard:
        """Returns one region. Raises RegionNotFound."""
        return region_card(await self._row(work, region_id))

    async def set_leader(self, work: Work, region_id: int, leader_id: int) -> RegionCard:
        """Sets the region's one leader. Raises RegionNotFound."""
        row = await self._row(work, region_id)
        row.leader_id = leader_id
        await work.session.flush()
        return region_card(row)

    async def leader_left(self, work: Work, staff_id: int) -> int:
        """Leaves the regions of a leader who is gone without one, until another is named; returns how many."""
        led = await repository.list_regions_led_by(work.session, staff_id)
        for region in led:
            region.leader_id = None
            await work.announce(Noted("field.leader_left", f"region:{region.id}", {"leader": staff_id}))
        await work.session.flush()
        return len(led)

    async def of_agent(self, work: Work, field_agent_id: int) -> int:
        """Returns the region of an active field agent. Raises NotAFieldAgent."""
        card = await self._people.card(work, field_agent_id)
        if card.region_id is not None:
            team = await self._people.field_agents(work, card.region_id)
            if field_agent_id in {member.id for member in team}:
                return card.region_id
        raise NotAFieldAgent(f"the person {field_agent_id} is no active field agent with a region")

    async def _require_free(
        self, work: Work, name: str, districts: Collection[str], leader_id: int | None, *, but: int | None = None
    ) -> None:
        """Refuses a name or a district of another region, and a leader who is none."""
        # Districts are a JSON list, so no unique index can keep a district in one region: one transaction at a time.
        await work.lock("field:regions")
        wanted = {normalise_district(district) for district in districts}
        for region in await self.regions(work):
            if region.id == but:
                continue
            if region.name == name:
                raise RegionNameTaken(f"there is a region {name} already: choose another name")
            taken = wanted & {normalise_district(district) for district in region.districts}
            if taken:
                listed = ", ".join(sorted(taken))
                raise DistrictTaken(f"{listed} belongs to {region.name}", districts=listed, region=region.name)
        if leader_id is not None and leader_id not in {
            card.id for card in await self._people.by_role(work, Role.FIELD_LEADER)
        }:
            raise NotAFieldLeader("a region is led by an active field leader: choose one")

    async def _row(self, work: Work, region_id: int) -> Region:
        row = await repository.find_region(work.session, region_id)
        if row is None:
            raise RegionNotFound(f"there is no region {region_id}")
        return row


def _without_repeats(districts: Collection[str]) -> list[str]:
    """Returns the districts as they were typed, without blanks around them and each once."""
    kept = {normalise_district(district): district.strip() for district in districts if district.strip()}
    return list(kept.values())
