"""What the library's client gets wrong, and this connection must not: each defect is played against it."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.telephony.asterisk import connection as module
from callcenter.telephony.asterisk.connection import AmiAddress, AmiConnection
from callcenter.telephony.asterisk.wire import (
    AmiRefused,
    AmiTimeout,
    LinkLost,
    Message,
    UnsafeValueError,
    back_off,
    compose,
    parse,
)
from tests.support.waiting import eventually
from tests.telephony.fake_ami import FakeAmi, serving


@pytest.fixture
async def fake() -> AsyncIterator[FakeAmi]:
    async with serving(FakeAmi()) as running:
        yield running


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith("ami-")]
    assert left == []


def address(fake: FakeAmi, **changes: Any) -> AmiAddress:
    values: dict[str, Any] = {"host": "127.0.0.1", "port": fake.port, "user": "engine", "secret": "s3cret"}
    values |= {"action_timeout": 1.0, "ping_interval": 60.0}
    return AmiAddress(**(values | changes))


async def next_event(link: AmiConnection) -> Message:
    async with asyncio.timeout(5):
        async for batch in link.batches(most=1):
            if batch[0].name != "FullyBooted":
                return batch[0]
    raise AssertionError("the connection ended before an event came")


async def test_minutes_without_an_event_are_no_loss(fake: FakeAmi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WAKE_SECONDS", 0.02)
    async with await AmiConnection.open(address(fake)) as link:
        await asyncio.sleep(0.3)  # fifteen time-outs of the socket; the library's reader ends at its first
        fake.say("Event: Hangup", "Cause: 16")
        assert (await next_event(link)).headers["Cause"] == "16"
        await link.act("Ping")


async def test_a_reset_fails_the_waiting_actions_and_ends_the_events(fake: FakeAmi) -> None:
    fake.silent_about = {"Originate"}
    async with await AmiConnection.open(address(fake)) as link:
        waiting = asyncio.create_task(link.act("Originate"))
        await eventually(lambda: "Originate" in fake.names())
        fake.reset()
        with pytest.raises(LinkLost):
            await waiting
        assert [message.name async for batch in link.batches() for message in batch] == ["FullyBooted"]
        assert link.lost == "connection lost: ConnectionResetError"
        with pytest.raises(LinkLost):
            await link.act("Ping")


async def test_signals_that_came_before_the_loss_are_still_reported(fake: FakeAmi) -> None:
    async with await AmiConnection.open(address(fake)) as link:
        for number in range(100):
            fake.say("Event: Hangup", f"Cause: {number}")
        fake.close()
        await eventually(lambda: link.lost)
        received = [message.headers.get("Cause") async for batch in link.batches() for message in batch]
        assert received[1:] == [str(number) for number in range(100)]
        assert link.lost == "closed by the switch"


async def test_a_connection_that_comes_after_it_was_given_up_is_closed(
    fake: FakeAmi, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = threading.Event(), threading.Event()
    made: list[socket.socket] = []
    connect = socket.create_connection

    def slowly(*target: Any) -> socket.socket:
        begun.set()
        assert may_end.wait(60)
        made.append(connect(*target))
        return made[0]

    monkeypatch.setattr(socket, "create_connection", slowly)
    opening = asyncio.create_task(AmiConnection.open(address(fake)))
    await eventually(begun.is_set)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    may_end.set()
    await eventually(lambda: made and made[0].fileno() == -1)


async def test_a_server_that_sends_nothing_is_given_up(fake: FakeAmi) -> None:
    async with await AmiConnection.open(address(fake, ping_interval=0.05, ping_timeout=0.2)) as link:
        await eventually(lambda: "Ping" in fake.names())
        assert link.lost is None
        fake.mute = True
        await eventually(lambda: link.lost, 2)
        assert link.lost == "no answer to a ping"


@pytest.mark.parametrize("separator", ["\r\n", "\r", "\n", "\0", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
async def test_no_value_can_carry_a_second_action(fake: FakeAmi, separator: str) -> None:
    evil = f"x{separator}{separator}Action: Command{separator}Command: core stop now"
    async with await AmiConnection.open(address(fake)) as link:
        before = len(fake.actions)
        for headers, variables in (({"Channel": evil}, {}), ({evil: "x"}, {}), ({}, {"A": evil}), ({}, {evil: "x"})):
            with pytest.raises(UnsafeValueError) as refusal:
                await link.act("Originate", headers, variables)
            assert "core stop" not in str(refusal.value), "values may be personal"
        await link.act("Ping")
        assert [action["Action"] for action in fake.actions[before:]] == ["Ping"]


@given(st.text())
def test_every_composed_action_is_one_action(value: str) -> None:
    try:
        data = compose("Setvar", "1", {"Value": value}, {})
    except UnsafeValueError:
        return
    assert data.endswith(b"\r\n\r\n")
    assert data.decode().splitlines() == ["Action: Setvar", "ActionID: 1", f"Value: {value}", ""]


async def test_an_action_without_answer_times_out_and_leaves_nothing(fake: FakeAmi) -> None:
    fake.silent_about = {"Redirect", "CoreShowChannels"}
    async with await AmiConnection.open(address(fake, action_timeout=0.1)) as link:
        with pytest.raises(AmiTimeout):
            await link.act("Redirect")
        with pytest.raises(AmiTimeout):
            await link.read_list("CoreShowChannels")
        assert (link._answers, link._lists, link._list_ends) == ({}, {}, {})
        late = fake.actions[-2]["ActionID"]
        fake.say("Response: Success", f"ActionID: {late}")
        await link.act("Ping")
        assert fake.names().count("Redirect") == 1


async def test_unknown_messages_are_ignored(fake: FakeAmi) -> None:
    async with await AmiConnection.open(address(fake)) as link:
        for lines in (
            ["Event: "],
            ["Event: X", "no colon", ": ", "ChanVariable: novalue"],
            ["Response: "],
            [""],
            ["?"],
        ):
            fake.say(*lines)
        fake.say("Event: Y", "Key: value")
        names: list[str] = []
        while not names or names[-1] != "Y":
            names.append((await next_event(link)).name)
        assert link.lost is None


async def _raise_at_the_first(link: AmiConnection) -> None:
    async for _ in link.batches():
        raise ZeroDivisionError


async def test_a_consumer_that_raises_goes_on_receiving(fake: FakeAmi) -> None:
    async with await AmiConnection.open(address(fake)) as link:
        fake.say("Event: First")
        with pytest.raises(ZeroDivisionError):
            await _raise_at_the_first(link)
        fake.say("Event: Second")
        while (await next_event(link)).name != "Second":
            pass
        await link.act("Ping")


async def test_a_consumer_that_is_too_slow_loses_the_link_and_no_event_silently(fake: FakeAmi) -> None:
    async with await AmiConnection.open(address(fake, backlog=200)) as link:
        sent = 0
        while link.lost is None and sent < 200_000:
            fake.say("Event: Hangup", f"Cause: {sent}")
            sent += 1
            if sent % 500 == 0:
                await asyncio.sleep(0.01)
        await eventually(lambda: link.lost)
        assert "events behind" in str(link.lost)
        received = [
            message.headers["Cause"]
            async for batch in link.batches()
            for message in batch
            if message.headers.get("Cause")
        ]
        assert received == [str(number) for number in range(len(received))]
        assert 200 <= len(received) <= sent


async def test_a_consumer_that_keeps_up_receives_any_number_of_events(fake: FakeAmi) -> None:
    async with await AmiConnection.open(address(fake, backlog=200)) as link:
        for _ in range(20):
            for _ in range(100):
                fake.say("Event: Hangup")
            for _ in range(100):
                await next_event(link)
        assert link.lost is None


def test_values_are_not_cut_at_unicode_line_separators() -> None:
    event = parse("Event: Newchannel\r\nCallerIDName: a\u2028b\x85c\x0bd\r\nExten: 7".encode())
    assert event is not None
    assert event.keys == {"CallerIDName": "a b c d", "Exten": "7"}


async def test_answers_of_actions_sent_at_once_are_not_mixed_up(fake: FakeAmi) -> None:
    async with await AmiConnection.open(address(fake, action_timeout=5)) as link:
        await asyncio.gather(*(link.act("Setvar", {"Value": f"{n}" * 300}) for n in range(200)))
        values = [action["Value"] for action in fake.actions if action["Action"] == "Setvar"]
        assert sorted(values) == sorted(f"{n}" * 300 for n in range(200))


async def test_the_events_of_a_list_are_no_signals(fake: FakeAmi) -> None:
    fake.channels = ["PJSIP/a", "PJSIP/b"]
    async with await AmiConnection.open(address(fake)) as link:
        items = await link.read_list("CoreShowChannels")
        assert [item.headers["Channel"] for item in items] == ["PJSIP/a", "PJSIP/b"]
        fake.say("Event: Hangup")
        assert (await next_event(link)).name == "Hangup"


async def test_a_wrong_password_is_reported(fake: FakeAmi) -> None:
    fake.secret_accepted = False
    with pytest.raises(AmiRefused, match="Authentication failed"):
        await AmiConnection.open(address(fake))
    assert "s3cret" not in str(fake.actions)
    assert "s3cret" not in repr(address(fake))


async def test_log_in_waits_for_a_switch_that_boots(fake: FakeAmi) -> None:
    fake.booted = False
    opening = asyncio.create_task(AmiConnection.open(address(fake)))
    await eventually(lambda: "Login" in fake.names())
    assert not opening.done()
    fake.say("Event: FullyBooted")
    async with await opening as link:
        await link.act("Ping")


async def test_another_server_on_the_port_is_refused(fake: FakeAmi) -> None:
    fake.greeting = b"220 mail ESMTP\r\n"
    with pytest.raises(LinkLost, match="no Asterisk"):
        await AmiConnection.open(address(fake))


async def test_a_port_without_a_server_is_refused() -> None:
    with pytest.raises(LinkLost, match="ConnectionRefusedError"):
        await AmiConnection.open(AmiAddress(host="127.0.0.1", port=1, user="u", secret="s"))


@given(attempt=st.integers(0, 10_000), chance=st.floats(0, 1))
def test_the_delay_between_attempts_grows_and_is_capped(attempt: int, chance: float) -> None:
    delay = back_off(attempt, chance, first=0.25, longest=10)
    assert 0.125 <= delay <= 10
    assert back_off(attempt + 1, chance) >= delay
