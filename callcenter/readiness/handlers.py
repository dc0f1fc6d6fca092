"""What this room does when a campaign is to start."""

from callcenter.campaigns.types import CampaignStarting
from callcenter.kit.bus import Bus
from callcenter.readiness.starting import StartService


def subscribe(bus: Bus, starts: StartService) -> None:
    """Joins the room's reaction to the bus; bootstrap calls it once."""
    bus.subscribe(CampaignStarting, starts.require_ready)
