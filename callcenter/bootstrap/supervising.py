"""Runs the parts of one machine as child processes, each with a log of its own (requirement S5)."""

import asyncio
import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from callcenter.bootstrap.listening import LISTENER_VARIABLE, open_listener
from callcenter.bootstrap.parts import Part
from callcenter.embedded.kept import kept_parts
from callcenter.kit.config import CoreSettings
from callcenter.kit.log import get_logger
from callcenter.supervision.beat import Beats
from callcenter.supervision.command import Command
from callcenter.supervision.run import state_dir, stop_signals
from callcenter.supervision.supervisor import Part as SupervisedPart
from callcenter.supervision.supervisor import Supervisor
from callcenter.web.settings import WebSettings

log = get_logger(__name__)

STOP_SECONDS = 15.0
"""How long a part may take to stop before it is killed."""
_CANNOT_BEGIN = 2
"""The exit code of our commands when the operator must act first (see ``callcenter.cli``)."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the processes of the parts run."""

    environment: Mapping[str, str]
    """Their settings, and all else that they find in their environment."""
    folder: Path
    """Their working folder, from which relative paths of settings count."""
    logs: Path
    """The folder of their logs."""
    listener: socket.socket
    """Shared by the web workers; it stays open while they are restarted, so that no connection is refused."""


def service_parts(place: Place, *, web_workers: int) -> list[SupervisedPart]:
    """Returns the processes of this machine, none of which needs another one to start."""
    descriptor = place.listener.fileno()
    inherited = {**place.environment, LISTENER_VARIABLE: str(descriptor)}
    names = ["web"] if web_workers == 1 else [f"web{number + 1}" for number in range(web_workers)]
    parts = [
        _part(place, part.value, Command(argv=_argv(part), folder=place.folder, environment=place.environment))
        for part in (Part.OFFICE, Part.RECORDER, Part.ENGINE)
    ]
    return parts + [
        _part(
            place,
            name,
            Command(argv=_argv(Part.WEB), folder=place.folder, environment=inherited, files=(descriptor,)),
        )
        for name in names
    ]


def _argv(part: Part) -> tuple[str, ...]:
    return (sys.executable, "-m", "callcenter", "serve", "--role", part.value)


def _part(place: Place, name: str, command: Command) -> SupervisedPart:
    beats = Beats()
    return SupervisedPart(
        name=name,
        command=command,
        ready=beats.heard,
        beats=beats,
        log_path=place.logs / f"{name}.log",
        start_seconds=120,  # on a busy machine the imports alone take half a minute
        stop_seconds=STOP_SECONDS,
        refusal_code=_CANNOT_BEGIN,
    )


async def supervise(settings: CoreSettings) -> None:
    """Runs all parts as child processes until SIGTERM or Ctrl-C. Raises StartError when one cannot begin.

    The servers that this machine keeps are started before them, one after another, and stopped after them.
    """
    host, port = settings.http_host, settings.http_port
    with state_dir(settings.log_dir.absolute()) as logs, open_listener(host, port) as listener:
        place = Place(environment=dict(os.environ), folder=Path.cwd(), logs=logs, listener=listener)
        parts = service_parts(place, web_workers=WebSettings().workers)
        kept = kept_parts(settings)
        log.info("starting", parts=[part.name for part in (*kept, *parts)], logs=str(logs))
        servers, supervisor = Supervisor(kept), Supervisor(parts, at_once=True)

        async def start() -> None:
            await servers.start()
            await supervisor.start()

        async with stop_signals() as stop:
            starting, stopping = asyncio.create_task(start()), asyncio.create_task(stop.wait())
            try:
                await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
                if starting.done():
                    starting.result()
                    log.info("serving", host=host, port=port)
                    await stopping
            finally:
                stopping.cancel()
                starting.cancel()
                await asyncio.gather(starting, stopping, return_exceptions=True)
                await supervisor.stop()
                await servers.stop()
        log.info("stopped")
