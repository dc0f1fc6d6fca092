"""The numbers of the leads room."""

from datetime import timedelta

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section


class LeadSettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_LEADS_", extra="ignore", frozen=True)

    dnc_days: int = Field(default=184, ge=184, description="term of a do-not-call entry, at least six months (L6)")
    import_batch: int = Field(default=2000, ge=1, le=50_000, description="rows held in memory at once")
    upload_limit_bytes: int = Field(default=512 * 1024 * 1024, description="largest file the import takes")

    @property
    def dnc_term(self) -> timedelta:
        return timedelta(days=self.dnc_days)
