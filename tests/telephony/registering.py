"""A carrier that demands registration: the simulated one, which takes calls from a registered account alone."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from callcenter.embedded.process import free_port_range, free_ports
from callcenter.telephony.asterisk import provision
from tests.support.servers import asterisk_box
from tests.telephony.lab import Instance

USER = "bank01"
PASSWORD = "only-for-this-test"


@dataclass(frozen=True)
class Carrier:
    """A running carrier."""

    instance: Instance
    port: int

    @property
    def trunk(self) -> str:
        """The answer about it."""
        return f"sip:{USER}@127.0.0.1:{self.port}"

    def asked(self, line: str) -> str:
        """What its console answers."""
        return self.instance.console(line)


@contextlib.contextmanager
def registering_carrier(folder: Path, *, pace: float = 1.0) -> Iterator[Carrier]:
    """Runs the carrier until the block ends."""
    (port,) = free_ports(1)
    rtp = free_port_range(60)
    box = asterisk_box()
    instance = Instance(box, folder)
    provision.write_carrier(
        provision.CarrierConfig(
            modules=box.modules,
            data=box.data,
            sip_port=port,
            node_port=0,  # it is where the account has registered from
            rtp_first=rtp,
            rtp_last=rtp + 59,
            pace=pace,
            account=provision.TrunkConfig(port=port, user=USER, password=PASSWORD),
        ),
        folder,
    )
    try:
        instance.start()
        yield Carrier(instance, port)
    finally:
        instance.stop()
