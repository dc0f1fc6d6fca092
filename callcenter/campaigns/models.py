"""Tables of the campaigns room."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import DDL, CheckConstraint, Column, ForeignKey, Index, UniqueConstraint, event, text
from sqlmodel import Field, SQLModel

from callcenter.campaigns.types import (
    HOURS_REASON,
    REVIEW_DECIDED_WHY,
    REVIEW_REASON,
    VERSION_REASON,
    CampaignState,
    DialMode,
    ScriptState,
    ServiceDays,
    VersionOrigin,
)
from callcenter.kit import history
from callcenter.kit.db import enum_field, id_field, instant_field, json_field, ref_field, sealed_field, values_check

VERSIONED = (
    *("state", "mode", "legal_opens", "legal_closes", "shifts", "quota", "ring_seconds", "wrap_up_seconds"),
    *("caller_id", "trunk", "cap_per_day", "cap_per_7_days", "max_attempts", "retries", "class_scheme_id"),
    *("script_id", "open_to_all_branches", "agent_fields", "first_on"),
)
"""Columns of a campaign that can be changed: they stand in ``campaign`` as they are and in ``campaign_version`` as they
were. The rest is written once, or as long as the campaign has never run."""


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
    agent_fields: dict[str, Any] = json_field()
    """Field of a customer → how the agent sees it; a field left out is hidden (requirement L4)."""
    first_on: date | None = None
    """The first day on which it calls; None: as soon as it runs."""
    script_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("script_version.id", use_alter=True), nullable=True)
    )
    """The version of the script in force; None before the first."""
    version: int = 1
    """The number of the version that holds these values; ``CHANGED_WITH_A_VERSION`` refuses a change without one."""
    created_at: datetime = instant_field()


class CampaignVersion(SQLModel, table=True):
    """What a campaign prescribed from an instant on; the highest number is in force (law 11)."""

    __tablename__ = "campaign_version"
    __table_args__ = (
        UniqueConstraint("campaign_id", "number"),
        values_check("origin", VersionOrigin),
        values_check("mode", DialMode),
        values_check("state", CampaignState),
    )

    id: int = id_field()
    campaign_id: int = ref_field("campaign.id", index=False)
    number: int
    valid_from: datetime = instant_field()
    set_by: int | None = ref_field("staff.id", nullable=True, index=False)
    reason_sealed: str = sealed_field(VERSION_REASON)
    """Why it was changed, as the person who did so wrote."""
    origin: VersionOrigin = enum_field(VersionOrigin)
    state: CampaignState = enum_field(CampaignState)
    mode: DialMode = enum_field(DialMode)
    legal_opens: time
    legal_closes: time
    shifts: list[list[str]] = json_field(list)
    quota: int
    ring_seconds: int
    wrap_up_seconds: int
    caller_id: str
    trunk: str
    cap_per_day: int
    cap_per_7_days: int
    max_attempts: int
    retries: dict[str, Any] = json_field()
    class_scheme_id: int | None = ref_field("class_scheme.id", nullable=True, index=False)
    script_id: int | None = ref_field("script_version.id", nullable=True, index=False)
    open_to_all_branches: bool
    agent_fields: dict[str, Any] = json_field()
    first_on: date | None = None


history.keep(CampaignVersion)

CHANGED_WITH_A_VERSION = (
    f"""
    CREATE FUNCTION campaign_law_11() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF ({", ".join(f"NEW.{name}" for name in VERSIONED)}) IS DISTINCT FROM
           ({", ".join(f"OLD.{name}" for name in VERSIONED)}) AND NEW.version <= OLD.version THEN
            RAISE EXCEPTION 'law 11: the rules of campaign % are changed with a new version', OLD.id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER campaign_law_11 BEFORE UPDATE ON campaign FOR EACH ROW EXECUTE FUNCTION campaign_law_11()",
)
"""Statements that make the trigger, in order."""

for _statement in CHANGED_WITH_A_VERSION:
    _make: Any = DDL(_statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
    event.listen(SQLModel.metadata.tables["campaign"], "after_create", _make)


class ServiceHoursVersion(SQLModel, table=True):
    """When complaint and service callbacks may be placed from an instant on; the highest id is in force."""

    __tablename__ = "service_hours"
    __table_args__ = (values_check("days", ServiceDays), CheckConstraint("opens < closes", name="order"))

    id: int = id_field()
    """The number of the version."""
    valid_from: datetime = instant_field()
    set_by: int | None = ref_field("staff.id", nullable=True, index=False)
    reason_sealed: str = sealed_field(HOURS_REASON)
    opens: time
    closes: time
    days: ServiceDays = enum_field(ServiceDays)


history.keep(ServiceHoursVersion)


class ScriptVersion(SQLModel, table=True):
    """One version of a campaign's script. Which one is in force, and was when, the campaign's versions say."""

    __tablename__ = "script_version"
    __table_args__ = (UniqueConstraint("campaign_id", "version"),)

    id: int = id_field()
    campaign_id: int = ref_field("campaign.id", index=False)
    version: int
    title: str
    statements: list[dict[str, Any]] = json_field(list)
    """In spoken order: ``{"key", "text_zh", "text_en", "mandatory"}``."""
    created_at: datetime = instant_field()


class ScriptReview(SQLModel, table=True):
    """What became of a version of a script that a person submitted: a second person's decision and its date."""

    __tablename__ = "script_review"
    __table_args__ = (
        values_check("state", ScriptState),
        CheckConstraint("decided_by <> submitted_by", name="second_person"),
        CheckConstraint("state NOT IN ('approved', 'published') OR from_on IS NOT NULL", name="dated"),
        Index(
            "uq_script_review_open",
            "campaign_id",
            unique=True,
            postgresql_where=text("state IN ('submitted', 'approved')"),
        ),
    )

    id: int = id_field()
    campaign_id: int = ref_field("campaign.id", index=False)
    script_id: int = ref_field("script_version.id", unique=True, index=False)
    state: ScriptState = enum_field(ScriptState, ScriptState.SUBMITTED)
    submitted_at: datetime = instant_field()
    submitted_by: int = ref_field("staff.id", index=False)
    reason_sealed: str = sealed_field(REVIEW_REASON)
    decided_at: datetime | None = instant_field(nullable=True)
    decided_by: int | None = ref_field("staff.id", nullable=True, index=False)
    decided_why_sealed: str = sealed_field(REVIEW_DECIDED_WHY, "")
    from_on: date | None = None
    """The day on which it comes into force; the approver chooses it."""


class SavedDraft(SQLModel, table=True):
    """A script that a person has not submitted yet, as it was typed: one for each person and campaign."""

    __tablename__ = "script_draft"
    __table_args__ = (UniqueConstraint("campaign_id", "staff_id"),)

    id: int = id_field()
    campaign_id: int = ref_field("campaign.id", index=False)
    staff_id: int = ref_field("staff.id", index=False)
    number: int
    """Rises with each save, so that two pages of the same person do not overwrite each other."""
    title: str
    statements: list[dict[str, Any]] = json_field(list)
    """As in ``script_version``, but unfinished: a key or a text may be empty."""
    based_on: int | None = None
    """The version of the script that the draft was written from; None before the first."""
    saved_at: datetime = instant_field()
