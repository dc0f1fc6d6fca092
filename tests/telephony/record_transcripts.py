"""Records what a real Asterisk says, into ``transcripts/``: ``python -m tests.telephony.record_transcripts``.

A transcript is the event table as it came over the wire, then ``=== signals`` and what it means. After a change of the
dialplan or of Asterisk's version: record again, read the difference, commit.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from asterisk.ami.event import Event as AmiEvent

from callcenter.telephony import carrier
from callcenter.telephony.asterisk import wire
from callcenter.telephony.asterisk.translate import translate
from callcenter.telephony.events import Signal
from callcenter.telephony.port import DialRequest, SwitchGateway
from tests.support.waiting import eventually
from tests.telephony.lab import EXTENSION, Lab, running_lab
from tests.telephony.scripted_carrier import Response, scripted_carrier
from tests.telephony.sip_phone import registered_phone

TRANSCRIPTS = Path(__file__).with_name("transcripts")
MARK = "=== signals"
LEG = "leg-1"


def line_of(signal: Signal) -> str:
    """Returns a signal as one line: its kind and its fields, without the instant."""
    fields = {name: getattr(signal, name) for kind in type(signal).__mro__ for name in getattr(kind, "__slots__", ())}
    fields.pop("at")
    return " ".join([type(signal).__name__, *(f"{name}={fields[name]}" for name in sorted(fields))])


def typed_signals_of(table: str) -> list[Signal]:
    """Returns the signals that an event table means."""
    signals: list[Signal] = []
    for pack in table.strip().replace("\n", "\r\n").split("\r\n\r\n"):
        message = wire.parse(pack.encode())
        assert isinstance(message, AmiEvent), pack
        signals += translate(message.name, message.keys, datetime(2026, 11, 23, tzinfo=UTC), timedelta())
    return signals


def signals_of(table: str) -> list[str]:
    """Returns the signals that an event table means, as lines."""
    return [line_of(signal) for signal in typed_signals_of(table)]


def _dial(number: str, ring_seconds: int = 5) -> DialRequest:
    return DialRequest(
        call_id=uuid4(), leg_id=LEG, number=number, trunk="carrier", caller_id="4001234567", ring_seconds=ring_seconds
    )


REFUSALS: dict[str, tuple[Response, ...]] = {
    "line_not_authorised": (Response("401 Unauthorized", header='WWW-Authenticate: Digest realm="c",nonce="n"'),),
    "line_without_credit": (Response("402 Payment Required"),),
    "line_forbidden": (Response("403 Forbidden", cause=21),),
    "line_proxy_not_authorised": (
        Response("407 Proxy Authentication Required", header='Proxy-Authenticate: Digest realm="c",nonce="n"'),
    ),
    "no_circuit": (Response("503 Service Unavailable", cause=34),),
    # This Asterisk (22.10) keeps the cause of an answer's Reason to itself, and makes one up from the code.
    "no_such_number_behind_503": (Response("503 Service Unavailable", cause=1),),
    "announcement_then_absent": (Response("183 Session Progress"), Response("480 Temporarily Unavailable", cause=20)),
}
"""How a carrier's border controller refuses, by the name of the transcript."""


class Recorder:
    """Taps the connection's parser; cuts the tape into scenes."""

    def __init__(self) -> None:
        self.packs: list[str] = []
        self._parse = wire.parse
        wire.parse = self._tap

    def _tap(self, pack: bytes) -> object:
        if pack.startswith(b"Event: ") and b"\r\nActionID: " not in pack.partition(b"OriginateResponse")[0]:
            self.packs.append(pack.decode())
        return self._parse(pack)

    async def until(self, *words: str) -> None:
        await eventually(lambda: all(any(word in pack for pack in self.packs) for word in words))

    def save(self, name: str) -> None:
        table = "\n\n".join(pack.replace("\r\n", "\n") for pack in self.packs) + "\n"
        lines = signals_of(table)
        self.packs.clear()
        (TRANSCRIPTS / f"{name}.txt").write_text(f"{table}\n{MARK}\n" + "\n".join(lines) + "\n")


async def record_refusals(recorder: Recorder, gateway: SwitchGateway, lab: Lab) -> None:
    """Puts a scripted carrier in the place of the simulated one, and at last none."""
    await gateway.connect_robot(LEG, "9030", "carrier")
    await recorder.until("UserEvent: AgentLegUp", "OriginateResponse")
    lab.carrier.kill()  # no BYE: the agent's leg, which runs over the same trunk, outlives it for a while
    recorder.packs.clear()
    numbers = {f"139123401{number:02}": name for number, name in enumerate(REFUSALS)}
    async with scripted_carrier(lab.carrier_port, {number: REFUSALS[name] for number, name in numbers.items()}):
        for number, name in numbers.items():
            await gateway.dial(_dial(number))
            await recorder.until("UserEvent: CallDone", "Event: Hangup")
            recorder.save(name)
    await recorder.until("ContactStatus: Unreachable")
    recorder.packs.clear()
    await gateway.dial(_dial(carrier.STEADY_NUMBER))
    await recorder.until("UserEvent: CallDone")
    recorder.save("trunk_down")


async def record(lab: Lab) -> None:
    recorder, gateway = Recorder(), lab.gateway()
    linked = asyncio.Event()

    async def listen() -> None:
        async for _ in gateway.run():
            linked.set()

    listening = asyncio.create_task(listen())
    await linked.wait()
    await recorder.until("FullyBooted")
    recorder.packs.clear()

    async with registered_phone(lab.account()):
        await recorder.until("ContactStatus: Reachable")
    await recorder.until("ContactStatus: Removed")
    recorder.save("phone_comes_and_goes")

    await gateway.connect_agent(LEG, EXTENSION)
    await recorder.until("OriginateResponse")
    recorder.save("leg_phone_not_registered")

    await gateway.connect_robot(LEG, "9030", "carrier")
    await recorder.until("UserEvent: AgentLegUp", "OriginateResponse")
    recorder.save("leg_up")

    async def call(name: str, request: DialRequest, act: Callable[[UUID], Awaitable[None]] | None = None) -> None:
        await gateway.dial(request)
        if act is not None:
            await act(request.call_id)
        await recorder.until("UserEvent: CallDone", "Event: Hangup")
        recorder.save(name)

    async def when(words: str, call_id: UUID, gateway: SwitchGateway = gateway) -> None:
        await recorder.until(words)
        await gateway.hang_up(call_id)

    await call("answered_ended_by_us", _dial(carrier.STEADY_NUMBER), lambda one: when("DialStatus: ANSWER", one))
    await call("answered_ended_by_customer", _dial("13912340098"))
    await call("early_media_then_answered", _dial("13912340055"), lambda one: when("DialStatus: ANSWER", one))
    for name, ending in (
        ("busy", 80),
        ("rejected", 86),
        ("unreachable", 89),
        ("no_such_number", 93),
        ("congestion", 96),
    ):
        await call(name, _dial(f"139123400{ending}"))
    await call("no_answer", _dial("13912340065", ring_seconds=1))
    await call("ended_by_us_while_ringing", _dial("13912340065"), lambda one: when("RINGING", one))
    lab.spool.rename(lab.spool.with_name("aside"))
    lab.spool.touch()
    await call("recorder_refused", _dial(carrier.STEADY_NUMBER))
    lab.spool.unlink()
    lab.spool.with_name("aside").rename(lab.spool)

    await gateway.dial(_dial(carrier.STEADY_NUMBER))
    await recorder.until("DialStatus: ANSWER")
    await gateway.disconnect_agent(LEG)
    await eventually(lambda: sum(pack.startswith("Event: Hangup") for pack in recorder.packs) == 2)
    recorder.save("agent_leaves_in_the_middle")
    await record_refusals(recorder, gateway, lab)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


if __name__ == "__main__":
    TRANSCRIPTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="lab") as folder, running_lab(Path(folder)) as running:
        asyncio.run(record(running))
    sys.stdout.write(f"{len(list(TRANSCRIPTS.glob('*.txt')))} transcripts\n")
