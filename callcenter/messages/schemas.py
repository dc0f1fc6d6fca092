"""Requests and responses of the endpoints of routes and messages."""

from collections.abc import Sequence
from datetime import time
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from callcenter.alerts.types import AlertKind
from callcenter.kit.output import Output
from callcenter.kit.paging import Page
from callcenter.kit.reasons import Reason
from callcenter.messages.types import (
    Channel,
    Language,
    MessageState,
    Phase,
    Plan,
    QuietHours,
    RouteCard,
    RouteForm,
)

_Kinds = Annotated[list[AlertKind], Field(max_length=len(AlertKind))]


class QuietIn(BaseModel):
    begin: time = Field(examples=["21:00"])
    end: time = Field(examples=["08:00"])

    @model_validator(mode="after")
    def _require_some_time(self) -> Self:
        if self.begin == self.end or self.begin.tzinfo or self.end.tzinfo:
            raise ValueError("quiet hours begin and end at different times of the business zone")
        return self


class RouteBody(BaseModel):
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    channel: Channel
    language: Language = Language.ZH
    target: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1500)] | None = Field(
        default=None, description="mail addresses with commas, or a URL; null keeps the present one"
    )
    secret: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None = Field(
        default=None, description="signs what is sent; empty: none, null keeps the present one"
    )
    kinds: _Kinds = Field(default=[], description="empty: all")
    after_minutes: int = Field(
        default=0, ge=0, le=1440, description="0: at once; more: if it is still open then, and not acknowledged"
    )
    quiet: QuietIn | None = Field(default=None, description="silent between these times, every day")
    through_quiet: _Kinds = Field(default=[], description="kinds that are sent in the quiet hours, too")
    says_cleared: bool = True
    reason: Reason

    def form(self) -> RouteForm:
        quiet = QuietHours(self.quiet.begin, self.quiet.end) if self.quiet else None
        return RouteForm(
            name=self.name,
            channel=self.channel,
            language=self.language,
            plan=Plan(
                kinds=frozenset(self.kinds),
                after_minutes=self.after_minutes,
                quiet=quiet,
                through_quiet=frozenset(self.through_quiet),
                says_cleared=self.says_cleared,
            ),
            target=self.target,
            secret=self.secret,
        )


class RouteChange(RouteBody):
    version: int = Field(ge=1, lt=2**31, description="of the route as it was read")


class RouteRemoval(BaseModel):
    reason: Reason


class QuietOut(Output):
    begin: time
    end: time


class RouteOut(Output):
    id: int
    version: int
    name: str
    channel: Channel
    language: Language
    target: str = Field(description="shortened", examples=["https://open.feishu.cn", "o***@bank.example"])
    signed: bool = Field(description="whether a secret is set")
    kinds: list[AlertKind]
    after_minutes: int
    quiet: QuietOut | None
    through_quiet: list[AlertKind]
    says_cleared: bool

    @classmethod
    def of(cls, card: RouteCard) -> "RouteOut":
        plan = card.plan
        return cls(
            id=card.id,
            version=card.version,
            name=card.name,
            channel=card.channel,
            language=card.language,
            target=card.shown_target,
            signed=card.signed,
            kinds=sorted(plan.kinds),
            after_minutes=plan.after_minutes,
            quiet=QuietOut(begin=plan.quiet.begin, end=plan.quiet.end) if plan.quiet else None,
            through_quiet=sorted(plan.through_quiet),
            says_cleared=plan.says_cleared,
        )


class RoleKinds(Output):
    role: str = Field(examples=["administrator"])
    kinds: list[AlertKind]


class RoutesOut(Output):
    routes: list[RouteOut]
    mail_is_set_up: bool = Field(description="whether a mail server is named (`CALLCENTER_MESSAGES_SMTP_HOST`)")
    by_role: Sequence[RoleKinds] = Field(description="the kinds that each role sees at its bell")


class MessageOut(Output):
    model_config = ConfigDict(from_attributes=True)

    id: int
    route_name: str
    kind: AlertKind | None = Field(description="null: a test")
    subject: str
    phase: Phase
    state: MessageState
    planned_at: AwareDatetime
    ended_at: AwareDatetime | None
    failures: int
    error: str


class MessagePage(Page[MessageOut]):
    """Messages, the newest first."""
