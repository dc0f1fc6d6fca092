"""Sealed values are bound to their row and column.

Revision ID: 0029
Revises: 0028

The values themselves are sealed again by a job, because that takes the keys and may take minutes; until it has ended,
values of both forms open. A complaint obligation that has ended keeps its evidence, but for the seal on its note.
"""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_RESEAL = """
    INSERT INTO job (kind, params, key, state, done, figures, requested_at, attempts)
    SELECT 'audit.reseal', '{}', 'audit.reseal', 'queued', 0, '{}', now(), 0
    WHERE EXISTS (SELECT FROM lead) OR EXISTS (SELECT FROM lead_reject) OR EXISTS (SELECT FROM dnc_entry)
        OR EXISTS (SELECT FROM kept_signal)
"""


def upgrade() -> None:
    op.execute("""
        CREATE OR REPLACE FUNCTION callback_law_4() RETURNS trigger LANGUAGE plpgsql AS $$
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
            -- A note may be sealed again, and neither be written nor removed afterwards.
            IF OLD.state = 'done' AND (to_jsonb(NEW) - 'note_sealed' <> to_jsonb(OLD) - 'note_sealed'
                    OR (coalesce(NEW.note_sealed, '') = '') <> (coalesce(OLD.note_sealed, '') = '')) THEN
                RAISE EXCEPTION 'law 4: complaint obligation % has ended and its evidence stays', OLD.id;
            END IF;
            IF NEW.attempts_demanded < OLD.attempts_demanded OR NEW.attempts < OLD.attempts THEN
                RAISE EXCEPTION 'law 4: the attempts demanded of obligation % do not shrink', OLD.id;
            END IF;
            RETURN NEW;
        END $$
    """)
    op.execute(_RESEAL)


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
