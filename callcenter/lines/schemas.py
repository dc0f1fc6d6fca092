"""Requests and responses of the endpoints of trunks."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from callcenter.kit.output import Output
from callcenter.kit.reasons import Reason
from callcenter.lines.trunks import TrunkView
from callcenter.lines.types import (
    Codec,
    NumberFormat,
    TrunkAccess,
    TrunkEntry,
    TrunkForm,
    TrunkState,
    TrunkTransport,
)

TRUNK_NAME = r"^[a-z][a-z0-9-]{0,30}$"
_HOST = r"^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$"
TrunkName = Annotated[str, StringConstraints(strip_whitespace=True, pattern=TRUNK_NAME)]


class TrunkBody(BaseModel):
    group: TrunkName = Field(description="the name by which campaigns ask for it", examples=["carrier"])
    host: Annotated[str, StringConstraints(strip_whitespace=True, pattern=_HOST)]
    port: int = Field(default=5060, ge=1, le=65535)
    transport: TrunkTransport = TrunkTransport.UDP
    encrypts_sound: bool = Field(default=False, description="SRTP; needs TLS")
    access: TrunkAccess = TrunkAccess.ADDRESS
    account: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9_.+-]{0,80}$")] = ""
    password: Annotated[str, StringConstraints(pattern=r"^[!#-:<-~]{1,128}$")] | None = Field(
        default=None, description="no space and no semicolon; null keeps the present one"
    )
    codecs: list[Codec] = Field(
        default=[Codec.ALAW, Codec.ULAW], min_length=1, max_length=len(Codec), description="the preferred first"
    )
    number_format: NumberFormat = NumberFormat.NATIONAL
    prefix: Annotated[str, StringConstraints(pattern=r"^[0-9]{0,10}$")] = Field(
        default="", description="digits before each number"
    )
    channels: int = Field(default=0, ge=0, le=10_000, description="most calls at a time; 0: no limit")
    calls_per_second: int = Field(default=0, ge=0, le=1_000, description="0: no limit")
    priority: int = Field(default=1, ge=1, le=9, description="the lowest number carries the calls")
    share: int = Field(default=1, ge=1, le=100, description="weight among trunks of the same priority")
    in_use: bool = True
    reason: Reason

    def form(self) -> TrunkForm:
        values = self.model_dump(exclude={"reason", "version", "name", "codecs"})
        return TrunkForm(**values, codecs=tuple(dict.fromkeys(self.codecs)))


class NewTrunk(TrunkBody):
    name: TrunkName


class TrunkChange(TrunkBody):
    version: int = Field(ge=1, lt=2**31, description="of the trunk as it was read")


class TrunkRemoval(BaseModel):
    reason: Reason


class TrunkSetting(Output):
    id: int
    version: int
    group: str
    host: str
    port: int
    transport: TrunkTransport
    encrypts_sound: bool
    access: TrunkAccess
    account: str
    has_password: bool
    codecs: list[Codec]
    number_format: NumberFormat
    prefix: str
    channels: int
    calls_per_second: int
    priority: int
    share: int
    in_use: bool

    @classmethod
    def of(cls, entry: TrunkEntry) -> "TrunkSetting":
        form = entry.form
        return cls(
            id=entry.id,
            version=entry.version,
            group=form.group,
            host=form.host,
            port=form.port,
            transport=form.transport,
            encrypts_sound=form.encrypts_sound,
            access=form.access,
            account=form.account,
            has_password=entry.has_password,
            codecs=list(form.codecs),
            number_format=form.number_format,
            prefix=form.prefix,
            channels=form.channels,
            calls_per_second=form.calls_per_second,
            priority=form.priority,
            share=form.share,
            in_use=form.in_use,
        )


class TrunkOut(Output):
    name: str
    setting: TrunkSetting | None = Field(description="null: only the settings of the node name it")
    state: TrunkState
    refusals: int = Field(description="in a row")
    sip_code: int | None = Field(description="the carrier's last refusal; null: none, or no way led to it")
    since: AwareDatetime | None
    probe_at: AwareDatetime | None = Field(description="while it is paused: when one call may try it")
    calls: int = Field(description="dialled today")
    answered: int
    refused: int = Field(description="by the carrier, today: no customer lost an attempt")
    open_calls: int

    @classmethod
    def of(cls, view: TrunkView) -> "TrunkOut":
        health, day = view.health, view.day
        return cls(
            name=view.name,
            setting=TrunkSetting.of(view.entry) if view.entry else None,
            state=health.state if health else TrunkState.IN_USE,
            refusals=health.refusals if health else 0,
            sip_code=health.sip_code if health else None,
            since=health.changed_at if health else None,
            probe_at=health.probe_at if health else None,
            calls=day.calls,
            answered=day.answered,
            refused=day.refused,
            open_calls=day.open_calls,
        )


class TrunksOut(Output):
    trunks: list[TrunkOut]
