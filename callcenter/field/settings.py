"""Settings of the field room (requirements F2, F3)."""

from datetime import time

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section


class FieldSettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_FIELD_", extra="ignore", frozen=True)

    assigned_by: time = Field(default=time(9, 30), description="deadline, next working day, Shanghai")
    visits_a_day: int = Field(default=6, ge=1, description="most visits of one field agent on one day")
