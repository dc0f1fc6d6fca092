"""The life of a campaign and of a version of its script, as tables.

    preparing ◀──▶ running ◀──▶ closed ◀──▶ preparing

Every state may follow every other: an administrator decides. Whether calls are placed is up to the window, which is
closed unless the campaign is running.

    submitted ──approve──▶ approved ──publish──▶ published
       │  │                    │
       │  └──return──▶ returned└──withdraw──▶ withdrawn
       └──withdraw──▶ withdrawn

A version that was returned is corrected and submitted as the next version: what was judged never changes.
"""

from collections.abc import Mapping
from enum import StrEnum

from callcenter.campaigns.types import CampaignState, ScriptState
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


class ScriptAct(StrEnum):
    APPROVE = "approve"
    RETURN = "return"
    WITHDRAW = "withdraw"
    PUBLISH = "publish"
    """Its date has come."""


_S, _A = ScriptState, ScriptAct

REVIEW = Machine(
    title="A version of a script",
    about="A second person approves or returns it; what is approved comes into force on its date.",
    model="ScriptReview",
    initials=(_S.SUBMITTED,),
    ends=(_S.RETURNED, _S.WITHDRAWN, _S.PUBLISHED),
    table={
        (_S.SUBMITTED, _A.APPROVE): _S.APPROVED,
        (_S.SUBMITTED, _A.RETURN): _S.RETURNED,
        (_S.SUBMITTED, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.APPROVED, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.APPROVED, _A.PUBLISH): _S.PUBLISHED,
    },
)

MACHINES = (CAMPAIGN, REVIEW)
