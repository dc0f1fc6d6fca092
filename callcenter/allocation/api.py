"""Endpoints of the allocation."""

from typing import Annotated

from fastapi import APIRouter, Query

from callcenter.allocation.schemas import ReportOut, ReportPage, RunWish
from callcenter.allocation.service import AllocationService
from callcenter.kit.http import Working, provided, require
from callcenter.people.types import Right

router = APIRouter(prefix="/allocation", tags=["allocation"])

Allocation = Annotated[AllocationService, provided(AllocationService)]


@router.post("/runs", dependencies=[require(Right.ALLOCATE)])
async def allocate(wish: RunWish, work: Working, allocation: Allocation) -> ReportOut:
    """Allots a day's leads. A second run for the same campaign and day returns the first one's report."""
    return ReportOut.of(await allocation.allocate(work, wish.campaign_id, wish.on, wish.seed))


@router.get("/runs", dependencies=[require(Right.ALLOCATE, Right.VIEW_LEADS)])
async def list_runs(
    work: Working,
    allocation: Allocation,
    cursor: Annotated[int | None, Query(ge=1)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ReportPage:
    """The newest first."""
    found = await allocation.runs(work, before=cursor, limit=limit)
    return ReportPage(
        items=[ReportOut.of(report) for report in found], next=str(found[-1].run_id) if len(found) == limit else None
    )
