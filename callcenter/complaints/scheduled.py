"""Timed work of this room."""

from callcenter.complaints.service import ComplaintService
from callcenter.kit.work import Works


async def take_late_evidence(works: Works, complaints: ComplaintService) -> int:
    """Every minute; late and repeated runs are harmless."""
    async with works.begin() as work:
        return await complaints.take_late_evidence(work)
