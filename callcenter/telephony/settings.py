"""Settings of the switch: how it is reached, and how phones find it."""

import base64
import hashlib
import hmac
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import HOST, Section
from callcenter.telephony.port import PhoneAccount

_PHONES = r"^\d{2,10}-\d{2,10}$"
_IPV4 = r"^(\d{1,3}(\.\d{1,3}){3})?$"


class NodeSettings(Section):
    """Holds what the files of a node need beyond ``SwitchSettings``; ``callcenter switch write`` reads both."""

    model_config = SettingsConfigDict(env_prefix="CALLCENTER_NODE_", extra="ignore", frozen=True)

    folder: Path = Field(default=Path("var/switch"), description="each node's files are in a folder of its name here")
    asterisk: Path | None = Field(
        default=None, description="program of an installed Asterisk; without it the kept one is run"
    )
    bind: str = Field(
        default="127.0.0.1", min_length=7, pattern=_IPV4, description="address of SIP, sound, and phones by TLS"
    )
    external: str = Field(default="", pattern=_IPV4, description="the address by which the carrier reaches it by NAT")
    sip_port: int = Field(default=5060, ge=1, le=65535)
    websocket_port: int = Field(default=8088, ge=1, le=65535, description="without TLS, on 127.0.0.1 alone")
    tls_port: int = Field(default=8089, ge=1, le=65535, description="WebSocket by TLS, where a certificate is given")
    certificate: Path | None = Field(default=None, description="PEM, the whole chain")
    certificate_key: Path | None = None
    sip_tls_port: int = Field(default=5061, ge=1, le=65535, description="SIP by TLS, where a trunk asks for it")
    authorities: Path = Field(
        default=Path("/etc/ssl/certs/ca-certificates.crt"), description="PEM, judges the certificates of carriers"
    )
    rtp_first: int = Field(default=20000, ge=1024, le=65535, description="first port for sound")
    rtp_last: int = Field(default=20999, ge=1024, le=65535)
    phones: str = Field(default="1001-1100", pattern=_PHONES, description="first and last extension")
    trunk_host: str = Field(default="", pattern=r"^[A-Za-z0-9.-]{0,253}$", description="the carrier's SIP server")
    trunk_port: int = Field(default=5060, ge=1, le=65535)
    trunk_user: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9_.+-]{0,80}$",
        description="account of the registration; empty: known by its IP",
    )
    trunk_password: SecretStr = SecretStr("")

    @property
    def extensions(self) -> list[str]:
        """Returns the extensions of the phones, all of which the switch knows from its start."""
        first, last = (int(end) for end in self.phones.split("-"))
        return [str(number) for number in range(first, last + 1)]


class SwitchSettings(Section):
    """One node's Asterisk. Durations are seconds."""

    model_config = SettingsConfigDict(env_prefix="CALLCENTER_SWITCH_", extra="ignore", frozen=True)

    ami_host: str = Field(default="127.0.0.1", pattern=HOST)
    ami_port: int = Field(default=5038, ge=1, le=65535)
    ami_user: str = Field(default="engine", pattern=r"^[A-Za-z0-9_-]{1,40}$")
    ami_secret: SecretStr = Field(min_length=1, description="password of the control link")
    spool_dir: Path = Field(description="where the switch writes <call id>.raw and <call id>.done")
    spool_free_mb: int = Field(
        default=200, ge=0, description="with less free space nobody is dialled; 0: not looked at"
    )
    websocket_url: str = Field(
        default="ws://127.0.0.1:8088/ws",
        pattern=r"^wss?://[^\s/]+(/\S*)?$",
        description="where browser phones register",
    )
    realm: str = Field(default="127.0.0.1", pattern=HOST, description="host part of the phones' SIP addresses")
    trunk: str = Field(default="carrier", pattern=r"^[a-z][a-z0-9-]{0,30}$", description="endpoint to customers")
    phone_secret: SecretStr = Field(min_length=8, description="key from which each extension's SIP password is derived")
    agent_ring_seconds: int = Field(default=20, gt=0, description="how long an agent's phone may take to answer")
    ring_seconds: int = Field(
        default=35, gt=0, description="how long a customer's telephone rings, where nothing else says"
    )
    action_timeout: float = Field(default=5.0, gt=0, description="how long the switch may take to answer a command")
    ping_interval: float = Field(default=2.0, gt=0, description="how often the control link is tried")
    ping_timeout: float = Field(default=3.0, gt=0, description="without an answer for so long the link is given up")

    def phone_password(self, node: str, extension: str) -> str:
        """Derives an extension's SIP password at a node, so that it stands nowhere but in that switch's configuration.

        All processes of an installation have the same secret; the password of one node is refused by every other.
        """
        key = self.phone_secret.get_secret_value().encode()
        digest = hmac.digest(key, f"sip:{extension}@{node}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest[:24]).decode()

    def phone_account(self, node: str, extension: str, *, websocket_url: str, realm: str) -> PhoneAccount:
        """Returns what the browser of an agent of this node needs to register."""
        return PhoneAccount(
            extension=extension,
            password=self.phone_password(node, extension),
            websocket_url=websocket_url,
            realm=realm,
        )
