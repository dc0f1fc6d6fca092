"""Endpoints of the leads room."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, UploadFile

from callcenter.kit.http import Working, provided, require
from callcenter.leads.errors import FileTooLarge
from callcenter.leads.schemas import ImportReportOut, LeadListOut, LeadListPage, RejectOut, RejectPage
from callcenter.leads.service import LeadService
from callcenter.people.types import Right

router = APIRouter(prefix="/lead-lists", tags=["leads"])

_MAY_VIEW = require(Right.VIEW_LEADS, Right.IMPORT_LEADS)
_MAY_IMPORT = require(Right.IMPORT_LEADS)

Leads = Annotated[LeadService, provided(LeadService)]
Limit = Annotated[int, Query(ge=1, le=500)]


@router.get("", dependencies=[_MAY_VIEW])
async def list_lead_lists(
    work: Working, leads: Leads, cursor: Annotated[int | None, Query(ge=1)] = None, limit: Limit = 50
) -> LeadListPage:
    """Imported lists, the newest first."""
    found = await leads.lists(work, before=cursor, limit=limit)
    return LeadListPage(
        items=[LeadListOut.of(card) for card in found], next=str(found[-1].id) if len(found) == limit else None
    )


@router.post("", dependencies=[_MAY_IMPORT])
async def import_lead_list(
    work: Working,
    leads: Leads,
    file: UploadFile,
    name: Annotated[str, Form(min_length=1, max_length=200)],
    campaign_id: Annotated[int, Form(ge=1)],
) -> ImportReportOut:
    """Imports a CSV or XLSX into a campaign, all of it or nothing."""
    if (file.size or 0) > leads.upload_limit:
        raise FileTooLarge(f"a list has at most {leads.upload_limit} bytes: split it", rule="L1")
    report = await leads.import_file(
        work, campaign_id=campaign_id, name=name, file_name=file.filename or "", file=file.file
    )
    return ImportReportOut.of(report)


@router.get("/{list_id}/rejects", dependencies=[_MAY_VIEW])
async def list_rejects(
    list_id: int, work: Working, leads: Leads, cursor: Annotated[int, Query(ge=0)] = 0, limit: Limit = 200
) -> RejectPage:
    """Rows that were not taken: where they stand and why."""
    found = await leads.rejects(work, list_id, after=cursor, limit=limit)
    return RejectPage(
        items=[RejectOut.of(reject) for reject in found], next=str(found[-1].id) if len(found) == limit else None
    )
