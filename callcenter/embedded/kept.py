"""Builds the servers that an installation keeps on its own machine, from the settings that every part reads as well."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from callcenter.embedded.asterisk import AsteriskBox, installed, unpacked
from callcenter.embedded.objectstore import PORTS, EmbeddedObjectStore, StoreKeys
from callcenter.embedded.parts import postgres_part, store_part, switch_part
from callcenter.embedded.postgres import OWNER, EmbeddedPostgres
from callcenter.embedded.process import EmbeddedError
from callcenter.embedded.settings import KeptServer, KeptSettings
from callcenter.embedded.switch import EmbeddedAsterisk
from callcenter.kit.config import CoreSettings
from callcenter.storage.settings import StorageSettings
from callcenter.supervision.supervisor import Part
from callcenter.telephony.settings import NodeSettings


def kept_parts(core: CoreSettings) -> list[Part]:
    """Returns the kept servers in the order of starting; none where all run elsewhere. Raises EmbeddedError."""
    settings, logs = KeptSettings(), core.log_dir.absolute()
    parts = []
    if KeptServer.POSTGRES in settings.kept:
        parts.append(postgres_part(*kept_postgres(core), logs))
    if KeptServer.STORE in settings.kept:
        parts.append(store_part(_store(settings), logs, durable=True))
    if KeptServer.SWITCH in settings.kept:
        parts.append(switch_part("switch", kept_switch(core.node), logs))
    return parts


def kept_switch(node: str) -> EmbeddedAsterisk:
    """Returns the Asterisk of a node as its files have been written. Raises EmbeddedError."""
    own = NodeSettings()
    folder = own.folder.absolute() / node
    if not (folder / "etc/asterisk.conf").exists():
        raise EmbeddedError(f"{folder} holds no files of a switch: run callcenter switch write --node {node}")
    return EmbeddedAsterisk(switch_box(), folder)


def switch_box() -> AsteriskBox:
    """Returns the Asterisk of this machine: the one that the settings name, else the kept one. Raises EmbeddedError."""
    if binary := NodeSettings().asterisk:
        return installed(binary)
    return unpacked(programs_of(KeptSettings().folder))


def programs_of(folder: Path) -> Path:
    """Returns where an installation keeps the switch's program."""
    return folder.absolute() / "programs" / "asterisk"


def kept_postgres(core: CoreSettings) -> tuple[EmbeddedPostgres, str]:
    """Returns the server and the name of its database, as ``CALLCENTER_DATABASE_URL`` names both.

    Raises EmbeddedError.
    """
    url = urlsplit(core.database_url.get_secret_value())
    if url.hostname != "127.0.0.1" or url.port is None or url.username != OWNER or not url.password:
        raise EmbeddedError(
            f"CALLCENTER_DATABASE_URL does not name the kept PostgreSQL: write postgresql://{OWNER}:password@127.0.0.1:"
            "port/name, or take postgres out of CALLCENTER_KEPT_SERVERS"
        )
    server = EmbeddedPostgres(KeptSettings().folder.absolute() / "postgres", url.port, unquote(url.password))
    return server, unquote(url.path.strip("/"))


def _store(settings: KeptSettings) -> EmbeddedObjectStore:
    storage = StorageSettings()
    host, _, port = storage.endpoint.partition(":")
    player = storage.player_access_key, storage.player_secret_key
    if host != "127.0.0.1" or not port or storage.secure or settings.store_key is None or not all(player):
        raise EmbeddedError(
            "the settings do not name the kept store: CALLCENTER_S3_ENDPOINT is 127.0.0.1:port without TLS, and both "
            "keys of the player and CALLCENTER_KEPT_STORE_KEY are needed; or take store out of CALLCENTER_KEPT_SERVERS"
        )
    assert storage.player_access_key is not None
    assert storage.player_secret_key is not None
    keys = StoreKeys(
        recorder=(storage.access_key, storage.secret_key.get_secret_value()),
        player=(storage.player_access_key, storage.player_secret_key.get_secret_value()),
        encryption=settings.store_key.get_secret_value(),
    )
    ports = tuple(range(int(port), int(port) + PORTS))
    return EmbeddedObjectStore(settings.folder.absolute() / "store", ports, keys)
