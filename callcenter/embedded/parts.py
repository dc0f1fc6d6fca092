"""Describes the embedded servers to the supervisor."""

from pathlib import Path

from callcenter.embedded.objectstore import EmbeddedObjectStore
from callcenter.embedded.postgres import EmbeddedPostgres
from callcenter.embedded.switch import EmbeddedAsterisk
from callcenter.supervision.supervisor import Part


def postgres_part(server: EmbeddedPostgres, database: str, logs: Path) -> Part:
    """Returns the part of PostgreSQL; the cluster is made unless it exists, and the database when it is up."""
    server.prepare()
    return Part(
        name="postgres",
        command=server.command(),
        ready=server.ready,
        after_ready=lambda: server.ensure_database(database),
        log_path=logs / "postgres.log",
    )


def store_part(store: EmbeddedObjectStore, logs: Path, *, durable: bool = False) -> Part:
    """Returns the part of the object store; its identities are written first. ``durable``: see ``flush_writes``."""
    store.prepare()
    return Part(
        name="store",
        command=store.command(),
        ready=store.ready,
        after_ready=store.flush_writes if durable else None,
        log_path=logs / "store.log",
    )


def switch_part(name: str, switch: EmbeddedAsterisk, logs: Path) -> Part:
    """Returns the part of an Asterisk whose configuration is written."""
    return Part(name=name, command=switch.command(), ready=switch.ready, log_path=logs / f"{name}.log")
