"""The commands of the operator: serve, rehearse, migrate, verify, signals; and the hidden one that performs a job."""

import asyncio
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from callcenter.bootstrap.parts import Part
from callcenter.cli.running import app, checked_settings, console, in_system, read_from, show, verifying

if TYPE_CHECKING:
    from callcenter.bootstrap import System, Verifier


@app.command()
def serve(
    role: Annotated[
        list[Part] | None,
        typer.Option(
            help="web: panels and interface; engine: commands one switch; recorder: encodes and stores its recordings; "
            "office: scheduled tasks and jobs. May be repeated: these parts then run in one process; default: all, "
            "each as a process of its own, which is started again when it dies"
        ),
    ] = None,
    env: Annotated[
        Path | None,
        typer.Option("--env", exists=True, dir_okay=False, help="file of settings, as callcenter setup has written it"),
    ] = None,
) -> None:
    """Runs the system until SIGTERM or Ctrl-C; without --role also the servers that the settings keep here."""
    read_from(env)
    from callcenter.storage.settings import StorageSettings
    from callcenter.telephony.settings import SwitchSettings

    settings = checked_settings(StorageSettings, SwitchSettings)

    from callcenter import bootstrap

    bootstrap.start_logging(settings)
    if role is None:
        asyncio.run(bootstrap.supervise(settings))
    else:
        asyncio.run(bootstrap.serve(bootstrap.build(settings), role))


@app.command()
def rehearse(
    minutes: Annotated[
        float | None, typer.Option(min=0.1, help="end after this many minutes; default: run until Ctrl-C")
    ] = None,
    robots: Annotated[int, typer.Option(min=0, max=60, help="number of robot agents")] = 12,
    customers: Annotated[int, typer.Option(min=1, max=100_000, help="number of invented customers in the list")] = 700,
    port: Annotated[int, typer.Option(min=0, max=65535, help="port of the panels; 0: any free port")] = 8000,
    seed: Annotated[int, typer.Option(help="seed from which customers and robots are invented")] = 1,
    pace: Annotated[
        float, typer.Option(min=0.5, max=20, help="stretches ringing, talking (3–12 s) and the robots' wrap-up")
    ] = 1.0,
    folder: Annotated[
        Path, typer.Option("--dir", help="folder for everything of this rehearsal; it is emptied first")
    ] = Path("var/rehearsal"),
) -> None:
    """Runs the whole system on real servers, with a simulated carrier behind a second Asterisk.

    It begins with an empty database and ends with the certificate. Exit code 1: a law was broken.
    """
    from callcenter.kit.log import set_up_logging
    from callcenter.rehearsal.run import Options
    from callcenter.rehearsal.run import rehearse as run_rehearsal

    set_up_logging(level="ERROR")  # the parts have logs of their own
    options = Options(
        folder=folder.absolute(),
        minutes=minutes,
        robots=robots,
        customers=customers,
        port=port or None,
        seed=seed,
        pace=pace,
    )
    raise typer.Exit(asyncio.run(run_rehearsal(options, console)))


@app.command()
def migrate(
    check: Annotated[
        bool, typer.Option("--check", help="change nothing; compare revision and tables with this release")
    ] = False,
    as_machine: Annotated[bool, typer.Option("--json", help="print the result as JSON")] = False,
) -> None:
    """Brings the database that CALLCENTER_DATABASE_URL names up to this version. Safe to repeat.

    The keys of the database (CALLCENTER_FIELD_KEYS, CALLCENTER_INDEX_KEY) are needed too: some steps seal clear text,
    and the first run notes which keys belong to this database. Exit code 2: the tables are not those of this release;
    each difference is named.
    """
    settings = checked_settings()

    from callcenter.bootstrap import migrating

    differences = asyncio.run(migrating.compare(settings) if check else migrating.bring_up_to_date(settings))
    show({"revision": migrating.newest(), "differences": differences}, as_machine=as_machine)
    raise typer.Exit(2 if differences else 0)


@app.command()
def verify(
    days: Annotated[int, typer.Option(min=1, help="number of days to look back")] = 1,
    with_store: Annotated[
        bool, typer.Option("--store", help="also compare every recording with the object store")
    ] = False,
    as_machine: Annotated[bool, typer.Option("--json", help="print the certificate as JSON")] = False,
    audit: Annotated[bool, typer.Option("--audit", help="check the audit trail instead, all of it")] = False,
    recordings: Annotated[
        bool, typer.Option("--recordings", help="read tonight's part of the recordings again and compare their hashes")
    ] = False,
    deep: Annotated[bool, typer.Option("--deep", help="with --recordings: all of them")] = False,
    anchors: Annotated[
        Path | None, typer.Option(help="with --audit: compare with the heads that were noted in this file earlier")
    ] = None,
    note: Annotated[
        Path | None, typer.Option(help="with --audit: note the head in this file if the trail is whole")
    ] = None,
) -> None:
    """Certifies that the laws hold: no call outside its window, no agent over quota, every answered call recorded, …

    Exit code 1: a law is broken; each exception is named. With --audit: an entry of the trail was changed, removed or
    inserted. With --recordings: a stored recording has another hash than when it was stored, or is gone.
    """
    from callcenter.audit.certificate.report import as_json, render
    from callcenter.bootstrap.verifier import certify_days

    if deep and not recordings:
        raise typer.BadParameter("--deep needs --recordings")
    if recordings:
        _verify_recordings(deep=deep, as_machine=as_machine)
    if audit:
        _verify_audit(anchors, note, as_machine=as_machine)
    if anchors or note:
        raise typer.BadParameter("--anchors and --note need --audit")

    async def act(verifier: "Verifier") -> Any:
        return await certify_days(verifier, days, with_store=with_store)

    certificate = verifying(act, with_store=with_store)
    if as_machine:
        console.print_json(json.dumps(as_json(certificate)))
    else:
        render(certificate, console)
    raise typer.Exit(0 if certificate.ok else 1)


def _verify_recordings(*, deep: bool, as_machine: bool) -> NoReturn:
    from callcenter.bootstrap.verifier import read_again
    from callcenter.recordings.rehashing import Rehash

    found: Rehash = verifying(lambda verifier: read_again(verifier, deep=deep), with_store=True)
    facts = {"read": found.read, "changed": list(map(str, found.changed)), "gone": list(map(str, found.gone))}
    show(facts, as_machine=as_machine)
    raise typer.Exit(0 if found.whole else 1)


def _verify_audit(anchors: Path | None, note: Path | None, *, as_machine: bool) -> NoReturn:
    from callcenter.audit.chain_report import ChainLook, as_json, render
    from callcenter.bootstrap.verifier import look_at_chain

    look: ChainLook = verifying(lambda verifier: look_at_chain(verifier, anchors, note), with_store=True)
    if as_machine:
        console.print_json(json.dumps(as_json(look)))
    else:
        render(look, console)
    raise typer.Exit(0 if look.report.whole else 1)


@app.command()
def signals(
    ids: Annotated[list[int] | None, typer.Argument(help="these signals alone; default: all that are kept")] = None,
    take: Annotated[bool, typer.Option("--take", help="have the engine take them again, the oldest first")] = False,
    dismiss: Annotated[int | None, typer.Option(help="id of a signal that is not to be taken; needs --reason")] = None,
    reason: Annotated[str, typer.Option(help="with --dismiss: kept in the audit trail")] = "",
    as_machine: Annotated[bool, typer.Option("--json", help="print the signals as JSON")] = False,
) -> None:
    """Lists the signals of switches that our code could not take; has them taken again, or dismisses one.

    Exit code 1: some that were to be taken again are still kept; the list says why.
    """
    from callcenter.bootstrap import kept_signals

    cards = in_system(lambda system: kept_signals.act(system, ids, dismiss, reason, take=take))
    kept_signals.render(cards, console, as_json=as_machine)
    raise typer.Exit(1 if take and cards else 0)


@app.command(hidden=True)
def job(job_id: int) -> None:
    """Performs one job; the job runner starts this command. It yields the processor to the engine."""
    from callcenter import bootstrap
    from callcenter.kit.limits import limit_this_process

    os.nice(10)

    async def act(system: "System") -> Any:
        limit_this_process(system.settings.job_cpu_seconds, system.settings.job_memory_mib)
        await bootstrap.run_job(system, job_id)

    in_system(act)
