"""The commands of a working day: lists, allocation, members of campaigns, leave."""

import dataclasses
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from callcenter.cli.running import app, errors, in_system, show
from callcenter.dnc.types import KeyKind
from callcenter.files.types import Delimiter, Encoding

# Each command imports its own parts: importing all of them takes longer than most commands, and each job is a process.
from callcenter.people.types import LeaveKind

if TYPE_CHECKING:
    from callcenter.bootstrap import System
    from callcenter.kit.jobs import JobCard


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

    text = TextChoice(encoding, delimiter)
    reading = reading_of(text, sheet, header_row, column or (), field or ())
    request = ImportRequest(campaign, list_name, branch, reading)

    async def act(system: "System") -> "JobCard":
        return await import_from_cli(
            system, file, request, source=source, dry_run=dry_run, screen=None if as_machine else errors
        )

    _show_import(in_system(act), as_machine=as_machine)


@app.command("import-dnc")
def import_do_not_call_list(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="the numbers or hashes: text or XLSX")],
    list_name: Annotated[
        str, typer.Option("--list", help="name of the list; one that is in use gets its next delivery")
    ],
    supplier: Annotated[str, typer.Option(help="who supplies the list")] = "",
    days: Annotated[
        int | None,
        typer.Option(min=1, max=36_500, help="how long the delivery holds; default: as before, of a new list 2 years"),
    ] = None,
    for_ever: Annotated[bool, typer.Option("--for-ever", help="the delivery holds until the next one")] = False,
    kind: Annotated[KeyKind | None, typer.Option(help="of what the list consists; default: as it is found")] = None,
    sheet: Annotated[str | None, typer.Option(help="sheet of a workbook; default: the first")] = None,
    encoding: Annotated[Encoding | None, typer.Option(help="of a text; default: as it is found")] = None,
    delimiter: Annotated[Delimiter | None, typer.Option(help="of a text; default: by its first lines")] = None,
    may_end: Annotated[
        int, typer.Option(min=0, help="how many numbers of the delivery before may be missing, and be called again")
    ] = 0,
    as_machine: Annotated[bool, typer.Option("--json", help="print the report as JSON")] = False,
) -> None:
    """Imports an external do-not-call list in one transaction; rows without a number are kept with their line.

    Exit code 2: the import was refused, as when numbers of the delivery before are missing. Exit code 3: it was
    cancelled (by Ctrl-C). Nothing was written in both cases.
    """
    from callcenter.bootstrap.importing import deliver_from_cli
    from callcenter.dnc.types import INDUSTRY_DAYS, FileReading, ImportOrder
    from callcenter.files.types import TextChoice

    if days is not None and for_ever:
        raise typer.BadParameter("give --days or --for-ever, not both")
    order = ImportOrder(
        name=list_name,
        supplier=supplier,
        term_days=None if for_ever else days or INDUSTRY_DAYS,
        kind=kind,
        reading=FileReading(TextChoice(encoding, delimiter), sheet),
        may_end=may_end,
    )
    keeps_term = days is None and not for_ever

    async def act(system: "System") -> "JobCard":
        screen = None if as_machine else errors
        return await deliver_from_cli(system, file, order, keeps_term=keeps_term, screen=screen)

    _show_import(in_system(act), as_machine=as_machine)


def _show_import(job: "JobCard", *, as_machine: bool) -> None:
    """Prints the report of an import; exits with 2 when it was refused, with 3 when it was cancelled."""
    from callcenter.kit.jobs import JobState

    if job.state is JobState.FAILED:
        assert job.problem is not None
        errors.print(f"callcenter: {job.problem['detail']}", style="red", highlight=False, markup=False)
        raise typer.Exit(2)
    if job.state is JobState.CANCELLED:
        errors.print("callcenter: the import was cancelled; nothing was written", style="red")
        raise typer.Exit(3)
    assert job.result is not None
    show(job.result, as_machine=as_machine)


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

    show(dataclasses.asdict(in_system(act)), as_machine=as_machine)


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

    job = in_system(act)
    if job.state is not JobState.DONE:
        errors.print("callcenter: not finished; run it again to go on", style="red")
        raise typer.Exit(3)
    show(job.result, as_machine=as_machine)


@app.command()
def reseal(as_machine: Annotated[bool, typer.Option("--json", help="print the result as JSON")] = False) -> None:
    """Seals everything that is stored again with the active key, each value bound to its row and column.

    Run it after a new key was put in front of CALLCENTER_FIELD_KEYS and all parts were restarted; an upgrade requests
    the same as a job. Work goes on beside it. It can be stopped (Ctrl-C) and run again at any time: what is done stays.
    Old keys stay in the setting, because the audit trail needs them. Exit code 3: it was cancelled; 1: some values
    cannot be opened, and the certificate names them.
    """
    from callcenter.bootstrap.importing import reseal_from_cli
    from callcenter.kit.jobs import JobState

    async def act(system: "System") -> "JobCard":
        return await reseal_from_cli(system, screen=None if as_machine else errors)

    job = in_system(act)
    if job.state is not JobState.DONE:
        errors.print("callcenter: not finished; run it again to go on", style="red")
        raise typer.Exit(3)
    show(job.result, as_machine=as_machine)
    raise typer.Exit(1 if job.result and job.result["unreadable"] else 0)


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
    serving = in_system(act)
    if as_machine:
        show({"members": [dataclasses.asdict(one) for one in serving]}, as_machine=True)
    else:
        show({f"{one.name} ({one.staff_id})": f"{one.quota} / {one.day_quota}" for one in serving}, as_machine=False)


@app.command()
def absent(
    login: Annotated[str, typer.Argument(help="log-in of the person")],
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="first day of the leave")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="last day of the leave")],
    kind: Annotated[LeaveKind, typer.Option(help="why")] = LeaveKind.ANNUAL,
    as_machine: Annotated[bool, typer.Option("--json", help="print the leave as JSON")] = False,
) -> None:
    """Enters a leave; leads, promises, reviews and visits of these days go to others at once."""

    async def act(system: "System") -> Any:
        async with system.works.begin() as work:
            person = await system.people.find_by_login(work, login)
            return await system.leaves.enter(work, person.id, first.date(), last.date(), kind)

    leave = in_system(act)
    facts = {"name": leave.name, "from": leave.first_on, "to": leave.last_on, "kind": leave.kind}
    show(facts, as_machine=as_machine)


@app.command("leave-bank")
def leave_bank(
    login: Annotated[str, typer.Argument(help="log-in of the person who leaves")],
    reason: Annotated[str, typer.Option(help="why; the audit trail keeps it. No personal data")],
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
    as_machine: Annotated[bool, typer.Option("--json", help="print the result as JSON; needs --yes")] = False,
) -> None:
    """Revokes the access of staff who leave, at once; leads, promises, reviews and visits go to others."""

    async def find(system: "System") -> Any:
        async with system.works.begin() as work:
            return await system.people.find_by_login(work, login)

    async def act(system: "System") -> None:
        async with system.works.begin() as work:
            await system.people.leave(work, person.id, reason)

    if as_machine and not yes:
        raise typer.BadParameter("--json needs --yes: there is no one to ask")
    person = in_system(find)
    if not yes:
        typer.confirm(f"{person.name} ({person.role}, {person.branch}) leaves the bank?", abort=True)
    in_system(act)
    show({"name": person.name, "state": "access revoked"}, as_machine=as_machine)
