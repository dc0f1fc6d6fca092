"""The settings of uploaded files."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section


class FileSettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_FILES_", extra="ignore", frozen=True)

    upload_limit_bytes: int = Field(default=512 * 1024 * 1024, ge=1, description="largest file an upload may bring")
    readers: int = Field(default=2, ge=1, le=16, description="uploads that one web process has read at a time")
    readings_waiting: int = Field(
        default=6, ge=0, le=100, description="uploads that may wait to be read; more: refused"
    )
    reading_seconds: float = Field(default=60, gt=0, description="longest time to examine or preview an upload")
    reading_cpu_seconds: int = Field(default=30, ge=1, description="computing time of one such reading; then killed")
    reading_memory_mib: int = Field(default=1024, ge=256, description="memory of one such reading, in MiB")
    reading_disk_mib: int = Field(default=2048, ge=16, description="largest temporary file of one such reading, in MiB")
