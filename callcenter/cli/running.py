"""What every command needs: the application, its consoles, settings that were checked, a system of its own, output."""

import asyncio
import dataclasses
import gc
import json
import os
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

if TYPE_CHECKING:
    from callcenter.kit.config import CoreSettings, Section

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
console = Console()
errors = Console(stderr=True)


def _show_version(asked: bool) -> None:
    if asked:
        console.print(f"callcenter {version('callcenter')}", highlight=False)
        raise typer.Exit


@app.callback()
def options(
    shown: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="print the version and exit")
    ] = False,
) -> None:
    """Reads the options that stand before a command."""


def read_from(env: Path | None) -> None:
    """Has every section read this file of settings; without one the environment names it, or nothing does."""
    from callcenter.kit.config import ENV_FILE

    if env is not None:
        os.environ[ENV_FILE] = str(env.absolute())


def checked_settings(*needed: "type[Section]") -> "CoreSettings":
    """Returns the settings that every process needs, when nothing in the environment is wrong. Raises SettingsError."""
    from callcenter.bootstrap.settings import check_settings
    from callcenter.kit.config import CoreSettings
    from callcenter.rehearsal.settings import RobotSettings

    check_settings((RobotSettings,), needed=(CoreSettings, *needed))
    return CoreSettings()


def in_system(act: Any) -> Any:
    """Runs one use case in a system of its own, on a database that belongs to this release and these keys."""
    from callcenter.kit.log import set_up_logging
    from callcenter.storage.settings import StorageSettings
    from callcenter.telephony.settings import SwitchSettings

    # Before the imports below, which take seconds: a missing setting is reported at once.
    settings = checked_settings(StorageSettings, SwitchSettings)
    set_up_logging(level="WARNING")

    from callcenter import bootstrap
    from callcenter.bootstrap.starting import require_belonging

    async def run() -> Any:
        system = bootstrap.build(settings)
        gc.freeze()  # modules stay for good: the collector need not walk them again during an import of a million rows
        try:
            await require_belonging(system.works, settings)
            return await act(system)
        finally:
            await system.close()

    return asyncio.run(run())


def verifying(act: Any, *, with_store: bool) -> Any:
    """Runs a check that needs the database alone, or the object store as well; never the switch."""
    from callcenter.kit.log import set_up_logging
    from callcenter.storage.settings import StorageSettings

    settings = checked_settings(*([StorageSettings] if with_store else []))
    set_up_logging(level="WARNING")

    from callcenter import bootstrap
    from callcenter.bootstrap.starting import require_belonging

    async def run() -> Any:
        async with bootstrap.verifying(settings, with_store=with_store) as verifier:
            await require_belonging(verifier.works, settings)
            return await act(verifier)

    return asyncio.run(run())


def show(facts: Mapping[str, Any], *, as_machine: bool) -> None:
    """Prints facts as one JSON object, or a line each."""
    if as_machine:
        console.print_json(json.dumps(facts, default=str))
    else:
        for name, value in facts.items():
            console.print(f"{name}: {_plain(value)}", highlight=False, markup=False)


def _plain(value: Any) -> str:
    """Returns a value as a person reads it: lists with commas, mappings as name and value."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = dataclasses.asdict(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_plain(part)}" for name, part in value.items()) or "–"
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(_plain(part) for part in value) or "–"
    return "–" if value is None else str(value)
