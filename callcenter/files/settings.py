"""The settings of uploaded files."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section


class FileSettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_FILES_", extra="ignore", frozen=True)

    upload_limit_bytes: int = Field(default=512 * 1024 * 1024, ge=1, description="largest file an upload may bring")
