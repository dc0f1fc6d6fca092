"""Serves the audit room over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

from callcenter.audit.schemas import AuditPage, EntryLine
from callcenter.audit.service import AuditService
from callcenter.kit.http import Working, provided, require
from callcenter.kit.paging import Cursor, by_number
from callcenter.people.types import Right

router = APIRouter(prefix="/audit", tags=["audit"])
_PAGES = by_number("audit_entries")


@router.get("", dependencies=[require(Right.VIEW_AUDIT)])
async def list_entries(
    work: Working,
    audit: Annotated[AuditService, provided(AuditService)],
    cursor: Cursor = None,
    subject: Annotated[str | None, Query(max_length=120)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> AuditPage:
    """Lists the trail, oldest first, or what happened to one subject."""
    entries = await audit.list_entries(work, after=_PAGES.position(cursor) or 0, subject=subject, limit=limit)
    return AuditPage(items=[EntryLine.of(entry) for entry in entries], next=_PAGES.next(entries, limit))
