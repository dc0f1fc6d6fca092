"""The commands about the policy on recordings: show it, check a file, say what a changed file would do."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from callcenter.cli.running import app, console, in_system, show
from callcenter.kit.errors import CannotBeginError

if TYPE_CHECKING:
    from callcenter.bootstrap import System
    from recordings_policy import Policy

policy = typer.Typer(no_args_is_help=True, help="Shows, checks and compares the signed policy on recordings.")
app.add_typer(policy, name="policy")

PolicyFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="a file like policy.toml")]
AsMachine = Annotated[bool, typer.Option("--json", help="print it as JSON")]


@policy.command("show")
def show_policy(as_machine: AsMachine = False) -> None:
    """Says what the policy in force decides, in sentences."""
    from recordings_policy import load
    from recordings_policy.words import sentences

    _print(load(), {"decides": sentences(load())}, as_machine=as_machine)


@policy.command("check")
def check_policy(file: PolicyFile, as_machine: AsMachine = False) -> None:
    """Checks a file: names the first entry that is wrong, or that is below the law's minimum (exit code 2)."""
    from recordings_policy.words import sentences

    found = _read(file)
    _print(found, {"decides": sentences(found)}, as_machine=as_machine)


@policy.command("diff")
def compare_policy(file: PolicyFile, as_machine: AsMachine = False) -> None:
    """Says what a changed file would decide otherwise, and what it would do to the recordings that are stored.

    Nothing is changed. A lock in the store is never shortened, whatever the file says.
    """
    from recordings_policy import load
    from recordings_policy.words import differences

    candidate, in_force = _read(file), load()

    async def act(system: "System") -> Any:
        from callcenter.recordings.effects import effects_of

        return await effects_of(system.works, candidate, in_force)

    effects = dataclasses.asdict(in_system(act))
    changes = differences(in_force, candidate)
    _print(candidate, {"changes": changes, "effects": effects}, as_machine=as_machine)


def _read(file: Path) -> "Policy":
    from recordings_policy import PolicyError, load

    try:
        return load(file)
    except PolicyError as error:
        raise CannotBeginError(f"{file}: {error}") from None


def _print(named: "Policy", facts: dict[str, Any], *, as_machine: bool) -> None:
    head = {"version": named.version, "effective_on": named.effective_on.isoformat()}
    if as_machine:
        show({**head, **facts}, as_machine=True)
        return
    console.print(f"policy {named.version}, in effect from {named.effective_on}", highlight=False)
    for sentence in facts.get("decides", ()):
        console.print(f"- {sentence}", highlight=False, markup=False, soft_wrap=True)
    if "changes" in facts:
        for sentence in facts["changes"] or ["nothing is decided otherwise."]:
            console.print(f"- {sentence}", highlight=False, markup=False, soft_wrap=True)
        effects = facts["effects"]
        console.print(
            "Of {stored} stored recordings {longer} would be kept for longer, {same} as long, {shorter} for less. Of"
            " these, {locked_beyond} stay locked beyond their new term (a lock is never shortened), and {over_at_once}"
            " would be listed for destruction at once.".format(**effects),
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
