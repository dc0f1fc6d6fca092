"""What classes do when a list came in."""

from callcenter.classes.service import ClassService
from callcenter.kit.bus import Bus
from callcenter.kit.work import Work
from callcenter.leads.types import ListImported


def subscribe(bus: Bus, classes: ClassService) -> None:
    async def imported(work: Work, event: ListImported) -> None:
        await classes.list_imported(work, event)

    bus.subscribe(ListImported, imported)
