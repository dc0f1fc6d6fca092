"""Which fields of a customer an agent sees is a setting of the campaign; reasons of the system are codes

Campaigns and their versions take what was shown until now: gender, age, district, occupation, class. The English
sentences that the system wrote as reasons become the codes of which the panels have words; what a person wrote stays.
Identity numbers of leads that were imported before there was an index are sealed: a job with the key indexes them.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_BEFORE = (
    *("state", "mode", "legal_opens", "legal_closes", "shifts", "quota", "ring_seconds", "wrap_up_seconds"),
    *("caller_id", "trunk", "cap_per_day", "cap_per_7_days", "max_attempts", "retries", "class_scheme_id"),
    *("script_id", "open_to_all_branches"),
)
_SHOWN = '{"gender": "clear", "age": "clear", "district": "clear", "occupation": "clear", "customer_class": "clear"}'


_REASONS = {
    ("hand_over", "reason"): {
        "no single region serves this district": "no_region",
        "no field agent of % is free: it has no field agent": "no_field_agent",
        "no field agent of % is free: all % are full that day": "all_full",
        "least loaded of %": "least_loaded",
        "the visit time had passed when quality decided: agree a new one": "time_passed",
        "assigned manually": "manual",
        "field agent left; %": "agent_left",
        "field agent is away; %": "agent_away",
        "visit ended: %": "ended",
        "%, without a next appointment": "left_open",
        "%: next appointment made": "next_appointment",
        "called off": "called_off",
    },
    ("callback", "end_reason"): {
        "superseded by a newer promise": "superseded",
        "overtaken: %": "overtaken",
        "not reached in % attempts": "not_reached",
    },
    ("dnc_entry", "lifted_why"): {
        "case % decided": "complaint_decided",
        "not on the list''s next delivery": "not_delivered_again",
    },
}
"""Table, column → a sentence as a pattern → its code."""


_INDEX_ID_NUMBERS = """
    INSERT INTO job (kind, params, key, state, done, figures, requested_at, attempts)
    SELECT 'customers.index_id_numbers', '{}', 'customers.index_id_numbers', 'queued', 0, '{}', now(), 0
    WHERE EXISTS (SELECT FROM lead WHERE fields_sealed IS NOT NULL AND id_number_index IS NULL)
"""


def upgrade() -> None:
    for (table, column), sentences in _REASONS.items():
        for sentence, code in sentences.items():
            op.execute(f"UPDATE {table} SET {column} = '{code}' WHERE {column} LIKE '{sentence}'")
    for table in ("campaign", "campaign_version"):
        # A constant default fills the rows without an UPDATE, which the history of versions refuses.
        column = sa.Column("agent_fields", postgresql.JSONB(), nullable=False, server_default=sa.text(f"'{_SHOWN}'"))
        op.add_column(table, column)
        op.alter_column(table, "agent_fields", server_default=None)
    op.execute(_law_11((*_BEFORE, "agent_fields")))
    op.execute(_INDEX_ID_NUMBERS)


def downgrade() -> None:
    op.execute(_law_11(_BEFORE))
    for table in ("campaign_version", "campaign"):
        op.drop_column(table, "agent_fields")


def _law_11(columns: tuple[str, ...]) -> str:
    return f"""
    CREATE OR REPLACE FUNCTION campaign_law_11() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF ({", ".join(f"NEW.{name}" for name in columns)}) IS DISTINCT FROM
           ({", ".join(f"OLD.{name}" for name in columns)}) AND NEW.version <= OLD.version THEN
            RAISE EXCEPTION 'law 11: the rules of campaign % are changed with a new version', OLD.id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """
