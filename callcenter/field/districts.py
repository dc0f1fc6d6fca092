"""Answers which districts have a team, for the import of customers."""

from callcenter.field import repository
from callcenter.field.rules import normalise_district
from callcenter.kit.work import Work


class ServedDistricts:
    """Implements ``imports.port.Districts``."""

    async def served(self, work: Work) -> frozenset[str] | None:
        """Returns the districts of all regions, as they are compared; None where there is no region yet."""
        regions = await repository.list_regions(work.session)
        if not regions:
            return None
        return frozenset(normalise_district(district) for region in regions for district in region.districts)
