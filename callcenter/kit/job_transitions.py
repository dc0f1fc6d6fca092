"""State machine of jobs."""

from enum import StrEnum

from callcenter.kit.transitions import Machine


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    """The handler refused, or its process died too often: ``problem`` holds the code."""
    CANCELLED = "cancelled"


OPEN = (JobState.QUEUED, JobState.RUNNING)
"""The states of jobs that wait or run."""


class JobFact(StrEnum):
    TAKEN_UP = "taken_up"
    """A process has begun it, perhaps again after an earlier one died."""
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


_S, _F = JobState, JobFact

JOB: Machine[JobState, JobFact] = Machine(
    title="A job",
    about="Long work that a person has requested. A job whose process died is taken up again, three times at most.",
    model="Job",
    initials=(_S.QUEUED,),
    ends=(_S.DONE, _S.FAILED, _S.CANCELLED),
    table={
        (_S.QUEUED, _F.TAKEN_UP): _S.RUNNING,
        (_S.RUNNING, _F.TAKEN_UP): _S.RUNNING,
        (_S.RUNNING, _F.SUCCEEDED): _S.DONE,
        (_S.QUEUED, _F.FAILED): _S.FAILED,
        (_S.RUNNING, _F.FAILED): _S.FAILED,
        (_S.QUEUED, _F.CANCELLED): _S.CANCELLED,
        (_S.RUNNING, _F.CANCELLED): _S.CANCELLED,
    },
)
MACHINES = (JOB,)
