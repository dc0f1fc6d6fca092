"""Endpoints of a campaign's script."""

from typing import Annotated

from fastapi import APIRouter

from callcenter.campaigns.drafts import ScriptDrafts
from callcenter.campaigns.script_reviews import ScriptReviews
from callcenter.campaigns.script_schemas import (
    DraftIn,
    DraftOut,
    OwnDraftOut,
    ScriptApprovalIn,
    ScriptHistoryOut,
    ScriptIn,
    ScriptReasonIn,
)
from callcenter.campaigns.service import CampaignService
from callcenter.kit.http import Working, provided, require
from callcenter.people.service import PeopleService
from callcenter.people.types import Right

router = APIRouter(prefix="/campaigns/{campaign_id}/scripts", tags=["campaigns"])

Campaigns = Annotated[CampaignService, provided(CampaignService)]
Drafts = Annotated[ScriptDrafts, provided(ScriptDrafts)]
Reviews = Annotated[ScriptReviews, provided(ScriptReviews)]
People = Annotated[PeopleService, provided(PeopleService)]
_WRITES = require(Right.MANAGE_CAMPAIGNS)
_APPROVES = require(Right.APPROVE_SCRIPTS)


@router.get("", dependencies=[require(Right.MANAGE_CAMPAIGNS, Right.APPROVE_SCRIPTS)])
async def show_scripts(campaign_id: int, work: Working, campaigns: Campaigns, people: People) -> ScriptHistoryOut:
    """Shows every version of the campaign's script: its statements, who wrote it, why, the approval, since when."""
    cards = await campaigns.scripts(work, campaign_id)
    deciders = {card.review.decided_by for card in cards if card.review is not None}
    known = {one for one in ({card.set_by for card in cards} | deciders) if one is not None}
    staff = await people.cards(work, known)
    return ScriptHistoryOut.of(cards, {staff_id: one.name for staff_id, one in staff.items()}, work.actor.id)


@router.post("", dependencies=[_WRITES])
async def submit_script(
    campaign_id: int, body: ScriptIn, work: Working, campaigns: Campaigns, reviews: Reviews, people: People
) -> ScriptHistoryOut:
    """Submits the next version: a second person approves it before it comes into force; returns all versions."""
    await reviews.submit(work, campaign_id, body.draft, body.reason)
    return await show_scripts(campaign_id, work, campaigns, people)


@router.get("/draft", dependencies=[_WRITES])
async def show_draft(campaign_id: int, work: Working, drafts: Drafts) -> OwnDraftOut:
    """Shows what the person who asks has written for this campaign and not submitted yet."""
    card = await drafts.draft(work, campaign_id)
    return OwnDraftOut(draft=None if card is None else DraftOut.of(card))


@router.put("/draft", dependencies=[_WRITES])
async def save_draft(campaign_id: int, body: DraftIn, work: Working, drafts: Drafts) -> DraftOut:
    """Saves the person's own draft; refused when another page of the same person has changed it meanwhile."""
    return DraftOut.of(await drafts.save(work, campaign_id, body.draft, body.number))


@router.delete("/draft", status_code=204, dependencies=[_WRITES])
async def discard_draft(campaign_id: int, work: Working, drafts: Drafts) -> None:
    """Discards the person's own draft."""
    await drafts.discard(work, campaign_id)


@router.post("/{version}/approve", status_code=204, dependencies=[_APPROVES])
async def approve_script(
    campaign_id: int, version: int, body: ScriptApprovalIn, work: Working, reviews: Reviews
) -> None:
    """Approves a version, which comes into force on that day; the person who submitted it may not."""
    await reviews.approve(work, campaign_id, version, body.from_on)


@router.post("/{version}/return", status_code=204, dependencies=[_APPROVES])
async def return_script(campaign_id: int, version: int, body: ScriptReasonIn, work: Working, reviews: Reviews) -> None:
    """Returns a version to the person who submitted it, with the reason."""
    await reviews.send_back(work, campaign_id, version, body.reason)


@router.post("/{version}/withdraw", status_code=204, dependencies=[_WRITES])
async def withdraw_script(
    campaign_id: int, version: int, body: ScriptReasonIn, work: Working, reviews: Reviews
) -> None:
    """Takes back a version that waits for its approval or its day."""
    await reviews.withdraw(work, campaign_id, version, body.reason)
