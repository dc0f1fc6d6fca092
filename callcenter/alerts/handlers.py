"""Reacts to commands that left the process and did not arrive."""

from callcenter.alerts.commands import CommandWatch
from callcenter.kit.bus import Bus
from callcenter.kit.effects import EffectFailed, EffectLost


def subscribe(bus: Bus, watch: CommandWatch) -> None:
    """Raises alerts for them. Called once, by bootstrap."""
    bus.subscribe(EffectFailed, watch.on_failed)
    bus.subscribe(EffectLost, watch.on_lost)
