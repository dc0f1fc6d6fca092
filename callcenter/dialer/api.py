"""Serves the signals that were kept aside over HTTP."""

from typing import Annotated

from fastapi import APIRouter

from callcenter.dialer.keeping import KeptSignals
from callcenter.dialer.schemas import Dismissal, KeptSignalOut, KeptSignalPage, TakeAgain, TakeAgainOut
from callcenter.kit.http import Working, provided, require
from callcenter.kit.paging import Cursor, Limit, by_number
from callcenter.people.service import PeopleService
from callcenter.people.types import Right

router = APIRouter(prefix="/kept-signals", tags=["dialer"])
_PAGES = by_number("kept_signals")

Kept = Annotated[KeptSignals, provided(KeptSignals)]


@router.get("", dependencies=[require(Right.OPERATE, Right.VIEW_AUDIT)])
async def list_kept_signals(
    work: Working,
    kept: Kept,
    people: Annotated[PeopleService, provided(PeopleService)],
    settled: bool = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> KeptSignalPage:
    """Lists the signals that our code could not take: those that are kept, or those that have been settled."""
    cards = await kept.page(work, settled=settled, before=_PAGES.position(cursor), limit=limit)
    names = await people.cards(work, {card.settled_by for card in cards if card.settled_by is not None})
    return KeptSignalPage(
        items=[
            KeptSignalOut.of(card, names[card.settled_by].name if card.settled_by in names else None) for card in cards
        ],
        next=_PAGES.next(cards, limit),
    )


@router.post("/take", dependencies=[require(Right.OPERATE)])
async def take_again(work: Working, kept: Kept, body: TakeAgain) -> TakeAgainOut:
    """Orders the engine to take kept signals again, the oldest first. One that it knows already changes nothing."""
    return TakeAgainOut(requested=len(await kept.request(work, body.ids)))


@router.post("/{kept_id}/dismiss", status_code=204, dependencies=[require(Right.OPERATE)])
async def dismiss(work: Working, kept: Kept, kept_id: int, body: Dismissal) -> None:
    """Dismisses a signal that is not to be taken, with a reason."""
    await kept.dismiss(work, kept_id, body.reason)
