"""What the allocation's endpoints take and give."""

from datetime import date

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from callcenter.allocation.types import AllocationReport


class RunWish(BaseModel):
    campaign_id: int = Field(ge=1)
    on: date = Field(description="the working day the assignments are for")
    seed: int | None = Field(default=None, ge=0, le=2**53, description="settles what is arbitrary; default: the date")


class ShareOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    agent_id: int
    carried: int
    new: int


class ReportOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    run_id: int
    campaign_id: int
    on: date
    made_at: AwareDatetime
    seed: int
    quota: int
    agents: int
    assigned: int
    carried: int
    returned: int
    shortage: int
    stock_left: int
    forecast_days: float | None = Field(description="working days the stock lasts")
    shares: list[ShareOut]
    already_run: bool

    @classmethod
    def of(cls, report: AllocationReport) -> "ReportOut":
        return cls.model_validate(report)


class ReportPage(BaseModel):
    items: list[ReportOut]
    next: str | None = None
