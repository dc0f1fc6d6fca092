"""An agent's phone at a real Asterisk: it registers, disappears, and a leg whose browser has died ends."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from callcenter.telephony.events import AgentLegDown, AgentLegUp, LinkUp, PhoneRegistered, PhoneUnregistered, Signal
from callcenter.telephony.port import SwitchGateway
from tests.support.waiting import eventually
from tests.telephony.lab import EXTENSION, Lab, running_lab
from tests.telephony.sip_phone import SipPhone, registered_phone

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running_lab(tmp_path_factory.mktemp("asterisk")) as running:
        yield running


@pytest.fixture
async def heard(lab: Lab) -> AsyncIterator[tuple[SwitchGateway, list[Signal]]]:
    """Gives a gateway and the signals it has reported so far."""
    gateway = lab.gateway()
    signals: list[Signal] = []

    async def listen() -> None:
        async for batch in gateway.run():
            signals.extend(batch)

    listening = asyncio.create_task(listen())
    await eventually(lambda: any(isinstance(signal, LinkUp) for signal in signals))
    yield gateway, signals
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


def phone_signals(signals: list[Signal]) -> list[type[Signal]]:
    return [type(signal) for signal in signals if isinstance(signal, PhoneRegistered | PhoneUnregistered)]


async def test_a_phone_registers_reloads_and_disappears(lab: Lab, heard: tuple[SwitchGateway, list[Signal]]) -> None:
    gateway, signals = heard
    account = lab.account()
    async with registered_phone(account):
        await eventually(lambda: phone_signals(signals) == [PhoneRegistered])
        async with registered_phone(account):  # the page is reloaded: the new one is there before the old one is gone
            assert (await gateway.read_state()).phones == {EXTENSION}
    await eventually(lambda: phone_signals(signals) == [PhoneRegistered, PhoneUnregistered])
    assert (await gateway.read_state()).phones == frozenset()


async def test_a_phone_that_was_registered_before_the_link_is_reported(lab: Lab) -> None:
    async with registered_phone(lab.account()):
        async for batch in lab.gateway().run():
            assert [type(signal) for signal in batch] == [LinkUp, PhoneRegistered]
            break


async def test_the_password_of_another_node_is_refused(lab: Lab) -> None:
    account = replace(lab.account(), password=lab.settings.phone_password("n2", EXTENSION))
    async with connect(account.websocket_url, subprotocols=[Subprotocol("sip")]) as socket:
        assert "401" in await SipPhone(socket, account).register()


async def test_a_leg_whose_browser_is_silent_ends(lab: Lab, heard: tuple[SwitchGateway, list[Signal]]) -> None:
    gateway, signals = heard
    async with registered_phone(lab.account()) as phone:
        await gateway.connect_agent("leg-silent", EXTENSION)
        await eventually(lambda: any(isinstance(signal, AgentLegUp) for signal in signals))
        assert "INVITE" in phone.requests
        await eventually(lambda: any(isinstance(signal, AgentLegDown) for signal in signals))
        (down,) = [signal for signal in signals if isinstance(signal, AgentLegDown)]
        assert (down.leg_id, down.cause) == ("leg-silent", 44)
