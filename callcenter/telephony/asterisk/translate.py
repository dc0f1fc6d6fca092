"""Translates AMI events into the system's signals. Pure, and the only file that knows AMI's headers.

An event belongs to a call when its channel carries the variable CALL_ID (customers' channels only), to an agent's leg
when it carries LEG_ID; the switch is configured to send both with every event (``channelvars``). What is not understood
is no signal: facts never raise (law 7).

Which causes to trust (``deploy/asterisk/node/extensions.conf.j2``): the Hangup's ``Cause`` and ``TechCause`` (the SIP
answer). Our own ring time-out has cause 0 and no TechCause; DialStatus alone takes 404, 403 and 603 for one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from callcenter.telephony.events import (
    AgentLegDown,
    AgentLegUp,
    CustomerAnswered,
    CustomerDialled,
    CustomerEarlyMedia,
    CustomerHungUp,
    CustomerRinging,
    DialFinished,
    DialStatus,
    PhoneRegistered,
    PhoneUnregistered,
    RecordingStarted,
    Signal,
)
from callcenter.telephony.port import SwitchState

_DIAL_STATUS = {
    "ANSWER": DialStatus.ANSWERED,
    "BUSY": DialStatus.BUSY,
    "NOANSWER": DialStatus.NO_ANSWER,
    "CANCEL": DialStatus.CANCELLED,
    "CONGESTION": DialStatus.CONGESTION,
    "CHANUNAVAIL": DialStatus.UNAVAILABLE,
}
_REACHABLE = frozenset({"Created", "Updated", "Reachable", "NonQualified", "Unqualified", "Unknown"})
_GONE = frozenset({"Removed", "Unreachable"})
RECORDER_REFUSED = 47
"""The cause with which the dialplan ends a call whose recorder does not start: "resource unavailable". No INVITE has
left then, so the SIP answer that Asterisk makes up is not passed on. No SIP answer of a far end becomes 47."""
_UP = "6"
"""ChannelState of an answered channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactChanged(Signal):
    """One browser's registration came or went; an extension may have two for a moment, when a tab is reloaded."""

    extension: str
    uri: str
    reachable: bool


@dataclass(frozen=True, slots=True)
class Phones:
    """Which registrations each extension has; turns them into phones that can be reached or cannot."""

    contacts: frozenset[tuple[str, str]] = frozenset()

    @property
    def extensions(self) -> frozenset[str]:
        return frozenset(extension for extension, _ in self.contacts)

    def take(self, changed: ContactChanged) -> "tuple[Phones, list[Signal]]":
        """Returns the new state, and a signal if the extension has become reachable or ceased to be.

        A reload of a tab registers the new contact before the old one goes: that is no signal at all.
        """
        contact = {(changed.extension, changed.uri)}
        after = replace(self, contacts=self.contacts | contact if changed.reachable else self.contacts - contact)
        was, now = changed.extension in self.extensions, changed.extension in after.extensions
        if was == now:
            return after, []
        kind = PhoneRegistered if now else PhoneUnregistered
        return after, [kind(at=changed.at, extension=changed.extension)]


def translate(event: str, headers: Mapping[str, Any], otherwise_at: datetime, shift: timedelta) -> list[Signal]:
    """Returns the signals of one event; none for what is not understood.

    ``at`` is the switch's own time stamp plus ``shift`` (a rehearsal's clock may be shifted), or ``otherwise_at``.
    """
    at = _at(headers, otherwise_at, shift)
    signal: Signal | None = None
    match event:
        case "DialBegin" if call_id := _call(headers, "DestChanVariable"):
            signal = CustomerDialled(at=at, call_id=call_id, channel=str(headers.get("DestChannel", "")))
        case "DialState" if call_id := _call(headers, "DestChanVariable"):
            if headers.get("DialStatus") == "RINGING":
                signal = CustomerRinging(at=at, call_id=call_id)
            elif headers.get("DialStatus") == "PROGRESS":
                signal = CustomerEarlyMedia(at=at, call_id=call_id)
        case "DialEnd" if call_id := _call(headers, "DestChanVariable"):
            if headers.get("DialStatus") == "ANSWER":
                signal = CustomerAnswered(at=at, call_id=call_id)
        case "Hangup":
            cause = _number(headers.get("Cause"))
            if call_id := _call(headers, "ChanVariable"):
                sip_code = None if cause == RECORDER_REFUSED else _number(headers.get("TechCause"))
                signal = CustomerHungUp(at=at, call_id=call_id, cause=cause, sip_code=sip_code)
            elif leg_id := _leg(headers):
                signal = AgentLegDown(at=at, leg_id=leg_id, cause=cause)
        # A leg that was never answered has no channel left and so no Hangup: this is the only word of its end.
        case "OriginateResponse" if headers.get("Response") == "Failure" and headers.get("Uniqueid"):
            signal = AgentLegDown(at=at, leg_id=str(headers["Uniqueid"]), cause=None)
        case "UserEvent":
            signal = _own_event(headers, at)
        case "ContactStatus":
            signal = _contact(headers, at)
        case _:
            pass
    return [signal] if signal is not None else []


def read_state(channels: Iterable[Mapping[str, Any]], phones: frozenset[str]) -> SwitchState:
    """Returns what is alive, from the items of CoreShowChannels."""
    legs: set[str] = set()
    calls: set[UUID] = set()
    answered: set[UUID] = set()
    for channel in channels:
        up = channel.get("ChannelState") == _UP
        if call_id := _call(channel, "ChanVariable"):
            calls.add(call_id)
            if up:
                answered.add(call_id)
        elif up and (leg_id := _leg(channel)):
            legs.add(leg_id)
    return SwitchState(legs=frozenset(legs), calls=frozenset(calls), answered=frozenset(answered), phones=phones)


def channel_of(call_id: UUID, channels: Iterable[Mapping[str, Any]]) -> str | None:
    """Returns the name of a call's customer channel, from the items of CoreShowChannels."""
    for channel in channels:
        if _call(channel, "ChanVariable") == call_id:
            return str(channel.get("Channel"))
    return None


def read_contacts(contacts: Iterable[Mapping[str, Any]]) -> Phones:
    """Returns the phones that can be reached, from the items of PJSIPShowContacts."""
    return Phones(
        frozenset(
            (extension, str(contact.get("Uri", "")))
            for contact in contacts
            if (extension := _extension(contact.get("Endpoint") or contact.get("ObjectName")))
            and contact.get("Status") not in _GONE
        )
    )


def started_at(core_status: Mapping[str, Any]) -> str:
    """Names the switch's process: its start, to the second, from the answer to CoreStatus."""
    return f"{core_status.get('CoreStartupDate')} {core_status.get('CoreStartupTime')}"


def _own_event(headers: Mapping[str, Any], at: datetime) -> Signal | None:
    """Translates what our own dialplan reports (``UserEvent`` in extensions.conf)."""
    match headers.get("UserEvent"):
        case "AgentLegUp" if headers.get("LegId"):
            return AgentLegUp(at=at, leg_id=str(headers["LegId"]))
        case "RecordingStarted" if call_id := _uuid(headers.get("CallId")):
            return RecordingStarted(at=at, call_id=call_id)
        case "CallDone" if call_id := _uuid(headers.get("CallId")):
            status = _DIAL_STATUS.get(str(headers.get("DialStatus")), DialStatus.UNKNOWN)
            return DialFinished(at=at, call_id=call_id, status=status, cause=None)
        case _:
            return None


def _contact(headers: Mapping[str, Any], at: datetime) -> Signal | None:
    extension, status = _extension(headers.get("AOR")), headers.get("ContactStatus")
    if extension is None or (status not in _REACHABLE and status not in _GONE):
        return None
    return ContactChanged(at=at, extension=extension, uri=str(headers.get("URI", "")), reachable=status in _REACHABLE)


def _at(headers: Mapping[str, Any], otherwise: datetime, shift: timedelta) -> datetime:
    try:
        return datetime.fromtimestamp(float(str(headers["Timestamp"])), UTC) + shift
    except (KeyError, ValueError, OverflowError, OSError):
        return otherwise


def _call(headers: Mapping[str, Any], variables: str) -> UUID | None:
    return _uuid(_variable(headers, variables, "CALL_ID"))


def _leg(headers: Mapping[str, Any]) -> str | None:
    return _variable(headers, "ChanVariable", "LEG_ID") or None


def _variable(headers: Mapping[str, Any], variables: str, name: str) -> str | None:
    values = headers.get(variables)
    return values.get(name) if isinstance(values, Mapping) else None


def _extension(aor: object) -> str | None:
    """Returns a phone's extension; None for a trunk, which has contacts too and is named by a word."""
    name = str(aor or "")
    return name if name.isdecimal() else None


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def _number(text: object) -> int | None:
    """Reads a cause; 0 and nothing at all are the same: unknown."""
    try:
        return int(str(text)) or None
    except ValueError:
        return None
