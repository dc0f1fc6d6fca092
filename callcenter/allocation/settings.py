"""Holds the numbers of the allocation."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section


class AllocationSettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_ALLOCATION_", extra="ignore", frozen=True)

    forecast_days: int = Field(default=6, ge=1, description="warn when the stock lasts fewer working days (D5)")
    due_hour: int = Field(default=20, ge=0, le=23, description="hour of the evening by which a day is allocated (D1)")
    grace_minutes: int = Field(
        default=10, ge=0, le=240, description="alarm when it is not allocated so long after it was due (D6)"
    )
    forgotten_minutes: int = Field(
        default=15, ge=1, description="a customer on the screen of an agent without a seat returns after this long"
    )
    look_after_blocked: int = Field(
        default=50, ge=1, description="leads blocked at once after which the forecast is looked at without waiting"
    )
