"""Work under a claim: a worker may move a recording only while its own claim is the newest."""

from typing import Any

from callcenter.kit.work import Work, Works
from callcenter.recordings import repository
from callcenter.recordings.repository import Claim
from callcenter.recordings.transitions import RecordingFact


class ClaimLost(Exception):  # noqa: N818 - nothing failed: another worker has finished the work, or will
    """The lease ended while this worker was busy, and another worker claimed the recording."""


async def move(work: Work, claim: Claim, fact: RecordingFact, values: dict[str, Any] | None = None) -> None:
    """Moves the claimed recording. Raises ClaimLost, which undoes the transaction."""
    if not await repository.move(work, claim, fact, values):
        raise ClaimLost


async def free(works: Works, claim: Claim) -> None:
    """Makes the recording due again at once."""
    async with works.begin() as work:
        await repository.note(work, claim, {"due_at": work.now})
