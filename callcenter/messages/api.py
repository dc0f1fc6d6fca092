"""Serves the routes of outgoing alerts, and what was sent on them, over HTTP."""

from typing import Annotated

from fastapi import APIRouter

from callcenter.alerts.rules import kinds_for
from callcenter.kit.http import Working, provided, require
from callcenter.kit.ids import RowId
from callcenter.kit.paging import Cursor, Limit, by_number
from callcenter.messages.schemas import (
    MessageOut,
    MessagePage,
    RoleKinds,
    RouteBody,
    RouteChange,
    RouteOut,
    RouteRemoval,
    RoutesOut,
)
from callcenter.messages.service import RouteService
from callcenter.people.types import RIGHTS, Right, Role

router = APIRouter(prefix="/messages", tags=["messages"])

Routes = Annotated[RouteService, provided(RouteService)]
_MAY_LOOK = require(Right.OPERATE, Right.VIEW_AUDIT)
_MAY_CHANGE = require(Right.OPERATE)
_PAGES = by_number("messages")


@router.get("", dependencies=[_MAY_LOOK])
async def list_messages(work: Working, routes: Routes, cursor: Cursor = None, limit: Limit = 50) -> MessagePage:
    """Lists what was sent, the newest first: on which route, about what, and whether its receiver has taken it."""
    cards = await routes.messages(work, before=_PAGES.position(cursor), limit=limit)
    return MessagePage(items=[MessageOut.model_validate(card) for card in cards], next=_PAGES.next(cards, limit))


@router.get("/routes", dependencies=[_MAY_LOOK])
async def list_routes(work: Working, routes: Routes) -> RoutesOut:
    """Lists the routes by which alerts leave the system, and which kinds of alert concern which role."""
    return RoutesOut(
        routes=[RouteOut.of(card) for card in await routes.routes(work)],
        mail_is_set_up=routes.mail_is_set_up,
        by_role=[
            RoleKinds(role=role.value, kinds=sorted(kinds)) for role in Role if (kinds := kinds_for(RIGHTS[role]))
        ],
    )


@router.post("/routes", status_code=201, dependencies=[_MAY_CHANGE])
async def add_route(work: Working, routes: Routes, body: RouteBody) -> RouteOut:
    """Adds a route; alerts that are open already are sent on it, too."""
    return RouteOut.of(await routes.add(work, body.form(), body.reason))


@router.put("/routes/{route_id}", dependencies=[_MAY_CHANGE])
async def change_route(work: Working, routes: Routes, route_id: RowId, body: RouteChange) -> RouteOut:
    """Changes a route as it was read."""
    return RouteOut.of(await routes.change(work, route_id, body.version, body.form(), body.reason))


@router.post("/routes/{route_id}/remove", status_code=204, dependencies=[_MAY_CHANGE])
async def remove_route(work: Working, routes: Routes, route_id: RowId, body: RouteRemoval) -> None:
    """Removes a route; what waits on it is not sent any more."""
    await routes.remove(work, route_id, body.reason)


@router.post("/routes/{route_id}/test", status_code=204, dependencies=[_MAY_CHANGE])
async def test_route(work: Working, routes: Routes, route_id: RowId) -> None:
    """Sends a test on a route; the list of messages shows what became of it."""
    await routes.test(work, route_id)
