"""Endpoints over long work: how far it is, and cancelling it. What it is about, its room's own endpoints say."""

from typing import Annotated

from fastapi import APIRouter

from callcenter.kit.actor import Actor
from callcenter.kit.errand_out import ErrandOut
from callcenter.kit.errands import ErrandCard, ErrandNotFound, Errands
from callcenter.kit.http import Acting, Working, provided
from callcenter.people.types import Right

router = APIRouter(prefix="/errands", tags=["errands"])

Work = Annotated[Errands, provided(Errands)]


@router.get("/{errand_id}")
async def read_errand(errand_id: int, work: Working, errands: Work, actor: Acting) -> ErrandOut:
    """How far it is. For whoever ordered it, and for those who import lists."""
    return ErrandOut.of(_theirs(await errands.card(work, errand_id), actor))


@router.post("/{errand_id}/cancel")
async def cancel_errand(errand_id: int, work: Working, errands: Work, actor: Acting) -> ErrandOut:
    """Stops before the next step; what was done is undone."""
    _theirs(await errands.card(work, errand_id), actor)
    return ErrandOut.of(await errands.cancel(work, errand_id))


def _theirs(card: ErrandCard, actor: Actor) -> ErrandCard:
    if card.ordered_by != actor.staff_id and Right.IMPORT_LEADS not in actor.rights:
        raise ErrandNotFound(f"there is no errand {card.id}")
    return card
