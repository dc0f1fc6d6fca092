"""Scheduled tasks of the audit room."""

from callcenter.audit.checking import CheckService
from callcenter.audit.facts.noting import FactNotes
from callcenter.kit.work import Works


async def check_trail(works: Works, checks: CheckService) -> None:
    """Checks the trail every night and notes its head in the object store."""
    async with works.begin() as work:
        await checks.check_and_note(work)


async def note_head(works: Works, checks: CheckService) -> None:
    """Notes the head of the trail every hour."""
    async with works.begin() as work:
        await checks.note_head(work)


async def note_facts(works: Works, facts: FactNotes) -> None:
    """Notes the business facts that were settled since the last note."""
    async with works.begin() as work:
        await facts.take(work)
