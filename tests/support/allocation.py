"""Joins the services of the allocation for tests that need no whole system."""

from sqlmodel import col, select

from callcenter.allocation.roster import Roster
from callcenter.bootstrap.services import Services
from callcenter.campaigns.service import CampaignService
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.people.types import Role
from tests.support.joining import joined
from tests.support.leads import campaign_service, lead_service
from tests.support.rows import Campaign, CampaignMember, Staff, make_member


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


async def let_all_serve(work: Work, weight: int = 1) -> None:
    """Makes every agent a member of every campaign that has not said otherwise."""
    query = select(col(Staff.id)).where(col(Staff.role) == Role.AGENT).order_by(col(Staff.id))
    agents = (await work.session.scalars(query)).all()
    campaigns = (await work.session.scalars(select(col(Campaign.id)).order_by(col(Campaign.id)))).all()
    known = {(row.campaign_id, row.staff_id) for row in await work.session.scalars(select(CampaignMember))}
    for campaign_id in campaigns:
        for agent_id in agents:
            if (campaign_id, agent_id) not in known:
                await make_member(work, campaign_id=campaign_id, staff_id=agent_id, weight=weight)
