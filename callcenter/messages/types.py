"""Routes by which alerts leave the system, and the messages that took them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from callcenter.alerts.types import AlertKind

QUEUE = "messages"
SEND = "messages.send"
"""The effect that sends one message; its payload is the message's id."""


class Channel(StrEnum):
    MAIL = "mail"
    WEBHOOK = "webhook"
    """A JSON document signed with HMAC-SHA256, for the bank's own receivers."""
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"


class Language(StrEnum):
    ZH = "zh"
    EN = "en"


class Phase(StrEnum):
    RAISED = "raised"
    CLEARED = "cleared"
    TEST = "test"
    """A person tries the route."""


class MessageState(StrEnum):
    WAITING = "waiting"
    """Not accepted by the receiver yet; it is tried again with growing delays."""
    SENT = "sent"
    EXPIRED = "expired"
    """Given up: its alert was over before it could be sent, its route was removed, or it is too old."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The hours of every day in which a route is silent (business time); they may go over midnight."""

    begin: time
    end: time


@dataclass(frozen=True, slots=True)
class Plan:
    """When a route sends which alerts."""

    kinds: Collection[AlertKind]
    """Empty: all kinds."""
    after_minutes: int = 0
    """0: at once. More: only if the alert is still open after so long, and not acknowledged (escalation)."""
    quiet: QuietHours | None = None
    through_quiet: Collection[AlertKind] = ()
    """Kinds that are sent in the quiet hours, too."""
    says_cleared: bool = True


@dataclass(frozen=True, slots=True)
class RouteForm:
    """What a person enters of a route."""

    name: str
    channel: Channel
    language: Language
    plan: Plan
    target: str | None
    """Addresses separated by commas, or the URL of a webhook; None keeps the present one of a route that is changed."""
    secret: str | None
    """Signs what is sent; None keeps the present one."""


@dataclass(frozen=True, slots=True)
class RouteCard:
    id: int
    version: int
    name: str
    channel: Channel
    language: Language
    plan: Plan
    shown_target: str
    """Where it leads, without what would let another one write there."""
    signed: bool


@dataclass(frozen=True, slots=True)
class MessageCard:
    id: int
    route_name: str
    kind: AlertKind | None
    """None: a test."""
    subject: str
    phase: Phase
    state: MessageState
    planned_at: datetime
    ended_at: datetime | None
    failures: int
    error: str
    """Class of the latest error; empty without one."""
