"""From rows and jobs' parameters to what others see, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from callcenter.imports.importing import reasons_of
from callcenter.imports.models import LeadSource, LeadUpload
from callcenter.imports.reading import Examined, Remembered
from callcenter.imports.types import (
    Column,
    FieldKind,
    FieldSpec,
    ImportRequest,
    ReadingRequest,
    UploadCard,
    UploadState,
)
from callcenter.leads.models import LeadList
from callcenter.leads.types import LeadListCard


def examined_of(upload: LeadUpload) -> Examined:
    return Examined(upload.sha256, upload.size, upload.encoding, tuple(upload.sheets), upload.lines)


def params_of(request: ImportRequest) -> dict[str, Any]:
    """A job's parameters; none of them is personal."""
    reading = request.reading
    return {
        "campaign_id": request.campaign_id,
        "name": request.name,
        "branch": request.branch,
        "sheet": reading.sheet,
        "header_row": reading.header_row,
        "mapping": None if reading.mapping is None else dict(reading.mapping),
        "fields": None if reading.fields is None else [asdict(spec) for spec in reading.fields],
    }


def request_of(params: Mapping[str, Any]) -> ImportRequest:
    mapping, fields = params["mapping"], params["fields"]
    return ImportRequest(
        campaign_id=params["campaign_id"],
        name=params["name"],
        branch=params["branch"],
        reading=ReadingRequest(
            sheet=params["sheet"],
            header_row=params["header_row"],
            mapping=None if mapping is None else {Column(column): title for column, title in mapping.items()},
            fields=specs_of(fields),
        ),
    )


def specs_of(stored: Sequence[Mapping[str, Any]] | None) -> Sequence[FieldSpec] | None:
    if stored is None:
        return None
    return tuple(
        FieldSpec(each["key"], each["title"], FieldKind(each["kind"]), each["required"], tuple(each["choices"]))
        for each in stored
    )


def remembered_of(found: LeadSource) -> Remembered:
    return Remembered({Column(column): title for column, title in found.mapping.items()}, specs_of(found.fields))


def upload_card_of(upload: LeadUpload, *, busy: bool) -> UploadCard:
    if upload.list_id is not None:
        state = UploadState.IMPORTED
    elif upload.discarded_at is not None:
        state = UploadState.DISCARDED
    else:
        state = UploadState.ORDERED if busy else UploadState.UPLOADED
    return UploadCard(
        id=upload.id,
        file_name=upload.file_name,
        size=upload.size,
        sha256=upload.sha256,
        encoding=upload.encoding,
        sheets=upload.sheets,
        source=upload.source,
        target_group_id=upload.target_group_id,
        uploaded_at=upload.uploaded_at,
        uploaded_by=upload.uploaded_by,
        state=state,
        job_id=upload.job_id,
        list_id=upload.list_id,
    )


def list_card_of(found: LeadList) -> LeadListCard:
    return LeadListCard(
        id=found.id,
        name=found.name,
        campaign_id=found.campaign_id,
        imported_at=found.imported_at,
        rows=found.rows,
        good=found.good,
        rejected=found.rejected,
        reasons=reasons_of(found),
        file_name=found.file_name,
        source=found.source,
        branch=found.branch,
        target_group_id=found.target_group_id,
        imported_by=found.imported_by,
        mapping=found.mapping,
        fields=tuple(found.fields),
    )
