"""The life of a campaign, as a table. Nobody else assigns ``Campaign.state``.

    preparing ◀──▶ running ◀──▶ closed ◀──▶ preparing

Every state may follow every other: an administrator decides. Whether calls are placed is up to the window, which is
closed unless the campaign is running.
"""

from collections.abc import Mapping
from typing import Protocol

from callcenter.campaigns.types import CampaignState

INITIAL = CampaignState.PREPARING
"""The state of a campaign for which none is named."""

TRANSITIONS: Mapping[tuple[CampaignState, CampaignState], CampaignState] = {
    (before, wanted): wanted for before in CampaignState for wanted in CampaignState
}
"""State and the state that is asked for → the state after."""


class HasState(Protocol):
    state: CampaignState


def advance(state: CampaignState, wanted: CampaignState) -> CampaignState | None:
    """Returns the state after it was asked for, or None where that is not permitted."""
    return TRANSITIONS.get((state, wanted))


def move(campaign: HasState, wanted: CampaignState) -> bool:
    """Moves a campaign; returns False, and changes nothing, where that is not permitted."""
    after = advance(campaign.state, wanted)
    if after is None:
        return False
    campaign.state = after
    return True
