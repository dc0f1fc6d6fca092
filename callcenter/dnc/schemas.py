"""What the endpoints of do-not-call and the legal basis take and give."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from callcenter.dnc.types import (
    BasisAct,
    BasisCard,
    DeliveryCard,
    DeliveryState,
    DncSource,
    EntryCard,
    EntryState,
    FilePreview,
    KeyKind,
    LiftDecision,
    ListCard,
    NumberFile,
)
from callcenter.kit.output import Output
from callcenter.leads.types import BasisKind, DncReason

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=300)]
Names = Mapping[int, str]
"""Staff id → name."""


class _Out(Output):
    model_config = ConfigDict(from_attributes=True)


# --- entries ---------------------------------------------------------------------------------------------------


class EnterBody(BaseModel):
    """By number or by customer."""

    phone: str | None = Field(default=None, max_length=40)
    lead_id: int | None = Field(default=None, ge=1)
    reason: DncReason
    source: Literal[DncSource.OFFICE, DncSource.COMPLAINT] = DncSource.OFFICE
    permanent: bool = False
    until_on: date | None = Field(default=None, description="first day on which the number may be called again")
    note: str = Field(default="", max_length=1000)


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


class DncEntryPage(Output):
    items: list[EntryOut]
    next: str | None = None


class NumberOut(BaseModel):
    phone_masked: str
    do_not_call: bool
    entries: list[EntryOut]
    on_lists: list[str] = Field(description="external lists in force that hold the number")
    leads: int

    @classmethod
    def of(cls, found: NumberFile, names: Names) -> "NumberOut":
        return cls(
            phone_masked=found.phone_masked,
            do_not_call=found.do_not_call or bool(found.on_lists),
            entries=[EntryOut.of(card, names) for card in found.entries],
            on_lists=list(found.on_lists),
            leads=found.leads,
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
    """Everybody who is named on these cards."""
    found: set[int | None] = set()
    for card in cards:
        found |= {card.entered_by, card.lifted_by}
        for lift in card.lifts:
            found |= {lift.proposed_by, lift.decided_by}
    return {person for person in found if person is not None}


# --- external lists ---------------------------------------------------------------------------------------------


class DeliveryOut(_Out):
    id: int
    list_id: int | None
    file_name: str
    size: int
    state: DeliveryState
    kind: KeyKind | None
    uploaded_at: AwareDatetime
    uploaded_by: int | None
    job_id: int | None
    delivered_at: AwareDatetime | None
    until: AwareDatetime | None
    rows: int
    keys: int
    malformed: int
    reasons: dict[str, int]
    duplicates: int
    new: int
    known: int
    ended: int
    matched: int

    @classmethod
    def of(cls, card: DeliveryCard) -> "DeliveryOut":
        return cls.model_validate(card)


class DeliveryPreviewOut(_Out):
    kind: KeyKind | None
    kinds: list[KeyKind] = Field(description="what it may be; choose where there are several")
    column: int
    header: bool
    rows_about: int | None
    looked_at: int
    malformed: dict[str, int]
    sample: list[str]

    @classmethod
    def of(cls, preview: FilePreview) -> "DeliveryPreviewOut":
        return cls.model_validate(preview)


class DeliveryUploadOut(BaseModel):
    delivery: DeliveryOut
    preview: DeliveryPreviewOut


class DeliveryImportBody(BaseModel):
    """As the next delivery of a list, or as the first of a new one."""

    list_id: int | None = Field(default=None, ge=1)
    name: str = Field(default="", max_length=120)
    supplier: str = Field(default="", max_length=120)
    term_days: int | None = Field(default=730, ge=1, le=36_500, description="null: for ever")
    kind: KeyKind | None = Field(default=None, description="null: as recognised")


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
        return cls.model_validate(card)


# --- legal basis -----------------------------------------------------------------------------------------------


class BasisBody(BaseModel):
    kind: BasisKind
    reference: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    valid_until: date | None = Field(default=None, description="last day on which it holds; null: until withdrawn")
    dated_on: date = Field(description="when the customer gave it")
    note: str = Field(default="", max_length=1000, description="where the document lies")
    reason: Reason


class WithdrawBody(BaseModel):
    reason: Reason
    all_campaigns: bool = True


class BasisEventOut(_Out):
    id: int
    act: BasisAct
    kind: BasisKind | None
    reference: str
    valid_until: date | None
    dated_on: date | None
    note: str
    reason: str
    at: AwareDatetime
    by: int | None
    by_name: str = ""


class LegalBasisOut(_Out):
    lead_id: int
    valid: bool
    kind: BasisKind
    reference: str
    valid_until: date | None
    withdrawn_at: AwareDatetime | None
    withdrawn_by: int | None
    withdrawn_why: str | None
    history: list[BasisEventOut]

    @classmethod
    def of(cls, card: BasisCard, names: Names) -> "LegalBasisOut":
        out = cls.model_validate(card)
        for event in out.history:
            event.by_name = names.get(event.by or 0, "")
        return out
