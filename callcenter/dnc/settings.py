"""The settings of the do-not-call room."""

from datetime import timedelta

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section


class DncSettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_DNC_", extra="ignore", frozen=True)

    days: int = Field(default=184, ge=184, description="term of a do-not-call entry, at least six months (L6)")

    @property
    def term(self) -> timedelta:
        return timedelta(days=self.days)
