"""Settings of the servers that ``callcenter serve`` keeps running on its own machine."""

import re
from enum import StrEnum
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section


class KeptServer(StrEnum):
    POSTGRES = "postgres"
    STORE = "store"
    SWITCH = "switch"


class KeptSettings(Section):
    """``callcenter setup`` writes these; without them every server runs elsewhere."""

    model_config = SettingsConfigDict(env_prefix="CALLCENTER_KEPT_", extra="ignore", frozen=True)

    servers: str = Field(
        default="",
        pattern=r"^((postgres|store|switch)(,(postgres|store|switch))*)?$",
        description="servers that serve starts and keeps running on this machine, comma between",
    )
    folder: Path = Field(default=Path("var/servers"), description="where they keep their data and programs")
    store_key: SecretStr | None = Field(
        default=None, min_length=64, description="64 hexadecimal digits: encrypts the keys of stored objects"
    )

    @property
    def kept(self) -> frozenset[KeptServer]:
        return frozenset(KeptServer(name) for name in re.findall(r"\w+", self.servers))
