"""Reads settings: environment variables ``CALLCENTER_*``, or the same lines in the file ``CALLCENTER_ENV_FILE``.

Each room with settings derives a ``Section`` with its own prefix in its ``settings.py``. Secrets have no default; a
process that lacks one does not start, and the error names the variable. Before any command begins,
``bootstrap.settings`` reads every section, also those that the command does not need, and looks for variables that no
section knows.
"""

import os
import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError as SettingsSourceError

from callcenter.kit.clock import Clock, ShiftedClock, SystemClock
from callcenter.kit.crypto import KeyFaultError, Vault, index_key_of, keys_of
from callcenter.kit.errors import CannotBeginError

PREFIX = "CALLCENTER_"
ENV_FILE = f"{PREFIX}ENV_FILE"
"""Environment variable that names the file of further settings."""
HOST = r"^[A-Za-z0-9._:-]{1,253}$"
"""Pattern of a setting that names a host: a name, an IPv4 or an IPv6 address."""
_MISSING = "missing"
"""Pydantic's word for a required value that is not there."""


class SettingsError(CannotBeginError):
    """Names the variables that this process needs and does not find, or that are wrong; never their values."""

    def __init__(self, faults: Sequence[str], *, only_missing: bool = False) -> None:
        super().__init__("settings are missing or wrong: " + "; ".join(faults))
        self.faults = tuple(faults)
        self.only_missing = only_missing
        """Whether all that is wrong is that required values are missing."""


def env_file() -> Path | None:
    """Returns the file that ``CALLCENTER_ENV_FILE`` names. Raises SettingsError unless it can be read line by line."""
    if not (name := os.environ.get(ENV_FILE)):
        return None
    path = Path(name)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SettingsError([f"{ENV_FILE} (names a file that does not exist)"]) from None
    except OSError as error:
        raise SettingsError([f"{ENV_FILE} (its file cannot be read: {error.strerror})"]) from None
    except UnicodeDecodeError:
        raise SettingsError([f"{ENV_FILE} (its file is not text in UTF-8)"]) from None
    for number, line in enumerate(text.splitlines(), 1):
        if not _LINE.fullmatch(line):
            raise SettingsError([f"{ENV_FILE} (line {number} of its file is not NAME=value)"])
    return path


_LINE = re.compile(r"\s*(?:#.*|(?:export\s+)?[A-Za-z_][A-Za-z0-9_]*\s*=.*)?")


class Section(BaseSettings):
    """Reads one group of settings, from the process environment first, then from the environment file."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    def __init__(self, **values: Any) -> None:
        if "_env_file" not in values:
            values["_env_file"] = env_file()
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise SettingsError(
                [_fault(type(self), fault) for fault in error.errors()],
                only_missing=all(fault["type"] == _MISSING for fault in error.errors()),
            ) from None  # pydantic's own message would show the values
        except SettingsSourceError as error:  # a list that is not JSON
            raise SettingsError([f"{_named(type(self), str(error))} (is not JSON)"]) from None

    @model_validator(mode="before")
    @classmethod
    def _require_plain_text(cls, values: Any) -> Any:
        """Refuses control characters: a line break in a password becomes a further line of what it is sent in."""
        for name, value in values.items() if isinstance(values, dict) else ():
            if isinstance(value, str) and any(unicodedata.category(character) == "Cc" for character in value):
                raise ValueError(f"{variable(cls, name)} holds a line break or another control character")
        return values


def variable(section: type[Section], name: str) -> str:
    """Returns the environment variable of a setting."""
    return f"{section.model_config.get('env_prefix', '')}{name}".upper()


def _fault(section: type[Section], fault: Any) -> str:
    message = str(fault["msg"]).removeprefix("Value error, ")
    if not fault["loc"]:  # of several settings together, which the message names
        return message
    return f"{variable(section, str(fault['loc'][0]))} ({message[:1].lower()}{message[1:]})"


def _named(section: type[Section], message: str) -> str:
    """Returns the variable that a message of pydantic-settings speaks of, by the name of its field in quotes."""
    found = re.search(r'"(\w+)"', message)
    return variable(section, found[1]) if found else f"a variable of {section.model_config.get('env_prefix', '')}*"


class CoreSettings(Section):
    """Settings that every process needs."""

    database_url: SecretStr = Field(description="postgresql://user:password@host:port/name")
    node: str = Field(default="n1", pattern=r"^[a-z0-9-]{1,20}$", description="name of this engine's switch")
    rehearsal: bool = Field(
        default=False, description="true: simulated carrier, invented customers, a banner on each page"
    )
    clock_offset_seconds: float = Field(default=0, description="rehearsal only: how far the clock is shifted")
    log_json: bool = False
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"
    log_dir: Path = Field(default=Path("var/log"), description="folder of the logs of supervised parts, one file each")
    http_host: str = Field(default="127.0.0.1", pattern=HOST)
    http_port: int = Field(default=8000, ge=0, le=65535)
    secure_cookies: bool = Field(default=True, description="set to false only where the panels are served without TLS")
    field_keys: SecretStr = Field(description="'key id:base64 of 32 bytes', comma between; the first is active")
    index_key: SecretStr = Field(description="base64 of 32 bytes: key of the blind indexes")
    job_cpu_seconds: int = Field(default=7200, ge=60, description="computing time of one job; past it the job fails")
    job_memory_mib: int = Field(default=4096, ge=512, description="memory of one job's process, in MiB")

    @field_validator("database_url")
    @classmethod
    def _require_address(cls, url: SecretStr) -> SecretStr:
        try:
            address = urlsplit(url.get_secret_value())
            complete = address.scheme == "postgresql" and address.hostname and len(address.path) > 1
            _ = address.port  # raises when it is no number
        except ValueError:
            complete = False
        if not complete:
            raise ValueError("must read postgresql://user:password@host:port/name")
        return url

    @field_validator("field_keys")
    @classmethod
    def _require_field_keys(cls, keys: SecretStr) -> SecretStr:
        _fit(keys_of, keys)
        return keys

    @field_validator("index_key")
    @classmethod
    def _require_index_key(cls, key: SecretStr) -> SecretStr:
        _fit(index_key_of, key)
        return key

    @model_validator(mode="after")
    def _require_rehearsal(self) -> Self:
        if self.clock_offset_seconds and not self.rehearsal:
            raise ValueError("CALLCENTER_CLOCK_OFFSET_SECONDS is for rehearsals only")
        return self

    @property
    def async_database_url(self) -> str:
        """Returns the address of the same database for SQLAlchemy with asyncpg."""
        return self.database_url.get_secret_value().replace("postgresql://", "postgresql+asyncpg://", 1)

    @cached_property
    def vault(self) -> Vault:
        keys = keys_of(self.field_keys.get_secret_value())
        return Vault(keys=keys, active=next(iter(keys)), index_key=index_key_of(self.index_key.get_secret_value()))

    def clock(self) -> Clock:
        """Returns the system clock, or in a rehearsal the shifted one."""
        return ShiftedClock(timedelta(seconds=self.clock_offset_seconds)) if self.rehearsal else SystemClock()


def _fit(read: Callable[[str], object], secret: SecretStr) -> None:
    try:
        read(secret.get_secret_value())
    except KeyFaultError as fault:
        raise ValueError(str(fault)) from None
