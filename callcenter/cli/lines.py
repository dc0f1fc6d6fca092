"""The commands for trunks, where an operator scripts them: list, add, change, remove."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from callcenter.cli.running import app, in_system, show

if TYPE_CHECKING:
    from callcenter.bootstrap import System

trunk = typer.Typer(no_args_is_help=True, help="Lists and changes the trunks; `switch apply` brings them to a switch.")
app.add_typer(trunk, name="trunk")

Json = Annotated[bool, typer.Option("--json", help="print the result as JSON")]
Why = Annotated[str, typer.Option(help="for the trail")]
_FROM_STDIN = "read the password from standard input, one line"


@trunk.command("list")
def list_trunks(as_machine: Json = False) -> None:
    """Lists the trunks with their settings, how they take calls, and the calls of today. Passwords are not shown."""

    async def act(system: "System") -> list[Any]:
        from callcenter.lines.commands import described

        async with system.works.begin() as work:
            return described(await system.trunks.views(work))

    trunks = in_system(act)
    if as_machine:
        show({"trunks": trunks}, as_machine=True)
        return
    show({one["name"]: _line(one) for one in trunks}, as_machine=False)


@trunk.command("set")
def set_trunk(
    name: Annotated[str, typer.Argument(help="of the trunk; a new one is added")],
    settings: Annotated[
        list[str], typer.Argument(help="such as host=sip.example access=registration account=b1 priority=2")
    ],
    reason: Why,
    password: Annotated[bool, typer.Option("--password", help=_FROM_STDIN)] = False,
    as_machine: Json = False,
) -> None:
    """Adds a trunk, or changes the named settings of one and leaves the others.

    Settings: group host port transport encrypts_sound access account codecs number_format prefix channels
    calls_per_second priority share in_use. Lists are written with commas.
    """
    values: dict[str, Any] = {}
    for pair in settings:
        key, equals, value = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"{pair} is no setting: write name=value")
        values[key] = value.split(",") if key == "codecs" else value
    if password:
        values["password"] = sys.stdin.readline().rstrip("\n")

    async def act(system: "System") -> Any:
        from callcenter.lines.commands import put_trunk

        async with system.works.begin() as work:
            return await put_trunk(system.trunks, work, name, {**values, "reason": reason})

    entry = in_system(act)
    show({"name": entry.name, "version": entry.version, "in_use": entry.form.in_use}, as_machine=as_machine)


@trunk.command("remove")
def remove_trunk(
    name: Annotated[str, typer.Argument(help="of the trunk")], reason: Why, as_machine: Json = False
) -> None:
    """Removes a trunk; its calls go on, and it carries no further one."""

    async def act(system: "System") -> None:
        async with system.works.begin() as work:
            entry = await system.trunks.named(work, name)
            await system.trunks.remove(work, entry.id, reason)

    in_system(act)
    show({"removed": name}, as_machine=as_machine)


def _line(trunk_: dict[str, Any]) -> str:
    setting = trunk_["setting"]
    where = f"{setting['host']}:{setting['port']} {setting['transport']}, " if setting else ""
    figures = ", ".join(f"{trunk_[name]} {name}" for name in ("calls", "answered", "refused"))
    return f"{where}{trunk_['state']}, {figures}"
