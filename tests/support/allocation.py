"""Joins the services of the allocation for tests that need no whole system."""

from callcenter.allocation.roster import Roster
from callcenter.bootstrap.services import Services
from callcenter.campaigns.service import CampaignService
from callcenter.kit.crypto import Vault
from callcenter.leads.service import LeadService
from callcenter.people.service import PeopleService
from tests.support.leads import campaign_service, lead_service


def allocation_services(
    vault: Vault,
    *,
    leads: LeadService | None = None,
    campaigns: CampaignService | None = None,
    roster: Roster | None = None,
) -> Services:
    """Returns the services by type: ``.get(RunService)``. Without a roster, that of the people in the database."""
    services = Services()
    services.give(vault)
    services.give(leads or lead_service(vault))
    services.give(campaigns or campaign_service())
    if roster is None:
        services.bind(Roster, PeopleService)
    else:
        services.give(roster, as_=Roster)
    return services
