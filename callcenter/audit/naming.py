"""Finds the names of what the trail holds as ids, so that people read names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from callcenter.campaigns.service import CampaignService
from callcenter.classes.service import ClassService
from callcenter.dnc.lists import ExternalLists
from callcenter.field.regions import RegionService
from callcenter.kit.work import Work
from callcenter.leads.lists import LeadLists
from callcenter.people.service import PeopleService


@dataclass(frozen=True, slots=True)
class LabelName:
    """A name in both languages; most have one for both."""

    zh: str
    en: str


Names = Mapping[str, LabelName]
"""Label → name, ``campaign:3``. What has no name, or is gone, is left out."""


class NamingService:
    """Names labels. The kinds that are few are read whole, the others by their ids."""

    def __init__(
        self,
        people: PeopleService,
        campaigns: CampaignService,
        classes: ClassService,
        regions: RegionService,
        lists: LeadLists,
        external: ExternalLists,
    ) -> None:
        self._people = people
        self._campaigns = campaigns
        self._classes = classes
        self._regions = regions
        self._lists = lists
        self._external = external

    async def names(self, work: Work, labels: Iterable[str]) -> Names:
        """Returns the names of those labels that have one."""
        wanted = set(labels)
        ids: dict[str, set[int]] = {}
        for label in wanted:
            kind, _, rest = label.partition(":")
            if (number := rest.partition(":")[0]).isdecimal():
                ids.setdefault(kind, set()).add(int(number))
        found: dict[str, LabelName] = {}
        if staff := ids.get("staff"):
            found |= {f"staff:{i}": _one(card.name) for i, card in (await self._people.cards(work, staff)).items()}
        if "campaign" in ids:
            found |= {f"campaign:{one.campaign_id}": _one(one.name) for one in await self._campaigns.list(work)}
        if "region" in ids:
            found |= {f"region:{one.id}": _one(one.name) for one in await self._regions.regions(work)}
        if lists := ids.get("lead_list"):
            found |= {f"lead_list:{i}": _one(card.name) for i, card in (await self._lists.cards(work, lists)).items()}
        if "dnc_list" in ids:
            found |= {f"dnc_list:{one.id}": _one(one.name) for one in await self._external.lists(work)}
        if ids.keys() & {"class_scheme", "class"}:
            for scheme in await self._classes.schemes(work):
                found[f"class_scheme:{scheme.id}"] = LabelName(scheme.name_zh, scheme.name_en)
                for one in scheme.classes:
                    found[f"class:{scheme.id}:{one.code}"] = LabelName(one.name_zh, one.name_en)
        return {label: name for label, name in found.items() if label in wanted}


def _one(name: str) -> LabelName:
    return LabelName(name, name)
