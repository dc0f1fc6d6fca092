"""The room's services, a file for each use case, joined."""

from dataclasses import dataclass

from callcenter.calls.service import CallService
from callcenter.campaigns.service import CampaignService
from callcenter.field.hand_overs import HandOverService
from callcenter.field.regions import RegionService
from callcenter.field.routing import RoutingService
from callcenter.field.settings import FieldSettings
from callcenter.field.visits import VisitService
from callcenter.kit.crypto import Vault
from callcenter.leads.service import LeadService
from callcenter.people.availability import AvailabilityService
from callcenter.people.service import PeopleService


@dataclass(frozen=True, slots=True)
class FieldServices:
    """What other rooms and the interface ask of this room."""

    regions: RegionService
    hand_overs: HandOverService
    visits: VisitService

    @classmethod
    def join(
        cls,
        people: PeopleService,
        leads: LeadService,
        campaigns: CampaignService,
        calls: CallService,
        vault: Vault,
        settings: FieldSettings,
    ) -> "FieldServices":
        """Makes the services."""
        regions = RegionService(people)
        routing = RoutingService(people, AvailabilityService(campaigns), campaigns, settings)
        return cls(
            regions=regions,
            hand_overs=HandOverService(regions, routing, leads, calls),
            visits=VisitService(routing, leads, calls, vault),
        )
