"""Regions: which districts a team serves, who leads it, who belongs to it (requirement F1)."""

from collections.abc import Collection

from callcenter.field import repository
from callcenter.field.cards import region_card
from callcenter.field.errors import DistrictTaken, NotAFieldAgent, RegionNotFound
from callcenter.field.models import Region
from callcenter.field.rules import normalise_district
from callcenter.field.types import RegionCard
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.people.service import PeopleService


class RegionService:
    """Makes and reads regions."""

    def __init__(self, people: PeopleService) -> None:
        self._people = people

    async def create(
        self, work: Work, name: str, districts: Collection[str], leader_id: int | None = None
    ) -> RegionCard:
        """Creates a region. Raises DistrictTaken: a district belongs to one region only."""
        # Districts are a JSON list, so no unique index can keep a district in one region: one transaction at a time.
        await work.lock("field:regions")
        wanted = {normalise_district(district) for district in districts}
        for region in await self.regions(work):
            taken = wanted & {normalise_district(district) for district in region.districts}
            if taken:
                raise DistrictTaken(f"{', '.join(sorted(taken))} belongs to {region.name}")
        row = Region(name=name, districts=list(districts), leader_id=leader_id, created_at=work.now)
        work.session.add(row)
        await work.session.flush()
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

    async def _row(self, work: Work, region_id: int) -> Region:
        row = await repository.find_region(work.session, region_id)
        if row is None:
            raise RegionNotFound(f"there is no region {region_id}")
        return row
