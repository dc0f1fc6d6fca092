"""Runs and checks the call center: serve, rehearse, migrate, import, allocate, verify.

Every command ends with exit code 0 when it has done its work, and with 2 when it cannot; the reason is then printed on
standard error in one sentence. Settings come from the environment (CALLCENTER_*).
"""

import asyncio
import dataclasses
import gc
import json
import os
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console

from callcenter.bootstrap.parts import Part
from callcenter.files.types import Delimiter, Encoding
from callcenter.kit.config import CoreSettings, SettingsError
from callcenter.kit.errors import Refusal
from callcenter.kit.log import set_up_logging

# Each command imports its own parts: importing all of them takes longer than most commands, and each job is a process.
from callcenter.people.types import LeaveKind
from callcenter.supervision.command import StartError

if TYPE_CHECKING:
    from callcenter.bootstrap import System, Verifier
    from callcenter.kit.jobs import JobCard

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
console = Console()
errors = Console(stderr=True)


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
) -> None:
    """Runs the system until SIGTERM or Ctrl-C."""
    from callcenter import bootstrap

    settings = CoreSettings()
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
def migrate() -> None:
    """Brings the database that CALLCENTER_DATABASE_URL names up to this version. Safe to repeat.

    The keys of the database (CALLCENTER_FIELD_KEYS, CALLCENTER_INDEX_KEY) are needed too: some steps seal clear text.
    """
    from callcenter.migrations.run import migrate as run_migrations

    settings = CoreSettings()
    asyncio.run(run_migrations(settings.database_url.get_secret_value(), settings.vault.seal))
    console.print("the database is up to date")


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="the list: CSV or XLSX")],
    campaign: Annotated[int, typer.Option(help="id of the campaign")],
    list_name: Annotated[str, typer.Option("--list", help="name of the list")],
    source: Annotated[
        str, typer.Option(help="who supplied the list; columns are matched as for this source's last list")
    ] = "",
    branch: Annotated[str, typer.Option(help="branch that the list is for; default: the whole bank")] = "",
    sheet: Annotated[str | None, typer.Option(help="sheet of a workbook; default: the first")] = None,
    encoding: Annotated[Encoding | None, typer.Option(help="of a text; default: as it is found")] = None,
    delimiter: Annotated[Delimiter | None, typer.Option(help="of a text; default: by its first lines")] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(help="COLUMN=TITLE, once for each: what a title becomes; given, only these columns are known"),
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option(help="KEY=TITLE[:KIND], once for each: a further field; given, no other column is kept"),
    ] = None,
    header_row: Annotated[
        int | None,
        typer.Option(min=1, help="row that holds the column titles; default: the first row with known titles"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="count what an import would do, write nothing")] = False,
    as_machine: Annotated[bool, typer.Option("--json", help="print the report as JSON")] = False,
) -> None:
    """Imports a customer list in one transaction; rejected rows are kept with their line and reason.

    Exit code 2: the import was refused. Exit code 3: it was cancelled (by Ctrl-C) and nothing was written.
    """
    from callcenter.bootstrap.importing import import_from_cli
    from callcenter.files.types import TextChoice
    from callcenter.imports.types import ImportRequest
    from callcenter.imports.written import reading_of
    from callcenter.kit.jobs import JobState

    text = TextChoice(encoding, delimiter)
    reading = reading_of(text, sheet, header_row, column or (), field or ())
    request = ImportRequest(campaign, list_name, branch, reading)

    async def act(system: "System") -> "JobCard":
        return await import_from_cli(
            system, file, request, source=source, dry_run=dry_run, screen=None if as_machine else errors
        )

    job = _in_system(act)
    if job.state is JobState.FAILED:
        errors.print(f"callcenter: {job.problem['detail']}", style="red", highlight=False, markup=False)
        raise typer.Exit(2)
    if job.state is JobState.CANCELLED:
        errors.print("callcenter: the import was cancelled; nothing was written", style="red")
        raise typer.Exit(3)
    _show(job.result, as_machine=as_machine)


@app.command()
def allocate(
    campaign: Annotated[int, typer.Option(help="id of the campaign")],
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="day to allocate; default: the next working day")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="seed of the random draws; default: the date as a number")] = None,
    as_machine: Annotated[bool, typer.Option("--json", help="print the report as JSON")] = False,
) -> None:
    """Allocates the leads of a working day to every eligible agent. Safe to repeat: a day is allocated once."""
    from callcenter.kit.clock import business_date

    async def act(system: "System") -> Any:
        async with system.works.begin() as work:
            calendar = await system.campaigns.calendar(work)
            day: date = on.date() if on else calendar.next_working_day(business_date(work.now))
            return await system.runs.allocate(work, campaign, day, seed)

    _report(_in_system(act), as_machine=as_machine)


@app.command("index-id-numbers")
def index_id_numbers(
    as_machine: Annotated[bool, typer.Option("--json", help="print the result as JSON")] = False,
) -> None:
    """Indexes the identity numbers of leads that have none yet, so that they are found by the search.

    An upgrade requests the same as a job. It can be stopped (Ctrl-C) and run again at any time: what is done stays.
    Exit code 3: it was cancelled.
    """
    from callcenter.bootstrap.importing import index_from_cli
    from callcenter.kit.jobs import JobState

    async def act(system: "System") -> "JobCard":
        return await index_from_cli(system, screen=None if as_machine else errors)

    job = _in_system(act)
    if job.state is not JobState.DONE:
        errors.print("callcenter: not finished; run it again to go on", style="red")
        raise typer.Exit(3)
    _show(job.result, as_machine=as_machine)


@app.command()
def members(
    campaign: Annotated[int, typer.Option(help="id of the campaign")],
    login: Annotated[list[str] | None, typer.Option(help="log-in of an agent; may be given several times")] = None,
    weight: Annotated[
        int | None, typer.Option(min=0, max=100, help="in relation to the agent's other campaigns; 0 removes the agent")
    ] = None,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="from which day, or as of which; default: today")
    ] = None,
    reason: Annotated[str, typer.Option(help="kept in the history")] = "",
    as_machine: Annotated[bool, typer.Option("--json", help="print the report as JSON")] = False,
) -> None:
    """Shows who serves a campaign and with how many leads a day; with --login and --weight changes it from a day on."""
    from callcenter.allocation.types import MemberDraft
    from callcenter.kit.clock import business_date

    async def act(system: "System") -> Any:
        async with system.works.begin() as work:
            day = on.date() if on else business_date(work.now)
            if login and weight is not None:
                staff_ids = tuple([(await system.people.find_by_login(work, one)).id for one in login])
                draft = MemberDraft(
                    campaign_id=campaign, staff_ids=staff_ids, weight=weight, from_on=day, reason=reason
                )
                await system.members.set(work, draft)
            return await system.members.list(work, campaign, day)

    if bool(login) != (weight is not None):
        errors.print("callcenter: give --login and --weight together, or neither", style="red")
        raise typer.Exit(2)
    serving = _in_system(act)
    _show({f"{one.name} ({one.staff_id})": f"{one.quota} / {one.day_quota}" for one in serving}, as_machine=as_machine)


@app.command()
def absent(
    login: Annotated[str, typer.Argument(help="log-in of the person")],
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="first day of the leave")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="last day of the leave")],
    kind: Annotated[LeaveKind, typer.Option(help="why")] = LeaveKind.ANNUAL,
) -> None:
    """Enters a leave; leads, promises, reviews and visits of these days go to others at once."""

    async def act(system: "System") -> Any:
        async with system.works.begin() as work:
            person = await system.people.find_by_login(work, login)
            return await system.leaves.enter(work, person.id, first.date(), last.date(), kind)

    leave = _in_system(act)
    console.print(f"{leave.name}: {leave.first_on} – {leave.last_on} ({leave.kind})")


@app.command("leave-bank")
def leave_bank(
    login: Annotated[str, typer.Argument(help="log-in of the person who leaves")],
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Revokes the access of staff who leave, at once; leads, promises, reviews and visits go to others."""

    async def find(system: "System") -> Any:
        async with system.works.begin() as work:
            return await system.people.find_by_login(work, login)

    async def act(system: "System") -> None:
        async with system.works.begin() as work:
            await system.people.leave(work, person.id)

    person = _in_system(find)
    if not yes:
        typer.confirm(f"{person.name} ({person.role}, {person.branch}) leaves the bank?", abort=True)
    _in_system(act)
    console.print(f"{person.name}: access revoked")


@app.command()
def verify(
    days: Annotated[int, typer.Option(min=1, help="number of days to look back")] = 1,
    with_store: Annotated[
        bool, typer.Option("--store", help="also compare every recording with the object store")
    ] = False,
    as_machine: Annotated[bool, typer.Option("--json", help="print the certificate as JSON")] = False,
    audit: Annotated[bool, typer.Option("--audit", help="check the audit trail instead, all of it")] = False,
    anchors: Annotated[
        Path | None, typer.Option(help="with --audit: compare with the heads that were noted in this file earlier")
    ] = None,
    note: Annotated[
        Path | None, typer.Option(help="with --audit: note the head in this file if the trail is whole")
    ] = None,
) -> None:
    """Certifies that the laws hold: no call outside its window, no agent over quota, every answered call recorded, …

    Exit code 1: a law is broken; each exception is named. With --audit: an entry of the trail was changed, removed or
    inserted.
    """
    from callcenter.audit.certificate.report import as_json, render
    from callcenter.bootstrap.verifier import certify_days

    if audit:
        _verify_audit(anchors, note, as_machine=as_machine)
    if anchors or note:
        raise typer.BadParameter("--anchors and --note need --audit")

    async def act(verifier: "Verifier") -> Any:
        return await certify_days(verifier, days, with_store=with_store)

    certificate = _verifying(act, with_store=with_store)
    if as_machine:
        console.print_json(json.dumps(as_json(certificate)))
    else:
        render(certificate, console)
    raise typer.Exit(0 if certificate.ok else 1)


def _verify_audit(anchors: Path | None, note: Path | None, *, as_machine: bool) -> NoReturn:
    from callcenter.audit.chain_report import ChainLook, as_json, render
    from callcenter.bootstrap.verifier import look_at_chain

    look: ChainLook = _verifying(lambda verifier: look_at_chain(verifier, anchors, note), with_store=True)
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

    cards = _in_system(lambda system: kept_signals.act(system, ids, dismiss, reason, take=take))
    kept_signals.render(cards, console, as_json=as_machine)
    raise typer.Exit(1 if take and cards else 0)


@app.command(hidden=True)
def job(job_id: int) -> None:
    """Performs one job; the job runner starts this command. It yields the processor to the engine."""
    from callcenter import bootstrap

    os.nice(10)

    async def act(system: "System") -> Any:
        await bootstrap.run_job(system, job_id)

    _in_system(act)


def _in_system(act: Any) -> Any:
    """Runs one use case in a system of its own."""
    set_up_logging(level="WARNING")
    settings = CoreSettings()  # before the imports below, so that a missing setting is reported at once

    from callcenter import bootstrap

    async def run() -> Any:
        system = bootstrap.build(settings)
        gc.freeze()  # modules stay for good: the collector need not walk them again during an import of a million rows
        try:
            return await act(system)
        finally:
            await system.close()

    return asyncio.run(run())


def _verifying(act: Any, *, with_store: bool) -> Any:
    """Runs a check that needs the database alone, or the object store as well; never the switch."""
    set_up_logging(level="WARNING")
    settings = CoreSettings()

    from callcenter import bootstrap

    async def run() -> Any:
        async with bootstrap.verifying(settings, with_store=with_store) as verifier:
            return await act(verifier)

    return asyncio.run(run())


def _report(report: Any, *, as_machine: bool) -> None:
    _show(dataclasses.asdict(report), as_machine=as_machine)


def _show(facts: Mapping[str, Any], *, as_machine: bool) -> None:
    if as_machine:
        console.print_json(json.dumps(facts, default=str))
    else:
        for name, value in facts.items():
            console.print(f"{name}: {value}", highlight=False)


def main() -> None:
    """Runs the command line; a failure that the operator can remedy ends with one sentence and exit code 2."""
    try:
        app()
    except (StartError, Refusal, SettingsError) as error:
        errors.print(f"callcenter: {error}", style="red", highlight=False, markup=False, soft_wrap=True)
        raise SystemExit(2) from None
