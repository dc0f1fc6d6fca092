"""Endpoints of destruction runs."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter

from callcenter.kit.http import Working, provided, require
from callcenter.kit.paging import Cursor, Limit, by_number
from callcenter.kit.work import Work
from callcenter.people.service import PeopleService
from callcenter.people.types import Right
from callcenter.recordings.destruction.schemas import (
    DestructionOut,
    DestructionRuns,
    ItemOut,
    ItemPage,
    ProtocolOut,
    RunDecision,
    RunIn,
)
from callcenter.recordings.destruction.service import DestructionService
from callcenter.recordings.destruction.types import RunCard

router = APIRouter(prefix="/recordings/destruction", tags=["recordings"])
_RUNS = by_number("destruction_runs")
_ITEMS = by_number("destruction_items")
_SEES = require(Right.KEEP_RECORDINGS, Right.VIEW_AUDIT)
_KEEPS = require(Right.KEEP_RECORDINGS)

Destruction = Annotated[DestructionService, provided(DestructionService)]
People = Annotated[PeopleService, provided(PeopleService)]


async def _shown(work: Work, people: PeopleService, runs: Sequence[RunCard]) -> list[DestructionOut]:
    staff = await people.cards(work, {one for run in runs for one in (run.proposed_by, run.decided_by) if one})
    return [DestructionOut.of(run, staff) for run in runs]


@router.get("", dependencies=[_SEES])
async def list_runs(
    work: Working, destruction: Destruction, people: People, cursor: Cursor = None, limit: Limit = 50
) -> DestructionRuns:
    """Lists destruction runs, the newest first."""
    found = await destruction.runs(work, before=_RUNS.position(cursor), limit=limit)
    return DestructionRuns(items=await _shown(work, people, found), next=_RUNS.next(found, limit))


@router.post("", status_code=201, dependencies=[_KEEPS])
async def propose_run(work: Working, destruction: Destruction, people: People, body: RunIn) -> DestructionOut:
    """Lists the recordings whose term and lock are over; another person decides on the list."""
    return (await _shown(work, people, [await destruction.propose(work, body.reason)]))[0]


@router.get("/{run_id}/recordings", dependencies=[_SEES])
async def list_items(
    work: Working, destruction: Destruction, run_id: int, cursor: Cursor = None, limit: Limit = 100
) -> ItemPage:
    """Lists the recordings of a run with what became of them."""
    items = await destruction.items(work, run_id, after=_ITEMS.position(cursor) or 0, limit=limit)
    return ItemPage(items=[ItemOut.of(item) for item in items], next=_ITEMS.next(items, limit))


@router.post("/{run_id}/decision", dependencies=[_KEEPS])
async def decide_run(
    work: Working, destruction: Destruction, people: People, run_id: int, body: RunDecision
) -> DestructionOut:
    """Decides on another person's list; an approved one is destroyed in the background."""
    run = await destruction.decide(work, run_id, body.reason, approved=body.approved)
    return (await _shown(work, people, [run]))[0]


@router.get("/{run_id}/protocol", dependencies=[_SEES])
async def run_protocol(work: Working, destruction: Destruction, run_id: int) -> ProtocolOut:
    """Returns the signed protocol of a run that is done."""
    return ProtocolOut(**await destruction.protocol(work, run_id))
