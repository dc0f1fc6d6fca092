"""Serves the parts of the system over HTTP."""

from typing import Annotated

from fastapi import APIRouter

from callcenter.kit.http import Working, provided, require
from callcenter.parts.schemas import PartOut
from callcenter.parts.service import PartService
from callcenter.people.types import Right

router = APIRouter(prefix="/parts", tags=["parts"])


@router.get("", dependencies=[require(Right.OPERATE, Right.VIEW_AUDIT)])
async def list_parts(work: Working, parts: Annotated[PartService, provided(PartService)]) -> list[PartOut]:
    """Lists the parts that the system needs, and whether a process leads each."""
    return [PartOut.model_validate(card) for card in await parts.list(work)]
