"""Reactions of the alerts room: commands failed or were lost, the record of a person was changed."""

from callcenter.alerts.commands import CommandWatch
from callcenter.alerts.proofs import ProofWatch
from callcenter.kit.bus import Bus
from callcenter.kit.effects import EffectFailed, EffectLost
from callcenter.kit.work import Work
from callcenter.people.types import StaffChanged, StaffLeft


def subscribe(bus: Bus, watch: CommandWatch, proofs: ProofWatch) -> None:
    """Subscribes the room's reactions to the bus; bootstrap calls it once."""

    async def staff_changed(work: Work, _: StaffChanged | StaffLeft) -> None:
        await proofs.look(work)

    bus.subscribe(EffectFailed, watch.on_failed)
    bus.subscribe(EffectLost, watch.on_lost)
    bus.subscribe(StaffChanged, staff_changed)
    bus.subscribe(StaffLeft, staff_changed)
