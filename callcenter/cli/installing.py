"""The commands that install the system and write the files of its switches: setup, switch."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from callcenter.cli.running import app, checked_settings, console, errors, in_system, read_from, show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from callcenter.bootstrap import System
    from callcenter.lines.types import TrunkEntry
    from callcenter.telephony.asterisk.drift import Difference
    from callcenter.telephony.asterisk.node import NodeFiles

switch = typer.Typer(no_args_is_help=True, help="Writes and compares the files of a node's Asterisk.")
app.add_typer(switch, name="switch")

Env = Annotated[
    Path | None,
    typer.Option("--env", exists=True, dir_okay=False, help="file of settings, as callcenter setup has written it"),
]

Json = Annotated[bool, typer.Option("--json", help="print the result as JSON")]


@app.command()
def setup(
    data: Annotated[Path, typer.Option(help="folder of the installation: settings, data, logs")] = Path(
        "var/callcenter"
    ),
    answers: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="TOML file of answers; without it they are asked for"),
    ] = None,
    as_machine: Json = False,
) -> None:
    """Installs the system: asks a dozen questions at the most, tests each answer, writes everything that is needed.

    Safe to repeat: what is as the answers ask for it stays as it is. The password of the first administrator is
    shown at a terminal, else kept in the file first-password of the folder. With --json all words go to standard
    error. Exit code 2: an answer is refused.
    """
    from callcenter.kit.log import set_up_logging
    from callcenter.setup.run import run_setup

    set_up_logging(level="ERROR")
    try:
        installed = run_setup(data.absolute(), answers, errors if as_machine else console)
    except EOFError:
        raise typer.Abort from None
    if as_machine:
        steps = {done.step.value: list(done.changed) for done in installed.steps}
        administrator = installed.password.login if installed.password else None
        show({"changed": installed.changed, "steps": steps, "new_administrator": administrator}, as_machine=True)


@switch.command("write")
def write_switch(
    node: Annotated[str, typer.Option(help="name of the node; default: CALLCENTER_NODE")] = "",
    env: Env = None,
    as_machine: Json = False,
) -> None:
    """Writes the files of a node's Asterisk as the settings ask for them, and prints the command that runs it.

    The trunks of the database are left as they were written by `apply`. A switch that runs is restarted afterwards.
    """
    from callcenter.embedded.kept import switch_box
    from callcenter.telephony.asterisk import provision

    files = _files(node, env)
    files.write()
    command = " ".join(provision.command(switch_box().argv, files.directory))
    if as_machine:
        show({"directory": str(files.directory), "command": command}, as_machine=True)
        return
    _say(f"{files.directory}: 已写入 written")
    _say(f"运行 run: {command}")


@switch.command("check")
def check_switch(
    node: Annotated[str, typer.Option(help="name of the node; default: CALLCENTER_NODE")] = "",
    env: Env = None,
    trunks: Annotated[bool, typer.Option("--trunks", help="with the trunks of the database, which must run")] = False,
    as_machine: Json = False,
) -> None:
    """Compares the stored files of a node's Asterisk with what the settings ask for.

    Exit code 2: they differ; each difference is printed, secrets are not.
    """
    files = _files(node, env, with_trunks=trunks)
    drift = files.drift()
    if as_machine:
        show({"directory": str(files.directory), "differences": _facts(drift)}, as_machine=True)
        raise typer.Exit(2 if drift else 0)
    for difference in drift:
        _say(str(difference))
    if not drift:
        _say(f"{files.directory}: 与设置一致 as the settings ask")
    raise typer.Exit(2 if drift else 0)


@switch.command("apply")
def apply_switch(
    node: Annotated[str, typer.Option(help="name of the node; default: CALLCENTER_NODE")] = "",
    env: Env = None,
    as_machine: Json = False,
) -> None:
    """Writes what has changed, with the trunks of the database, and has the running Asterisk read it: calls go on.

    Run it on the node's own machine. Exit code 2: a change waits for a restart of the switch, or the switch does not
    know a trunk; 1: the switch does not answer, the files are written.
    """
    from callcenter.setup.applying import apply_files

    files = _files(node, env, with_trunks=True)
    applied = asyncio.run(apply_files(files))
    if as_machine:
        facts = {
            "directory": str(files.directory),
            "changes": _facts(applied.changes),
            "reloaded": list(applied.modules),
            "needs_restart": _facts(applied.restart),
            "unknown_trunks": list(applied.unknown_trunks),
            "switch_answers": applied.failure is None,
        }
        show(facts, as_machine=True)
    else:
        for change in applied.changes:
            _say(str(change))
        if not applied.changes:
            _say(f"{files.directory}: 没有变化 unchanged")
        if applied.modules:
            _say(f"已重新读取 read anew: {', '.join(applied.modules)}")
        for change in applied.restart:
            _say(f"需重启交换机才生效 counts after a restart of the switch: {change}")
        for name in applied.unknown_trunks:
            _say(f"交换机没有接受线路 the switch has not taken the trunk {name}: 见其日志 see its log")
        if applied.failure:
            _say(f"文件已写入，交换机没有应答 the files are written, the switch does not answer: {applied.failure}")
    if applied.failure:
        raise typer.Exit(1)
    raise typer.Exit(2 if applied.restart or applied.unknown_trunks else 0)


def _files(node: str, env: Path | None, *, with_trunks: bool = False) -> "NodeFiles":
    """Returns the files of a node as the settings ask for them, and the trunks of the database if they are asked."""
    from callcenter.setup.service import switch_files
    from callcenter.telephony.settings import SwitchSettings

    read_from(env)
    name = node or checked_settings(SwitchSettings).node
    if not with_trunks:
        return switch_files(name)

    async def read(system: "System") -> "Sequence[TrunkEntry]":
        async with system.works.begin() as work:
            return await system.trunks.with_passwords(work)

    return switch_files(name, in_system(read))


def _facts(drift: "Sequence[Difference]") -> list[dict[str, str]]:
    return [{"kind": one.kind, "file": one.file, "place": one.place, "text": str(one)} for one in drift]


def _say(line: str) -> None:
    console.print(line, highlight=False, markup=False, soft_wrap=True)
