"""Serves jobs over HTTP: how far one is, and cancelling it. What it is about, its room's own endpoints say."""

from typing import Annotated

from fastapi import APIRouter

from callcenter.kit.actor import Actor
from callcenter.kit.http import Acting, Working, provided
from callcenter.kit.job_schemas import JobOut
from callcenter.kit.jobs import JobCard, JobNotFound, Jobs
from callcenter.people.types import Right

router = APIRouter(prefix="/jobs", tags=["jobs"])

Work = Annotated[Jobs, provided(Jobs)]


@router.get("/{job_id}")
async def read_job(job_id: int, work: Working, jobs: Work, actor: Acting) -> JobOut:
    """Shows how far a job is, to whoever requested it and to those who import lists."""
    return JobOut.of(_theirs(await jobs.card(work, job_id), actor))


@router.post("/{job_id}/cancel")
async def cancel_job(job_id: int, work: Working, jobs: Work, actor: Acting) -> JobOut:
    """Stops before the next step; what was done is undone."""
    _theirs(await jobs.card(work, job_id), actor)
    return JobOut.of(await jobs.cancel(work, job_id))


def _theirs(card: JobCard, actor: Actor) -> JobCard:
    if card.requested_by != actor.staff_id and Right.IMPORT_LEADS not in actor.rights:
        raise JobNotFound(f"there is no job {card.id}")
    return card
