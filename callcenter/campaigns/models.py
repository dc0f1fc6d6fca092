"""Tables of the campaigns room."""

from datetime import datetime, time
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import SQLModel

from callcenter.campaigns.types import CampaignState, DialMode
from callcenter.kit.db import enum_field, id_field, instant_field, json_field, ref_field, values_check


class Campaign(SQLModel, table=True):
    """One product offered by telephone, and the rules of doing so."""

    __tablename__ = "campaign"
    __table_args__ = (
        values_check("mode", DialMode),
        values_check("state", CampaignState),
        CheckConstraint("quota > 0", name="quota"),
        CheckConstraint("cap_per_day > 0 AND cap_per_7_days > 0 AND max_attempts > 0", name="caps"),
    )

    id: int = id_field()
    name: str
    product: str
    company_full_name: str
    state: CampaignState = enum_field(CampaignState, CampaignState.PREPARING)
    mode: DialMode = enum_field(DialMode, DialMode.PREVIEW)
    legal_opens: time
    legal_closes: time
    shifts: list[list[str]] = json_field(list)
    """Pairs ``["10:00", "12:00"]``, Shanghai wall-clock."""
    quota: int
    ring_seconds: int
    wrap_up_seconds: int
    caller_id: str
    trunk: str
    cap_per_day: int
    cap_per_7_days: int
    max_attempts: int
    retries: dict[str, Any] = json_field()
    """As ``retries.stored`` writes them: rule by kind of call, gap between two calls, parts of the day."""
    class_scheme_id: int | None = ref_field("class_scheme.id", nullable=True, index=False)
    """Whose classes decide order, callbacks and attempts; None: the oldest data first (requirement L5)."""
    open_to_all_branches: bool = False
    """Whether leads of a branch's lists may go to agents of any branch (requirement L3)."""
    created_at: datetime = instant_field()


class ScriptVersion(SQLModel, table=True):
    """One version of a campaign's script; the highest number is in force. Versions are never changed."""

    __tablename__ = "script_version"
    __table_args__ = (UniqueConstraint("campaign_id", "version"),)

    id: int = id_field()
    campaign_id: int = ref_field("campaign.id", index=False)
    version: int
    title: str
    statements: list[dict[str, Any]] = json_field(list)
    """In spoken order: ``{"key", "text_zh", "text_en", "mandatory"}``."""
    created_at: datetime = instant_field()
