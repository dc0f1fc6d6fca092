"""Serves the parts of the system over HTTP."""

from typing import Annotated

from fastapi import APIRouter

from callcenter.health.schemas import PartOut
from callcenter.health.service import HealthService
from callcenter.kit.http import Working, provided, require
from callcenter.people.types import Right

router = APIRouter(prefix="/parts", tags=["parts"])


@router.get("", dependencies=[require(Right.OPERATE, Right.VIEW_AUDIT)])
async def list_parts(work: Working, health: Annotated[HealthService, provided(HealthService)]) -> list[PartOut]:
    """Lists the parts that the system needs: which processes run each, since when, how late."""
    return [PartOut.of(card) for card in await health.parts(work)]
