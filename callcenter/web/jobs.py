"""Serves jobs over HTTP: the list, progress, cancelling. Jobs are requested by their rooms' own endpoints."""

from typing import Annotated

from fastapi import APIRouter, Query

from callcenter.kit.actor import Actor
from callcenter.kit.http import Acting, Working, provided, require
from callcenter.kit.job_schemas import JobOut
from callcenter.kit.jobs import JobCard, JobNotFound, Jobs, JobState
from callcenter.kit.paging import Cursor, Limit, Page, by_number
from callcenter.people.service import PeopleService
from callcenter.people.types import Right

router = APIRouter(prefix="/jobs", tags=["jobs"])
_PAGES = by_number("jobs")

Work = Annotated[Jobs, provided(Jobs)]

_CANCEL = frozenset({Right.IMPORT_LEADS, Right.OPERATE})
"""Those who may cancel other people's jobs, too."""
_READ = _CANCEL | {Right.VIEW_AUDIT}


class JobLine(JobOut):
    """One job in the list of all."""

    requested_by_name: str | None
    """Null for the system's own."""
    may_cancel: bool


class JobPage(Page[JobLine]):
    pass


@router.get("", dependencies=[require(Right.OPERATE, Right.VIEW_AUDIT)])
async def list_jobs(
    work: Working,
    jobs: Work,
    people: Annotated[PeopleService, provided(PeopleService)],
    state: Annotated[list[JobState] | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> JobPage:
    """Lists all jobs, the newest first."""
    cards = await jobs.list(work, states=state, before=_PAGES.position(cursor), limit=limit)
    names = await people.cards(work, {card.requested_by for card in cards if card.requested_by is not None})
    return JobPage(
        items=[
            JobLine(
                **JobOut.of(card).model_dump(),
                requested_by_name=names[card.requested_by].name if card.requested_by in names else None,
                may_cancel=_may(card, work.actor, _CANCEL),
            )
            for card in cards
        ],
        next=_PAGES.next(cards, limit),
    )


@router.get("/{job_id}")
async def read_job(job_id: int, work: Working, jobs: Work, actor: Acting) -> JobOut:
    """Shows a job's progress to the person who requested it and to staff who watch over jobs."""
    return JobOut.of(_theirs(await jobs.card(work, job_id), actor, _READ))


@router.post("/{job_id}/cancel")
async def cancel_job(job_id: int, work: Working, jobs: Work, actor: Acting) -> JobOut:
    """Cancels a job; a running one stops before its next step and is rolled back."""
    _theirs(await jobs.card(work, job_id), actor, _CANCEL)
    return JobOut.of(await jobs.cancel(work, job_id))


def _may(card: JobCard, actor: Actor, rights: frozenset[Right]) -> bool:
    return card.requested_by == actor.staff_id or bool(rights & actor.rights)


def _theirs(card: JobCard, actor: Actor, rights: frozenset[Right]) -> JobCard:
    if not _may(card, actor, rights):
        # Worded as for an id that does not exist, so that the answer does not reveal the job.
        raise JobNotFound(f"there is no job {card.id}")
    return card
