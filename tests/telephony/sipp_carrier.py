"""A carrier that demands registration, played by SIPp: it is no Asterisk, and agrees with one only where SIP does."""

import contextlib
import hashlib
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from callcenter.embedded.process import free_port_range, free_ports
from callcenter.supervision.command import Command
from callcenter.telephony.asterisk.provision import TrunkConfig
from tests.support import sipp

USER = "bank01"
PASSWORD = "only-for-this-test"
CUSTOMER_TONE_HZ = 440
DESK_TONE_HZ = 700

TALKS, FORBIDDEN, BROKEN, HANGS_UP = "13912340010", "13912340003", "13912340086", "13912340098"
DESK = "9030"
_SCENARIO = Path(__file__).parent / "sipp" / "carrier.xml"
_PROOF = re.compile(r"^Proxy-Authorization: Digest (.*)$", re.MULTILINE)
_FIELD = re.compile(r'(\w+)="?([^",\s]*)"?')


def _is_proof(fields: dict[str, str]) -> bool:
    """Computes the digest of an INVITE (RFC 2617 without ``qop``)."""

    def md5(*parts: str) -> str:
        return hashlib.md5(":".join(parts).encode(), usedforsecurity=False).hexdigest()

    account, call = md5(USER, "carrier", PASSWORD), md5("INVITE", fields["uri"])
    return fields["username"] == USER and fields["response"] == md5(account, fields["nonce"], call)


@dataclass
class SippCarrier:
    """A carrier that can be stopped and started again; it forgets who was registered."""

    folder: Path
    port: int
    rtp: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def trunk(self) -> TrunkConfig:
        """The node's end of it, with the right password."""
        return TrunkConfig(port=self.port, user=USER, password=PASSWORD)

    def start(self) -> None:
        options = {
            "-sf": _SCENARIO,
            "-i": "127.0.0.1",
            "-mi": "127.0.0.1",
            "-p": self.port,
            "-min_rtp_port": self.rtp,
            "-max_rtp_port": self.rtp + 39,
            "-message_file": self.folder / "messages.log",
            "-error_file": self.folder / "errors.log",
            "-message_overwrite": "false",
            "-error_overwrite": "false",
            "-deadcall_wait": 0,  # the switch registers again with the Call-ID of its first registration
        }
        words = [str(word) for option in options.items() for word in option]
        account = ("-set", "account", USER, "-set", "password", PASSWORD)
        argv = (*sipp.command(), *words, *account, "-trace_msg", "-trace_err", "-nostdin")
        with (self.folder / "output").open("ab") as output:
            self.process = Command(argv=argv, folder=self.folder, environment={"TERM": "dumb"}).start(output)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None

    def messages(self) -> str:
        """Returns every SIP message it has sent and received, over all its starts."""
        file = self.folder / "messages.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def proofs(self) -> list[bool]:
        """Returns of each signed INVITE whether its digest proves the password."""
        return [_is_proof(dict(_FIELD.findall(line))) for line in _PROOF.findall(self.messages())]

    def registrations(self) -> int:
        """Returns how many registrations it has granted."""
        return self.messages().count("expires=12")


@contextlib.contextmanager
def sipp_carrier(folder: Path) -> Iterator[SippCarrier]:
    """Runs the carrier until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, hz in (("customer", CUSTOMER_TONE_HZ), ("desk", DESK_TONE_HZ)):
        samples = 0.4 * np.sin(2 * np.pi * hz * np.arange(8000) / 8000)
        soundfile.write(folder / f"{name}.alaw", samples, 8000, format="RAW", subtype="ALAW")
    (port,) = free_ports(1)
    carrier = SippCarrier(folder, port, free_port_range(40))
    try:
        carrier.start()
        yield carrier
    finally:
        carrier.stop()
