"""Serves jobs over HTTP: progress and cancelling. Jobs are requested and listed by their rooms' own endpoints."""

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
    """Shows a job's progress to the person who requested it and to staff who may import lists."""
    return JobOut.of(_theirs(await jobs.card(work, job_id), actor))


@router.post("/{job_id}/cancel")
async def cancel_job(job_id: int, work: Working, jobs: Work, actor: Acting) -> JobOut:
    """Cancels a job; a running one stops before its next step and is rolled back."""
    _theirs(await jobs.card(work, job_id), actor)
    return JobOut.of(await jobs.cancel(work, job_id))


def _theirs(card: JobCard, actor: Actor) -> JobCard:
    if card.requested_by != actor.staff_id and Right.IMPORT_LEADS not in actor.rights:
        # Worded as for an id that does not exist, so that the answer does not reveal the job.
        raise JobNotFound(f"there is no job {card.id}")
    return card
