"""Reactions of target groups to their files: uploaded, discarded, imported."""

from callcenter.imports.types import FileSupplied, SupplyChecked, SupplyImported, SupplyReturned
from callcenter.kit.bus import Bus
from callcenter.kit.work import Work
from callcenter.target_groups.service import TargetService


def subscribe(bus: Bus, targets: TargetService) -> None:
    async def supplied(work: Work, event: FileSupplied) -> None:
        await targets.supplied(work, event.target_group_id, event.upload_id)

    async def checked(work: Work, event: SupplyChecked) -> None:
        await targets.admit(work, event.target_group_id, event.campaign_id)

    async def imported(work: Work, event: SupplyImported) -> None:
        await targets.imported(work, event.target_group_id, event.list_id, event.upload_id)

    async def returned(work: Work, event: SupplyReturned) -> None:
        await targets.returned(work, event.target_group_id, event.upload_id)

    bus.subscribe(FileSupplied, supplied)
    bus.subscribe(SupplyChecked, checked)
    bus.subscribe(SupplyImported, imported)
    bus.subscribe(SupplyReturned, returned)
