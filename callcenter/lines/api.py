"""Serves the trunks over HTTP."""

from typing import Annotated

from fastapi import APIRouter

from callcenter.kit.http import Working, provided, require
from callcenter.kit.ids import RowId
from callcenter.lines.schemas import NewTrunk, TrunkChange, TrunkOut, TrunkRemoval, TrunkSetting, TrunksOut
from callcenter.lines.trunks import TrunkService
from callcenter.people.types import Right

router = APIRouter(prefix="/trunks", tags=["lines"])

Trunks = Annotated[TrunkService, provided(TrunkService)]
_MAY_LOOK = require(Right.OPERATE, Right.VIEW_AUDIT)
_MAY_CHANGE = require(Right.OPERATE)


@router.get("", dependencies=[_MAY_LOOK])
async def list_trunks(work: Working, trunks: Trunks) -> TrunksOut:
    """Lists the trunks with their settings, how they take calls, and the calls of today."""
    return TrunksOut(trunks=[TrunkOut.of(view) for view in await trunks.views(work)])


@router.post("", status_code=201, dependencies=[_MAY_CHANGE])
async def add_trunk(work: Working, trunks: Trunks, body: NewTrunk) -> TrunkSetting:
    """Adds a trunk; each switch takes it with its next `callcenter switch apply`."""
    return TrunkSetting.of(await trunks.add(work, body.name, body.form(), body.reason))


@router.put("/{trunk_id}", dependencies=[_MAY_CHANGE])
async def change_trunk(work: Working, trunks: Trunks, trunk_id: RowId, body: TrunkChange) -> TrunkSetting:
    """Changes a trunk as it was read."""
    return TrunkSetting.of(await trunks.change(work, trunk_id, body.version, body.form(), body.reason))


@router.post("/{trunk_id}/remove", status_code=204, dependencies=[_MAY_CHANGE])
async def remove_trunk(work: Working, trunks: Trunks, trunk_id: RowId, body: TrunkRemoval) -> None:
    """Removes a trunk; its calls go on, and it carries no further one."""
    await trunks.remove(work, trunk_id, body.reason)
