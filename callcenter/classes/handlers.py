"""What classes do when a list was imported, or a campaign is to be ordered by another scheme."""

from callcenter.campaigns.types import ClassSchemeChosen
from callcenter.classes.service import ClassService
from callcenter.kit.bus import Bus
from callcenter.kit.work import Work
from callcenter.leads.types import ListImported


def subscribe(bus: Bus, classes: ClassService) -> None:
    async def imported(work: Work, event: ListImported) -> None:
        await classes.list_imported(work, event)

    async def chosen(work: Work, event: ClassSchemeChosen) -> None:
        await classes.order_campaign(work, event.campaign_id, event.scheme_id)

    bus.subscribe(ListImported, imported)
    bus.subscribe(ClassSchemeChosen, chosen)
