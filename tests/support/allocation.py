"""Joins the services of the allocation for tests that need no whole system."""

from callcenter.allocation.roster import Roster
from callcenter.bootstrap.services import Services
from callcenter.campaigns.service import CampaignService
from callcenter.kit.crypto import Vault
from callcenter.leads.service import LeadService
from tests.support.joining import joined
from tests.support.leads import campaign_service, lead_service


def allocation_services(
    vault: Vault,
    *,
    leads: LeadService | None = None,
    campaigns: CampaignService | None = None,
    roster: Roster | None = None,
) -> Services:
    """Returns the services by type: ``.get(RunService)``. Without a roster, that of the people in the database."""
    services = joined(vault, leads or lead_service(vault), campaigns or campaign_service())
    if roster is not None:
        services.give(roster, as_=Roster)
    return services
