"""The settings of imports."""

import os
from datetime import timedelta

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section


class ImportSettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_IMPORTS_", extra="ignore", frozen=True)

    batch: int = Field(default=4000, ge=1, le=50_000, description="rows that are judged and written at a time")
    processes: int = Field(
        default_factory=lambda: max(1, (os.cpu_count() or 1) // 2),
        ge=0,
        le=64,
        description="processes that judge the rows of a large file; 0: none, a thread does it",
    )
    processes_from_bytes: int = Field(
        default=2 * 1024 * 1024, ge=0, description="size of a file from which on processes judge its rows"
    )
    upload_days: int = Field(default=14, ge=1, description="after so long an upload nobody imported is discarded")
    allow_landlines: bool = Field(default=False, description="true: landlines with their area code are taken too")
    analyze_from_rows: int = Field(default=20_000, ge=0, description="an import of so many rows is followed by ANALYZE")

    @property
    def upload_term(self) -> timedelta:
        return timedelta(days=self.upload_days)
