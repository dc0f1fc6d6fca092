"""The settings of the campaigns room."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section


class CampaignSettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_CAMPAIGNS_", extra="ignore", frozen=True)

    caller_ids: str = Field(
        default="",
        pattern=r"^[\d\s,]*$",
        description="numbers the carrier has approved for display, comma between (C3)",
    )

    @property
    def approved_caller_ids(self) -> frozenset[str]:
        return frozenset(number.strip() for number in self.caller_ids.split(",") if number.strip())
