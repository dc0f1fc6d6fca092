"""Requests and responses of the customer file's endpoints."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from callcenter.customers.types import Search
from callcenter.dnc.types import DncReason, DncSource
from callcenter.kit.paging import Cursor, Page
from callcenter.kit.reasons import Reason
from callcenter.leads.types import BasisKind, Gender, LeadState

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]
Id = Annotated[int, Field(ge=1)]


class SearchBody(BaseModel):
    """Search criteria, at least one. In the body, not in the address: access logs contain addresses (law 10)."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: Text | None = Field(default=None, description="the whole name")
    phone: Text | None = Field(default=None, description="the number in any usual spelling")
    last4: Annotated[str, StringConstraints(pattern=r"^\d{4}$")] | None = None
    list_id: Id | None = None
    campaign_id: Id | None = None
    customer_class: Text | None = None
    state: LeadState | None = None
    cursor: Cursor = None
    limit: int = Field(default=50, ge=1, le=200)

    def request(self) -> Search:
        return Search(**self.model_dump(exclude={"cursor", "limit"}))


class RevealBody(BaseModel):
    reason: Reason


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class HitOut(_Out):
    id: int
    campaign_id: int
    list_id: int
    list_name: str
    name_masked: str
    phone_masked: str
    gender: Gender | None
    age: int | None
    district: str
    customer_class: str
    state: LeadState
    basis_withdrawn: bool
    do_not_call: bool
    imported_at: AwareDatetime


class HitPage(Page[HitOut]):
    """Customers, the newest first."""


class CustomerFieldOut(_Out):
    key: str
    title: str | None = Field(description="null for a known column")
    kind: str
    value: Any = Field(description="typed; money is integer fen")
    masked: bool


class CustomerBasisOut(_Out):
    kind: BasisKind
    reference: str
    withdrawn_at: AwareDatetime | None
    withdrawn_by: str | None
    withdrawn_why: str | None


class CustomerDncEntryOut(_Out):
    id: int
    reason: DncReason
    source: DncSource
    entered_at: AwareDatetime
    entered_by: str | None
    until: AwareDatetime | None = Field(description="null: for ever")
    lifted_at: AwareDatetime | None
    lifted_by: str | None
    lifted_why: str | None
    in_force: bool


class ElsewhereOut(_Out):
    id: int
    campaign_id: int
    list_id: int
    state: LeadState


class FileOut(_Out):
    id: int
    campaign_id: int
    list_id: int
    list_name: str
    line: int
    source: str
    branch: str
    name_masked: str
    phone_masked: str
    address_masked: str
    carrier: str
    city: str
    gender: Gender | None
    age: int | None
    district: str
    occupation: str
    customer_class: str
    state: LeadState
    imported_at: AwareDatetime
    basis: CustomerBasisOut
    fields: Sequence[CustomerFieldOut]
    dnc_entries: Sequence[CustomerDncEntryOut]
    elsewhere: Sequence[ElsewhereOut] = Field(description="the same number in other campaigns")


class ClearOut(_Out):
    name: str
    phone: str
    address: str
    district: str
    birth_on: date | None
    age: int | None
    fields: Sequence[CustomerFieldOut]
