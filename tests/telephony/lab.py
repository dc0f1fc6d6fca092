"""Two real Asterisks for tests: the node, and the simulated carrier behind it as the carrier."""

import asyncio
import contextlib
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from pydantic import SecretStr

from callcenter.embedded import asterisk
from callcenter.embedded.process import free_port_range, free_ports
from callcenter.kit.clock import SystemClock
from callcenter.supervision.command import Command
from callcenter.telephony.asterisk import provision
from callcenter.telephony.asterisk.gateway import AsteriskGateway
from callcenter.telephony.port import PhoneAccount
from callcenter.telephony.settings import SwitchSettings
from tests.support.servers import asterisk_box

AMI_SECRET = "only-for-this-test-run"
EXTENSION = "1001"


@dataclass
class Instance:
    """One Asterisk process in its directory."""

    box: asterisk.AsteriskBox
    directory: Path
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Starts it and waits until it is fully booted. The kernel ends it with the thread that called this."""
        argv = tuple(provision.command(self.box.argv, self.directory))
        with (self.directory / "output").open("ab") as log:
            self.process = Command(argv=argv, folder=self.directory, environment=self.box.environment).start(log)
        deadline = time.monotonic() + 20
        ready = provision.console(self.box.argv, self.directory, "core waitfullybooted")
        while subprocess.run(ready, capture_output=True, env=dict(self.box.environment), timeout=20).returncode:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Asterisk did not start: {(self.directory / 'output').read_text()[-2000:]}")
            time.sleep(0.05)

    def kill(self) -> None:
        """Kills the process, as a crash would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Runs it until the block ends."""
        try:
            self.start()
            yield
        finally:
            self.stop()

    def console(self, line: str) -> str:
        """Returns what its console answers."""
        command = provision.console(self.box.argv, self.directory, line)
        return subprocess.run(
            command, capture_output=True, env=dict(self.box.environment), text=True, timeout=20
        ).stdout

    def log(self) -> str:
        return (self.directory / "log" / "messages").read_text(errors="replace")


@dataclass
class Node:
    """A switch that carries the calls, and how to reach it."""

    instance: Instance
    config: provision.NodeConfig
    settings: SwitchSettings
    name: str

    @property
    def ami_port(self) -> int:
        return self.config.ami_port

    @property
    def http_port(self) -> int:
        return self.config.http_port

    @property
    def spool(self) -> Path:
        return self.config.spool_dir

    def account(self) -> PhoneAccount:
        """Returns how the one phone of this node registers."""
        own = self.settings
        return own.phone_account(self.name, EXTENSION, websocket_url=own.websocket_url, realm=own.realm)

    def gateway(self, ami_port: int | None = None) -> AsteriskGateway:
        settings = self.settings.model_copy(update={"ami_port": ami_port or self.ami_port})
        return AsteriskGateway(settings, SystemClock(), Random(1).random)


@dataclass
class Lab(Node):
    """A node with the simulated carrier behind it."""

    carrier: Instance
    carrier_port: int

    @property
    def node(self) -> Instance:
        return self.instance


def written_node(root: Path, trunk: provision.TrunkConfig, *entered: provision.TrunkConfig, name: str = "n1") -> Node:
    """Writes the configuration of a node with the trunk of its settings and those of the database."""
    box = asterisk_box()
    ami_port, http_port, sip_port = free_ports(3)
    rtp = free_port_range(60)
    settings = SwitchSettings(
        ami_port=ami_port,
        ami_secret=SecretStr(AMI_SECRET),
        spool_dir=root / "spool",
        phone_secret=SecretStr("only for tests"),
        websocket_url=f"ws://127.0.0.1:{http_port}/ws",
        ping_interval=0.3,
        ping_timeout=1.0,
    )
    config = provision.NodeConfig(
        modules=box.modules,
        data=box.data,
        spool_dir=settings.spool_dir,
        ami_port=ami_port,
        ami_user=settings.ami_user,
        ami_secret=AMI_SECRET,
        http_port=http_port,
        sip_port=sip_port,
        trunk=trunk,
        entered=entered,
        rtp_first=rtp,
        rtp_last=rtp + 59,
        phones={EXTENSION: settings.phone_password(name, EXTENSION)},
        rtp_timeout_seconds=2,
    )
    node = Node(Instance(box, root / "node"), config, settings, name)
    provision.write_node(config, node.instance.directory)
    return node


@contextlib.contextmanager
def running_lab(root: Path, name: str = "n1") -> Iterator[Lab]:
    """Starts a node and the simulated carrier behind it, stops both. ``name``: of the node."""
    box = asterisk_box()
    (carrier_port,) = free_ports(1)
    rtp = free_port_range(60)
    node = written_node(root, provision.TrunkConfig(port=carrier_port), name=name)
    carrier = Instance(box, root / "carrier")
    provision.write_carrier(
        provision.CarrierConfig(
            modules=box.modules,
            data=box.data,
            sip_port=carrier_port,
            node_port=node.config.sip_port,
            rtp_first=rtp,
            rtp_last=rtp + 59,
        ),
        carrier.directory,
    )
    with carrier.running(), node.instance.running():
        yield Lab(node.instance, node.config, node.settings, name, carrier, carrier_port)


@dataclass
class Proxy:
    """Stands between gateway and node, so that the link alone can be cut."""

    port: int
    target: int
    links: set[asyncio.StreamWriter] = field(default_factory=set)
    refuses: bool = False

    def cut(self) -> None:
        """Resets every connection."""
        for writer in list(self.links):
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refuses:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, far_writer}
        self.links |= ends
        try:
            await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        finally:
            self.links -= ends
            for writer in ends:
                writer.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            while data := await reader.read(65536):
                writer.write(data)
        writer.transport.abort()


@contextlib.asynccontextmanager
async def proxied(target: int) -> AsyncIterator[Proxy]:
    proxy = Proxy(free_ports(1)[0], target)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", proxy.port)
    try:
        yield proxy
    finally:
        server.close()
        proxy.cut()
        await asyncio.sleep(0)
