"""Decides which campaigns an agent serves on a day (requirement D3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Membership:
    """What was set for one agent in one campaign, from a day on."""

    campaign_id: int
    staff_id: int
    weight: int
    """In relation to the agent's other campaigns; 0: the agent does not serve the campaign."""
    from_on: date


class MemberBook:
    """Holds memberships in the order in which they were set, and says which one counts."""

    def __init__(self, memberships: Iterable[Membership]) -> None:
        self._of_staff: dict[int, dict[int, list[Membership]]] = {}
        # A stable sort: of two that begin on the same day the one set later comes last, and counts.
        for membership in sorted(memberships, key=lambda membership: membership.from_on):
            campaigns = self._of_staff.setdefault(membership.staff_id, {})
            campaigns.setdefault(membership.campaign_id, []).append(membership)

    def weights(self, staff_id: int, on: date) -> Mapping[int, int]:
        """Returns campaign → weight of the campaigns the agent serves on the day."""
        campaigns = self._of_staff.get(staff_id, {})
        weights = {campaign_id: _weight_on(memberships, on) for campaign_id, memberships in campaigns.items()}
        return {campaign_id: weight for campaign_id, weight in weights.items() if weight}

    def serves(self, staff_id: int, campaign_id: int, on: date) -> bool:
        return bool(_weight_on(self._of_staff.get(staff_id, {}).get(campaign_id, ()), on))


def _weight_on(memberships: Iterable[Membership], on: date) -> int:
    """Returns the weight of the last membership begun; ``memberships`` are in the order of their first days."""
    weight = 0
    for membership in memberships:
        if membership.from_on <= on:
            weight = membership.weight
    return weight
