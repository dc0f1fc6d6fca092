"""Reactions of the alerts room to commands that failed or were lost."""

from callcenter.alerts.commands import CommandWatch
from callcenter.kit.bus import Bus
from callcenter.kit.effects import EffectFailed, EffectLost


def subscribe(bus: Bus, watch: CommandWatch) -> None:
    """Subscribes the room's reactions to the bus; bootstrap calls it once."""
    bus.subscribe(EffectFailed, watch.on_failed)
    bus.subscribe(EffectLost, watch.on_lost)
