"""What the endpoints of the legal basis take and return."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from callcenter.consent.types import BasisAct, BasisCard, BasisEvidence
from callcenter.kit.output import Output
from callcenter.kit.reasons import IN_TRAIL
from callcenter.leads.types import BasisKind

Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=2, max_length=300), Field(description=IN_TRAIL)
]


class _Out(Output):
    model_config = ConfigDict(from_attributes=True)


class BasisBody(BaseModel):
    kind: BasisKind
    reference: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    valid_until: date | None = Field(default=None, description="last day on which it is valid; null: until withdrawn")
    dated_on: date = Field(description="when the customer gave it")
    note: str = Field(default="", max_length=1000, description="where the document is kept")
    reason: Reason

    def evidence(self) -> BasisEvidence:
        return BasisEvidence(**self.model_dump(exclude={"reason"}))


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
    def of(cls, card: BasisCard, names: Mapping[int, str]) -> "LegalBasisOut":
        out = cls.model_validate(card)
        for event in out.history:
            event.by_name = names.get(event.by or 0, "")
        return out
