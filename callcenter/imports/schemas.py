"""What the endpoints of imports take and return."""

from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from callcenter.files.types import Delimiter, Encoding, TextChoice
from callcenter.imports.types import (
    Column,
    FieldKind,
    FieldSpec,
    ImportRequest,
    MappingFrom,
    ReadingRequest,
    RejectReason,
    RowWarning,
    UploadState,
)
from callcenter.kit.output import Output
from callcenter.kit.paging import Cursor, Page

Title = Annotated[str, Field(min_length=1, max_length=500)]


class _Out(Output):
    model_config = ConfigDict(from_attributes=True)


class FieldBody(_Out):
    key: str = Field(max_length=40, examples=["policy_count"])
    title: Title
    kind: FieldKind = FieldKind.TEXT
    required: bool = False
    choices: list[Annotated[str, Field(min_length=1, max_length=100)]] = Field(default_factory=list, max_length=100)

    def spec(self) -> FieldSpec:
        return FieldSpec(self.key, self.title, self.kind, self.required, tuple(self.choices))


class ReadingBody(BaseModel):
    encoding: Encoding | None = Field(default=None, description="of a text; null: as it is found")
    delimiter: Delimiter | None = Field(default=None, description="of a text; null: by its first lines")
    sheet: str | None = Field(default=None, description="of a workbook; null: the first visible one")
    header_row: int | None = Field(
        default=None, ge=1, le=10_000_000, description="line of the text, or row of the sheet, from 1"
    )
    mapping: dict[Column, str | None] | None = Field(
        default=None, description="column → title; if given, it counts alone"
    )
    fields: list[FieldBody] | None = Field(
        default=None,
        description="further fields: given, only these columns are kept beside the known ones; null: as remembered, "
        "else every other column as text",
    )

    def request(self) -> ReadingRequest:
        return ReadingRequest(
            text=TextChoice(self.encoding, self.delimiter),
            sheet=self.sheet,
            header_row=self.header_row,
            mapping=self.mapping,
            fields=None if self.fields is None else [field.spec() for field in self.fields],
        )


class ImportBody(ReadingBody):
    campaign_id: int = Field(ge=1, le=2**63 - 1)
    name: str = Field(min_length=1, max_length=200, description="of the list")
    branch: str = Field(default="", max_length=100, description="ignored where a target group names the branch")

    def import_request(self) -> ImportRequest:
        return ImportRequest(self.campaign_id, self.name.strip(), self.branch.strip(), self.request())


class UploadOut(_Out):
    id: int
    file_name: str
    size: int = Field(description="bytes")
    sha256: str
    encoding: Encoding | None = Field(description="as it was found; null for a workbook")
    sheets: list[str]
    source: str
    target_group_id: int | None
    uploaded_at: AwareDatetime
    uploaded_by: int | None
    uploaded_by_name: str | None = None
    state: UploadState
    job_id: int | None = Field(description="the last dry run or import of it")
    list_id: int | None


class UploadQuery(BaseModel):
    state: UploadState | None = None
    cursor: Cursor = None
    limit: int = Field(default=50, ge=1, le=500, description="the most rows of a page")


class UploadPage(Page[UploadOut]):
    """Uploads, the newest first."""


class PreviewRowOut(_Out):
    line: int
    values: dict[str, str] = Field(description="by column, field key or title; masked")
    reason: RejectReason | None
    detail: str = Field(description="title of the column, where a further field is invalid; how a row is spoiled")
    warnings: list[RowWarning] = Field(description="what is odd about a row that is taken")


class SheetOut(_Out):
    name: str
    hidden: bool


class ImportPreviewOut(_Out):
    encoding: Encoding | None = Field(description="in which it is read; null for a workbook")
    delimiter: Delimiter | None = Field(description="by which its lines are parted; null for a workbook")
    sheets: list[SheetOut]
    sheet: str | None
    hidden_rows: int = Field(description="rows a filter hides, among the first ``looked_at``; they are read too")
    looked_at: int
    header_row: int | None = Field(description="null: no row looks like a header, choose one")
    titles: list[str]
    mapping: dict[Column, str | None]
    mapping_from: MappingFrom
    required: list[Column]
    missing: list[str] = Field(description="columns, and titles of required fields, without which it is refused")
    fields: list[FieldBody] = Field(description="as given or remembered; else a proposal for each unknown column")
    rows: list[PreviewRowOut]
    before: list[UploadOut] = Field(description="earlier uploads of the same bytes, the newest first")


class ColumnOut(BaseModel):
    key: Column
    required: bool
    kind: str = Field(description="phone, text, choice, date, integer")
    title: str = Field(description="as the template names it")
    accepted: list[str] = Field(description="words that are understood in it; empty: any text, or by its kind")
    needs: Column | None = Field(description="the column without which this one counts for nothing")


class SourceOut(_Out):
    source: str
    mapping: dict[Column, str]
    fields: list[FieldBody] | None
    used_at: AwareDatetime


class LeadListOut(_Out):
    id: int
    name: str
    campaign_id: int
    imported_at: AwareDatetime
    imported_by: int | None
    imported_by_name: str | None = Field(default=None, description="null: the system")
    file_name: str
    source: str
    branch: str
    target_group_id: int | None
    mapping: dict[str, str] = Field(description="known column → title in the file")
    fields: list[dict[str, Any]]
    rows: int = Field(description="rows below the header that are not blank; good + rejected")
    good: int
    rejected: int
    reasons: dict[RejectReason, int]
    warnings: dict[RowWarning, int] = Field(description="what was odd about rows that became leads → rows")


class LeadListPage(Page[LeadListOut]):
    """Lists, the newest first."""


class RejectOut(_Out):
    id: int
    line: int = Field(description="line of the text file or row of the sheet, from 1")
    reason: RejectReason
    detail: str = Field(description="title of the column, where a further field is invalid; how a row is spoiled")
    repeats_line: int | None = Field(description="of a duplicate in the file: where its number stands first")


class RejectPage(Page[RejectOut]):
    """Rejects in the file's order."""
