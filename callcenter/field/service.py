"""The room's services, a file for each use case, joined."""

from dataclasses import dataclass

from callcenter.field.hand_overs import HandOverService
from callcenter.field.regions import RegionService
from callcenter.field.visits import VisitService


@dataclass(frozen=True, slots=True)
class FieldServices:
    """What other rooms and the interface ask of this room."""

    regions: RegionService
    hand_overs: HandOverService
    visits: VisitService
