"""The commands for staff, where an operator scripts them. See also leave-bank."""

import dataclasses
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from callcenter.cli.running import app, in_system, show
from callcenter.people.types import Role, StaffDraft

if TYPE_CHECKING:
    from callcenter.bootstrap import System
    from callcenter.people.passwords import OneTimePassword

staff = typer.Typer(no_args_is_help=True, help="Adds and lists staff, and gives them one-time passwords.")
app.add_typer(staff, name="staff")

_DAY = ["%Y-%m-%d"]


@staff.command("create")
def create_staff(
    login: Annotated[str, typer.Argument(help="log-in; capitals do not count")],
    name: Annotated[str, typer.Option(help="name as colleagues and customers hear it")],
    branch: Annotated[str, typer.Option(help="branch")],
    role: Annotated[Role, typer.Option(help="role")],
    extension: Annotated[str | None, typer.Option(help="of the browser phone; for those who telephone")] = None,
    region: Annotated[int | None, typer.Option(min=1, help="id of the region; for field staff")] = None,
    licence: Annotated[str | None, typer.Option(help="number of the licence")] = None,
    licence_until: Annotated[
        datetime | None, typer.Option(formats=_DAY, help="the last day on which the licence is valid")
    ] = None,
    trained: Annotated[datetime | None, typer.Option(formats=_DAY, help="day of the training")] = None,
    examined: Annotated[datetime | None, typer.Option(formats=_DAY, help="day of the exam that was passed")] = None,
    agreement: Annotated[
        datetime | None, typer.Option(formats=_DAY, help="day on which the confidentiality agreement was signed")
    ] = None,
    as_machine: Annotated[bool, typer.Option("--json", help="print the result as JSON")] = False,
) -> None:
    """Adds a member of staff, the first administrator too; prints the one-time password, this once."""
    from callcenter.kit.clock import at_business_time

    def begin(on: datetime | None) -> datetime | None:
        return None if on is None else at_business_time(on.date(), 0)

    draft = StaffDraft(
        login=login,
        name=name,
        password="",
        role=role,
        branch=branch,
        extension=extension,
        region_id=region,
        licence_number=licence,
        licence_valid_until=licence_until.date() if licence_until else None,
        trained_at=begin(trained),
        examined_at=begin(examined),
        agreement_signed_at=begin(agreement),
    )

    async def act(system: "System") -> "OneTimePassword":
        async with system.works.begin() as work:
            return await system.passwords.hire(work, draft)

    show(_facts(in_system(act)), as_machine=as_machine)


@staff.command("list")
def list_staff(
    role: Annotated[Role | None, typer.Option(help="only this role")] = None,
    as_machine: Annotated[bool, typer.Option("--json", help="print the list as JSON")] = False,
) -> None:
    """Lists the active staff by role."""

    async def act(system: "System") -> list[Any]:
        async with system.works.begin() as work:
            return [card for one in ([role] if role else Role) for card in await system.people.by_role(work, one)]

    cards = in_system(act)
    if as_machine:
        show({"staff": [dataclasses.asdict(card) for card in cards]}, as_machine=True)
    else:
        show({str(card.id): f"{card.name} ({card.role}, {card.branch})" for card in cards}, as_machine=False)


@staff.command("one-time-password")
def issue_one_time_password(
    login: Annotated[str, typer.Argument(help="log-in of the person")],
    as_machine: Annotated[bool, typer.Option("--json", help="print the result as JSON")] = False,
) -> None:
    """Replaces a person's password, ends their sessions and prints the one-time password, this once."""

    async def act(system: "System") -> "OneTimePassword":
        async with system.works.begin() as work:
            person = await system.people.find_by_login(work, login)
            return await system.passwords.issue(work, person.id)

    show(_facts(in_system(act)), as_machine=as_machine)


@staff.command("reset-second-factor")
def reset_second_factor(
    login: Annotated[str, typer.Argument(help="log-in of the person")],
    reason: Annotated[str, typer.Option(help="why; it goes into the trail")],
    as_machine: Annotated[bool, typer.Option("--json", help="print the result as JSON")] = False,
) -> None:
    """Removes the second factors of a person who has lost them, the last administrator too; ends their sessions."""

    async def act(system: "System") -> int:
        async with system.works.begin() as work:
            person = await system.people.find_by_login(work, login)
            await system.second_factors.reset(work, person.id, reason)
            return person.id

    show({"id": in_system(act), "login": login, "second_factor": "none"}, as_machine=as_machine)


def _facts(issued: "OneTimePassword") -> dict[str, Any]:
    return {
        "id": issued.card.id,
        "login": issued.login,
        "one_time_password": issued.password,
        "valid_until": issued.until.isoformat(timespec="minutes"),
    }
