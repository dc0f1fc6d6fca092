"""The settings of imports."""

from datetime import timedelta

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section


class ImportSettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_IMPORTS_", extra="ignore", frozen=True)

    batch: int = Field(default=2000, ge=1, le=50_000, description="rows held in memory at once")
    upload_days: int = Field(default=14, ge=1, description="after so long an upload nobody imported is discarded")
    allow_landlines: bool = Field(default=False, description="true: landlines with their area code are taken too")
    analyze_from_rows: int = Field(default=20_000, ge=0, description="an import of so many rows is followed by ANALYZE")

    @property
    def upload_term(self) -> timedelta:
        return timedelta(days=self.upload_days)
