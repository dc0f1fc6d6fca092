"""Serves second factors over HTTP: one's own, and for administrators those of others and of roles."""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from callcenter.kit.http import Acting, Working, provided, require, takes
from callcenter.kit.reasons import Reason
from callcenter.kit.work import Works
from callcenter.people.errors import PasskeyRefused
from callcenter.people.passkeys import PasskeyService, Site
from callcenter.people.second_factor import SecondFactorService
from callcenter.people.types import Right, Role

own = APIRouter(prefix="/session/second-factor", tags=["session"])
others = APIRouter(prefix="/people", tags=["people"])

SecondFactors = Annotated[SecondFactorService, provided(SecondFactorService)]
Passkeys = Annotated[PasskeyService, provided(PasskeyService)]
_MOST_BYTES = 16_384


class PasskeyOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    added_at: datetime
    used_at: datetime | None = Field(description="last use; null: never")


class FactorsOut(BaseModel):
    """My second factors."""

    model_config = ConfigDict(from_attributes=True)

    demanded: bool = Field(description="my role needs one")
    totp_since: datetime | None = Field(description="since when an authenticator app is set up")
    passkeys: list[PasskeyOut]
    recovery_codes: int = Field(description="how many are left")


class NewTotpOut(BaseModel):
    """The key of an authenticator app, shown once; it counts from its first code on."""

    model_config = ConfigDict(from_attributes=True)

    secret: str
    uri: str
    qr: str = Field(description="the URI as a QR code: a picture in a data URI")


class Code(BaseModel):
    code: str = Field(min_length=1, max_length=40, description="of the authenticator app, or a recovery code")


class RecoveryCodes(BaseModel):
    codes: list[str] = Field(description="shown once; empty: those from before still count")


class PasskeyAnswer(BaseModel):
    answer: dict[str, Any] = Field(description="the browser's PublicKeyCredential as JSON")


class PasskeyOptions(BaseModel):
    options: dict[str, Any] = Field(description="for navigator.credentials")


class FactorReset(BaseModel):
    reason: Reason


class RoleDemandOut(BaseModel):
    """How a role logs in."""

    model_config = ConfigDict(from_attributes=True)

    role: Role
    since: datetime | None = Field(description="since when it needs a second factor; null: it does not")
    people: int = Field(description="active people of this role")
    enrolled: int = Field(description="how many of them have a second factor")


class RoleDemandSet(BaseModel):
    demanded: bool
    reason: Reason


@own.get("")
async def show_my_factors(actor: Acting, work: Working, factors: SecondFactors) -> FactorsOut:
    return FactorsOut.model_validate(await factors.show(work, actor.id))


@own.post("/totp", status_code=201)
async def begin_totp(actor: Acting, work: Working, factors: SecondFactors) -> NewTotpOut:
    """Draws a key for my authenticator app, in place of one that no code has confirmed."""
    return NewTotpOut.model_validate(await factors.begin_totp(work, actor.id))


@own.post("/totp/first-code", dependencies=[takes(_MOST_BYTES)])
async def confirm_totp(body: Code, request: Request, actor: Acting, factors: SecondFactors) -> RecoveryCodes:
    """Sets up my authenticator app by its first code."""
    works: Works = request.app.state.works
    return RecoveryCodes(codes=await factors.confirm_totp(works, actor.id, body.code, token=request.state.token))


@own.post("/totp/remove", status_code=204, dependencies=[takes(_MOST_BYTES)])
async def remove_totp(body: Code, request: Request, actor: Acting, factors: SecondFactors) -> None:
    """Removes my authenticator app, proven once more by a code."""
    await factors.remove_totp(request.app.state.works, actor.id, body.code, token=request.state.token)


@own.post("/recovery-codes", dependencies=[takes(_MOST_BYTES)])
async def renew_recovery_codes(body: Code, request: Request, actor: Acting, factors: SecondFactors) -> RecoveryCodes:
    """Replaces my recovery codes; those from before count no more."""
    works: Works = request.app.state.works
    return RecoveryCodes(codes=await factors.renew_codes(works, actor.id, body.code, token=request.state.token))


@own.post("/proof", status_code=204, dependencies=[takes(_MOST_BYTES)])
async def prove_by_code(body: Code, request: Request, actor: Acting, factors: SecondFactors) -> None:
    """Proves me in this session by a code of my authenticator app, or by a recovery code."""
    await factors.prove(request.app.state.works, actor.id, body.code, token=request.state.token)


@own.post("/passkeys/options")
async def passkey_options(request: Request, actor: Acting, work: Working, passkeys: Passkeys) -> PasskeyOptions:
    """Returns what the browser needs to make a passkey of mine."""
    return PasskeyOptions(options=await passkeys.options(work, actor.id, _site(request), token=request.state.token))


@own.post("/passkeys", dependencies=[takes(_MOST_BYTES)])
async def add_passkey(body: PasskeyAnswer, request: Request, actor: Acting, passkeys: Passkeys) -> RecoveryCodes:
    """Adds a passkey of mine."""
    works: Works = request.app.state.works
    codes = await passkeys.add(works, actor.id, body.answer, _site(request), token=request.state.token)
    return RecoveryCodes(codes=codes)


@own.post("/passkeys/challenge")
async def passkey_challenge(request: Request, actor: Acting, work: Working, passkeys: Passkeys) -> PasskeyOptions:
    """Returns what the browser needs to prove me by a passkey."""
    return PasskeyOptions(options=await passkeys.challenge(work, actor.id, _site(request), token=request.state.token))


@own.post("/passkeys/proof", status_code=204, dependencies=[takes(_MOST_BYTES)])
async def prove_by_passkey(body: PasskeyAnswer, request: Request, actor: Acting, passkeys: Passkeys) -> None:
    """Proves me in this session by a passkey."""
    await passkeys.prove(request.app.state.works, actor.id, body.answer, _site(request), token=request.state.token)


@own.delete("/passkeys/{passkey_id}", status_code=204)
async def remove_passkey(passkey_id: int, actor: Acting, work: Working, factors: SecondFactors) -> None:
    """Removes a passkey of mine."""
    await factors.remove_passkey(work, actor.id, passkey_id)


@others.get("/second-factors", dependencies=[require(Right.MANAGE_PEOPLE)])
async def list_role_demands(work: Working, factors: SecondFactors) -> list[RoleDemandOut]:
    """Lists for every role whether it needs a second factor, and how many of its people have one."""
    return [RoleDemandOut.model_validate(one) for one in await factors.demands(work)]


@others.put("/second-factors/{role}", status_code=204, dependencies=[require(Right.MANAGE_PEOPLE)])
async def set_role_demand(role: Role, body: RoleDemandSet, work: Working, factors: SecondFactors) -> None:
    """Makes the people of a role log in with a second factor, or leaves it to them."""
    await factors.demand(work, role, body.demanded, body.reason)


@others.post("/{staff_id}/second-factor/reset", status_code=204, dependencies=[require(Right.MANAGE_PEOPLE)])
async def reset_second_factor(staff_id: int, body: FactorReset, work: Working, factors: SecondFactors) -> None:
    """Removes the second factors of a person who has lost them, and ends their sessions."""
    await factors.reset(work, staff_id, body.reason)


def _site(request: Request) -> Site:
    """Returns the site that the browser says it shows. Raises PasskeyRefused if that is not the one that was asked.

    A browser signs the origin with the answer, and no page can set this header: a foreign site is refused twice.
    """
    origin = request.headers.get("origin", "")
    if urlsplit(origin).netloc != request.headers.get("host"):
        raise PasskeyRefused("a passkey is used on the page of this system itself")
    return Site(origin)
