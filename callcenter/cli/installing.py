"""The commands that install the system and write the files of its switches: setup, switch."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from callcenter.cli.running import app, checked_settings, console, errors, read_from, show

if TYPE_CHECKING:
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

    Where callcenter serve keeps the switch, restart it afterwards instead: it reads its files when it starts.
    """
    from callcenter.embedded.kept import switch_box
    from callcenter.telephony.asterisk import provision

    files = _files(node, env)
    files.write()
    command = " ".join(provision.command(switch_box().argv, files.directory))
    if as_machine:
        show({"directory": str(files.directory), "command": command}, as_machine=True)
        return
    console.print(f"{files.directory}: 已写入 written", highlight=False, markup=False, soft_wrap=True)
    console.print(f"运行 run: {command}", highlight=False, markup=False, soft_wrap=True)


@switch.command("check")
def check_switch(
    node: Annotated[str, typer.Option(help="name of the node; default: CALLCENTER_NODE")] = "",
    env: Env = None,
    as_machine: Json = False,
) -> None:
    """Compares the stored files of a node's Asterisk with what the settings ask for.

    Exit code 2: they differ; each difference is printed, secrets are not.
    """
    files = _files(node, env)
    drift = files.drift()
    if as_machine:
        facts = [{"kind": one.kind, "file": one.file, "place": one.place, "text": str(one)} for one in drift]
        show({"directory": str(files.directory), "differences": facts}, as_machine=True)
        raise typer.Exit(2 if drift else 0)
    for difference in drift:
        console.print(str(difference), highlight=False, markup=False, soft_wrap=True)
    if not drift:
        console.print(
            f"{files.directory}: 与设置一致 as the settings ask", highlight=False, markup=False, soft_wrap=True
        )
    raise typer.Exit(2 if drift else 0)


def _files(node: str, env: Path | None) -> "NodeFiles":
    """Returns the files of a node as the settings ask for them."""
    from callcenter.setup.service import switch_files
    from callcenter.telephony.settings import SwitchSettings

    read_from(env)
    return switch_files(node or checked_settings(SwitchSettings).node)
