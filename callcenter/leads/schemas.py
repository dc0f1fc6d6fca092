"""What the leads' endpoints give."""

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from callcenter.leads.types import ImportReport, LeadListCard, RejectCard, RejectReason


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class LeadListOut(_Out):
    id: int
    name: str
    campaign_id: int
    imported_at: AwareDatetime
    rows: int
    good: int
    rejected: int
    reasons: dict[RejectReason, int]

    @classmethod
    def of(cls, card: LeadListCard) -> "LeadListOut":
        return cls.model_validate(card)


class LeadListPage(BaseModel):
    items: list[LeadListOut]
    next: str | None = None


class ImportReportOut(_Out):
    list_id: int
    rows: int = Field(description="rows below the header that are not blank; good + rejected")
    good: int
    rejected: int
    reasons: dict[RejectReason, int]
    already_imported: bool = Field(description="the same file was imported before: nothing changed")

    @classmethod
    def of(cls, report: ImportReport) -> "ImportReportOut":
        return cls.model_validate(report)


class RejectOut(_Out):
    id: int
    line: int = Field(description="line of the text file or row of the sheet, from 1")
    reason: RejectReason

    @classmethod
    def of(cls, reject: RejectCard) -> "RejectOut":
        return cls.model_validate(reject)


class RejectPage(BaseModel):
    items: list[RejectOut]
    next: str | None = None
