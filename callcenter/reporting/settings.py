"""Settings of reporting."""

from datetime import timedelta

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section


class ReportingSettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_REPORTING_", extra="ignore", frozen=True)

    keep_exports: timedelta = Field(
        default=timedelta(days=3 * 366), description="how long an exported ledger is locked in the object store"
    )
    sheet_rows: int = Field(
        default=1_048_575, ge=1, le=1_048_575, description="rows of one sheet, without its heading; Excel takes no more"
    )
