"""Settings of the quality room (requirement Q3)."""

from datetime import timedelta

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section


class QualitySettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_QUALITY_", extra="ignore", frozen=True)

    claim_for: timedelta = Field(
        default=timedelta(minutes=30), description="how long a claim lasts before another checker may claim the review"
    )
