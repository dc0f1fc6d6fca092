"""Writes a complete, minimal Asterisk configuration: the node that carries the calls, and the carrier of a rehearsal.

Templates are in ``deploy/asterisk``. Everything listens on 127.0.0.1 unless another address is given, and the control
link always does; every port is given, every path points into the directory or into the Asterisk prefix. Nothing is
started here: ``command`` says what to run.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from callcenter.telephony import carrier
from callcenter.telephony.port import HELD_SECONDS

RECORDING_CLOSED = "bin/recording-closed"
"""The program that the recorder runs, below a node's directory."""
TRUNKS_FILE = "etc/pjsip_trunks.conf"
"""The trunks of the database, below a node's directory."""
SOCKET_PATH_BYTES = 107
"""A Unix socket's path may not be longer; Asterisk would cut it off silently."""

EVENTS = (
    "FullyBooted",
    "OriginateResponse",
    "DialBegin",
    "DialState",
    "DialEnd",
    "Hangup",
    "UserEvent",
    "ContactStatus",
)
"""The AMI events that are let through: what ``translate`` knows, and no other."""

# fmt: off
_BASE_MODULES = (
    "res_timing_timerfd", "res_crypto", "res_sorcery_config", "res_sorcery_memory", "res_sorcery_astdb",
    "res_pjproject", "res_rtp_asterisk", "res_pjsip", "res_pjsip_session", "res_pjsip_sdp_rtp",
    "res_pjsip_authenticator_digest", "res_pjsip_endpoint_identifier_ip", "res_pjsip_endpoint_identifier_user",
    "res_pjsip_pubsub", "res_pjsip_caller_id", "res_pjsip_nat", "res_pjsip_rfc3326", "res_pjsip_acl",
    "res_pjsip_dlg_options", "res_pjsip_empty_info", "chan_pjsip", "bridge_simple", "codec_ulaw", "codec_alaw",
    "codec_a_mu", "codec_resample", "format_sln", "format_pcm", "pbx_config", "app_verbose", "app_playtones",
    "func_logic", "func_strings", "func_math", "func_callerid",
)
# fmt: on

_REGISTRAR = "res_pjsip_registrar"

# fmt: off
_NODE_MODULES = (
    "res_srtp", "res_http_websocket", "res_pjsip_transport_websocket", "res_pjsip_registrar", "res_pjsip_path",
    "res_pjsip_outbound_authenticator_digest", "res_pjsip_outbound_registration", "res_musiconhold",
    "bridge_softmix", "bridge_builtin_features",
    "func_periodic_hook", "func_uri", "func_groupcount", "func_cut", "func_env", "func_channel", "func_timeout",
    "app_stack", "app_dial", "app_chanspy", "app_confbridge", "app_mixmonitor", "app_userevent", "app_echo",
)
# fmt: on

# fmt: off
_EMPTY_FILES = (
    "acl", "codecs", "sorcery", "extconfig", "cli_aliases", "cli", "cli_permissions", "pjproject", "pjsip_notify",
    "geolocation", "stasis", "websocket_client", "features", "ccss", "cel", "udptl", "dsp", "confbridge", "manager",
    "http",
)
# fmt: on
"""Files that Asterisk looks for at its start; their absence would fill the log."""

_LEAST_SESSIONS = 100
"""Connections beyond two for each phone. Asterisk's own limit is this number, for all: the 101st agent stayed out."""
_SPARE_PORTS = 40
"""Ports for sound beyond those of the seats: supervisors who listen, calls that are refused."""

_PATH = re.compile(r"[A-Za-z0-9_./+@-]+")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_EXTENSION = re.compile(r"[0-9]{2,10}")
"""Phones are named by digits, trunks by words: ``translate`` distinguishes them by that."""
_TRANSPORT = re.compile(r"udp|tcp|tls")
_SECRET = re.compile(r"[A-Za-z0-9_+/=.-]{8,128}")
_ADDRESS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
ACCOUNT = re.compile(r"[A-Za-z0-9_.+-]{1,80}")
"""What the name of an account at a carrier may hold."""
CARRIER_PASSWORD = re.compile(r"[!#-:<-~]{1,128}")
"""What a carrier's password may hold: no space, and no semicolon, with which a comment begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrunkConfig:
    """The carrier's end of the trunk, and how this switch shows who it is."""

    port: int
    host: str = "127.0.0.1"
    name: str = "carrier"
    """Of the endpoint that calls name."""
    user: str = ""
    """Account with which the switch signs its calls; empty: the carrier knows it by its address."""
    password: str = field(default="", repr=False)
    registers: bool = True
    """Whether it registers with its account as well."""
    transport: str = "udp"
    """``udp``, ``tcp`` or ``tls``."""
    encrypts_sound: bool = False
    """SRTP, with keys that travel in SIP: only over TLS."""
    codecs: tuple[str, ...] = ("alaw", "ulaw")

    @property
    def uri(self) -> str:
        """Returns the carrier's SIP address."""
        return f"sip:{self.host}:{self.port}{self.parameter}"

    @property
    def parameter(self) -> str:
        """Returns what says the transport in an address; UDP needs no word."""
        return "" if self.transport == "udp" else f"\\;transport={self.transport}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkConfig:
    """Where the switch can be reached by browser phones and by the carrier."""

    bind: str = "127.0.0.1"
    """Address of SIP, sound, and of the WebSocket with TLS."""
    external: str = ""
    """Address by which the carrier reaches ``bind`` through a router; empty: there is none."""
    certificate: Path | None = None
    """With it browser phones connect by TLS to ``bind``; without it a proxy on the same machine does that."""
    certificate_key: Path | None = None
    tls_port: int = 8089
    sip_tls_port: int = 5061
    """Of SIP by TLS, where a trunk asks for it."""
    authorities: Path = Path("/etc/ssl/certs/ca-certificates.crt")
    """The certificates by which a carrier's is judged."""

    @property
    def phones(self) -> str:
        """Returns by which transport browser phones come: ``wss``, or ``ws`` from this machine."""
        return "wss" if self.certificate else "ws"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeConfig:
    """What the switch that carries the calls is made of. Paths are absolute."""

    modules: Path
    """Where the Asterisk build keeps its modules."""
    data: Path
    """Where the Asterisk build keeps its documentation and sounds."""
    spool_dir: Path
    """Where recordings land; the user Asterisk runs as must be able to write there."""
    ami_port: int
    ami_user: str
    ami_secret: str = field(repr=False)
    http_port: int
    """Of the WebSocket that browser phones register by."""
    sip_port: int
    rtp_first: int
    rtp_last: int
    trunk: TrunkConfig | None
    """The one of the settings."""
    network: NetworkConfig = field(default_factory=NetworkConfig)
    phones: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Extension → SIP password: the seats of this switch."""
    entered: tuple[TrunkConfig, ...] | None = None
    """The trunks of the database; None: their file is left as it is."""
    call_limit_seconds: int = 7200
    """An answered call ends after this time, whatever else is broken."""
    rtp_timeout_seconds: int = 5
    """A phone from which nothing comes for so long is hung up: its browser has died."""
    held_seconds: int = HELD_SECONDS
    """So long a customer whose agent's leg has ended waits for the next one."""
    trunk_rtp_timeout_seconds: int = 30
    """The same for trunks; longer, because some carriers send nothing during silence."""

    @property
    def http_sessions(self) -> int:
        """Returns how many connections to the WebSocket there may be at once."""
        return _LEAST_SESSIONS + 2 * len(self.phones)

    @property
    def least_rtp_ports(self) -> int:
        """Returns how many ports for sound the seats need: each has a leg, and a call, with two ports each."""
        return _SPARE_PORTS + 4 * len(self.phones)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierConfig:
    """What the simulated carrier behind a second Asterisk is made of."""

    modules: Path
    data: Path
    sip_port: int
    node_port: int
    """The node's SIP port."""
    rtp_first: int
    rtp_last: int
    pace: float = 1.0
    """Stretches (or shortens) ringing and talking."""
    account: TrunkConfig | None = None
    """With it the carrier takes calls only from this account, and only while it is registered."""


def node_files(config: NodeConfig, directory: Path) -> Mapping[str, str]:
    """Returns the node's configuration: path below ``directory`` → text. Raises ValueError for what is misread."""
    for extension, password in config.phones.items():
        _check(_EXTENSION, "extension", extension)
        _check(_SECRET, "password of an extension", password, shown=False)
    _check(_NAME, "ami_user", config.ami_user)
    trunks = [trunk for trunk in (config.trunk, *(config.entered or ())) if trunk]
    for trunk in trunks:
        _check_trunk(trunk)
    names = [trunk.name for trunk in trunks]
    if len(names) != len(set(names)):
        raise ValueError(f"two trunks have the same name among {', '.join(names)}")
    _check_network(config.network)
    _check(_SECRET, "ami_secret", config.ami_secret, shown=False)
    _check(_PATH, "spool_dir", str(config.spool_dir))
    if (ports := config.rtp_last - config.rtp_first + 1) < config.least_rtp_ports:
        raise ValueError(
            f"{len(config.phones)} seats need {config.least_rtp_ports} ports for sound, the range has {ports}: "
            "widen it, or calls would have no sound when all seats are taken"
        )
    files = _files(
        "node",
        directory,
        config=config,
        name="node",
        ice=True,
        modules=[*_BASE_MODULES, *_NODE_MODULES],
        events=EVENTS,
    )
    script = files.pop("etc/recording-closed")
    if config.entered is None and (directory / TRUNKS_FILE).exists():
        files.pop(TRUNKS_FILE)
    return {**files, RECORDING_CLOSED: script}


def write_node(config: NodeConfig, directory: Path) -> None:
    """Writes the node's configuration into ``directory``; an existing one is replaced, the spool is left alone."""
    _write(directory, node_files(config, directory))
    (directory / RECORDING_CLOSED).chmod(0o755)
    silence = directory / "moh" / "silence.sln"
    silence.parent.mkdir(exist_ok=True)
    silence.write_bytes(bytes(16_000))
    config.spool_dir.mkdir(parents=True, exist_ok=True)
    config.spool_dir.chmod(0o700)  # customers speak in these files


def _check_trunk(trunk: TrunkConfig) -> None:
    _check(_NAME, "trunk", trunk.name)
    _check(HOST, "host of the trunk", trunk.host)
    _check(_TRANSPORT, "transport of the trunk", trunk.transport)
    for codec in trunk.codecs:
        _check(_NAME, "codec of the trunk", codec)
    if trunk.user:
        _check(ACCOUNT, "account of the trunk", trunk.user)
        _check(CARRIER_PASSWORD, "password of the trunk", trunk.password, shown=False)


def _check_network(network: NetworkConfig) -> None:
    for address in (network.bind, network.external):
        if address:
            _check(_ADDRESS, "address", address)
    for path in (network.certificate, network.certificate_key, network.authorities):
        if path:
            _check(_PATH, "file of the certificate", str(path))
    if network.certificate and not network.certificate_key:
        raise ValueError("a certificate needs the file of its key")


def write_carrier(config: CarrierConfig, directory: Path) -> None:
    """Writes the simulated carrier's configuration into ``directory``."""
    files = _files(
        "carrier",
        directory,
        config=config,
        name="carrier",
        ice=False,
        modules=[*_BASE_MODULES, _REGISTRAR] if config.account else _BASE_MODULES,
        endings={f"{ending:02d}": carrier.of_ending(ending, pace=config.pace) for ending in range(100)},
        steady=SimpleNamespace(number=carrier.STEADY_NUMBER, behaviour=carrier.behaviour_of(carrier.STEADY_NUMBER)),
        robots=carrier.ROBOT_DIALPLAN_PATTERN,
        robot_tone_hz=carrier.ROBOT_TONE_HZ,
    )
    _write(directory, files)


def command(box_argv: Sequence[str], directory: Path) -> list[str]:
    """Returns the command that runs the Asterisk of ``directory`` in the foreground; SIGTERM stops it."""
    return [*box_argv, "-C", str(directory.resolve() / "etc" / "asterisk.conf"), "-f"]


def console(box_argv: Sequence[str], directory: Path, line: str) -> list[str]:
    """Returns the command that has a running Asterisk execute one line, such as ``core waitfullybooted``."""
    return [*box_argv, "-C", str(directory.resolve() / "etc" / "asterisk.conf"), "-rx", line]


def errors_in_log(directory: Path) -> list[str]:
    """Returns what Asterisk has complained about. A module that did not load is only a line in the log."""
    log = directory / "log" / "messages"
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return [line for line in lines if "ERROR[" in line]


def templates_directory() -> Path:
    """Returns ``deploy/asterisk`` of the repository, or the copy that a wheel carries."""
    package = Path(__file__).resolve().parents[2]
    for candidate in (package / "_deploy" / "asterisk", package.parent / "deploy" / "asterisk"):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError("the Asterisk templates (deploy/asterisk) are neither in the package nor beside it")


def _files(kind: str, directory: Path, **facts: Any) -> dict[str, str]:
    """Renders the templates of one Asterisk that is to run in ``directory``."""
    directory = directory.resolve()
    _check(_PATH, "directory", str(directory))
    socket = directory / "run" / "asterisk.ctl"
    if len(str(socket).encode()) > SOCKET_PATH_BYTES:
        raise ValueError(
            f"the control socket's path would be {len(str(socket).encode())} bytes, the system allows "
            f"{SOCKET_PATH_BYTES}: choose a shorter directory than {directory}"
        )
    files = {f"etc/{name}.conf": "" for name in _EMPTY_FILES} | {"etc/cdr.conf": "[general]\nenable = no\n"}
    root = templates_directory()
    jinja = Environment(  # noqa: S701 - configuration files, not pages; every value is checked before
        loader=FileSystemLoader(root), undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True
    )
    for folder in ("common", kind):
        for template in sorted((root / folder).glob("*.j2")):
            text = jinja.get_template(f"{folder}/{template.name}").render(directory=directory, **facts)
            files[f"etc/{template.stem}"] = text
    return files


def _write(directory: Path, files: Mapping[str, str]) -> None:
    """Writes rendered files, readable by their owner alone, and the folders that Asterisk expects."""
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o700)  # passwords in etc, numbers in log
    for name in ("etc", "lib/keys", "cache", "spool", "agi-bin", "run", "log", "bin"):
        (directory / name).mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        target = directory / name
        target.touch(mode=0o600)
        target.chmod(0o600)
        target.write_text(text)


def _check(shape: re.Pattern[str], what: str, value: str, *, shown: bool = True) -> None:
    """Refuses what Asterisk's configuration language could understand as more than a value. Raises ValueError."""
    if not shape.fullmatch(value):
        raise ValueError(f"{what}{f' {value!r}' if shown else ''} does not fit {shape.pattern}")
