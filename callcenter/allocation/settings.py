"""The numbers of the allocation."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section


class AllocationSettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_ALLOCATION_", extra="ignore", frozen=True)

    forecast_days: int = Field(default=6, ge=1, description="warn when the stock lasts fewer working days (D5)")
