"""Serves the ledger over HTTP. Filters are sent by POST, because access logs contain addresses (law 10)."""

from typing import Annotated

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from callcenter.kit.http import Working, provided, require
from callcenter.kit.paging import Cursor, Limit, by_number
from callcenter.people.types import Right
from callcenter.reporting.exporting import CONTENT_TYPE
from callcenter.reporting.schemas import (
    ChoicesOut,
    ExportPage,
    ExportRequest,
    LinePage,
    OrderedOut,
    RowsRequest,
    TotalsOut,
    TotalsRequest,
)
from callcenter.reporting.service import LedgerService

router = APIRouter(prefix="/ledger", tags=["ledger"], dependencies=[require(Right.VIEW_LEDGER)])
_LINES = by_number("ledger_lines")
_EXPORTS = by_number("ledger_exports")

Ledger = Annotated[LedgerService, provided(LedgerService)]


@router.get("/choices")
async def list_choices(work: Working, ledger: Ledger) -> ChoicesOut:
    """Lists the possible values of the filters within my scope."""
    return ChoicesOut.of(await ledger.choices(work))


@router.post("/rows")
async def list_rows(work: Working, ledger: Ledger, body: RowsRequest) -> LinePage:
    """Lists one lead a row, masked, the newest first."""
    before = _LINES.position(body.cursor)
    lines = await ledger.lines(work, body.filters.wanted(), before=before, limit=body.limit)
    return LinePage.of(lines, _LINES.next(lines, body.limit, key=lambda line: line.lead_id))


@router.post("/totals")
async def sum_up(work: Working, ledger: Ledger, body: TotalsRequest) -> TotalsOut:
    """Counts leads per result, in total and for each branch, list, agent, class or campaign."""
    return TotalsOut.of(body.by, *await ledger.totals(work, body.filters.wanted(), body.by))


@router.post("/exports", status_code=202)
async def order_export(work: Working, ledger: Ledger, body: ExportRequest) -> OrderedOut:
    """Requests a workbook, made in the background and kept."""
    return OrderedOut.of(await ledger.order_export(work, body.filters.wanted()))


@router.get("/exports")
async def list_exports(
    work: Working,
    ledger: Ledger,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ExportPage:
    """Lists one's own exports; everybody's for the data officer and the auditor. The newest first."""
    exports = await ledger.exports(work, before=_EXPORTS.position(cursor), limit=limit)
    return ExportPage.of(exports, _EXPORTS.next(exports, limit), await ledger.running(work))


@router.get(
    "/exports/{export_id}/file",
    response_class=Response,
    responses={200: {"content": {CONTENT_TYPE: {}}, "description": "the workbook; the download is logged"}},
)
async def take_export(work: Working, ledger: Ledger, export_id: int) -> Response:
    """Sends the workbook."""
    file = await ledger.open_export(work, export_id)
    headers = {
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "Content-Length": str(file.size_bytes),
        "ETag": f'"{file.sha256}"',
        "Cache-Control": "private, no-store",
    }
    return StreamingResponse(await ledger.read(file), media_type=CONTENT_TYPE, headers=headers)
