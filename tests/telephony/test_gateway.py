"""The Asterisk gateway against a switch that misbehaves, and against values that must never reach one."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from callcenter.kit.clock import SystemClock
from callcenter.telephony.asterisk import translate
from callcenter.telephony.asterisk.gateway import AsteriskGateway, NotDialableError
from callcenter.telephony.asterisk.wire import Message
from callcenter.telephony.events import (
    AgentLegDown,
    CustomerHungUp,
    LinkDown,
    LinkUp,
    PhoneRegistered,
    PhoneUnregistered,
    Signal,
    UnreadEvent,
)
from callcenter.telephony.port import DialRequest, SwitchUnavailable
from callcenter.telephony.settings import SwitchSettings
from tests.support.waiting import eventually
from tests.telephony.fake_ami import FakeAmi, serving


class Rig:
    """A fake Asterisk, a gateway, and the signals it reports."""

    def __init__(self, fake: FakeAmi, spool: Path) -> None:
        self.fake = fake
        self.settings = SwitchSettings(
            ami_port=fake.port,
            ami_secret=SecretStr("s3cret"),
            spool_dir=spool,
            phone_secret=SecretStr("only for tests"),
            action_timeout=0.3,
            ping_interval=0.05,
            ping_timeout=0.3,
        )
        self.gateway = AsteriskGateway(self.settings, SystemClock(), lambda: 0.0)
        self.heard: list[Signal] = []

    async def listen(self) -> None:
        async for batch in self.gateway.run():
            self.heard += batch

    def links(self) -> list[type[Signal]]:
        return [type(signal) for signal in self.heard if isinstance(signal, LinkUp | LinkDown)]


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    async with serving(FakeAmi()) as fake:
        made = Rig(fake, tmp_path)
        listening = asyncio.create_task(made.listen())
        await eventually(lambda: made.heard)
        yield made
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


REQUEST = DialRequest(
    call_id=UUID(int=1), leg_id="leg-1", number="13912340000", trunk="carrier", caller_id="4001234567", ring_seconds=20
)


@pytest.mark.parametrize("way", ["reset", "close", "mute"])
async def test_a_lost_link_comes_back_and_nothing_is_sent_twice(rig: Rig, way: str) -> None:
    rig.fake.silent_about = {"Redirect"}
    dialling = asyncio.create_task(rig.gateway.dial(REQUEST))
    await eventually(lambda: "Redirect" in rig.fake.names())
    if way == "mute":
        rig.fake.mute = True
    else:
        getattr(rig.fake, way)()
    with pytest.raises(SwitchUnavailable) as refusal:
        await dialling
    assert refusal.value.sent, "nobody knows"
    await eventually(lambda: LinkDown in rig.links())
    rig.fake.mute = False
    await eventually(lambda: rig.links() == [LinkUp, LinkDown, LinkUp])
    assert rig.fake.names().count("Redirect") == 1
    assert [signal.restarted for signal in rig.heard if isinstance(signal, LinkUp)] == [False, False]


async def test_a_loss_is_dated_by_the_last_message_before_it(rig: Rig) -> None:
    """Until then the end of a call would have been reported, afterwards not."""
    rig.fake.mute = True
    await eventually(lambda: LinkDown in rig.links())
    [down] = [signal for signal in rig.heard if isinstance(signal, LinkDown)]
    assert SystemClock().now() - down.at >= timedelta(seconds=rig.settings.ping_timeout)


@pytest.mark.parametrize("action", ["CoreShowChannels", "PJSIPShowContacts"])
async def test_a_state_that_is_not_reported_in_time_is_a_refusal(rig: Rig, action: str) -> None:
    rig.fake.silent_about = {action}
    with pytest.raises(SwitchUnavailable):
        await rig.gateway.read_state()
    assert rig.links() == [LinkUp]


async def test_reading_the_state_swallows_no_phone_that_is_just_registering(rig: Rig) -> None:
    uri = "sip:1001@192.0.2.1"
    rig.fake.contacts = {"1001": uri}
    event = ["Event: ContactStatus", "AOR: 1001", f"URI: {uri}", "ContactStatus: Created"]
    rig.fake.said_before = {"PJSIPShowContacts": event}
    assert (await rig.gateway.read_state()).phones == {"1001"}
    await eventually(lambda: any(isinstance(signal, PhoneRegistered) for signal in rig.heard))


async def test_another_process_behind_the_same_port_is_a_restart(rig: Rig) -> None:
    rig.fake.started = "10:07:41"
    rig.fake.reset()
    await eventually(lambda: rig.links() == [LinkUp, LinkDown, LinkUp])
    assert [signal.restarted for signal in rig.heard if isinstance(signal, LinkUp)] == [False, True]


async def test_while_the_link_is_down_commands_are_refused(rig: Rig) -> None:
    rig.fake.greeting = b"busy\r\n"
    rig.fake.reset()
    await eventually(lambda: LinkDown in rig.links())
    for command in (rig.gateway.dial(REQUEST), rig.gateway.hang_up(uuid4()), rig.gateway.read_state()):
        with pytest.raises(SwitchUnavailable):
            await command


async def test_a_translation_that_raises_costs_one_event(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    genuine = translate.translate

    def fragile(event: str, *rest: object) -> list[Signal]:
        if event == "DialBegin":
            raise ZeroDivisionError
        return genuine(event, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(translate, "translate", fragile)
    rig.fake.say("Event: DialBegin")
    rig.fake.say("Event: Hangup", "ChanVariable: LEG_ID=leg-1", "Cause: 16")
    await eventually(lambda: any(isinstance(signal, AgentLegDown) for signal in rig.heard))


@pytest.mark.parametrize(
    "change",
    [
        {"number": "139&PJSIP/1"},
        {"number": "139,carrier"},
        {"number": "１３９１２３４"},
        {"number": ""},
        {"caller_id": "400(1)"},
        {"caller_id": "${SHELL(id)}"},
        {"trunk": "carrier)g"},
        {"leg_id": "leg\r\nAction: Command"},
        {"ring_seconds": 0},
    ],
)
async def test_only_digits_and_plain_names_reach_the_switch(rig: Rig, change: dict[str, object]) -> None:
    with pytest.raises(NotDialableError) as refusal:
        await rig.gateway.dial(replace(REQUEST, **change))  # type: ignore[arg-type]
    assert str(change.get("number", "?")) not in str(refusal.value) or not change.get("number")
    assert set(rig.fake.names()) <= {"Challenge", "Login", "CoreStatus", "PJSIPShowContacts", "Ping"}


async def test_a_dial_is_one_assignment_and_one_redirect(rig: Rig) -> None:
    await rig.gateway.dial(REQUEST)
    sent = [action for action in rig.fake.actions if action["Action"] in ("Setvar", "Redirect")]
    assert sent[0]["Value"] == "00000000-0000-0000-0000-000000000001,13912340000,carrier,4001234567,20"
    assert (sent[1]["Channel"], sent[1]["Context"], sent[1]["Exten"]) == ("leg-1", "agent", "call")


async def test_a_failure_before_the_redirect_dials_no_number(rig: Rig) -> None:
    rig.fake.silent_about = {"Setvar"}
    with pytest.raises(SwitchUnavailable) as refusal:
        await rig.gateway.dial(REQUEST)
    assert not refusal.value.sent
    assert "Redirect" not in rig.fake.names()


async def test_without_room_for_a_recording_no_number_is_dialled(rig: Rig) -> None:
    strict = rig.settings.model_copy(update={"spool_free_mb": 10**9})
    with pytest.raises(SwitchUnavailable) as refusal:
        await AsteriskGateway(strict, SystemClock(), lambda: 0.0).dial(REQUEST)
    assert (refusal.value.rule, refusal.value.sent) == ("C9", False)


async def test_a_call_ended_at_once_waits_for_its_channel(rig: Rig) -> None:
    await rig.gateway.dial(REQUEST)
    ending = asyncio.create_task(rig.gateway.hang_up(REQUEST.call_id))
    await asyncio.sleep(0)
    assert "Hangup" not in rig.fake.names()
    rig.fake.say("Event: DialBegin", "DestChannel: PJSIP/carrier-1", f"DestChanVariable: CALL_ID={REQUEST.call_id}")
    await ending
    (hangup,) = [action for action in rig.fake.actions if action["Action"] == "Hangup"]
    assert hangup["Channel"] == "PJSIP/carrier-1"


async def test_a_call_that_ends_by_itself_answers_the_command_to_end_it(rig: Rig) -> None:
    await rig.gateway.dial(REQUEST)
    ending = asyncio.create_task(rig.gateway.hang_up(REQUEST.call_id))
    rig.fake.say("Event: Hangup", f"ChanVariable: CALL_ID={REQUEST.call_id}", "Cause: 17", "TechCause: 486")
    await ending
    assert "Hangup" not in rig.fake.names()
    assert any(isinstance(signal, CustomerHungUp) for signal in rig.heard)


async def test_an_event_that_cannot_be_translated_is_reported_whole_and_read_when_that_is_mended(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = ValueError("a fault of ours")

    def broken(*_: object) -> list[Signal]:
        raise fault

    with monkeypatch.context() as patched:
        patched.setattr(translate, "translate", broken)
        headers = {"ChanVariable": {"CALL_ID": str(REQUEST.call_id)}, "Cause": "17", "TechCause": "486"}
        [unread] = rig.gateway._signals([Message("Hangup", headers)])
        assert isinstance(unread, UnreadEvent)
        assert (unread.event, unread.headers) == ("Hangup", headers)
        with pytest.raises(ValueError, match="a fault of ours"):
            await rig.gateway.read_event(unread)
    [signal] = await rig.gateway.read_event(unread)
    assert signal == CustomerHungUp(at=unread.at, call_id=REQUEST.call_id, cause=17, sip_code=486)


async def test_an_old_change_of_a_registration_is_read_as_the_switch_holds_it_now(rig: Rig) -> None:
    headers = {"AOR": "1001", "ContactStatus": "Created", "URI": "sip:1001@browser"}
    old = UnreadEvent(at=SystemClock().now(), event="ContactStatus", headers=headers)
    [signal] = await rig.gateway.read_event(old)
    assert signal == PhoneUnregistered(at=old.at, extension="1001"), "gone since"
    assert not rig.gateway._phones.extensions
