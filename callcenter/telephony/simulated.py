"""Simulates a switch: the same port, the same simulated carrier, invented voices, faults on demand.

It passes the contract suite that Asterisk passes and leaves the same files in the spool, so everything above it can
run on it. A second of simulated time takes ``1 / speed`` seconds. A signal's ``at`` is the clock's instant of dialling
plus the simulated seconds since then, so durations are right at any speed, even with a frozen clock. The random
numbers are an argument. At ``INSTANT`` speed no time of the machine counts at all: however loaded it is, a call lasts
as long as its customer talks.
"""

import asyncio
import contextlib
import math
from collections.abc import AsyncGenerator, Coroutine, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from callcenter.kit.clock import Clock
from callcenter.telephony import carrier
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
    LinkDown,
    LinkUp,
    PhoneRegistered,
    PhoneUnregistered,
    RecordingStarted,
    Signal,
    UnreadEvent,
)
from callcenter.telephony.port import HELD_SECONDS, DialRequest, SwitchState, SwitchUnavailable
from callcenter.telephony.signal_json import from_json, to_json
from callcenter.telephony.simulation import REFUSALS, Faults, Tempo
from callcenter.telephony.tones import two_tones

INSTANT = math.inf
"""The speed at which simulated seconds are counted and never waited for."""
BROWSER_TONE_HZ = 600
"""The voice of an agent at a browser phone."""
_ANNOUNCEMENT_HZ = 450
_AS_IN_LIFE = Tempo()
_NORMAL_CLEARING = 16
_RECORDER_REFUSED = 47

_GROWS_EVERY = 0.3
"""Seconds, whatever the tempo: whether a file grows is asked in real time."""


@dataclass
class _Leg:
    id: str
    tone_hz: int
    call: "_Call | None" = None


@dataclass
class _Call:
    request: DialRequest
    dialled_at: datetime
    begun: float
    """The loop's time at which the call was dialled."""
    counted: float = 0.0
    """The simulated seconds since then, at ``INSTANT`` speed."""
    leg: "_Leg | None" = None
    """None while the customer is held."""
    tone_hz: int = 0
    """Of the agent who was on the call last."""
    answered: bool = False
    end: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when our side ends the call."""
    early_seconds: float = 0.0
    talk_seconds: float = 0.0
    cut_at: float | None = None
    """The simulated seconds after which nothing more was written."""


class SimulatedSwitch:
    """Simulates one switch, with the simulated carrier behind it."""

    def __init__(
        self,
        spool_dir: Path,
        clock: Clock,
        random: Random,
        *,
        tempo: Tempo = _AS_IN_LIFE,
        phones: Iterable[str] = (),
        faults: Faults | None = None,
    ) -> None:
        self.faults = faults or Faults()
        self._spool = spool_dir
        self._clock = clock
        self._random = random
        self._speed = tempo.speed
        self._pace = tempo.pace
        self._phones = set(phones)
        self._legs: dict[str, _Leg] = {}
        self._calls: dict[UUID, _Call] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._link = False
        self._known_process: int | None = None
        self._process = 1
        self._channels = 0
        self._outage = 0.0
        self._lost_at = clock.now()
        self._cut = asyncio.Event()
        self._signals: asyncio.Queue[Signal] = asyncio.Queue()
        self._held_back: Signal | None = None

    # ---- the port

    async def run(self) -> AsyncGenerator[list[Signal], None]:
        try:
            while True:
                restarted = self._known_process not in (None, self._process)
                self._known_process, self._link, self._outage = self._process, True, 0.0
                self._cut.clear()
                up: list[Signal] = [LinkUp(at=self._clock.now(), restarted=restarted)]
                yield up + [PhoneRegistered(at=self._clock.now(), extension=phone) for phone in sorted(self._phones)]
                while batch := await self._next_batch():
                    yield batch
                yield [LinkDown(at=self._lost_at, reason="cut on demand")]
                await asyncio.sleep(self._outage)
        finally:  # the listener is gone; the calls go on, as in a real switch
            self._link = False
            while not self._signals.empty():
                self._signals.get_nowait()

    async def connect_agent(self, leg_id: str, extension: str) -> None:
        with self._command():
            self._connect(leg_id, BROWSER_TONE_HZ, answers=extension in self._phones)

    async def connect_robot(self, leg_id: str, number: str, trunk: str) -> None:  # noqa: ARG002 - the simulated carrier has one trunk
        with self._command():
            behaviour = carrier.behaviour_of(number)
            self._connect(leg_id, behaviour.tone_hz, answers=behaviour.answers)

    async def disconnect_agent(self, leg_id: str) -> None:
        with self._command():
            if (leg := self._legs.pop(leg_id, None)) is not None:
                if leg.call is not None:
                    self._leave(leg.call)
                self._emit(AgentLegDown(at=self._clock.now(), leg_id=leg_id, cause=_NORMAL_CLEARING))

    async def dial(self, request: DialRequest) -> None:
        with self._command():
            if (leg := self._legs.get(request.leg_id)) is None:
                raise SwitchUnavailable(f"there is no leg {request.leg_id}", sent=False)
            if leg.call is not None:
                leg.call.end.set()
            call = _Call(request, self._clock.now(), asyncio.get_running_loop().time(), leg=leg, tone_hz=leg.tone_hz)
            self._calls[request.call_id] = leg.call = call
            self._start(self._carry(call))

    async def rejoin(self, call_id: UUID, leg_id: str) -> None:
        with self._command():
            call, leg = self._calls.get(call_id), self._legs.get(leg_id)
            if call is None or leg is None:
                raise SwitchUnavailable("the customer or the leg is gone", sent=False)
            call.leg, call.tone_hz, leg.call = leg, leg.tone_hz, call

    async def hang_up(self, call_id: UUID) -> None:
        with self._command():
            if (call := self._calls.get(call_id)) is not None:
                call.end.set()

    async def read_state(self) -> SwitchState:
        self._require_link()
        return SwitchState(
            legs=frozenset(self._legs),
            calls=frozenset(self._calls),
            answered=frozenset(call_id for call_id, call in self._calls.items() if call.answered),
            phones=frozenset(self._phones),
        )

    async def read_event(self, event: UnreadEvent) -> list[Signal]:
        signal = from_json(event.headers)
        if type(signal) is self.faults.untranslated:
            raise ValueError(f"{event.event} cannot be translated")
        return [signal]

    # ---- what tests do to it

    async def close(self) -> None:
        """Ends every call: the simulation is over."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def register_phone(self, extension: str) -> None:
        """Registers a phone: an agent's browser opens its panel."""
        self._phones.add(extension)
        self._emit(PhoneRegistered(at=self._clock.now(), extension=extension))

    def unregister_phone(self, extension: str) -> None:
        """Unregisters a phone: an agent's browser is closed."""
        self._phones.discard(extension)
        self._emit(PhoneUnregistered(at=self._clock.now(), extension=extension))

    def customer_hangs_up(self, call_id: UUID) -> None:
        """Ends a call from the customer's side, now."""
        self._calls[call_id].end.set()

    def lose_link(self, seconds: float = 0.05) -> None:
        """Cuts the control link for ``seconds``; calls go on, and what they signal meanwhile is lost."""
        if self._link:
            self._lost_at = self._clock.now()
        self._link, self._outage = False, seconds
        self._cut.set()

    def crash(self, seconds: float = 0.05) -> None:
        """Ends the switch's process with all calls and legs; an empty one is there after ``seconds``."""
        self._process += 1
        for task in self._tasks:
            task.cancel()
        self._legs.clear()
        self._calls.clear()
        self.lose_link(seconds)

    # ---- one call

    def _leave(self, call: _Call) -> None:
        """Lets a customer whose leg has ended wait for the next one; a call that was not answered ends."""
        if not call.answered:
            call.end.set()
            return
        call.leg = None
        self._start(self._hold(call))

    async def _hold(self, call: _Call) -> None:
        await asyncio.sleep(HELD_SECONDS / self._speed)
        if call.leg is None:
            call.end.set()

    async def _carry(self, call: _Call) -> None:
        request = call.request
        try:
            status = await self._place(call)
        except asyncio.CancelledError:
            self._record(call, closed=False)
            raise
        self._calls.pop(request.call_id, None)
        leg = call.leg
        if leg is not None and leg.call is call:
            leg.call = None
        if leg is not None and self._legs.get(leg.id) is leg:
            self._emit(DialFinished(at=self._now(call), call_id=request.call_id, status=status, cause=None))

    async def _place(self, call: _Call) -> DialStatus:
        call_id, behaviour = call.request.call_id, carrier.behaviour_of(call.request.number, pace=self._pace)
        await asyncio.sleep(0)  # the command's answer comes before the first signal, as with a real switch
        if self.faults.recorder_refuses or not self._start_recorder(call_id):
            return self._hung_up(call, _RECORDER_REFUSED, None, DialStatus.UNAVAILABLE)
        self._emit(RecordingStarted(at=self._now(call), call_id=call_id))
        self._channels += 1
        channel = f"SIM/{call.request.trunk}-{self._channels:08x}"
        self._emit(CustomerDialled(at=self._now(call), call_id=call_id, channel=channel))
        status = await self._play(call, behaviour)
        self._record(call, closed=True)
        return status

    async def _play(self, call: _Call, behaviour: carrier.Behaviour) -> DialStatus:
        call_id = call.request.call_id
        waits_for_ever = behaviour.ring_seconds is None
        rings = call.request.ring_seconds if behaviour.ring_seconds is None else behaviour.ring_seconds
        if (refusal := self.faults.trunk_refuses) is not None:
            cause, sip_code = refusal
            return self._hung_up(call, cause, sip_code, DialStatus.UNAVAILABLE)
        if rings:
            self._emit(CustomerRinging(at=self._now(call), call_id=call_id))
        elif behaviour.early_media_seconds:
            self._emit(CustomerEarlyMedia(at=self._now(call), call_id=call_id))
        before = self._elapsed(call)
        ended_by_us = await self._ended_within(call, rings) or await self._ended_within(
            call, behaviour.early_media_seconds
        )
        if behaviour.early_media_seconds:
            call.early_seconds = min(behaviour.early_media_seconds, self._elapsed(call) - before)
        if ended_by_us:
            return self._hung_up(call, _NORMAL_CLEARING, None, DialStatus.CANCELLED)
        if waits_for_ever:
            return self._hung_up(call, None, None, DialStatus.NO_ANSWER)
        if not behaviour.answers:
            return self._hung_up(call, behaviour.cause, behaviour.sip_code, REFUSALS[behaviour.manner])
        call.answered = True
        answered = self._elapsed(call)
        self._emit(CustomerAnswered(at=self._now(call), call_id=call_id))
        growing = asyncio.create_task(self._grow(call))
        try:
            await self._ended_within(call, behaviour.talk_seconds)
        finally:
            growing.cancel()
        recorded_until = self._elapsed(call) if call.cut_at is None else min(call.cut_at, self._elapsed(call))
        call.talk_seconds = max(recorded_until - answered, 0.0)
        return self._hung_up(call, _NORMAL_CLEARING, None, DialStatus.ANSWERED)

    def _hung_up(self, call: _Call, cause: int | None, sip_code: int | None, status: DialStatus) -> DialStatus:
        self._emit(CustomerHungUp(at=self._now(call), call_id=call.request.call_id, cause=cause, sip_code=sip_code))
        return status

    async def _ended_within(self, call: _Call, seconds: float | None) -> bool:
        """Lets simulated seconds pass (None: for ever); True when our side has ended the call before they were over."""
        if seconds == 0:
            return call.end.is_set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(None if seconds is None else seconds / self._speed):
                await call.end.wait()
        if not call.end.is_set():
            call.counted += seconds or 0
        return call.end.is_set()

    def _elapsed(self, call: _Call) -> float:
        if self._speed == INSTANT:
            return call.counted
        return (asyncio.get_running_loop().time() - call.begun) * self._speed

    def _now(self, call: _Call) -> datetime:
        return call.dialled_at + timedelta(seconds=self._elapsed(call))

    # ---- the recorder

    def _start_recorder(self, call_id: UUID) -> bool:
        """Opens the raw file; False when the spool does not take it."""
        try:
            (self._spool / f"{call_id}.raw").write_bytes(b"")
        except OSError:
            return False
        return True

    async def _grow(self, call: _Call) -> None:
        """Lets the raw file grow while people talk, as the real recorder does; ``_record`` writes the voices."""
        raw = self._spool / f"{call.request.call_id}.raw"
        while not self.faults.recorder_stops:
            with contextlib.suppress(OSError), raw.open("ab") as file:
                file.write(bytes(4))
            await asyncio.sleep(_GROWS_EVERY)
        call.cut_at = self._elapsed(call)

    def _record(self, call: _Call, *, closed: bool) -> None:
        """Writes both voices: left the customer, right the agent, as the real recorder does."""
        behaviour = carrier.behaviour_of(call.request.number)
        early = two_tones(call.early_seconds, _ANNOUNCEMENT_HZ, 0)
        talk = two_tones(call.talk_seconds, behaviour.tone_hz, call.tone_hz)
        with contextlib.suppress(OSError):
            (self._spool / f"{call.request.call_id}.raw").write_bytes(early.tobytes() + talk.tobytes())
            if closed:
                (self._spool / f"{call.request.call_id}.done").touch()

    # ---- legs, commands, signals

    def _connect(self, leg_id: str, tone_hz: int, *, answers: bool) -> None:
        if answers:
            self._legs[leg_id] = _Leg(leg_id, tone_hz)
            self._emit(AgentLegUp(at=self._clock.now(), leg_id=leg_id))
        else:
            self._emit(AgentLegDown(at=self._clock.now(), leg_id=leg_id, cause=None))

    @contextlib.contextmanager
    def _command(self) -> Iterator[None]:
        """Carries a command out, unless the link is down or a time-out is due: half of those are carried out first."""
        self._require_link()
        times_out = self._happens(self.faults.commands_time_out)
        if times_out and self._happens(0.5):
            raise SwitchUnavailable("no answer in time; it was not carried out")
        yield
        if times_out:
            raise SwitchUnavailable("no answer in time; it was carried out")

    def _require_link(self) -> None:
        if not self._link:
            raise SwitchUnavailable("the link to the switch is down", sent=False)

    def _happens(self, share: float) -> bool:
        return share > 0 and self._random.random() < share

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _emit(self, signal: Signal) -> None:
        """Sends a signal on its way, with the faults that are set. Without a link it is lost."""
        if not self._link or self._happens(self.faults.lost):
            return
        if type(signal) is self.faults.untranslated:
            signal = UnreadEvent(at=signal.at, event=type(signal).__name__, headers=to_json(signal))
        if self._held_back is None and self._happens(self.faults.reordered):
            self._held_back = signal
            asyncio.get_running_loop().call_later(self.faults.late_seconds, self._release)
            return
        for _ in range(2 if self._happens(self.faults.doubled) else 1):
            if self._happens(self.faults.late):
                delay = self._random.random() * self.faults.late_seconds
                asyncio.get_running_loop().call_later(delay, self._signals.put_nowait, signal)
            else:
                self._signals.put_nowait(signal)
        self._release()

    def _release(self) -> None:
        if self._held_back is not None:
            self._signals.put_nowait(self._held_back)
            self._held_back = None

    async def _next_batch(self) -> list[Signal]:
        """Waits for signals and returns them; an empty list when the link was cut."""
        cut = asyncio.create_task(self._cut.wait())
        first = asyncio.create_task(self._signals.get())
        try:
            await asyncio.wait({cut, first}, return_when=asyncio.FIRST_COMPLETED)
            batch = [first.result()] if first.done() else []
            while not self._signals.empty():
                batch.append(self._signals.get_nowait())
            return batch
        finally:
            cut.cancel()
            first.cancel()
            await asyncio.gather(cut, first, return_exceptions=True)
