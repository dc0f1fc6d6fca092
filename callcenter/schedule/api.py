"""Serves the schedule over HTTP."""

from typing import Annotated

from fastapi import APIRouter

from callcenter.kit.http import Working, provided, require
from callcenter.people.types import Right
from callcenter.schedule.schemas import TaskOut
from callcenter.schedule.service import ScheduleService

router = APIRouter(prefix="/schedule", tags=["schedule"])


@router.get("", dependencies=[require(Right.OPERATE, Right.VIEW_AUDIT)])
async def list_tasks(work: Working, schedule: Annotated[ScheduleService, provided(ScheduleService)]) -> list[TaskOut]:
    """Lists the scheduled tasks: latest and next run, failures."""
    return [TaskOut.of(card) for card in await schedule.list_tasks(work)]
