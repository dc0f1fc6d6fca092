"""Settings of the alerts room."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section


class AlertSettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_ALERTS_", extra="ignore", frozen=True)

    command_quiet_minutes: int = Field(
        default=60, ge=1, le=1440, description="minutes after the last failed or lost command until its alert clears"
    )
