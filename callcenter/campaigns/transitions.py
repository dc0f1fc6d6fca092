"""The life of a campaign, as a table.

    preparing ◀──▶ running ◀──▶ closed ◀──▶ preparing

Every state may follow every other: an administrator decides. Whether calls are placed is up to the window, which is
closed unless the campaign is running.
"""

from collections.abc import Mapping
from enum import StrEnum

from callcenter.campaigns.types import CampaignState
from callcenter.kit.transitions import Machine


class CampaignAct(StrEnum):
    PREPARE = "prepare"
    START = "start"
    CLOSE = "close"


ACTS: Mapping[CampaignState, CampaignAct] = {
    CampaignState.PREPARING: CampaignAct.PREPARE,
    CampaignState.RUNNING: CampaignAct.START,
    CampaignState.CLOSED: CampaignAct.CLOSE,
}
"""The state an administrator asks for → the act that leads to it."""

CAMPAIGN = Machine(
    title="A campaign",
    about="An administrator may reopen a closed campaign. Calls are placed only while it is running.",
    model="Campaign",
    initials=(CampaignState.PREPARING, CampaignState.RUNNING),
    ends=(CampaignState.CLOSED,),
    table={(before, act): after for before in CampaignState for after, act in ACTS.items()},
)

MACHINES = (CAMPAIGN,)
