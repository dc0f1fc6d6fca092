"""What the endpoints of do-not-call take and return."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.dataclasses import dataclass as pydantic_dataclass

from callcenter.dnc.types import (
    INDUSTRY_DAYS,
    DeliveryCard,
    DncReason,
    DncSource,
    EntryCard,
    EntryDetails,
    EntryFilter,
    EntryState,
    FilePreview,
    FileReading,
    ImportOrder,
    KeyKind,
    LiftDecision,
    ListCard,
    NumberFile,
)
from callcenter.files.types import Delimiter, Encoding, TextChoice
from callcenter.kit.output import Output
from callcenter.kit.paging import Cursor, Page
from callcenter.kit.reasons import IN_TRAIL

Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=2, max_length=300), Field(description=IN_TRAIL)
]
Names = Mapping[int, str]
"""Staff id → name."""


class _Out(Output):
    model_config = ConfigDict(from_attributes=True)


# --- entries ---------------------------------------------------------------------------------------------------


class EnterBody(BaseModel):
    """By number or by customer."""

    phone: str | None = Field(default=None, max_length=40)
    lead_id: int | None = Field(default=None, ge=1, le=2**63 - 1)
    reason: DncReason
    source: Literal[DncSource.OFFICE, DncSource.COMPLAINT] = DncSource.OFFICE
    permanent: bool = False
    until_on: date | None = Field(default=None, description="first day on which the number may be called again")
    note: str = Field(default="", max_length=1000)

    def details(self) -> EntryDetails:
        return EntryDetails(permanent=self.permanent, until_on=self.until_on, source=self.source, note=self.note)


class EntryQuery(BaseModel):
    reason: DncReason | None = None
    source: DncSource | None = None
    state: EntryState | None = None
    list_id: int | None = Field(default=None, ge=1, le=2**63 - 1)
    cursor: Cursor = None
    limit: int = Field(default=50, ge=1, le=200, description="the most rows of a page")

    def wanted(self) -> EntryFilter:
        return EntryFilter(reason=self.reason, source=self.source, state=self.state, list_id=self.list_id)


class ReasonBody(BaseModel):
    reason: Reason


class DecideBody(BaseModel):
    decision: LiftDecision
    reason: Reason


class NumberBody(BaseModel):
    """In the body, so that no number stands in an address or a log."""

    phone: str = Field(min_length=1, max_length=40)


class LiftOut(_Out):
    id: int
    proposed_at: AwareDatetime
    proposed_by: int
    proposed_by_name: str = ""
    why: str
    decided_at: AwareDatetime | None
    decided_by: int | None
    decided_by_name: str = ""
    decision: LiftDecision | None
    decided_why: str


class EntryOut(_Out):
    id: int
    phone_masked: str
    reason: DncReason
    source: DncSource
    state: EntryState
    needs_second: bool = Field(description="lifting it takes two persons")
    lead_id: int | None
    call_id: UUID | None
    list_name: str | None
    entered_at: AwareDatetime
    entered_by: int | None
    entered_by_name: str = ""
    until: AwareDatetime | None = Field(description="null: for ever")
    lifted_at: AwareDatetime | None
    lifted_by: int | None
    lifted_by_name: str = ""
    lifted_why: str | None
    note: str
    lifts: list[LiftOut] = Field(description="every proposal to lift it, the newest first")

    @classmethod
    def of(cls, card: EntryCard, names: Names) -> "EntryOut":
        out = cls.model_validate(card)
        out.entered_by_name = names.get(card.entered_by or 0, "")
        out.lifted_by_name = names.get(card.lifted_by or 0, "")
        for lift in out.lifts:
            lift.proposed_by_name = names.get(lift.proposed_by, "")
            lift.decided_by_name = names.get(lift.decided_by or 0, "")
        return out


class DncEntryPage(Page[EntryOut]):
    """Entries, the newest first."""


class NumberOut(BaseModel):
    phone_masked: str
    do_not_call: bool
    entries: list[EntryOut]
    on_lists: list[str] = Field(description="external lists in force that hold the number")
    leads: int

    @classmethod
    def of(cls, file: NumberFile, names: Names) -> "NumberOut":
        return cls(
            phone_masked=file.phone_masked,
            do_not_call=file.do_not_call or bool(file.on_lists),
            entries=[EntryOut.of(card, names) for card in file.entries],
            on_lists=list(file.on_lists),
            leads=file.leads,
        )


class FiguresOut(_Out):
    in_force: int
    permanent: int
    by_reason: dict[DncReason, int]
    by_source: dict[DncSource, int]
    ending_30_days: int
    lifts_waiting: int
    list_keys: int = Field(description="numbers on external lists in force")


def persons(cards: Sequence[EntryCard]) -> set[int]:
    """Returns the staff ids named on these cards."""
    ids: set[int | None] = set()
    for card in cards:
        ids |= {card.entered_by, card.lifted_by}
        for lift in card.lifts:
            ids |= {lift.proposed_by, lift.decided_by}
    return {staff_id for staff_id in ids if staff_id is not None}


# --- external lists ---------------------------------------------------------------------------------------------


@pydantic_dataclass(frozen=True, kw_only=True)
class DeliveryOut(DeliveryCard):
    """One file of an external list; its fields are the card's."""

    @classmethod
    def of(cls, card: DeliveryCard) -> "DeliveryOut":
        return cls(**{field.name: getattr(card, field.name) for field in fields(DeliveryCard)})


class DeliverySheetOut(_Out):
    name: str
    hidden: bool


class DeliveryPreviewOut(_Out):
    kind: KeyKind | None
    kinds: list[KeyKind] = Field(description="what it may be; choose where there are several")
    column: int
    header: int | None = Field(description="line of the title; null: the first row is a number")
    rows_about: int | None
    looked_at: int
    malformed: dict[str, int]
    sample: list[str]
    encoding: Encoding | None = Field(description="in which it is read; null for a workbook")
    delimiter: Delimiter | None = Field(description="by which its lines are parted; null for a workbook")
    sheets: list[DeliverySheetOut]
    sheet: str | None
    hidden_rows: int = Field(description="rows a filter hides, among those looked at; they are read too")

    @classmethod
    def of(cls, preview: FilePreview) -> "DeliveryPreviewOut":
        return cls.model_validate(preview)


class ReadingQuery(BaseModel):
    """How a file is read; what is left out is found."""

    encoding: Encoding | None = None
    delimiter: Delimiter | None = None
    sheet: str | None = Field(default=None, max_length=200)

    def reading(self) -> FileReading:
        return FileReading(TextChoice(self.encoding, self.delimiter), self.sheet)


class DeliveryRejectOut(_Out):
    line: int
    reason: str


class DeliveryUploadOut(BaseModel):
    delivery: DeliveryOut
    preview: DeliveryPreviewOut


class DeliveryImportBody(ReadingQuery):
    """Requests the import of a file: as the next delivery of a list, or as the first of a new one."""

    list_id: int | None = Field(default=None, ge=1, le=2**63 - 1)
    name: str = Field(default="", max_length=120)
    supplier: str = Field(default="", max_length=120)
    term_days: int | None = Field(default=INDUSTRY_DAYS, ge=1, le=36_500, description="null: for ever")
    kind: KeyKind | None = Field(default=None, description="null: as recognised")
    may_end: int = Field(
        default=0,
        ge=0,
        le=2**31 - 1,
        description="how many numbers of the delivery before may be missing, and so be called again",
    )

    def order(self) -> ImportOrder:
        return ImportOrder(
            list_id=self.list_id,
            name=self.name,
            supplier=self.supplier,
            term_days=self.term_days,
            kind=self.kind,
            reading=self.reading(),
            may_end=self.may_end,
        )


class ListOut(_Out):
    id: int
    name: str
    supplier: str
    term_days: int | None
    withdrawn_at: AwareDatetime | None
    withdrawn_why: str | None
    in_force: DeliveryOut | None
    deliveries: int

    @classmethod
    def of(cls, card: ListCard) -> "ListOut":
        in_force = None if card.in_force is None else DeliveryOut.of(card.in_force)
        return cls(**{**asdict(card), "in_force": in_force})
