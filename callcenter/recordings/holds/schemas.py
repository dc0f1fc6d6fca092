"""Requests and responses of legal holds."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from callcenter.kit.paging import Page
from callcenter.people.types import StaffCard
from callcenter.recordings.holds.types import MOST_CALLS, Authority, HoldCard, HoldDraft

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Number = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class HoldIn(BaseModel):
    """A hold to be placed."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    authority: Authority = Field(description="who asks for it")
    number: Number = Field(description="under which the request is registered")
    reason: Words = Field(description="kept with the hold, sealed")
    call_ids: list[UUID] = Field(min_length=1, max_length=MOST_CALLS)

    def draft(self) -> HoldDraft:
        return HoldDraft(
            authority=self.authority, number=self.number, reason=self.reason, call_ids=tuple(self.call_ids)
        )


class HoldLift(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    reason: Words = Field(description="kept with the hold, sealed")


class HoldOut(BaseModel):
    """One hold and the calls whose recordings it keeps."""

    id: int
    authority: Authority
    number: str
    why: str
    placed_by_name: str
    placed_at: datetime
    lifted_by_name: str | None
    lifted_at: datetime | None = Field(description="null while it is in force")
    lift_why: str
    call_ids: list[UUID]

    @classmethod
    def of(cls, hold: HoldCard, staff: Mapping[int, StaffCard]) -> "HoldOut":
        placed, lifted = staff.get(hold.placed_by or 0), staff.get(hold.lifted_by or 0)
        return cls(
            id=hold.id,
            authority=hold.authority,
            number=hold.number,
            why=hold.why,
            placed_by_name=placed.name if placed else "",
            placed_at=hold.placed_at,
            lifted_by_name=lifted.name if lifted else None,
            lifted_at=hold.lifted_at,
            lift_why=hold.lift_why,
            call_ids=list(hold.call_ids),
        )


class HoldPage(Page[HoldOut]):
    """Holds, the newest first."""
