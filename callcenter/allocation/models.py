"""Holds the tables of the allocation."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from callcenter.allocation.types import END_NOTE, LAST_NOTE, MEMBER_REASON, QUOTA_REASON, AssignmentEnd, AssignmentState
from callcenter.kit.db import enum_field, id_field, instant_field, json_field, ref_field, sealed_field, values_check


class AllocationRun(SQLModel, table=True):
    """One evening run. The unique key makes a second run find the first (requirement D6)."""

    __tablename__ = "allocation_run"
    __table_args__ = (UniqueConstraint("campaign_id", "work_on"),)

    id: int = id_field()
    campaign_id: int = ref_field("campaign.id", index=False)
    work_on: date
    """The day the assignments are for."""
    made_at: datetime = instant_field()
    seed: int = Field(sa_column=Column(BigInteger, nullable=False))
    quota: int
    agents: int
    assigned: int
    carried: int
    returned: int
    shortage: int
    stock_left: int
    forecast_days: float | None = None
    digest: str = ""
    """Of everything the plan was made from."""
    by_class: dict[str, int] = json_field()
    """Class → new assignments."""
    stock_by_class: dict[str, int] = json_field()
    """Class → leads in the stock before the run."""


class AllocationShare(SQLModel, table=True):
    """What one run gave one agent; and the agent's quota of that day."""

    __tablename__ = "allocation_share"
    __table_args__ = (
        Index("uq_allocation_share_agent", "run_id", "agent_id", unique=True),
        Index("ix_allocation_share_day", "agent_id", "work_on"),
    )

    id: int = id_field()
    run_id: int = ref_field("allocation_run.id", index=False)
    campaign_id: int = ref_field("campaign.id", index=False)
    agent_id: int = ref_field("staff.id", index=False)
    work_on: date
    quota: int
    """Of this agent on this day in this campaign; lowered when the quota or the roster is changed afterwards."""
    day_quota: int
    """Of this agent on this day over all campaigns; it follows changes too."""
    part: int
    """Percent of the day that is worked."""
    carried: int
    new: int
    by_class: dict[str, int] = json_field()
    by_district: dict[str, int] = json_field()
    returned: int = 0
    """Leads returned in the day."""
    reassigned: int = 0
    """Leads got in the day from agents who returned theirs."""


class CampaignMember(SQLModel, table=True):
    """What was set for an agent in a campaign, from a day on. Rows are kept: they are the history.

    The latest ``from_on`` that is not later than a day counts on it; of two with the same, the one written later.
    """

    __tablename__ = "campaign_member"
    __table_args__ = (
        Index("ix_campaign_member_staff", "staff_id", "campaign_id", "from_on", "id"),
        Index("ix_campaign_member_campaign", "campaign_id", "staff_id"),
        CheckConstraint("weight BETWEEN 0 AND 100", name="weight"),
    )

    id: int = id_field()
    campaign_id: int = ref_field("campaign.id", index=False)
    staff_id: int = ref_field("staff.id", index=False)
    weight: int
    """In relation to the agent's other campaigns; 0: the agent does not serve the campaign from then on."""
    from_on: date
    reason_sealed: str = sealed_field(MEMBER_REASON)
    set_by: int | None = ref_field("staff.id", nullable=True, index=False)
    """None for the system."""
    set_at: datetime = instant_field()


class AgentQuota(SQLModel, table=True):
    """A quota set manually. The latest ``from_on`` that is not later than a day holds on it."""

    __tablename__ = "agent_quota"
    __table_args__ = (
        Index("uq_agent_quota", "campaign_id", "staff_id", "from_on", unique=True, postgresql_nulls_not_distinct=True),
        CheckConstraint("quota >= 1", name="quota"),
    )

    id: int = id_field()
    campaign_id: int = ref_field("campaign.id", index=False)
    staff_id: int | None = ref_field("staff.id", nullable=True, index=False)
    """None: of everybody in the campaign who has none of their own."""
    quota: int
    from_on: date
    reason_sealed: str = sealed_field(QUOTA_REASON)
    set_by: int | None = ref_field("staff.id", nullable=True, index=False)
    set_at: datetime = instant_field()


class Assignment(SQLModel, table=True):
    """One lead assigned to one agent."""

    __tablename__ = "assignment"
    __table_args__ = (
        values_check("state", AssignmentState),
        values_check("ended_as", AssignmentEnd),
        values_check("recalled_as", AssignmentEnd),
        CheckConstraint("(state IN ('done', 'returned')) = (ended_as IS NOT NULL)", name="ended"),
        Index("uq_assignment_lead_held", "lead_id", unique=True, postgresql_where=text("state IN ('open', 'active')")),
        Index("uq_assignment_agent_active", "agent_id", unique=True, postgresql_where=text("state = 'active'")),
        Index(
            "ix_assignment_agent_open",
            "agent_id",
            "position",
            "id",
            postgresql_where=text("state IN ('open', 'active')"),
        ),
        Index("ix_assignment_done", "agent_id", "done_at", postgresql_where=text("state = 'done'")),
        Index("ix_assignment_lead", "lead_id", "id"),
        Index("ix_assignment_agent_lead", "agent_id", "lead_id"),
        Index(
            "ix_assignment_ended", "ended_as", "end_detail", "lead_id", postgresql_where=text("ended_as IS NOT NULL")
        ),
    )

    id: int = id_field()
    run_id: int = ref_field("allocation_run.id")
    campaign_id: int = ref_field("campaign.id", index=False)
    lead_id: int = ref_field("lead.id", index=False)
    agent_id: int = ref_field("staff.id", index=False)
    work_on: date
    """The day it was allocated for; carried over it keeps that date."""
    position: int
    """Place in the agent's day."""
    state: AssignmentState = enum_field(AssignmentState, AssignmentState.OPEN)
    due_at: datetime = instant_field()
    """Not to be tried before; moved on by a retry."""
    attempts: int = 0
    last_note: str = sealed_field(LAST_NOTE, "")
    """Written by the agent who had the lead last. It may name the customer: the caller seals it. Empty: nothing."""
    reason: str
    """Why this agent got this lead (requirement D4): an ``AssignmentReason``."""
    reason_facts: dict[str, Any] = json_field()
    """What the reason is about; ``rules.reasons.sentence`` says it in words."""
    quota: int | None = None
    """Of the agent, for the day over all campaigns, as it was when the lead was assigned; None: the run's."""
    recalled_as: AssignmentEnd | None = enum_field(AssignmentEnd, nullable=True)
    """Asked back while it is on the screen: it is taken back with this end once it leaves the screen unfinished."""
    recall_detail: str | None = None
    recall_note_sealed: str | None = sealed_field(END_NOTE, nullable=True)
    ended_as: AssignmentEnd | None = enum_field(AssignmentEnd, nullable=True)
    """How it ended; set exactly in the states *done* and *returned*."""
    end_detail: str | None = None
    """A code that says more: a disposition, an outcome, a rule, a requirement."""
    end_note_sealed: str | None = sealed_field(END_NOTE, nullable=True)
    """What a person wrote about the end, sealed; never shown in a ledger."""
    assigned_at: datetime = instant_field()
    opened_at: datetime | None = instant_field(nullable=True)
    """When it last came on the agent's screen."""
    done_at: datetime | None = instant_field(nullable=True)
