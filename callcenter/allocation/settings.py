"""Holds the numbers of the allocation."""

from datetime import time, timedelta
from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section


class AllocationSettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_ALLOCATION_", extra="ignore", frozen=True)

    forecast_days: int = Field(default=6, ge=1, description="warn when the stock lasts fewer working days (D5)")
    run_at: time = Field(default=time(19, 30), description="when the evening's run begins, Shanghai (D1)")
    due_hour: int = Field(default=20, ge=0, le=23, description="hour of the evening by which a day is allocated (D1)")
    grace_minutes: int = Field(
        default=0, ge=0, le=240, description="alarm when it is not allocated so long after it was due (D6)"
    )
    forgotten_after: timedelta = Field(
        default=timedelta(seconds=10),
        description="a customer on no screen of the agent who has claimed them returns",
    )
    look_after_blocked: int = Field(
        default=50, ge=1, description="leads blocked at once after which the forecast is looked at without waiting"
    )

    @model_validator(mode="after")
    def _begin_in_time(self) -> Self:
        if self.run_at >= time(self.due_hour):
            raise ValueError(
                f"the run would begin at {self.run_at:%H:%M}, when the day must have been allocated"
                f" ({self.due_hour}:00, rule D1): set CALLCENTER_ALLOCATION_RUN_AT earlier"
            )
        return self
