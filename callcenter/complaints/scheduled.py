"""Scheduled tasks of the complaints room; safe when late, doubled or missed."""

from callcenter.complaints.service import ComplaintServices
from callcenter.kit.work import Works


async def take_late_evidence(works: Works, complaints: ComplaintServices) -> int:
    """Meets obligations whose evidence was missed, every minute."""
    async with works.begin() as work:
        return await complaints.obligations.take_late_evidence(work)
