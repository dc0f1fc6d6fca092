"""Who performs which errand."""

from collections.abc import Mapping

from callcenter.bootstrap.house import House
from callcenter.kit.errands import Performer


def performers(house: House) -> Mapping[str, Performer]:
    """Errand kind to performer. Each room that has some gives them by ``performers(works)``."""
    works = house.works
    return {
        kind: performer
        for room in (house.intake, house.dnc, house.classes, house.ledger)
        for kind, performer in room.performers(works).items()
    }
