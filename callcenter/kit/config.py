"""Reads settings: environment variables ``CALLCENTER_*``, or the same lines in the file ``CALLCENTER_ENV_FILE``.

Each room with settings derives a ``Section`` with its own prefix in its ``settings.py``. Secrets have no default; a
process that lacks one does not start, and the error names the variable.
"""

import base64
import os
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from callcenter.kit.clock import Clock, ShiftedClock, SystemClock
from callcenter.kit.crypto import Vault


class SettingsError(Exception):
    """Names the variables that this process needs and does not find; never their values."""


class Section(BaseSettings):
    """Reads one group of settings, from the process environment first, then from the environment file."""

    model_config = SettingsConfigDict(env_prefix="CALLCENTER_", extra="ignore", frozen=True)

    def __init__(self, **values: Any) -> None:
        values.setdefault("_env_file", os.environ.get("CALLCENTER_ENV_FILE"))
        try:
            super().__init__(**values)
        except ValidationError as error:
            prefix = str(type(self).model_config.get("env_prefix", ""))
            raise SettingsError(
                "settings are missing or wrong: "
                + "; ".join(
                    f"{prefix}{str(fault['loc'][0]).upper()} ({fault['msg'].lower()})" for fault in error.errors()
                )
            ) from None  # pydantic's own message would show the values


class CoreSettings(Section):
    """Settings that every process needs."""

    database_url: SecretStr = Field(description="postgresql://user:password@host:port/name")
    node: str = Field(default="n1", pattern=r"^[a-z0-9-]{1,20}$", description="name of this engine's switch")
    rehearsal: bool = Field(
        default=False, description="true: simulated carrier, invented customers, a banner on each page"
    )
    clock_offset_seconds: float = Field(default=0, description="rehearsal only: how far the clock is shifted")
    log_json: bool = False
    log_level: str = "INFO"
    log_dir: Path = Field(default=Path("var/log"), description="folder of the logs of supervised parts, one file each")
    http_host: str = "127.0.0.1"
    http_port: int = 8000
    secure_cookies: bool = Field(default=True, description="set to false only where the panels are served without TLS")
    field_keys: SecretStr = Field(description="'key id:base64 of 32 bytes', comma between; the first is active")
    index_key: SecretStr = Field(description="base64 of 32 bytes: key of the blind indexes")

    job_cpu_seconds: int = Field(default=7200, ge=60, description="computing time of one job; past it the job fails")
    job_memory_mib: int = Field(default=4096, ge=512, description="memory of one job's process, in MiB")

    @property
    def async_database_url(self) -> str:
        """Returns the address of the same database for SQLAlchemy with asyncpg."""
        return self.database_url.get_secret_value().replace("postgresql://", "postgresql+asyncpg://", 1)

    @cached_property
    def vault(self) -> Vault:
        keys = dict(pair.split(":", 1) for pair in self.field_keys.get_secret_value().split(","))
        return Vault(
            keys={key_id: base64.b64decode(key) for key_id, key in keys.items()},
            active=next(iter(keys)),
            index_key=base64.b64decode(self.index_key.get_secret_value()),
        )

    def clock(self) -> Clock:
        """Returns the system clock, or in a rehearsal the shifted one."""
        if self.clock_offset_seconds and not self.rehearsal:
            raise ValueError("CALLCENTER_CLOCK_OFFSET_SECONDS is for rehearsals only")
        return ShiftedClock(timedelta(seconds=self.clock_offset_seconds)) if self.rehearsal else SystemClock()
