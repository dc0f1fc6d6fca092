"""Holds the numbers of the alerts."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section


class AlertSettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_ALERTS_", extra="ignore", frozen=True)

    command_quiet_minutes: int = Field(
        default=60, ge=1, le=1440, description="the alert of a failed or lost command clears so long after the last one"
    )
