"""The settings of the calendar room."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section


class CalendarSettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_CALENDAR_", extra="ignore", frozen=True)

    provisional_days: int = Field(default=30, ge=1, description="warn when a day this near is only a forecast (D1)")
