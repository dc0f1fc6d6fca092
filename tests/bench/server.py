"""A PostgreSQL of the benches' own, durable as in production, and databases in it."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import psutil

from callcenter.embedded.postgres import EmbeddedPostgres
from callcenter.embedded.process import free_ports
from callcenter.migrations.run import migrate

_SETTINGS = {"max_connections": "450", "shared_buffers": "512MB", "work_mem": "64MB", "max_wal_size": "4GB"}
"""A small server's, instead of the embedded one's for a laptop."""


@contextmanager
def server(folder: Path) -> Iterator[EmbeddedPostgres]:
    postgres = EmbeddedPostgres(folder, free_ports(1)[0], password="only for this run")
    postgres.prepare()
    command = postgres.command()
    settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
    with (folder / "postgres.log").open("wb") as log:
        process = replace(command, argv=(*command.argv, *settings)).start(log)
    try:
        deadline = time.monotonic() + 30
        while not asyncio.run(postgres.ready()):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((folder / "postgres.log").read_text()[-2000:])
            time.sleep(0.05)
        yield postgres
    finally:
        process.send_signal(command.stop_signal)
        process.wait(timeout=60)


def sqlalchemy_url(url: str) -> str:
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)


async def database(postgres: EmbeddedPostgres, name: str) -> str:
    """Creates a database of the newest revision, as an installation has it; returns its URL."""
    await postgres.ensure_database(name)
    await migrate(postgres.url(name))
    return postgres.url(name)


def server_cpu(made: EmbeddedPostgres) -> float:
    """Returns the processor time of the server, of all processes it has had."""
    server = psutil.Process(int((made.data / "postmaster.pid").read_text().split()[0]))
    while True:
        with suppress(psutil.NoSuchProcess):  # one has ended meanwhile: the server has counted its time now
            running = sum(sum(process.cpu_times()[:2]) for process in server.children(recursive=True))
            return float(sum(server.cpu_times()[:4]) + running)
