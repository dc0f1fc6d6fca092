"""Endpoints of the people room. Log-in and log-out stand in web: they set the cookie."""

from typing import Annotated

from fastapi import APIRouter, Query

from callcenter.kit.http import Working, provided, require
from callcenter.people.schemas import StaffLine, StaffPage
from callcenter.people.service import PeopleService
from callcenter.people.types import Right

router = APIRouter(prefix="/people", tags=["people"])


@router.get("", dependencies=[require(Right.MANAGE_PEOPLE)])
async def list_people(
    work: Working,
    people: Annotated[PeopleService, provided(PeopleService)],
    cursor: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> StaffPage:
    """All staff, in the order they were added."""
    staff = await people.list_staff(work, after=cursor, limit=limit)
    return StaffPage(
        items=[StaffLine.of(one) for one in staff], next=str(staff[-1].id) if len(staff) == limit else None
    )
