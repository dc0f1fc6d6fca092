"""Declares the port to a switch. Two implementations, one contract suite: ``simulated`` and ``asterisk``.

Agent first (requirement C5): an agent's *permanent leg* is connected once and stays up between calls. A call redirects
that leg into the switch's own dialling, where the recorder is attached **before** the customer's telephone is dialled;
if it cannot be attached the customer is not dialled (C9). Asterisk or its stand-in joins the two parties; this
service only learns of it by signals.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from callcenter.kit.errors import Unavailable
from callcenter.telephony.events import Signal, UnreadEvent
from callcenter.telephony.relays import IceServer

HELD_SECONDS = 30
"""So long the customer of a conversation whose agent's leg has ended is held for the agent's next leg."""


class SwitchUnavailable(Unavailable):
    """The switch did not take the command: the link is down, it refused, or it did not answer in time.

    After a time-out it is unknown whether the command was carried out; the gateway never sends it again.
    """

    code = "switch_unavailable"

    def __init__(self, detail: str, *, sent: bool = True, rule: str | None = None, **params: object) -> None:
        super().__init__(detail, rule=rule, **params)
        self.sent = sent
        """False when the switch certainly did nothing: the command never left, or was refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialRequest:
    """One call to place from an agent's leg."""

    call_id: UUID
    leg_id: str
    number: str
    """The number as the trunk takes it: digits, after a + where the carrier wants one."""
    trunk: str
    caller_id: str
    """The approved number shown to the customer (requirement C3)."""
    ring_seconds: int


class Supervision(StrEnum):
    """How a supervisor takes part in a conversation."""

    LISTEN = "listen"
    """Hears both sides; they hear nothing."""
    WHISPER = "whisper"
    """Hears both sides; the agent alone hears the supervisor, and the recording does not."""
    BARGE = "barge"
    """Talks with both, and is on the recording."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuperviseRequest:
    """A supervisor's part in one conversation."""

    channel_id: str
    """Names the supervisor's leg."""
    extension: str
    """The supervisor's phone, registered at the agent's switch."""
    leg_id: str
    """The agent's leg."""
    call_id: UUID
    kind: Supervision


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneAccount:
    """How an agent's browser phone registers. Sent to that agent's browser only."""

    extension: str
    password: str
    websocket_url: str
    realm: str
    """Host part of the SIP address."""
    relays: tuple[IceServer, ...] = ()
    relay_only: bool = False
    """All sound goes through a relay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchState:
    """What is alive in the switch at this moment; read after every LinkUp (requirement C10)."""

    legs: frozenset[str]
    """Agents' legs that are up."""
    calls: frozenset[UUID]
    """Calls whose customer channel exists, ringing or answered."""
    answered: frozenset[UUID]
    """Those of ``calls`` that have been answered."""
    phones: frozenset[str]
    """Extensions whose browser phone is registered."""


class SwitchGateway(Protocol):
    """One telephone switch. Every command raises SwitchUnavailable when the switch did not take it."""

    def run(self) -> AsyncGenerator[list[Signal], None]:
        """Keeps the link up and yields signals in batches, in the order they were seen, until closed.

        Reconnects with growing, capped delays. Yields LinkUp after each log-in and LinkDown after each loss. While it
        is iterated the commands below work.
        """
        ...

    async def connect_agent(self, leg_id: str, extension: str) -> None:
        """Rings an agent's phone and parks the answered leg. AgentLegUp or AgentLegDown follows."""
        ...

    async def connect_robot(self, leg_id: str, number: str, trunk: str) -> None:
        """Does the same with the leg on a trunk: a rehearsal's robot agent, or an agent at a desk telephone."""
        ...

    async def disconnect_agent(self, leg_id: str) -> None:
        """Ends an agent's leg, and with it a call on it that was not answered. A leg that is gone already is no error.

        A customer who was talking is held for ``HELD_SECONDS``, as after any other end of the leg, and can be rejoined.
        """
        ...

    async def dial(self, request: DialRequest) -> None:
        """Starts the recording, dials and joins. Every dial ends in CustomerHungUp, DialFinished or a lost link."""
        ...

    async def rejoin(self, call_id: UUID, leg_id: str) -> None:
        """Joins a customer who is held to another leg. DialFinished follows once they have hung up."""
        ...

    async def supervise(self, request: SuperviseRequest) -> None:
        """Rings a supervisor's phone and joins it to a conversation, until either ends."""
        ...

    async def hang_up(self, call_id: UUID) -> None:
        """Ends the customer's side; the agent's leg is parked again. A call that is gone already is no error."""
        ...

    async def read_state(self) -> SwitchState:
        """Reads what is alive now; part of what follows may still wait as signals. Raises SwitchUnavailable."""
        ...

    async def read_event(self, event: UnreadEvent) -> list[Signal]:
        """Translates an event that could not be translated when it came; raises whatever the translation raises."""
        ...
