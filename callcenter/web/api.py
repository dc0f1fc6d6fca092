"""Endpoints of the edge itself: about this system, logging in and out."""

from datetime import datetime
from importlib.metadata import version
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from callcenter.alerts.rules import kinds_for
from callcenter.kit.actor import Actor
from callcenter.kit.http import Acting, Working, provided, takes
from callcenter.kit.work import Works
from callcenter.people.log_ins import LogInService
from callcenter.people.passwords import PasswordService
from callcenter.people.schemas import Credentials, Me, OwnSessionsEnd, PasswordChange, SessionOut, SessionsEnded
from callcenter.people.service import PeopleService
from callcenter.web.context import WebContext
from callcenter.web.guard import COOKIE, DEVICE_COOKIE, NetworkNotAllowed, admitted

router = APIRouter()
LogIns = Annotated[LogInService, provided(LogInService)]
_DEVICE_SECONDS = 400 * 24 * 3600
"""As long as browsers keep a cookie; how long a device stays known is a setting of people."""


class About(BaseModel):
    rehearsal: bool
    """True: simulated carrier and invented customers; every page shows this."""
    now: datetime
    version: str
    locale_default: str
    session_idle_minutes: float = Field(description="a browser that is not used for so long logs its person out")


class Session(Me):
    """Says who is logged in, and what every page shows them."""

    alerts: bool = Field(description="whether alerts of some kind are this person's work: pages then show the bell")

    @classmethod
    def of(cls, actor: Actor) -> "Session":
        return cls(**Me.of(actor).model_dump(), alerts=bool(kinds_for(actor.rights)))


@router.get("/about", tags=["web"])
async def about(request: Request, log_ins: LogIns) -> About:
    system: WebContext = request.app.state.system
    return About(
        rehearsal=system.settings.rehearsal,
        now=system.works.clock.now(),
        version=version("callcenter"),
        locale_default=system.web.locale_default,
        session_idle_minutes=log_ins.idle_minutes,
    )


@router.post("/session", tags=["session"], dependencies=[takes(8192)])
async def log_in(
    credentials: Credentials,
    request: Request,
    response: Response,
    people: Annotated[PeopleService, provided(PeopleService)],
) -> Session:
    """Logs in and sets the session cookie."""
    system: WebContext = request.app.state.system
    logged_in = await people.log_in(
        system.works,
        credentials.login,
        credentials.password,
        address=request.client.host if request.client else "",
        device=request.cookies.get(DEVICE_COOKIE, ""),
    )
    if not admitted(request, logged_in.actor, system.web.allowed_networks):
        async with system.works.begin() as work:
            await people.log_out(work, logged_in.token)
        raise NetworkNotAllowed("log in from a network of the bank")
    response.set_cookie(
        COOKIE,
        logged_in.token,
        max_age=int((logged_in.expires_at - system.works.clock.now()).total_seconds()),
        httponly=True,
        samesite="strict",
        secure=system.settings.secure_cookies,
    )
    response.set_cookie(
        DEVICE_COOKIE,
        logged_in.device,
        max_age=_DEVICE_SECONDS,
        path="/api/v1/session",  # sent where it is asked for, and nowhere else
        httponly=True,
        samesite="strict",
        secure=system.settings.secure_cookies,
    )
    return Session.of(logged_in.actor)


@router.get("/session", tags=["session"])
async def who_am_i(actor: Acting) -> Session:
    return Session.of(actor)


@router.put("/session/password", tags=["session"], status_code=204, dependencies=[takes(8192)])
async def change_password(
    body: PasswordChange,
    request: Request,
    actor: Acting,
    passwords: Annotated[PasswordService, provided(PasswordService)],
) -> None:
    """Changes my password; my other sessions end."""
    works: Works = request.app.state.works
    await passwords.change(works, actor.id, body.present, body.new, token=request.state.token)


@router.get("/session/all", tags=["session"])
async def list_my_sessions(request: Request, work: Working, actor: Acting, log_ins: LogIns) -> list[SessionOut]:
    """Lists my log-ins that have not ended, the one used last first."""
    return [SessionOut.model_validate(one) for one in await log_ins.list(work, actor.id, token=request.state.token)]


@router.post("/session/end", tags=["session"])
async def end_my_sessions(
    body: OwnSessionsEnd, request: Request, actor: Acting, work: Working, log_ins: LogIns
) -> SessionsEnded:
    """Ends one of my log-ins, or all but this one."""
    return SessionsEnded(ended=await log_ins.end_own(work, actor.id, body.session_id, token=request.state.token))


@router.delete("/session", tags=["session"], status_code=204)
async def log_out(
    request: Request, response: Response, people: Annotated[PeopleService, provided(PeopleService)]
) -> None:
    """Ends the session, if there is one."""
    works: Works = request.app.state.works
    if token := request.state.token:
        async with works.begin() as work:
            await people.log_out(work, token)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
