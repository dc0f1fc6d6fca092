"""What the endpoints of campaigns take and return."""

from datetime import time
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from callcenter.campaigns.types import CampaignChanges, CampaignRules, CampaignState, DialMode, Shift
from callcenter.kit.reasons import Reason

WallTime = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class ShiftOut(BaseModel):
    opens: str = Field(examples=["10:00"], description="wall-clock time in Shanghai")
    closes: str = Field(examples=["12:00"])

    @classmethod
    def of(cls, shift: Shift) -> "ShiftOut":
        return cls(opens=f"{shift.opens:%H:%M}", closes=f"{shift.closes:%H:%M}")


class CampaignOut(BaseModel):
    id: int
    name: str
    product: str
    company_full_name: str
    state: CampaignState
    mode: DialMode
    legal_hours: ShiftOut = Field(description="no shift may pass them")
    shifts: list[ShiftOut]
    quota: int
    ring_seconds: int
    wrap_up_seconds: int
    max_attempts: int
    cap_per_day: int
    cap_per_7_days: int
    class_scheme_id: int | None = Field(description="the scheme of customer classes that decides the order")
    open_to_all_branches: bool = Field(description="whether leads of a branch may go to agents of any branch")

    @classmethod
    def of(cls, rules: CampaignRules) -> "CampaignOut":
        return cls(
            id=rules.campaign_id,
            name=rules.name,
            product=rules.product,
            company_full_name=rules.company_full_name,
            state=rules.state,
            mode=rules.mode,
            legal_hours=ShiftOut.of(rules.legal_hours),
            shifts=[ShiftOut.of(shift) for shift in rules.shifts],
            quota=rules.quota,
            ring_seconds=rules.ring_seconds,
            wrap_up_seconds=rules.wrap_up_seconds,
            max_attempts=rules.max_attempts,
            cap_per_day=rules.cap_per_day,
            cap_per_7_days=rules.cap_per_7_days,
            class_scheme_id=rules.class_scheme_id,
            open_to_all_branches=rules.open_to_all_branches,
        )


class ClassSchemeIn(BaseModel):
    scheme_id: int | None = Field(description="null: the oldest data first, whatever the class")


class ShiftIn(BaseModel):
    opens: WallTime = Field(examples=["10:00"], description="wall-clock time in Shanghai")
    closes: WallTime = Field(examples=["12:00"])

    @property
    def shift(self) -> Shift:
        return Shift(time.fromisoformat(self.opens), time.fromisoformat(self.closes))


class CampaignChange(BaseModel):
    """What is to be different; what is left out stays."""

    state: CampaignState | None = None
    mode: DialMode | None = None
    shifts: list[ShiftIn] | None = Field(default=None, max_length=6)
    quota: int | None = Field(default=None, ge=1, le=200)
    ring_seconds: int | None = Field(default=None, ge=10, le=90)
    wrap_up_seconds: int | None = Field(default=None, ge=0, le=600)
    cap_per_day: int | None = Field(default=None, ge=1, le=10)
    cap_per_7_days: int | None = Field(default=None, ge=1, le=20)
    max_attempts: int | None = Field(default=None, ge=1, le=20)
    open_to_all_branches: bool | None = None
    reason: Reason

    @property
    def changes(self) -> CampaignChanges:
        shifts = None if self.shifts is None else tuple(shift.shift for shift in self.shifts)
        return CampaignChanges(**{**self.model_dump(exclude={"reason", "shifts"}), "shifts": shifts})


class CampaignPage(BaseModel):
    """All campaigns, the oldest first."""

    items: list[CampaignOut]
