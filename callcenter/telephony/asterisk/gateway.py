"""Implements the port on a real Asterisk. The call itself is written in ``deploy/asterisk/node/extensions.conf.j2``."""

import asyncio
import re
import shutil
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from callcenter.kit.clock import Clock, SystemClock
from callcenter.kit.errors import Invalid
from callcenter.kit.log import get_logger
from callcenter.telephony.asterisk import translate
from callcenter.telephony.asterisk.connection import AmiAddress, AmiConnection
from callcenter.telephony.asterisk.wire import AmiError, AmiRefused, Message, UnsafeValueError, back_off
from callcenter.telephony.events import (
    CustomerDialled,
    CustomerHungUp,
    DialFinished,
    DialStatus,
    LinkDown,
    LinkUp,
    PhoneRegistered,
    PhoneUnregistered,
    Signal,
    UnreadEvent,
)
from callcenter.telephony.port import DialRequest, SwitchState, SwitchUnavailable
from callcenter.telephony.settings import SwitchSettings

log = get_logger(__name__)

_DIGITS = re.compile(r"[0-9]{3,20}")
_DIALLED = re.compile(r"\+?[0-9]{3,20}")
"""A number as a carrier takes it; in the international form of some carriers it begins with +."""
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_DIAL_VARIABLES = "ARRAY(DIAL_ID,DIAL_NUMBER,DIAL_TRUNK,DIAL_CALLER,DIAL_RING)"
_REJOIN_VARIABLES = "ARRAY(DIAL_ID,DIAL_CHANNEL)"
_CHANNEL_WAIT_SECONDS = 2.0
"""How long the channel of a call may take to appear that is hung up in the moment it is dialled."""


class NotDialableError(Invalid):
    """A number, extension or name that may not be sent to the switch. The value is not named: it may be personal."""

    code = "not_dialable"


class AsteriskGateway:
    """Controls one Asterisk. ``chance`` returns numbers in 0..1, for the pauses between reconnects."""

    def __init__(self, settings: SwitchSettings, clock: Clock, chance: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        self._chance = chance
        self._address = AmiAddress(
            host=settings.ami_host,
            port=settings.ami_port,
            user=settings.ami_user,
            secret=settings.ami_secret.get_secret_value(),
            action_timeout=settings.action_timeout,
            ping_interval=settings.ping_interval,
            ping_timeout=settings.ping_timeout,
        )
        self._link: AmiConnection | None = None
        self._process: str | None = None
        self._phones = translate.Phones()
        self._customers: dict[UUID, asyncio.Future[str | None]] = {}
        """Calls on their way: the name of the customer's channel, None when there will be none."""
        self._hung_up: set[UUID] = set()
        """Of these, the ones we have ended: Asterisk takes the end of a ringing channel for "no answer"."""

    async def run(self) -> AsyncGenerator[list[Signal], None]:
        attempt = 0
        while True:
            try:
                link = await AmiConnection.open(self._address)
            except AmiError as error:
                log.warning("the switch cannot be reached", attempt=attempt, error=str(error))
                await asyncio.sleep(back_off(attempt, self._chance()))
                attempt += 1
                continue
            try:
                async with link:
                    up = await self._take_over(link)
                    attempt = 0
                    yield up
                    async for batch in link.batches():
                        if signals := self._signals(batch):
                            yield signals
            except AmiError as error:
                log.warning("the switch was lost while its state was read", error=str(error))
            finally:
                was_up, self._link = self._link is not None, None
                self._forget_customers()
            if was_up:
                heard_until = self._clock.now() - timedelta(seconds=link.silent_for)
                yield [LinkDown(at=heard_until, reason=link.lost or "lost")]
            await asyncio.sleep(back_off(attempt, self._chance()))
            attempt += 1

    async def connect_agent(self, leg_id: str, extension: str) -> None:
        if not extension.isdecimal():
            raise NotDialableError("an extension is digits only")
        await self._connect(leg_id, f"PJSIP/{extension}")

    async def connect_robot(self, leg_id: str, number: str, trunk: str) -> None:
        if not _DIGITS.fullmatch(number) or not _NAME.fullmatch(trunk):
            raise NotDialableError("a number is 3 to 20 digits, a trunk is a plain name")
        await self._connect(leg_id, f"PJSIP/{number}@{trunk}")

    async def disconnect_agent(self, leg_id: str) -> None:
        await self._hang_up_channel(_checked_leg(leg_id))

    async def dial(self, request: DialRequest) -> None:
        leg_id = _checked_leg(request.leg_id)
        if not (_DIALLED.fullmatch(request.number) and _DIGITS.fullmatch(request.caller_id)):
            raise NotDialableError("number and caller ID are 3 to 20 digits", call_id=str(request.call_id))
        if not _NAME.fullmatch(request.trunk) or request.ring_seconds < 1:
            raise NotDialableError("a trunk is a plain name, ringing lasts a second or more")
        self._check_spool()
        parts = (request.call_id, request.number, request.trunk, request.caller_id, request.ring_seconds)
        # Before the first action: the channel's signal may be read before the action's answer.
        self._customers[request.call_id] = asyncio.get_running_loop().create_future()
        try:
            # Two actions, because AMI's Redirect takes no variables.
            await self._prepare(leg_id, _DIAL_VARIABLES, ",".join(str(part) for part in parts))
            await self._act("Redirect", Channel=leg_id, Context="agent", Exten="call", Priority=1)
        except SwitchUnavailable:
            self._settle(request.call_id, None)
            raise

    async def rejoin(self, call_id: UUID, leg_id: str) -> None:
        leg_id = _checked_leg(leg_id)
        if (channel := await self._customer_channel(call_id)) is None:
            raise SwitchUnavailable("the customer has hung up", sent=False)
        await self._prepare(leg_id, _REJOIN_VARIABLES, f"{call_id},{channel}")
        await self._act("Redirect", Channel=leg_id, Context="agent", Exten="rejoin", Priority=1)

    async def hang_up(self, call_id: UUID) -> None:
        if (channel := await self._customer_channel(call_id)) is not None:
            # Before the action: the signals of the end may come before its answer.
            self._hung_up.add(call_id)
            await self._hang_up_channel(channel)

    async def read_state(self) -> SwitchState:
        channels = await self._channels()
        try:
            phones = await self._read_phones(self._require_link())
        except AmiError as error:
            raise SwitchUnavailable(f"PJSIPShowContacts: {error}") from error
        # Our own view of the phones stays as it is: it follows the events, some of which still wait to be taken.
        return translate.read_state(channels, phones.extensions)

    async def read_event(self, event: UnreadEvent) -> list[Signal]:
        signals: list[Signal] = []
        for signal in self._translate(event):
            match signal:
                case translate.ContactChanged(at=at, extension=extension):
                    # Registrations have come and gone since: an old one, noted now, would hide the next change.
                    self._phones = await self._read_phones(self._require_link())
                    kind = PhoneRegistered if extension in self._phones.extensions else PhoneUnregistered
                    signals.append(kind(at=at, extension=extension))
                case CustomerDialled(call_id=call_id) if call_id not in self._customers:
                    signals.append(signal)  # its call may be over: no command waits for the channel's name
                case _:
                    signals += self._note(signal)
        return signals

    # ---- the link

    async def _take_over(self, link: AmiConnection) -> list[Signal]:
        """Finds out after a log-in whether it is the process we knew and which phones are there; then commands work."""
        process = translate.started_at(await link.act("CoreStatus"))
        restarted = self._process is not None and process != self._process
        before, after = self._phones.extensions, await self._read_phones(link)
        self._process, self._phones, self._link = process, after, link
        at = self._clock.now()
        signals: list[Signal] = [LinkUp(at=at, restarted=restarted)]
        signals += [PhoneUnregistered(at=at, extension=gone) for gone in sorted(before - after.extensions)]
        signals += [PhoneRegistered(at=at, extension=new) for new in sorted(after.extensions - before)]
        return signals

    def _signals(self, batch: list[Message]) -> list[Signal]:
        now = self._clock.now()
        signals: list[Signal] = []
        for message in batch:
            unread = UnreadEvent(at=now, event=message.name, headers=message.headers)
            try:
                translated = self._translate(unread)
            except Exception as error:  # not lost: the engine keeps it aside
                log.warning("an event could not be translated", event_name=message.name, error=type(error).__name__)
                signals.append(unread)
                continue
            for signal in translated:
                signals += self._note(signal)
        return signals

    def _translate(self, event: UnreadEvent) -> list[Signal]:
        shift = self._clock.now() - SystemClock().now()
        return translate.translate(event.event, event.headers, event.at, shift)

    def _note(self, signal: Signal) -> list[Signal]:
        """Keeps what later commands need to know; registrations become phones."""
        match signal:
            case translate.ContactChanged():
                self._phones, signals = self._phones.take(signal)
                return signals
            case CustomerDialled(call_id=call_id, channel=channel):
                self._customers.setdefault(call_id, asyncio.get_running_loop().create_future())
                if not (known := self._customers[call_id]).done():
                    known.set_result(channel)
            case CustomerHungUp(call_id=call_id):
                self._settle(call_id, None)
            case DialFinished(call_id=call_id, status=status):
                self._settle(call_id, None)
                if call_id in self._hung_up:
                    self._hung_up.remove(call_id)
                    if status is DialStatus.NO_ANSWER:
                        return [replace(signal, status=DialStatus.CANCELLED)]
            case _:
                pass
        return [signal]

    def _settle(self, call_id: UUID, channel: str | None) -> None:
        """Ends the wait for a call's channel."""
        if (known := self._customers.pop(call_id, None)) is not None and not known.done():
            known.set_result(channel)

    def _forget_customers(self) -> None:
        for call_id in list(self._customers):
            self._settle(call_id, None)
        self._hung_up.clear()

    # ---- the commands

    def _require_link(self) -> AmiConnection:
        if self._link is None:
            raise SwitchUnavailable("the link to the switch is down", sent=False)
        return self._link

    async def _act(
        self, name: str, /, variables: Mapping[str, object] | None = None, **headers: object
    ) -> Mapping[str, str]:
        link = self._require_link()
        try:
            return await link.act(name, headers, variables)
        except (AmiRefused, UnsafeValueError) as error:
            raise SwitchUnavailable(f"{name}: {error}", sent=False) from error
        except AmiError as error:
            raise SwitchUnavailable(f"{name}: {error}", sent=True) from error

    async def _connect(self, leg_id: str, target: str) -> None:
        await self._act(
            "Originate",
            {"LEG_ID": _checked_leg(leg_id)},
            Channel=target,
            Context="agent",
            Exten="leg",
            Priority=1,
            ChannelId=leg_id,
            Timeout=self._settings.agent_ring_seconds * 1000,
            Async="true",
        )

    async def _prepare(self, leg_id: str, variables: str, value: str) -> None:
        """Sets on the leg whom to dial or to rejoin. Whatever goes wrong here, nothing has happened to the customer."""
        try:
            await self._act("Setvar", Channel=leg_id, Variable=variables, Value=value)
        except SwitchUnavailable as error:
            raise SwitchUnavailable(error.detail, sent=False) from error

    async def _hang_up_channel(self, channel: str) -> None:
        try:
            await self._require_link().act("Hangup", {"Channel": channel, "Cause": 16})
        except AmiRefused:
            log.info("the channel was gone already")
        except AmiError as error:
            raise SwitchUnavailable(f"Hangup: {error}") from error

    async def _customer_channel(self, call_id: UUID) -> str | None:
        """Returns the customer's channel, waiting a moment for it to appear; None when the call has ended."""
        if (known := self._customers.get(call_id)) is not None:
            try:
                async with asyncio.timeout(_CHANNEL_WAIT_SECONDS):
                    return await asyncio.shield(known)
            except TimeoutError:
                log.warning("a dialled call has no channel yet", call=str(call_id))
        return translate.channel_of(call_id, await self._channels())

    async def _channels(self) -> list[Mapping[str, Any]]:
        try:
            return [item.headers for item in await self._require_link().read_list("CoreShowChannels")]
        except AmiError as error:
            raise SwitchUnavailable(f"CoreShowChannels: {error}") from error

    async def _read_phones(self, link: AmiConnection) -> translate.Phones:
        try:
            return translate.read_contacts([item.headers for item in await link.read_list("PJSIPShowContacts")])
        except AmiRefused:  # Asterisk's way to answer that there is none
            return translate.Phones()

    def _check_spool(self) -> None:
        """Refuses to dial without room for the recording; that the recorder works is proved by the dialplan."""
        if self._settings.spool_free_mb == 0:
            return
        try:
            free = shutil.disk_usage(self._settings.spool_dir).free
        except OSError as error:
            raise SwitchUnavailable("the recordings' spool cannot be read", sent=False, rule="C9") from error
        if free < self._settings.spool_free_mb * 1_000_000:
            raise SwitchUnavailable("the recordings' spool is full", sent=False, rule="C9", free_mb=free // 1_000_000)


def _checked_leg(leg_id: str) -> str:
    if not _NAME.fullmatch(leg_id):
        raise NotDialableError("a leg's id is a plain name")
    return leg_id
