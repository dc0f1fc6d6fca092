"""Attacks on a real Asterisk, from this machine: it stays open for phones, and nobody becomes the trunk by a name."""

import asyncio
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.sip import UPGRADE, invite
from tests.telephony.lab import EXTENSION, Lab, running_lab
from tests.telephony.sip_phone import registered_phone

pytestmark = pytest.mark.e2e

_LISTEN, _UDP = "0A", "07"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running_lab(tmp_path_factory.mktemp("asterisk")) as running:
        yield running


def listening_of(process: int) -> set[tuple[str, int]]:
    """Returns protocol:address and port of every socket of a process to which a stranger could send."""
    inodes = set()
    for descriptor in Path(f"/proc/{process}/fd").iterdir():
        target = os.readlink(descriptor)
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    found = set()
    for protocol, state in (("tcp", _LISTEN), ("udp", _UDP), ("tcp6", _LISTEN), ("udp6", _UDP)):
        for line in Path(f"/proc/{process}/net/{protocol}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[9] in inodes and fields[3] == state:
                address, port = fields[1].split(":")
                found.add((f"{protocol}:{address}", int(port, 16)))
    return found


def test_the_switch_listens_where_it_is_meant_to_and_nowhere_else(lab: Lab) -> None:
    assert lab.node.process is not None
    listening = listening_of(lab.node.process.pid)
    tcp = {one for one in listening if one[0].startswith("tcp")}
    assert tcp == {("tcp:0100007F", lab.ami_port), ("tcp:0100007F", lab.http_port)}
    sip = {one for one in listening if one[0] == "udp:0100007F"}
    assert len(sip) == 1, "sound only in a call"
    for address, port in listening - tcp - sip:  # pjproject asks name servers from these: it hears no other
        assert not answers_options(port), (address, port)
    assert answers_options(sip.pop()[1])


def answers_options(port: int) -> bool:
    """Returns whether SIP is spoken at a UDP port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.settimeout(1)
        request = invite(stranger.getsockname()[1], "stranger", port).replace(b"INVITE", b"OPTIONS")
        stranger.sendto(request, ("127.0.0.1", port))
        try:
            return stranger.recv(4096).startswith(b"SIP/2.0")
        except (TimeoutError, ConnectionError):
            return False


async def answers_to(sip_port: int, sender: str, invites: int) -> set[str]:
    """Sends INVITEs under a name from a strange port; returns the status codes of the answers."""
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.setblocking(False)
        codes: list[str] = []
        for number in range(invites):
            await loop.sock_sendto(stranger, invite(stranger.getsockname()[1], sender, number), ("127.0.0.1", sip_port))
            answer = await asyncio.wait_for(loop.sock_recv(stranger, 4096), 5)
            codes.append(answer.split()[1].decode())
        return set(codes)


async def test_a_name_in_from_makes_nobody_the_trunk(lab: Lab) -> None:
    """Seen before: 300 such INVITEs took every port for sound."""
    assert lab.node.process is not None
    before = listening_of(lab.node.process.pid)
    sip_port = next(port for address, port in before if address == "udp:0100007F")
    for sender in ("carrier", "stranger", EXTENSION):
        assert await answers_to(sip_port, sender, 100) == {"401"}, sender
    assert listening_of(lab.node.process.pid) == before, "no port for sound was opened"


async def test_a_hundred_silent_connections_keep_no_phone_out(lab: Lab) -> None:
    """Seen before: they filled the sessions, for half a minute each."""
    silent = [await asyncio.open_connection("127.0.0.1", lab.http_port) for _ in range(100)]
    for reader, writer in silent[::2]:  # these speak WebSocket, and never SIP
        writer.write(UPGRADE)
        assert b"101" in await reader.readline()
    try:
        async with registered_phone(lab.account()):
            assert not all(reader.at_eof() for reader, _ in silent), "it did not wait for their end"
        async with asyncio.timeout(60):
            for reader, _ in silent:
                await reader.read()  # the switch closes them by itself
    finally:
        for _, writer in silent:
            writer.close()


def test_the_spool_is_for_its_owner(lab: Lab) -> None:
    assert stat.S_IMODE(lab.spool.stat().st_mode) == 0o700
