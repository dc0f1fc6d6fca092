"""Numbers of the health room: ``CALLCENTER_HEALTH_*``."""

from datetime import timedelta

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from callcenter.health.rules.lag import LagLimits
from callcenter.kit.config import Section


class HealthSettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_HEALTH_", extra="ignore", frozen=True)

    port: int = Field(
        default=0, ge=0, le=65535, description="where the engine answers /healthz and /readyz itself; 0: nowhere"
    )
    beat_seconds: float = Field(
        default=2, gt=0, le=60, description="how often each process writes its heartbeat: one statement"
    )
    look_seconds: float = Field(
        default=0.5, gt=0, le=10, description="how often an engine judges its lag; a change is written at once"
    )
    lag_late: timedelta = Field(
        default=timedelta(seconds=1), gt=timedelta(0), description="signal lag above which screens and an alert say so"
    )
    lag_behind: timedelta = Field(
        default=timedelta(seconds=5), gt=timedelta(0), description="signal lag above which no new call is offered"
    )
    lag_calm: timedelta = Field(
        default=timedelta(seconds=10),
        ge=timedelta(0),
        description="how long the lag must stay at most half of a threshold until its effect ends",
    )
    silent_after: timedelta = Field(
        default=timedelta(seconds=10),
        gt=timedelta(0),
        description="a process without a heartbeat for so long counts as dead, an engine without its switch as idle",
    )
    missing_after: timedelta = Field(
        default=timedelta(seconds=30),
        gt=timedelta(0),
        description="an alert says that a part is missing when no process has led it for so long",
    )
    gone_after: timedelta = Field(
        default=timedelta(seconds=60),
        gt=timedelta(0),
        description="a node whose engine is silent or has no switch for so long is given up: its open calls end as "
        "unknown, its agents' legs as lost",
    )

    @property
    def limits(self) -> LagLimits:
        return LagLimits(late=self.lag_late, behind=self.lag_behind, calm=self.lag_calm)
