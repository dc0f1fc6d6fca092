"""The servers of a rehearsal and how they find each other."""

import asyncio
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx

from callcenter.embedded.asterisk import AsteriskBox
from callcenter.embedded.objectstore import PORTS, REGION, EmbeddedObjectStore
from callcenter.embedded.postgres import EmbeddedPostgres
from callcenter.embedded.process import Command, EmbeddedError, free_port_range, free_ports
from callcenter.embedded.secrets import Secrets
from callcenter.embedded.supervisor import Part
from callcenter.embedded.switch import EmbeddedAsterisk
from callcenter.rehearsal import cast
from callcenter.telephony.asterisk.provision import CarrierConfig, NodeConfig, write_carrier, write_node
from callcenter.telephony.settings import SwitchSettings

DATABASE = "callcenter"
_RTP_PORTS = 400


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Everything a rehearsal runs on, in one folder."""

    folder: Path
    secrets: Secrets
    database: EmbeddedPostgres | None
    """None: the one that CALLCENTER_DATABASE_URL names is used."""
    store: EmbeddedObjectStore | None
    """None: the one that CALLCENTER_S3_ENDPOINT names is used."""
    node: EmbeddedAsterisk
    carrier: EmbeddedAsterisk
    environment: Mapping[str, str]
    """What the system and the robots are told."""
    http_port: int

    @property
    def url(self) -> str:
        return f"http://localhost:{self.http_port}"


def lay_out(
    folder: Path,
    box: AsteriskBox,
    *,
    http_port: int | None,
    clock_offset: timedelta,
    robots: int,
    seed: int,
    given: Mapping[str, str],
) -> Layout:
    """Chooses ports, writes every configuration. Nothing is started.

    ``given`` is the environment of whoever rehearses: a database or an object store it names is used as it is.
    """
    secrets = Secrets.kept_in(folder)
    database_port, ami_port, ws_port, node_port, carrier_port, http_port = free_ports(6)
    http_port = _free(http_port) if http_port else http_port
    node_rtp, carrier_rtp = free_port_range(_RTP_PORTS), free_port_range(_RTP_PORTS)
    spool = folder / "spool"
    spool.mkdir(parents=True, exist_ok=True)

    database = (
        None
        if given.get("CALLCENTER_DATABASE_URL")
        else EmbeddedPostgres(folder / "postgres", database_port, secrets.database_password)
    )
    store = (
        None
        if given.get("CALLCENTER_S3_ENDPOINT")
        else EmbeddedObjectStore(folder / "store", tuple(free_ports(PORTS)), secrets)
    )
    environment = {
        **secrets.environment(),
        "CALLCENTER_DATABASE_URL": database.url(DATABASE) if database else given["CALLCENTER_DATABASE_URL"],
        **(_store_settings(store, secrets) if store else _named(given, "CALLCENTER_S3_")),
        "CALLCENTER_DATA_DIR": str(folder),
        "CALLCENTER_REHEARSAL": "true",
        "CALLCENTER_CLOCK_OFFSET_SECONDS": str(clock_offset.total_seconds()),
        "CALLCENTER_HTTP_PORT": str(http_port),
        "CALLCENTER_SECURE_COOKIES": "false",
        "CALLCENTER_SWITCH_AMI_PORT": str(ami_port),
        "CALLCENTER_SWITCH_AMI_SECRET": secrets.ami_secret,
        "CALLCENTER_SWITCH_PHONE_SECRET": secrets.phone_secret,
        "CALLCENTER_SWITCH_SPOOL_DIR": str(spool),
        "CALLCENTER_SWITCH_WEBSOCKET_URL": f"ws://127.0.0.1:{ws_port}/ws",
        "CALLCENTER_RECORDINGS_SPOOL_DIR": str(spool),
        "CALLCENTER_RECORDINGS_SETTLE": "PT3S",
        "CALLCENTER_RECORDINGS_GIVE_UP": "PT30S",
        "CALLCENTER_RECORDINGS_STORE_WITHIN": "PT120S",
        "CALLCENTER_RECORDINGS_MIN_FREE_BYTES": str(300 * 1024**2),
        "CALLCENTER_CAMPAIGNS_CALLER_IDS": cast.CALLER_ID,
        "CALLCENTER_CALLBACKS_COMPLAINT_RETRY": "PT60S",
        "CALLCENTER_CALLBACKS_BUSY_RETRY": "PT60S",
        "CALLCENTER_COMPLAINTS_FIRST_CALL_AFTER": "PT20S",
        "CALLCENTER_PEOPLE_ARGON2_MEMORY_KIB": "8192",
        "CALLCENTER_PEOPLE_ARGON2_PASSES": "1",
        "CALLCENTER_ROBOTS_HOST": f"127.0.0.1:{http_port}",
        "CALLCENTER_ROBOTS_PASSWORD": secrets.demo_password,
        "CALLCENTER_ROBOTS_COUNT": str(robots),
        "CALLCENTER_ROBOTS_SEED": str(seed),
    }
    switch = SwitchSettings(
        ami_port=ami_port,
        ami_secret=secrets.ami_secret,
        phone_secret=secrets.phone_secret,
        spool_dir=spool,
        websocket_url=environment["CALLCENTER_SWITCH_WEBSOCKET_URL"],
    )
    node_folder, carrier_folder = folder / "node", folder / "carrier"
    phones = [player.extension for player in cast.persons() if player.extension]
    write_node(
        NodeConfig(
            modules=box.modules,
            data=box.data,
            spool_dir=spool,
            ami_port=ami_port,
            ami_user=switch.ami_user,
            ami_secret=secrets.ami_secret,
            http_port=ws_port,
            sip_port=node_port,
            carrier_port=carrier_port,
            rtp_first=node_rtp,
            rtp_last=node_rtp + _RTP_PORTS - 1,
            phones={extension: switch.phone_password(extension) for extension in phones},
            trunk=switch.trunk,
        ),
        node_folder,
    )
    write_carrier(
        CarrierConfig(
            modules=box.modules,
            data=box.data,
            sip_port=carrier_port,
            node_port=node_port,
            rtp_first=carrier_rtp,
            rtp_last=carrier_rtp + _RTP_PORTS - 1,
        ),
        carrier_folder,
    )
    return Layout(
        folder=folder,
        secrets=secrets,
        database=database,
        store=store,
        node=EmbeddedAsterisk(box, node_folder),
        carrier=EmbeddedAsterisk(box, carrier_folder),
        environment=environment,
        http_port=http_port,
    )


def _free(port: int) -> int:
    """Refuses a port that somebody else listens on."""
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
    return {name: value for name, value in given.items() if name.startswith(prefix)}


def servers(layout: Layout) -> list[Part]:
    """What must run before the simulated carrier can be filled, in order."""
    logs = layout.folder / "log"
    parts: list[Part] = []
    if (database := layout.database) is not None:
        database.prepare()
        parts.append(
            Part(
                name="postgres",
                command=database.command(),
                ready=database.ready,
                after_ready=lambda: database.ensure_database(DATABASE),
                log_path=logs / "postgres.log",
            )
        )
    if (store := layout.store) is not None:
        store.prepare()
        parts.append(Part(name="store", command=store.command(), ready=store.ready, log_path=logs / "store.log"))
    return [
        *parts,
        Part(
            name="carrier", command=layout.carrier.command(), ready=layout.carrier.ready, log_path=logs / "carrier.log"
        ),
        Part(name="switch", command=layout.node.command(), ready=layout.node.ready, log_path=logs / "switch.log"),
    ]


def server(layout: Layout) -> Part:
    """The system itself: web and engine in one process."""

    async def ready() -> bool:
        async with httpx.AsyncClient(timeout=5) as http:
            try:
                return (await http.get(f"http://127.0.0.1:{layout.http_port}/readyz")).status_code == 200
            except httpx.HTTPError:
                return False

    return Part(
        name="server",
        command=Command(
            argv=(sys.executable, "-m", "callcenter", "serve"), folder=layout.folder, environment=layout.environment
        ),
        ready=ready,
        log_path=layout.folder / "log" / "server.log",
    )


def robots(layout: Layout) -> Part:
    """The robot agents, outside the system."""

    async def ready() -> bool:
        await asyncio.sleep(0)
        return True

    return Part(
        name="robots",
        command=Command(
            argv=(sys.executable, "-m", "callcenter.rehearsal.robots"),
            folder=layout.folder,
            environment=layout.environment,
        ),
        ready=ready,
        log_path=layout.folder / "log" / "robots.log",
        stop_seconds=40,
    )
