"""Settings of the audit room."""

from datetime import timedelta

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from callcenter.kit.config import Section


class AuditSettings(Section):
    model_config = SettingsConfigDict(env_prefix="CALLCENTER_AUDIT_", extra="ignore", frozen=True)

    keep_hourly_anchors: timedelta = Field(
        default=timedelta(days=40), description="how long a head noted by the hour is locked in the object store"
    )
    keep_anchors: timedelta = Field(
        default=timedelta(days=3653), description="how long a noted head of the trail is locked in the object store"
    )
