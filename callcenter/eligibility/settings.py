"""Settings of the judgement whether a call may be placed."""

from datetime import timedelta

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section


class EligibilitySettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_ELIGIBILITY_", extra="ignore", frozen=True)

    complaint_gap: timedelta = Field(
        default=timedelta(minutes=10),
        ge=timedelta(0),
        description="least time between a call of any kind to a number and a complaint callback to it",
    )
