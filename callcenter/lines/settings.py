"""The numbers of this room (requirement C13)."""

from datetime import timedelta

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section
from callcenter.lines.types import ProbeRules


class LineSettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_LINES_", extra="ignore", frozen=True)

    refusals: int = Field(default=5, ge=2, description="after so many refusals in a row a trunk is paused")
    first_wait: timedelta = Field(default=timedelta(seconds=20), description="before the first probe")
    longest_wait: timedelta = Field(default=timedelta(minutes=2), description="between two probes at the most")
    lease: timedelta = Field(default=timedelta(minutes=3), description="how long a probe may take")

    def probe_rules(self) -> ProbeRules:
        return ProbeRules(self.refusals, self.first_wait, self.longest_wait, self.lease)
