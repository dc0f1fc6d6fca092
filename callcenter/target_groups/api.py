"""Endpoints of the target groups."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from callcenter.kit.http import Working, provided, require
from callcenter.kit.paging import Cursor, Limit, by_number
from callcenter.kit.work import Work
from callcenter.people.service import PeopleService
from callcenter.people.types import Right
from callcenter.target_groups.schemas import Approval, Proposal, TargetOut, TargetPage, Verdict
from callcenter.target_groups.service import TargetService
from callcenter.target_groups.types import TargetCard, TargetState

router = APIRouter(prefix="/target-groups", tags=["targets"])
_PAGES = by_number("target_groups")

_MAY_VIEW = require(Right.PROPOSE_TARGETS, Right.SUPPLY_LEADS, Right.IMPORT_LEADS, Right.VIEW_LEADS)
_MAY_PROPOSE = require(Right.PROPOSE_TARGETS)
_MAY_DECIDE = require(Right.IMPORT_LEADS)

Targets = Annotated[TargetService, provided(TargetService)]
People = Annotated[PeopleService, provided(PeopleService)]


async def _out(work: Work, people: PeopleService, cards: Sequence[TargetCard]) -> list[TargetOut]:
    staff = await people.cards(work, {step.by for card in cards for step in card.steps if step.by is not None})
    return [TargetOut.of(card, staff, work.actor.rights) for card in cards]


@router.get("", dependencies=[_MAY_VIEW])
async def list_target_groups(
    work: Working,
    targets: Targets,
    people: People,
    state: Annotated[Sequence[TargetState], Query()] = (),
    cursor: Cursor = None,
    limit: Limit = 50,
) -> TargetPage:
    """Lists those you may see, the newest first: a branch its own, head office what was approved."""
    cards = await targets.page(work, state, before=_PAGES.position(cursor), limit=limit)
    return TargetPage(
        items=await _out(work, people, cards), next=_PAGES.next(cards, limit), counts=await targets.counts(work)
    )


@router.post("", dependencies=[_MAY_PROPOSE], status_code=201)
async def propose_target_group(work: Working, proposal: Proposal, targets: Targets, people: People) -> TargetOut:
    """Proposes a target group for the branch of my account."""
    return (await _out(work, people, [await targets.propose(work, proposal.draft())]))[0]


@router.get("/{group_id}", dependencies=[_MAY_VIEW])
async def read_target_group(group_id: int, work: Working, targets: Targets, people: People) -> TargetOut:
    return (await _out(work, people, [await targets.card(work, group_id)]))[0]


@router.post("/{group_id}/approve", dependencies=[_MAY_DECIDE])
async def approve_target_group(
    group_id: int, work: Working, approval: Approval, targets: Targets, people: People
) -> TargetOut:
    card = await targets.approve(work, group_id, approval.reason, approval.segmentation)
    return (await _out(work, people, [card]))[0]


@router.post("/{group_id}/refuse", dependencies=[_MAY_DECIDE])
async def refuse_target_group(
    group_id: int, work: Working, verdict: Verdict, targets: Targets, people: People
) -> TargetOut:
    return (await _out(work, people, [await targets.refuse(work, group_id, verdict.reason)]))[0]


@router.post("/{group_id}/withdraw", dependencies=[_MAY_PROPOSE])
async def withdraw_target_group(
    group_id: int, work: Working, verdict: Verdict, targets: Targets, people: People
) -> TargetOut:
    """Withdraws a target group; possible until customers have been supplied."""
    return (await _out(work, people, [await targets.withdraw(work, group_id, verdict.reason)]))[0]
