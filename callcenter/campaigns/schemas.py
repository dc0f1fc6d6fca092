"""What the campaigns' endpoints give."""

from pydantic import BaseModel, Field

from callcenter.campaigns.types import CampaignRules, CampaignState, DialMode


class ShiftOut(BaseModel):
    opens: str = Field(examples=["10:00"], description="wall-clock time in Shanghai")
    closes: str = Field(examples=["12:00"])


class CampaignOut(BaseModel):
    id: int
    name: str
    product: str
    company_full_name: str
    state: CampaignState
    mode: DialMode
    shifts: list[ShiftOut]
    quota: int
    max_attempts: int
    cap_per_day: int
    cap_per_7_days: int
    class_scheme_id: int | None = Field(description="the scheme of customer classes that steers the order")

    @classmethod
    def of(cls, rules: CampaignRules) -> "CampaignOut":
        return cls(
            id=rules.campaign_id,
            name=rules.name,
            product=rules.product,
            company_full_name=rules.company_full_name,
            state=rules.state,
            mode=rules.mode,
            shifts=[ShiftOut(opens=f"{shift.opens:%H:%M}", closes=f"{shift.closes:%H:%M}") for shift in rules.shifts],
            quota=rules.quota,
            max_attempts=rules.max_attempts,
            cap_per_day=rules.cap_per_day,
            cap_per_7_days=rules.cap_per_7_days,
            class_scheme_id=rules.class_scheme_id,
        )


class ClassSchemeIn(BaseModel):
    scheme_id: int | None = Field(description="null: the oldest data first, no class steers")


class CampaignPage(BaseModel):
    items: list[CampaignOut]
    next: str | None = None
