"""Requests and responses of destruction runs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from callcenter.kit.paging import Page
from callcenter.people.types import StaffCard
from callcenter.recordings.destruction.types import ItemCard, ItemState, Kept, RunCard, RunState

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class RunIn(BaseModel):
    """A list to be made of the recordings whose time is over."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    reason: Words = Field(description="kept with the run, sealed")


class RunDecision(BaseModel):
    """The decision of another person than the one who proposed the list."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    approved: bool
    reason: Words = Field(description="kept with the run, sealed")


class DestructionOut(BaseModel):
    """One run, from its list to its protocol."""

    id: int
    state: RunState
    policy_version: str
    listed: int
    destroyed: int
    kept: int
    size_bytes: int
    why: str
    proposed_by: int | None
    proposed_by_name: str
    proposed_at: datetime
    decided_by_name: str | None
    decided_at: datetime | None
    decision_why: str
    done_at: datetime | None

    @classmethod
    def of(cls, run: RunCard, staff: Mapping[int, StaffCard]) -> "DestructionOut":
        proposed, decided = staff.get(run.proposed_by or 0), staff.get(run.decided_by or 0)
        return cls(
            id=run.id,
            state=run.state,
            policy_version=run.policy_version,
            listed=run.listed,
            destroyed=run.destroyed,
            kept=run.kept,
            size_bytes=run.size_bytes,
            why=run.why,
            proposed_by=run.proposed_by,
            proposed_by_name=proposed.name if proposed else "",
            proposed_at=run.proposed_at,
            decided_by_name=decided.name if decided else None,
            decided_at=run.decided_at,
            decision_why=run.decision_why,
            done_at=run.done_at,
        )


class DestructionRuns(Page[DestructionOut]):
    """Runs, the newest first."""


class ItemOut(BaseModel):
    """One recording of a run."""

    id: int
    call_id: UUID
    state: ItemState
    kept: Kept | None = Field(description="why it was not destroyed")
    rule: str = Field(description="the class of the policy that decided its term")
    retain_until: datetime
    sha256: str
    size_bytes: int
    at: datetime | None

    @classmethod
    def of(cls, item: ItemCard) -> "ItemOut":
        return cls.model_validate(item, from_attributes=True)


class ItemPage(Page[ItemOut]):
    """What a run lists, in its order."""


class ProtocolOut(BaseModel):
    """The protocol; hash and signature are of ``content`` as JSON with sorted keys and without blanks."""

    content: dict[str, Any]
    sha256: str
    signature: str
    public_key: str
