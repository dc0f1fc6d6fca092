"""Configures the servers of a rehearsal, so that they find each other, and describes them to the supervisor."""

import asyncio
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from callcenter.bootstrap.supervising import Place, service_parts
from callcenter.embedded.asterisk import AsteriskBox
from callcenter.embedded.objectstore import PORTS, REGION, EmbeddedObjectStore
from callcenter.embedded.parts import postgres_part, store_part, switch_part
from callcenter.embedded.postgres import EmbeddedPostgres
from callcenter.embedded.process import EmbeddedError, free_port_range, free_ports
from callcenter.embedded.secrets import Secrets
from callcenter.embedded.switch import EmbeddedAsterisk
from callcenter.rehearsal import cast
from callcenter.supervision.command import Command
from callcenter.supervision.supervisor import Part
from callcenter.telephony.asterisk.provision import CarrierConfig, NodeConfig, TrunkConfig, write_carrier, write_node
from callcenter.telephony.settings import SwitchSettings
from callcenter.web.settings import WebSettings

DATABASE = "callcenter"
NODE = "n1"
_LEAST_RTP_PORTS = 400
_RTP_PORTS_PER_SEAT = 6
"""Two for the leg, two for the call, and two more, so that a free one is found at once."""


@dataclass(frozen=True, kw_only=True)
class Choices:
    """The operator's choices for this rehearsal."""

    http_port: int | None
    """Port of the panels; None: any free one."""
    clock_offset: timedelta
    """Added to the machine's clock by the system and the robots."""
    robots: int
    seed: int
    """Seed of the robots' behaviour."""
    pace: float = 1.0
    """Stretches ringing and talking of the customers and the wrap-up of the robots."""


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """All servers of a rehearsal, configured in one folder and not started."""

    folder: Path
    secrets: Secrets
    database: EmbeddedPostgres | None
    """None: CALLCENTER_DATABASE_URL names the database."""
    store: EmbeddedObjectStore | None
    """None: CALLCENTER_S3_ENDPOINT names the store."""
    node: EmbeddedAsterisk
    carrier: EmbeddedAsterisk
    environment: Mapping[str, str]
    """The settings of the system and of the robots."""
    http_port: int
    pace: float

    @property
    def longest_call(self) -> float:
        """Returns after how many seconds a conversation and its wrap-up are over for certain."""
        return 40 * max(1.0, self.pace)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.http_port}"


@dataclass(frozen=True, kw_only=True)
class _Ports:
    """The ports of 127.0.0.1 on which the parts listen."""

    database: int
    ami: int
    websocket: int
    node_sip: int
    carrier_sip: int
    http: int
    node_rtp: int
    """The first of ``rtp_count``."""
    carrier_rtp: int
    rtp_count: int

    @classmethod
    def choose(cls, http_port: int | None, robots: int) -> "_Ports":
        """Chooses free ports; ``http_port`` is taken as it is. Raises EmbeddedError when that one is in use."""
        database, ami, websocket, node_sip, carrier_sip, http = free_ports(6)
        rtp_count = max(_LEAST_RTP_PORTS, _RTP_PORTS_PER_SEAT * robots)
        return cls(
            database=database,
            ami=ami,
            websocket=websocket,
            node_sip=node_sip,
            carrier_sip=carrier_sip,
            http=_require_free(http_port) if http_port else http,
            node_rtp=free_port_range(rtp_count),
            carrier_rtp=free_port_range(rtp_count),
            rtp_count=rtp_count,
        )


def configure(folder: Path, box: AsteriskBox, choices: Choices, given: Mapping[str, str]) -> Deployment:
    """Chooses ports and writes every configuration. Nothing is started. Raises EmbeddedError.

    ``given`` is the operator's environment: a database, an object store, or receivers of outgoing alerts that it names
    are used as they are.
    """
    secrets, ports = Secrets.kept_in(folder), _Ports.choose(choices.http_port, choices.robots)
    spool = folder / "spool"
    spool.mkdir(parents=True, exist_ok=True)
    database = (
        None
        if given.get("CALLCENTER_DATABASE_URL")
        else EmbeddedPostgres(folder / "postgres", ports.database, secrets.database_password)
    )
    store = (
        None
        if given.get("CALLCENTER_S3_ENDPOINT")
        else EmbeddedObjectStore(folder / "store", tuple(free_ports(PORTS)), secrets.store_keys)
    )
    environment = {
        **secrets.environment(),
        "CALLCENTER_DATABASE_URL": database.url(DATABASE) if database else given["CALLCENTER_DATABASE_URL"],
        **(_store_settings(store, secrets) if store else _named(given, "CALLCENTER_S3_")),
        **_system_settings(ports, secrets, choices),
        **_hurried_settings(),
        **_named(given, "CALLCENTER_MESSAGES_"),
        "CALLCENTER_SWITCH_SPOOL_DIR": str(spool),
        "CALLCENTER_RECORDINGS_SPOOL_DIR": str(spool),
    }
    switch = SwitchSettings(
        ami_port=ports.ami,
        ami_secret=secrets.ami_secret,
        phone_secret=secrets.phone_secret,
        spool_dir=spool,
        websocket_url=environment["CALLCENTER_SWITCH_WEBSOCKET_URL"],
    )
    _write_switches(folder, box, ports, switch, choices.pace)
    return Deployment(
        folder=folder,
        secrets=secrets,
        database=database,
        store=store,
        node=EmbeddedAsterisk(box, folder / "node"),
        carrier=EmbeddedAsterisk(box, folder / "carrier"),
        environment=environment,
        http_port=ports.http,
        pace=choices.pace,
    )


def _system_settings(ports: _Ports, secrets: Secrets, choices: Choices) -> dict[str, str]:
    return {
        "CALLCENTER_REHEARSAL": "true",
        "CALLCENTER_NODE": NODE,
        "CALLCENTER_CLOCK_OFFSET_SECONDS": str(choices.clock_offset.total_seconds()),
        "CALLCENTER_HTTP_PORT": str(ports.http),
        "CALLCENTER_SECURE_COOKIES": "false",
        "CALLCENTER_SWITCH_AMI_PORT": str(ports.ami),
        "CALLCENTER_SWITCH_AMI_SECRET": secrets.ami_secret,
        "CALLCENTER_SWITCH_PHONE_SECRET": secrets.phone_secret,
        "CALLCENTER_SWITCH_WEBSOCKET_URL": f"ws://127.0.0.1:{ports.websocket}/ws",
        "CALLCENTER_CAMPAIGNS_CALLER_IDS": cast.CALLER_ID,
        "CALLCENTER_ROBOTS_HOST": f"127.0.0.1:{ports.http}",
        "CALLCENTER_ROBOTS_PASSWORD": secrets.demo_password,
        "CALLCENTER_ROBOTS_COUNT": str(choices.robots),
        "CALLCENTER_ROBOTS_SEED": str(choices.seed),
        "CALLCENTER_ROBOTS_PACE": str(choices.pace),
    }


def _hurried_settings() -> dict[str, str]:
    """Returns settings with shorter times than in production: a rehearsal lasts minutes, not hours."""
    return {
        "CALLCENTER_RECORDINGS_SETTLE": "PT3S",
        "CALLCENTER_RECORDINGS_GIVE_UP": "PT30S",
        "CALLCENTER_RECORDINGS_STORE_WITHIN": "PT120S",
        "CALLCENTER_RECORDINGS_MIN_FREE_BYTES": str(300 * 1024**2),
        "CALLCENTER_CALLBACKS_COMPLAINT_RETRY": "PT60S",
        "CALLCENTER_CALLBACKS_BUSY_RETRY": "PT60S",
        "CALLCENTER_COMPLAINTS_FIRST_CALL_AFTER": "PT20S",
        "CALLCENTER_ELIGIBILITY_COMPLAINT_GAP": "PT20S",
        "CALLCENTER_CALLBACKS_COMPLAINT_STAFF_FIRST": "PT30S",
        "CALLCENTER_PEOPLE_ARGON2_MEMORY_KIB": "8192",
        "CALLCENTER_PEOPLE_ARGON2_PASSES": "1",
    }


def _write_switches(folder: Path, box: AsteriskBox, ports: _Ports, switch: SwitchSettings, pace: float) -> None:
    """Writes the configuration of the node and of the simulated carrier behind it."""
    phones = [player.extension for player in cast.persons() if player.extension]
    write_node(
        NodeConfig(
            modules=box.modules,
            data=box.data,
            spool_dir=switch.spool_dir,
            ami_port=ports.ami,
            ami_user=switch.ami_user,
            ami_secret=switch.ami_secret.get_secret_value(),
            http_port=ports.websocket,
            sip_port=ports.node_sip,
            rtp_first=ports.node_rtp,
            rtp_last=ports.node_rtp + ports.rtp_count - 1,
            phones={extension: switch.phone_password(NODE, extension) for extension in phones},
            trunk=TrunkConfig(name=switch.trunk, port=ports.carrier_sip),
        ),
        folder / "node",
    )
    write_carrier(
        CarrierConfig(
            modules=box.modules,
            data=box.data,
            sip_port=ports.carrier_sip,
            node_port=ports.node_sip,
            pace=pace,
            rtp_first=ports.carrier_rtp,
            rtp_last=ports.carrier_rtp + ports.rtp_count - 1,
        ),
        folder / "carrier",
    )


def _require_free(port: int) -> int:
    """Returns the port. Raises EmbeddedError when another program listens on it."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            raise EmbeddedError(f"port {port} of 127.0.0.1 is taken: choose another with --port, or --port 0") from None
    return port


def _store_settings(store: EmbeddedObjectStore, secrets: Secrets) -> dict[str, str]:
    return {
        "CALLCENTER_S3_ENDPOINT": store.endpoint,
        "CALLCENTER_S3_SECURE": "false",
        "CALLCENTER_S3_REGION": REGION,
        "CALLCENTER_S3_ACCESS_KEY": secrets.recorder_access_key,
        "CALLCENTER_S3_SECRET_KEY": secrets.recorder_secret_key,
        "CALLCENTER_S3_PLAYER_ACCESS_KEY": secrets.player_access_key,
        "CALLCENTER_S3_PLAYER_SECRET_KEY": secrets.player_secret_key,
    }


def _named(given: Mapping[str, str], prefix: str) -> dict[str, str]:
    """Returns the variables of the given environment that begin with a prefix."""
    return {name: value for name, value in given.items() if name.startswith(prefix)}


def servers(deployment: Deployment) -> list[Part]:
    """Returns the servers that must run before the database can be seeded, in the order of starting."""
    logs = deployment.folder / "log"
    parts: list[Part] = []
    if (database := deployment.database) is not None:
        parts.append(postgres_part(database, DATABASE, logs))
    if (store := deployment.store) is not None:
        parts.append(store_part(store, logs))
    return [
        *parts,
        switch_part("carrier", deployment.carrier, logs),
        switch_part("switch", deployment.node, logs),
    ]


def service(deployment: Deployment, listener: socket.socket) -> list[Part]:
    """Returns the processes of the system itself, as ``callcenter serve`` runs them."""
    place = Place(
        environment=deployment.environment,
        folder=deployment.folder,
        logs=deployment.folder / "log",
        listener=listener,
    )
    return service_parts(place, web_workers=WebSettings().workers)


def robots(deployment: Deployment) -> Part:
    """Returns the robot agents, one process outside the system."""

    async def ready() -> bool:  # robots have no port to ask; the system sees their legs
        await asyncio.sleep(0)
        return True

    return Part(
        name="robots",
        command=Command(
            argv=(sys.executable, "-m", "callcenter.rehearsal.robots"),
            folder=deployment.folder,
            environment=deployment.environment,
        ),
        ready=ready,
        log_path=deployment.folder / "log" / "robots.log",
        stop_seconds=deployment.longest_call,
    )
