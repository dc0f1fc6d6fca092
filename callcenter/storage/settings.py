"""Settings of the object store: where it is and with which keys it is used. Secrets have no default."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section


class StorageSettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_S3_", extra="ignore", frozen=True)

    endpoint: str = Field(
        pattern=r"^[A-Za-z0-9.-]+(:\d{1,5})?$", description="host:port of the S3 port, without scheme"
    )
    secure: bool = Field(default=True, description="false: plain HTTP, for a store on the same machine only")
    region: str = Field(default="us-east-1", pattern=r"^[a-z0-9-]{1,40}$")
    bucket: str = Field(default="recordings", pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")
    access_key: str = Field(min_length=1, description="the recorder's key: may write, lock and read")
    secret_key: SecretStr = Field(min_length=1)
    player_access_key: str | None = Field(
        default=None, min_length=1, description="a read-only key; playback reads with it"
    )
    player_secret_key: SecretStr | None = Field(default=None, min_length=1)
    connect_timeout: float = Field(default=3, gt=0, description="seconds")
    answer_timeout: float = Field(default=60, gt=0, description="seconds the store may take for one answer")
    attempts: int = Field(default=4, ge=1, description="tries of one request when the store answers 5xx or not at all")
    patience: float = Field(default=15, gt=0, description="seconds after which a request is not tried again")
