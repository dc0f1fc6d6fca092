"""The callback table, and law 4 as the database keeps it.

No error of a program or a person may end a complaint obligation: CHECK constraints let it end only by the call that
proves it or by a sign-off after enough attempts; a trigger refuses to delete it, to turn it into something else, or to
reopen it. ``LAW_4`` must run wherever the table is created (migrations included).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DDL, BigInteger, CheckConstraint, Column, ForeignKey, Index, event
from sqlmodel import Field, SQLModel

from callcenter.callbacks.types import CALLBACK_NOTE, SIGN_OFF_REASON, CallbackKind, CallbackState
from callcenter.kit.db import enum_field, id_field, instant_field, ref_field, sealed_field, values_check
from callcenter.leads.types import UNRANKED


def _call_field() -> Any:
    return Field(default=None, sa_column=Column(ForeignKey("call.id"), nullable=True))


class Callback(SQLModel, table=True):
    """One promise, or one obligation, to call a customer again."""

    __tablename__ = "callback"
    __table_args__ = (
        values_check("kind", CallbackKind),
        values_check("state", CallbackState),
        CheckConstraint("kind <> 'agent_promise' OR agent_id IS NOT NULL", name="promise_has_owner"),
        CheckConstraint("(kind = 'complaint') = (case_id IS NOT NULL)", name="obligation_has_case"),
        CheckConstraint("(kind = 'agent_promise') = (promised_at IS NOT NULL)", name="promise_has_time"),
        CheckConstraint("(state = 'active') = (claimed_by IS NOT NULL)", name="active_has_agent"),
        CheckConstraint("claimed_by IS NULL OR claimed_by IS DISTINCT FROM excluded_agent_id", name="no_conflict"),
        CheckConstraint("kind <> 'complaint' OR state <> 'lapsed'", name="obligation_never_lapses"),
        CheckConstraint("kind = 'complaint' OR state <> 'held'", name="held_is_for_complaints"),
        CheckConstraint(
            "(state = 'done') = (done_at IS NOT NULL)"
            " AND (state = 'done') = (done_call_id IS NOT NULL OR signed_off_by IS NOT NULL)",
            name="done_has_evidence",
        ),
        CheckConstraint(
            "signed_off_by IS NULL OR"
            " (kind = 'complaint' AND attempts >= attempts_demanded AND sign_off_reason_sealed <> '')",
            name="sign_off_after_attempts",
        ),
        Index("uq_callback_case_id", "case_id", unique=True),
        Index(
            "uq_callback_open_promise",
            "lead_id",
            unique=True,
            postgresql_where="kind = 'agent_promise' AND state IN ('due', 'active')",
        ),
        Index("uq_callback_claimed_by", "claimed_by", unique=True, postgresql_where="state = 'active'"),
        Index(
            "ix_callback_own",
            "agent_id",
            "priority",
            "due_at",
            "id",
            postgresql_where="kind = 'agent_promise' AND state = 'due'",
        ),
        Index(
            "ix_callback_team", "priority", "due_at", "id", postgresql_where="kind = 'agent_promise' AND state = 'due'"
        ),
        Index(
            "ix_callback_owed",
            "priority",
            "due_at",
            "id",
            postgresql_where="kind = 'complaint' AND state IN ('due', 'held')",
        ),
        Index("ix_callback_waiting", "due_at", postgresql_where="state IN ('due', 'held')"),
    )

    id: int = id_field()
    kind: CallbackKind = enum_field(CallbackKind)
    state: CallbackState = enum_field(CallbackState, CallbackState.DUE)
    lead_id: int = ref_field("lead.id")
    campaign_id: int = ref_field("campaign.id", index=False)
    agent_id: int | None = ref_field("staff.id", nullable=True)
    """The agent whose promise it is; an obligation belongs to no agent."""
    excluded_agent_id: int | None = ref_field("staff.id", nullable=True, index=False)
    """The agent complained of."""
    case_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    """The complaint case: a room above, hence no foreign key."""
    promised_at: datetime | None = instant_field(nullable=True)
    """Promises only: the time as it was given to the customer, whatever becomes of ``due_at``."""
    due_at: datetime = instant_field()
    """Not to be called before. For ``held``: when to stop waiting for the recording."""
    answer_by: datetime | None = instant_field(nullable=True)
    """Obligations only: until when the customer has to be called back. None for those that ended before it was kept."""
    opens_to_team_at: datetime = instant_field()
    """From then on any agent of the owner's branch may keep the promise."""
    priority: int = UNRANKED
    """Rank of the customer's class when this was made: the smaller, the earlier among those that are due."""
    claimed_by: int | None = ref_field("staff.id", nullable=True, index=False)
    claimed_at: datetime | None = instant_field(nullable=True)
    attempts: int = 0
    attempts_demanded: int
    """The rule's number when this row was made: a later setting does not shorten an obligation."""
    origin_call_id: UUID | None = _call_field()
    """The call in which it was promised."""
    last_call_id: UUID | None = _call_field()
    done_call_id: UUID | None = _call_field()
    """The conversation that ended it; for an obligation its recording is stored."""
    done_at: datetime | None = instant_field(nullable=True)
    signed_off_by: int | None = ref_field("staff.id", nullable=True, index=False)
    sign_off_reason_sealed: str = sealed_field(SIGN_OFF_REASON, "")
    end_reason: str = ""
    """Why it lapsed: a LapseReason, or the code of the rule or block that forbade the call."""
    subject: str = ""
    """What it is about; for a complaint its category."""
    note_sealed: str | None = sealed_field(CALLBACK_NOTE, nullable=True)
    """What the agent wrote, or the complaint's text; it may name the customer (requirement L7)."""
    created_at: datetime = instant_field()


LAW_4 = (
    """
    CREATE FUNCTION callback_law_4() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'TRUNCATE' THEN
            RAISE EXCEPTION 'law 4: complaint obligations are not deleted';
        END IF;
        IF OLD.kind <> 'complaint' THEN
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        END IF;
        IF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'law 4: complaint obligation % is not deleted', OLD.id;
        END IF;
        IF NEW.kind <> OLD.kind OR NEW.case_id <> OLD.case_id OR NEW.lead_id <> OLD.lead_id THEN
            RAISE EXCEPTION 'law 4: complaint obligation % stays what it is', OLD.id;
        END IF;
        -- A text may be sealed again, and neither be written nor removed afterwards.
        IF OLD.state = 'done' AND (
                to_jsonb(NEW) - ARRAY['note_sealed', 'sign_off_reason_sealed']
                    <> to_jsonb(OLD) - ARRAY['note_sealed', 'sign_off_reason_sealed']
                OR (coalesce(NEW.note_sealed, '') = '') <> (coalesce(OLD.note_sealed, '') = '')
                OR (NEW.sign_off_reason_sealed = '') <> (OLD.sign_off_reason_sealed = '')) THEN
            RAISE EXCEPTION 'law 4: complaint obligation % has ended and its evidence stays', OLD.id;
        END IF;
        IF NEW.attempts_demanded < OLD.attempts_demanded OR NEW.attempts < OLD.attempts THEN
            RAISE EXCEPTION 'law 4: the attempts demanded of obligation % do not shrink', OLD.id;
        END IF;
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER callback_law_4 BEFORE DELETE OR UPDATE ON callback FOR EACH ROW EXECUTE FUNCTION callback_law_4()",
    "CREATE TRIGGER callback_law_4_truncate BEFORE TRUNCATE ON callback EXECUTE FUNCTION callback_law_4()",
)
"""Statements that make the trigger, in order."""

for _statement in LAW_4:
    _make: Any = DDL(_statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
    event.listen(SQLModel.metadata.tables["callback"], "after_create", _make)
