"""Scheduled tasks of the audit room."""

from callcenter.audit.checking import CheckService
from callcenter.kit.work import Works


async def check_trail(works: Works, checks: CheckService) -> None:
    """Checks the trail every night and notes its head in the object store."""
    async with works.begin() as work:
        await checks.check_and_note(work)
