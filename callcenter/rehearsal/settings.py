"""Settings of the robot agents of a rehearsal."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section


class RobotSettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_ROBOTS_", extra="ignore", frozen=True)

    host: str = Field(pattern=r"^[A-Za-z0-9.-]+:\d{1,5}$", description="host:port of the system")
    password: SecretStr
    count: int = Field(default=12, ge=0, description="robot agents")
    seed: int = Field(default=1, description="seed of their behaviour")
    pace: float = Field(default=1.0, gt=0, description="stretches their wrap-up of 0.3 to 1.5 seconds")
