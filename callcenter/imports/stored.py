"""From rows and jobs' parameters to what others may know, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from callcenter.files.types import Encoding, Examined, TextChoice
from callcenter.imports.models import LeadSource, LeadUpload
from callcenter.imports.reading import Remembered
from callcenter.imports.transitions import state_of
from callcenter.imports.types import (
    Column,
    FieldKind,
    FieldSpec,
    ImportRequest,
    ReadingRequest,
    UploadCard,
)


def examined_of(upload: LeadUpload) -> Examined:
    return Examined(upload.sha256, upload.size, _encoding_of(upload), tuple(upload.sheets), upload.lines)


def _encoding_of(upload: LeadUpload) -> Encoding | None:
    return None if upload.encoding is None else Encoding(upload.encoding)


def params_of(request: ImportRequest) -> dict[str, Any]:
    """Returns the parameters of a job; none of them is personal."""
    reading = request.reading
    return {
        "campaign_id": request.campaign_id,
        "name": request.name,
        "branch": request.branch,
        "encoding": reading.text.encoding,
        "delimiter": reading.text.delimiter,
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
            text=TextChoice.of(params.get("encoding"), params.get("delimiter")),
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
        FieldSpec(spec["key"], spec["title"], FieldKind(spec["kind"]), spec["required"], tuple(spec["choices"]))
        for spec in stored
    )


def remembered_of(source: LeadSource) -> Remembered:
    return Remembered({Column(column): title for column, title in source.mapping.items()}, specs_of(source.fields))


def upload_card_of(upload: LeadUpload, *, busy: bool) -> UploadCard:
    return UploadCard(
        id=upload.id,
        file_name=upload.file_name,
        size=upload.size,
        sha256=upload.sha256,
        encoding=_encoding_of(upload),
        sheets=upload.sheets,
        source=upload.source,
        target_group_id=upload.target_group_id,
        uploaded_at=upload.uploaded_at,
        uploaded_by=upload.uploaded_by,
        state=state_of(upload, busy=busy),
        job_id=upload.job_id,
        list_id=upload.list_id,
    )
