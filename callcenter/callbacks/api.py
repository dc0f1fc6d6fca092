"""Endpoints of the callbacks room."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends

from callcenter.callbacks.listing import CallbackList
from callcenter.callbacks.schemas import CallbackFilter, CallbackOut, CallbackPage
from callcenter.callbacks.types import ListedCallback, Place
from callcenter.kit.http import Working, provided, require
from callcenter.kit.paging import Cursor, Limit, Paging
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.people.service import PeopleService
from callcenter.people.types import Right

router = APIRouter(prefix="/callbacks", tags=["callbacks"])
_PAGES = Paging("callbacks", Place.of)


@dataclass(frozen=True, slots=True)
class Presenter:
    """Shows callbacks with their customer and agents."""

    people: Annotated[PeopleService, provided(PeopleService)]
    leads: Annotated[LeadService, provided(LeadService)]

    async def show(self, work: Work, listed: Sequence[ListedCallback]) -> list[CallbackOut]:
        cards = [one.card for one in listed]
        named = {staff_id for card in cards for staff_id in (card.agent_id, card.claimed_by) if staff_id is not None}
        staff = await self.people.cards(work, named)
        leads = await self.leads.cards(work, {card.lead_id for card in cards})
        return [CallbackOut.of(one, staff, leads.get(one.card.lead_id)) for one in listed]


@router.get("", dependencies=[require(Right.VIEW_CALLBACKS)])
async def list_callbacks(
    work: Working,
    which: Annotated[CallbackFilter, Depends()],
    callbacks: Annotated[CallbackList, provided(CallbackList)],
    presenter: Annotated[Presenter, Depends()],
    cursor: Cursor = None,
    limit: Limit = 100,
) -> CallbackPage:
    """Lists promises and complaint callbacks of one's scope, with whose they are and how far they have come."""
    listed = await callbacks.callbacks(work, which.query, after=_PAGES.position(cursor), limit=limit)
    return CallbackPage(
        items=await presenter.show(work, listed),
        next=_PAGES.next(listed, limit, lambda one: Place(one.card.due_at, one.card.id)),
    )
