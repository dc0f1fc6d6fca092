"""Serves branches and teams over HTTP."""

from typing import Annotated

from fastapi import APIRouter

from callcenter.kit.http import Working, provided, require
from callcenter.people.organisation import OrganisationService
from callcenter.people.organisation_schemas import (
    BranchChange,
    BranchIn,
    BranchOut,
    OrganisationOut,
    TeamChange,
    TeamIn,
    TeamOut,
)
from callcenter.people.types import Right

router = APIRouter(prefix="/organisation", tags=["people"], dependencies=[require(Right.MANAGE_PEOPLE)])

Organisation = Annotated[OrganisationService, provided(OrganisationService)]


@router.get("")
async def show_organisation(work: Working, organisation: Organisation) -> OrganisationOut:
    """Shows every branch with its teams."""
    return OrganisationOut(
        branches=[BranchOut.model_validate(one) for one in await organisation.branches(work)],
        teams=[TeamOut.model_validate(one) for one in await organisation.teams(work)],
    )


@router.post("/branches", status_code=204)
async def add_branch(body: BranchIn, work: Working, organisation: Organisation) -> None:
    """Adds a branch; its code never changes."""
    await organisation.add_branch(work, body.code, body.name)


@router.put("/branches/{branch_id}", status_code=204)
async def change_branch(branch_id: int, body: BranchChange, work: Working, organisation: Organisation) -> None:
    """Renames, closes or reopens a branch."""
    await organisation.change_branch(work, branch_id, body.name, body.reason, active=body.active)


@router.post("/teams", status_code=204)
async def add_team(body: TeamIn, work: Working, organisation: Organisation) -> None:
    """Adds a team of a branch."""
    await organisation.add_team(work, body.branch, body.fields)


@router.put("/teams/{team_id}", status_code=204)
async def change_team(team_id: int, body: TeamChange, work: Working, organisation: Organisation) -> None:
    """Changes name and leader of a team, closes or reopens it."""
    await organisation.change_team(work, team_id, body.fields, body.reason)
