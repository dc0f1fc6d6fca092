"""What this room does when a campaign is to start."""

from callcenter.campaigns.types import CampaignStarting
from callcenter.kit.bus import Bus
from callcenter.readiness.service import ReadinessServices


def subscribe(bus: Bus, readiness: ReadinessServices) -> None:
    """Joins the room's reaction to the bus; bootstrap calls it once."""
    bus.subscribe(CampaignStarting, readiness.starts.require_ready)
