"""Requests and responses of the customer file's endpoints."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from callcenter.customers.types import CustomerHit, Search
from callcenter.kit.paging import Cursor, Page
from callcenter.kit.reasons import Reason
from callcenter.leads.types import LeadState

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]
Id = Annotated[int, Field(ge=1)]


class SearchBody(BaseModel):
    """Search criteria, at least one. In the body, not in the address: access logs contain addresses (law 10)."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: Text | None = Field(default=None, description="the whole name")
    phone: Text | None = Field(default=None, description="the number in any usual spelling")
    last4: Annotated[str, StringConstraints(pattern=r"^\d{4}$")] | None = None
    id_number: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] | None = Field(
        default=None, description="the whole identity number; the search is written to the audit trail"
    )
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


class HitPage(Page[CustomerHit]):
    """Customers, the newest first."""
