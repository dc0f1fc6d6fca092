"""Endpoints of readiness."""

from typing import Annotated

from fastapi import APIRouter

from callcenter.kit.http import Working, provided, require
from callcenter.people.types import Right
from callcenter.readiness.first_run import FirstRunService
from callcenter.readiness.schemas import FirstRunOut, ReadinessOut
from callcenter.readiness.starting import StartService

router = APIRouter(prefix="/first-run", tags=["first run"])
campaigns = APIRouter(prefix="/campaigns/{campaign_id}/readiness", tags=["campaigns"])

FirstRuns = Annotated[FirstRunService, provided(FirstRunService)]
Starts = Annotated[StartService, provided(StartService)]


@router.get("", dependencies=[require(Right.MANAGE_PEOPLE, Right.OPERATE)])
async def show_first_run(work: Working, first_run: FirstRuns) -> FirstRunOut:
    """Shows what a new installation has and lacks before its first customer can be called."""
    return FirstRunOut.of(await first_run.steps(work))


@campaigns.get("", dependencies=[require(Right.MANAGE_CAMPAIGNS)])
async def show_readiness(campaign_id: int, work: Working, starts: Starts) -> ReadinessOut:
    """Shows what a campaign has and lacks before it may start."""
    return ReadinessOut.of(await starts.readiness(work, campaign_id))
