"""The commands for campaigns, where an operator scripts them: create, copy, change, readiness, list."""

from datetime import datetime, time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from callcenter.campaigns.types import (
    LEGAL_HOURS,
    PLANNED_SHIFTS,
    CampaignChanges,
    CampaignDraft,
    CampaignState,
    LegalHours,
    Shift,
)
from callcenter.cli.running import app, in_system, show

if TYPE_CHECKING:
    from callcenter.bootstrap import System
    from callcenter.campaigns.types import CampaignRules

campaign = typer.Typer(
    no_args_is_help=True, help="Makes, changes and starts campaigns; who serves one: callcenter members."
)
app.add_typer(campaign, name="campaign")

_DAY = ["%Y-%m-%d"]
_Json = Annotated[bool, typer.Option("--json", help="print the result as JSON")]
_Shifts = Annotated[
    list[str] | None, typer.Option("--shift", help="HH:MM-HH:MM, once for each; default: those of the plan")
]
_First = Annotated[datetime | None, typer.Option(formats=_DAY, help="the first day on which it calls")]


@campaign.command("create")
def create_campaign(
    name: Annotated[str, typer.Argument(help="name")],
    product: Annotated[str, typer.Option(help="what is sold")],
    company: Annotated[str, typer.Option(help="the insurer in full, as it is spoken")],
    caller_id: Annotated[str, typer.Option(help="the number customers see; one of those approved")],
    hours: Annotated[LegalHours, typer.Option(help="legal calling hours")] = LegalHours.REGULATION,
    shift: _Shifts = None,
    first: _First = None,
    as_machine: _Json = False,
) -> None:
    """Makes a campaign that is being prepared; every other rule has the value of the regulation or the plan."""
    draft = CampaignDraft(
        name=name.strip(),
        product=product.strip(),
        company_full_name=company.strip(),
        caller_id=caller_id,
        trunk="",
        legal_hours=LEGAL_HOURS[hours],
        shifts=_shifts(shift) or PLANNED_SHIFTS,
        first_on=first.date() if first else None,
    )

    async def act(system: "System") -> "CampaignRules":
        async with system.works.begin() as work:
            return await system.campaign_opening.open(work, draft)

    show(_facts(in_system(act)), as_machine=as_machine)


@campaign.command("copy")
def copy_campaign(
    source: Annotated[int, typer.Argument(help="id of the campaign to copy")],
    name: Annotated[str, typer.Argument(help="name of the new campaign")],
    as_machine: _Json = False,
) -> None:
    """Makes a campaign with the rules of another, without script, agents and leads."""

    async def act(system: "System") -> "CampaignRules":
        async with system.works.begin() as work:
            return await system.campaign_opening.copy(work, source, name.strip())

    show(_facts(in_system(act)), as_machine=as_machine)


@campaign.command("change")
def change_campaign(
    campaign_id: Annotated[int, typer.Argument(help="id of the campaign")],
    reason: Annotated[str, typer.Option(help="why; the audit trail keeps it")],
    state: Annotated[
        CampaignState | None, typer.Option(help="running starts it; refused while something is missing")
    ] = None,
    caller_id: Annotated[str | None, typer.Option(help="the number customers see")] = None,
    hours: Annotated[LegalHours | None, typer.Option(help="legal calling hours")] = None,
    shift: _Shifts = None,
    quota: Annotated[int | None, typer.Option(min=1, max=200, help="most leads an agent may hold")] = None,
    first: _First = None,
    as_machine: _Json = False,
) -> None:
    """Changes what is named, at once and for every call from now on."""
    changes = CampaignChanges(
        state=state,
        caller_id=caller_id,
        legal_hours=LEGAL_HOURS[hours] if hours else None,
        shifts=_shifts(shift),
        quota=quota,
        first_on=first.date() if first else None,
    )

    async def act(system: "System") -> "CampaignRules":
        async with system.works.begin() as work:
            return await system.campaigns.change(work, campaign_id, changes, reason)

    show(_facts(in_system(act)), as_machine=as_machine)


@campaign.command("readiness")
def show_readiness(
    campaign_id: Annotated[int, typer.Argument(help="id of the campaign")], as_machine: _Json = False
) -> None:
    """Prints what a campaign has and lacks before it may start. Exit code 3: something is missing."""

    async def act(system: "System") -> Any:
        async with system.works.begin() as work:
            return await system.starts.readiness(work, campaign_id)

    readiness = in_system(act)
    if as_machine:
        needs = [{"need": one.need, "met": one.met, "due_on": one.due_on, **one.facts} for one in readiness.needs]
        show({"ready": not readiness.missing, "needs": needs}, as_machine=True)
    else:
        show({one.need: "done" if one.met else "missing" for one in readiness.needs}, as_machine=False)
    if readiness.missing:
        raise typer.Exit(3)


@campaign.command("list")
def list_campaigns(as_machine: _Json = False) -> None:
    """Lists all campaigns, the oldest first."""

    async def act(system: "System") -> Any:
        async with system.works.begin() as work:
            return await system.campaigns.list(work)

    campaigns = in_system(act)
    if as_machine:
        show({"campaigns": [_facts(rules) for rules in campaigns]}, as_machine=True)
    else:
        show({str(rules.campaign_id): f"{rules.name} ({rules.state})" for rules in campaigns}, as_machine=False)


def _shifts(written: list[str] | None) -> tuple[Shift, ...] | None:
    """Returns shifts as they are written: ``10:00-12:00``."""
    if not written:
        return None
    try:
        ends = [[time.fromisoformat(end.strip()) for end in one.split("-")] for one in written]
        return tuple(Shift(opens, closes) for opens, closes in ends)
    except ValueError:
        raise typer.BadParameter("write a shift as HH:MM-HH:MM, such as 10:00-12:00", param_hint="--shift") from None


def _facts(rules: "CampaignRules") -> dict[str, Any]:
    return {
        "id": rules.campaign_id,
        "name": rules.name,
        "state": rules.state,
        "version": rules.version,
        "caller_id": rules.caller_id,
        "first_on": rules.first_on,
    }
