"""Numbers of the dialer."""

from datetime import timedelta

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section


class DialerSettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_DIALER_", extra="ignore", frozen=True)

    tick_seconds: float = Field(default=0.5, gt=0, description="how often ready seats are looked at unasked")
    preview_for: timedelta = Field(
        default=timedelta(minutes=10),
        description="how long a customer may stay on a screen undialled before the agent is paused",
    )
    sweep_seconds: float = Field(default=5, gt=0, description="how often open calls are compared with the switch")
    sweep_grace_seconds: float = Field(default=8, gt=0, description="a call younger than this is not swept")
