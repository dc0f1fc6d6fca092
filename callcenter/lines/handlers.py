"""What this room does when a call has ended."""

from callcenter.calls.types import CallEnded
from callcenter.kit.bus import Bus
from callcenter.lines.service import LineService


def subscribe(bus: Bus, lines: LineService) -> None:
    """Joins the room's reaction to the bus; bootstrap calls it once."""
    bus.subscribe(CallEnded, lines.judge)
