"""Holds the numbers of the people room: ``CALLCENTER_PEOPLE_*``."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section


class PeopleSettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_PEOPLE_", extra="ignore", frozen=True)

    session_hours: float = Field(default=12, gt=0, description="longest life of a log-in")
    session_idle_minutes: float = Field(default=60, gt=0, description="a log-in nobody uses ends after this")
    login_failures: int = Field(default=5, ge=1, description="wrong passwords before a login is locked")
    login_lock_minutes: float = Field(default=15, gt=0, description="how long it stays locked, and failures count")
    login_failures_per_address: int = Field(
        default=40, ge=1, description="wrong passwords from one address within that time; then only known devices"
    )
    device_days: int = Field(default=180, ge=1, description="how long a browser that nobody logs in from stays known")
    password_min_length: int = Field(default=10, ge=1, description="characters that a password has at least")
    one_time_password_hours: float = Field(
        default=24, gt=0, description="how long a one-time password opens a session in which it must be changed"
    )
    argon2_memory_kib: int = Field(default=65536, ge=8, description="memory per hash")
    argon2_passes: int = Field(default=3, ge=1)
    argon2_lanes: int = Field(default=4, ge=1)
