"""Reads the complaints (law 4)."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.audit.certificate.queries.base import IN_PERIOD, findings_of, rows_of, within
from callcenter.audit.certificate.rules import ComplaintCase
from callcenter.audit.certificate.types import Finding, Period
from callcenter.callbacks.types import CallbackKind, CallbackState
from callcenter.calls.types import CallKind, Disposition, Outcome
from callcenter.complaints.types import CaseState
from callcenter.recordings.types import RecordingState

# -- law 4: the complaints


async def complaint_cases(session: AsyncSession, period: Period) -> list[ComplaintCase]:
    """Lists cases opened in the period, those whose obligation ended in it, and all that are still owed a callback."""
    rows = await rows_of(
        session,
        """
        SELECT k.id, k.lead_id, k.agent_id, k.state, k.opened_at, k.answer_due_at, k.decided_by,
               b.id AS callback_id, b.kind AS callback_kind, b.state AS callback_state, b.lead_id AS callback_lead_id,
               b.excluded_agent_id, b.attempts_demanded, b.done_at, b.done_call_id, b.signed_off_by,
               COALESCE(b.sign_off_reason_sealed <> '', false) AS signed_off_with_reason,
               d.kind AS call_kind, d.outcome AS call_outcome, d.disposition AS call_disposition,
               d.callback_id AS call_callback_id, d.lead_id AS call_lead_id, r.state AS recording_state,
               COALESCE(t.tried, 0) AS tried, t.last_caller_id, COALESCE(t.by_excluded, false) AS called_by_excluded
        FROM complaint_case k
        LEFT JOIN callback b ON b.case_id = k.id
        LEFT JOIN call d ON d.id = b.done_call_id
        LEFT JOIN recording r ON r.call_id = d.id
        LEFT JOIN (
            SELECT c.callback_id,
                   count(*) FILTER (
                       WHERE c.outcome NOT IN ('not_placed', 'cancelled', 'congestion', 'line_fault', 'unknown')
                   ) AS tried,
                   (array_agg(c.agent_id ORDER BY c.dialled_at DESC))[1] AS last_caller_id,
                   bool_or(c.agent_id = p.excluded_agent_id) AS by_excluded
            FROM call c JOIN callback p ON p.id = c.callback_id
            WHERE c.dialled_at IS NOT NULL GROUP BY c.callback_id
        ) t ON t.callback_id = b.id
        WHERE k.opened_at < :until
          AND (k.opened_at >= :since OR b.id IS NULL OR b.done_at IS NULL OR b.done_at >= :since)
        ORDER BY k.id
        """,
        **within(period),
    )
    return [_case(dict(row)) for row in rows]


def _case(row: dict[str, Any]) -> ComplaintCase:
    for name, kind in (
        ("state", CaseState),
        ("callback_kind", CallbackKind),
        ("callback_state", CallbackState),
        ("call_kind", CallKind),
        ("call_outcome", Outcome),
        ("call_disposition", Disposition),
        ("recording_state", RecordingState),
    ):
        row[name] = None if row[name] is None else kind(row[name])
    return ComplaintCase(**row)


async def complaints_astray(session: AsyncSession, period: Period) -> tuple[Finding, ...]:
    """Finds calls disposed as a complaint without a case, and obligations whose case is gone."""
    return await findings_of(
        session,
        f"""
        SELECT 'call:' || c.id AS subject, 'complaint_without_case' AS code, c.disposed_at AS at
        FROM call c
        WHERE {IN_PERIOD} AND c.disposition = 'complaint'
          AND NOT EXISTS (SELECT 1 FROM complaint_case k WHERE k.call_id = c.id)
        UNION ALL
        SELECT 'callback:' || b.id, 'case_gone', b.created_at
        FROM callback b
        WHERE b.kind = 'complaint' AND b.created_at < :until
          AND NOT EXISTS (SELECT 1 FROM complaint_case k WHERE k.id = b.case_id)
        ORDER BY at
        """,
        **within(period),
    )
