"""Endpoints of legal holds."""

from typing import Annotated

from fastapi import APIRouter

from callcenter.kit.http import Working, provided, require
from callcenter.kit.paging import Cursor, Limit, by_number
from callcenter.people.service import PeopleService
from callcenter.people.types import Right
from callcenter.recordings.holds.schemas import HoldIn, HoldLift, HoldOut, HoldPage
from callcenter.recordings.holds.service import HoldService

router = APIRouter(prefix="/recordings/holds", tags=["recordings"])
_PAGES = by_number("holds")
_KEEPS = require(Right.KEEP_RECORDINGS)

Holds = Annotated[HoldService, provided(HoldService)]
People = Annotated[PeopleService, provided(PeopleService)]


@router.get("", dependencies=[require(Right.KEEP_RECORDINGS, Right.VIEW_AUDIT)])
async def list_holds(
    work: Working,
    holds: Holds,
    people: People,
    in_force: bool | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> HoldPage:
    """Lists legal holds, the newest first: all, those in force or the lifted ones."""
    found = await holds.list(work, in_force=in_force, before=_PAGES.position(cursor), limit=limit)
    staff = await people.cards(work, {one for hold in found for one in (hold.placed_by, hold.lifted_by) if one})
    return HoldPage(items=[HoldOut.of(hold, staff) for hold in found], next=_PAGES.next(found, limit))


@router.post("", status_code=201, dependencies=[_KEEPS])
async def place_hold(work: Working, holds: Holds, people: People, body: HoldIn) -> HoldOut:
    """Places a hold on the recordings of calls: they are kept until it is lifted, before every other rule."""
    hold = await holds.place(work, body.draft())
    return HoldOut.of(hold, await people.cards(work, {hold.placed_by} if hold.placed_by else set()))


@router.post("/{hold_id}/lift", status_code=204, dependencies=[_KEEPS])
async def lift_hold(work: Working, holds: Holds, hold_id: int, body: HoldLift) -> None:
    """Lifts a hold, with a reason. Locks in the store stay as they are."""
    await holds.lift(work, hold_id, body.reason)
