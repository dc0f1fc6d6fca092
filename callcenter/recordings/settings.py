"""Settings of the recordings room."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section


class RecordingSettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_RECORDINGS_", extra="ignore", frozen=True)

    spool_dir: Path = Field(
        default=Path("var/spool"), description="where the switch's recorder writes <call id>.raw, then <call id>.done"
    )
    min_free_bytes: int = Field(
        default=2 * 1024**3,
        ge=0,
        description="no call is placed while the spool has less; an hour of a call takes 115 MB raw, plus its FLAC",
    )
    settle: timedelta = Field(
        default=timedelta(seconds=30),
        description="a raw file without .done is taken when its call is over and it has not grown for this long",
    )
    stopped_after: timedelta = Field(
        default=timedelta(seconds=1.6),
        ge=timedelta(seconds=1.2),
        description="the recorder of a conversation has stopped when its file has not grown for this long; it writes"
        " once a second, and an alarm is due within two",
    )
    give_up: timedelta = Field(
        default=timedelta(minutes=5), description="how long after the call's end a file may still appear"
    )
    store_within: timedelta = Field(
        default=timedelta(minutes=10), description="after this time an answered call without its object is an incident"
    )
    tolerance: timedelta = Field(default=timedelta(seconds=1), description="most difference in length to the call")
    unflushed: timedelta = Field(
        default=timedelta(seconds=2.1), description="audio a killed recorder may not have written: 64 KiB raw"
    )
    reconcile_back: timedelta = Field(default=timedelta(days=2), description="how far back calls are compared")
    rehash_within: int = Field(
        default=90, ge=1, le=3650, description="nights within which each stored recording is read again"
    )
    lease: timedelta = Field(
        default=timedelta(minutes=10), description="lease: time after which another worker may claim the recording"
    )
    stuck_after: int = Field(default=6, ge=1, description="failed attempts that open an incident")
    width: int = Field(default=2, ge=1, description="recordings encoded or uploaded in parallel")
    batch: int = Field(default=64, ge=1, description="recordings handled in one round")
    access_window: timedelta = Field(
        default=timedelta(minutes=30),
        description="the same person playing the same recording for the same reason is one access",
    )
