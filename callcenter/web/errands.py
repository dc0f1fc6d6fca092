"""Endpoints over long work: how far it is, and cancelling it. What it is about, its room's own endpoints say."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from callcenter.kit.actor import Actor
from callcenter.kit.errands import ErrandCard, ErrandNotFound, Errands, ErrandState
from callcenter.kit.http import Acting, Working, provided
from callcenter.people.types import Right

router = APIRouter(prefix="/errands", tags=["errands"])

Work = Annotated[Errands, provided(Errands)]


class ErrandOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    kind: str = Field(examples=["leads.import"])
    state: ErrandState
    done: int = Field(description="steps done, rows as a rule")
    total: int | None = Field(description="steps in all, where that can be told")
    figures: dict[str, int]
    result: dict[str, object] | None
    problem: dict[str, object] | None = Field(description="why it failed: code, detail, params")
    ordered_at: AwareDatetime
    started_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    cancelling: bool

    @classmethod
    def of(cls, card: ErrandCard) -> "ErrandOut":
        return cls.model_validate(card)


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
