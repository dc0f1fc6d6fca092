"""Decides how many leads an agent may hold on a day, and how many of them in each campaign (requirements D1, D3)."""

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class QuotaSetting:
    """A quota set manually, from a day on."""

    staff_id: int | None
    """None: of everybody who has none of their own."""
    quota: int
    from_on: date


class QuotaBook:
    """Holds the quotas set in one campaign, and says which one counts."""

    def __init__(self, campaign_quota: int, settings: Iterable[QuotaSetting]) -> None:
        self._campaign_quota = campaign_quota
        self._settings: dict[int | None, list[QuotaSetting]] = {}
        for setting in sorted(settings, key=lambda setting: setting.from_on):
            self._settings.setdefault(setting.staff_id, []).append(setting)

    def quota(self, staff_id: int, on: date, part: int) -> int:
        """Returns the agent's own quota, else the campaign's, times the part of the day (percent); at least 1."""
        whole = self._last(staff_id, on) or self._last(None, on) or self._campaign_quota
        return max(1, whole * part // 100)

    def _last(self, staff_id: int | None, on: date) -> int | None:
        return next(
            (setting.quota for setting in reversed(self._settings.get(staff_id, ())) if setting.from_on <= on), None
        )


@dataclass(frozen=True, slots=True)
class ServedCampaign:
    """One campaign that an agent serves on a day."""

    campaign_id: int
    weight: int
    """Of the agent's time, in relation to the agent's other campaigns."""
    most: int
    """The agent's quota there if it were the only campaign."""
    least: int = 0
    """Leads of it that cannot be taken back: on the screen, or done on that day."""


@dataclass(frozen=True, slots=True)
class DayQuota:
    """An agent's quota of one day, and its parts."""

    total: int
    """Most leads held and done on the day, over all campaigns: the largest quota of any of them."""
    of_campaign: Mapping[int, int]
    """Campaign → its part; the parts add up to ``total``."""


NO_QUOTA = DayQuota(0, {})


def split_quota(served: Iterable[ServedCampaign], turn: int) -> DayQuota:
    """Splits an agent's quota of a day among the campaigns served, in whole numbers that add up to it.

    Each lead goes to the campaign with the smallest part of its weight so far, compared as ``(leads + ½) / weight``;
    none gets more than ``most``, none less than ``least``. ``turn`` says which campaign comes first among equals: a
    number that differs between agents and days lets odd leads go round. The order of ``served`` does not count.
    Only where the leads that cannot be taken back are more than the quota do the parts add up to more.
    """
    ordered = tuple(sorted(served, key=lambda campaign: campaign.campaign_id))
    return _split(ordered, turn % len(ordered)) if ordered else NO_QUOTA


@lru_cache(maxsize=4096)  # thousands of agents share a few combinations
def _split(served: tuple[ServedCampaign, ...], turn: int) -> DayQuota:
    total = max(campaign.most for campaign in served)
    parts = [campaign.least for campaign in served]
    waiting = [
        (_filled(campaign, parts[place]), (place - turn) % len(served), place)
        for place, campaign in enumerate(served)
        if parts[place] < campaign.most
    ]
    heapq.heapify(waiting)
    for _ in range(total - sum(parts)):
        if not waiting:
            break
        _, order, place = waiting[0]
        parts[place] += 1
        if parts[place] < served[place].most:
            heapq.heapreplace(waiting, (_filled(served[place], parts[place]), order, place))
        else:
            heapq.heappop(waiting)
    return DayQuota(total, {campaign.campaign_id: part for campaign, part in zip(served, parts, strict=True)})


def _filled(campaign: ServedCampaign, leads: int) -> Fraction:
    return Fraction(2 * leads + 1, 2 * campaign.weight)
