"""The commands by which an installation survives: backup, restore, keys."""

import asyncio
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from callcenter.cli.daily import reseal
from callcenter.cli.installing import Env, Json
from callcenter.cli.running import app, checked_settings, console, errors, in_system, read_from, show, verifying

if TYPE_CHECKING:
    from callcenter.backup.drill import Drilled
    from callcenter.backup.keys import KeyCard
    from callcenter.backup.taking import Taken
    from callcenter.bootstrap import System, Verifier

keys = typer.Typer(no_args_is_help=True, help="Lists, adds and escrows the keys that encrypt the database.")
app.add_typer(keys, name="keys")
keys.command("reseal")(reseal)

Passphrase = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file", exists=True, dir_okay=False, help="file with the passphrase, mode 0600; default: ask"
    ),
]


def _say(as_machine: bool) -> Any:
    """Returns what prints a line of progress; with --json it goes to standard error."""
    screen = errors if as_machine else console
    return lambda line: screen.print(f"· {line}", highlight=False, markup=False, soft_wrap=True)


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(help="empty folder for the backup, or one of an interrupted run")],
    env: Env = None,
    passphrase_file: Passphrase = None,
    drill: Annotated[
        bool, typer.Option("--drill", help="also restore it into a scratch cluster and compare both certificates")
    ] = False,
    days: Annotated[int, typer.Option(min=1, help="with --drill: days that the certificates cover")] = 1,
    as_machine: Json = False,
) -> None:
    """Writes the database, settings with keys under a passphrase, and an inventory of the stored objects.

    The objects themselves stay in the store: copy or replicate that by its own means. Safe to repeat: an interrupted
    run is finished, a complete backup is never overwritten. Exit code 1: the drill found a difference.
    """
    from callcenter.backup.drill import drill as run_drill
    from callcenter.backup.drill import render
    from callcenter.backup.passphrases import read_passphrase
    from callcenter.backup.taking import Source, Taking

    read_from(env)
    core = checked_settings()
    passphrase = read_passphrase(passphrase_file, new=True)

    async def act(verifier: "Verifier") -> tuple["Taken", "Drilled | None"]:
        assert verifier.store is not None
        source = Source(core=core, verifier=verifier, store=verifier.store)
        wanted = days if drill else None
        taken = await Taking(source, folder.absolute(), passphrase, _say(as_machine), wanted).run()
        if taken.certificate is None:
            return taken, None
        return taken, await run_drill(folder.absolute(), passphrase, taken.certificate)

    taken, drilled = verifying(act, with_store=True)
    if drilled and not as_machine:
        render(taken.certificate, drilled, console)
    facts = {"folder": str(folder.absolute()), "objects": taken.manifest.objects, "made_at": taken.manifest.made_at}
    if drilled:
        facts |= {"same": drilled.same, "differing": drilled.differing}
    elif drill:
        errors.print(
            "callcenter: 数据库档案来自上次运行，未做演练：请另做一份 the archive is of an earlier run and was not"
            " drilled: make another backup with --drill",
            highlight=False,
        )
    show(facts, as_machine=as_machine)
    raise typer.Exit(1 if drill and not (drilled and drilled.same) else 0)


@app.command()
def restore(
    backup_folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="folder of a complete backup")],
    data: Annotated[Path, typer.Option(help="empty folder that becomes the installation")],
    passphrase_file: Passphrase = None,
    choices: Annotated[
        list[str] | None,
        typer.Option("--set", help="NAME=VALUE, once for each setting that reads otherwise in the new place"),
    ] = None,
    as_machine: Json = False,
) -> None:
    """Restores a backup into an empty folder and an empty database; nothing that is there is overwritten.

    The backup is checked whole first. An interrupted run is finished by the same command. Afterwards run callcenter
    verify, write the switch's files and start the system, as the handbook says.
    """
    from callcenter.backup.passphrases import read_passphrase
    from callcenter.backup.restoring import Restoring, choices_of
    from callcenter.kit.log import set_up_logging

    set_up_logging(level="WARNING")
    chosen = choices_of(choices or ())
    passphrase = read_passphrase(passphrase_file, new=False)
    restoring = Restoring(backup_folder.absolute(), data.absolute(), passphrase, chosen, _say(as_machine))
    manifest = restoring.prepare()
    read_from(restoring.settings_file)
    checked_settings()
    restored = asyncio.run(restoring.fill(manifest))
    facts = {
        "settings": str(restored.settings),
        "revision": manifest.revision,
        "made_at": manifest.made_at,
        "objects": manifest.objects,
        "tables": len(manifest.tables),
    }
    show(facts, as_machine=as_machine)


@keys.command("list")
def list_keys(env: Env = None, as_machine: Json = False) -> None:
    """Lists the keys in their order, the active one first, with the number of values that each has sealed."""
    from callcenter.backup import keys as keeping

    read_from(env)

    async def act(system: "System") -> list["KeyCard"]:
        return await keeping.list_keys(system)

    cards = in_system(act)
    if as_machine:
        show({"keys": [dataclasses.asdict(card) for card in cards]}, as_machine=True)
        return
    for card in cards:
        state = "启用 active" if card.active else "只解密 decrypts only"
        since = card.noted_at.isoformat(timespec="minutes") if card.noted_at else "–"
        console.print(f"{card.id}: {state}, {card.values} 个值 values, 自 since {since}", highlight=False)


@keys.command("add")
def add_key(
    env: Env = None,
    key_id: Annotated[str, typer.Option("--id", help="id of the new key; default: k and the next free number")] = "",
    as_machine: Json = False,
) -> None:
    """Draws a key and puts it in front of CALLCENTER_FIELD_KEYS in the file of settings; all others are kept.

    Then restart all parts, run callcenter keys reseal, and write a new escrow.
    """
    from callcenter.backup import keys as keeping

    added = keeping.add_key(env, key_id)
    if as_machine:
        show({"added": added}, as_machine=True)
        return
    for line in (
        f"已加入密钥 added key {added}",
        f"1. 重启所有部件 restart all parts: callcenter serve --env {env}",
        "2. 用新密钥重新加密 seal again: callcenter keys reseal",
        "3. 制作新的密钥托管文件 write a new escrow: callcenter keys escrow FILE",
    ):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


@keys.command("escrow")
def escrow(
    file: Annotated[Path, typer.Argument(help="file of the escrow")],
    env: Env = None,
    passphrase_file: Passphrase = None,
    check: Annotated[bool, typer.Option("--check", help="compare an escrow with the keys in use")] = False,
    reveal: Annotated[bool, typer.Option("--open", help="print the settings that an escrow holds, in clear")] = False,
    as_machine: Json = False,
) -> None:
    """Writes all keys into one file under a passphrase, for a safe; or compares or opens such a file.

    With --check exit code 1: it lacks a key in use, which is named.
    """
    from callcenter.backup import keys as keeping
    from callcenter.backup.passphrases import read_passphrase
    from callcenter.backup.taking import settings_in_force

    read_from(env)
    passphrase = read_passphrase(passphrase_file, new=not (check or reveal))
    if reveal:
        show(keeping.open_escrow(file, passphrase), as_machine=as_machine)
        return
    core = checked_settings()
    if check:
        lacking = keeping.lacking_in(keeping.open_escrow(file, passphrase), core)
        show({"file": str(file), "lacking": lacking}, as_machine=as_machine)
        raise typer.Exit(1 if lacking else 0)
    written = keeping.write_escrow(file, settings_in_force(), passphrase)
    show({"file": str(file), "keys": written}, as_machine=as_machine)
