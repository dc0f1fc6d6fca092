"""Holds rows of different rooms against each other: what one of them proves, the other has to say too.

A call leaves traces in the journal of its signals, in its recording, its assignment, its review. A row that was deleted
or rewritten behind the system's back leaves them without their other half, also between two notes.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.audit.certificate.queries.base import findings_of, within
from callcenter.audit.certificate.types import Finding, Period
from callcenter.campaigns.models import VERSIONED

_CALLS = (
    """
    SELECT 'call:' || c.id AS subject, 'answered_by_signals' AS code, '{}'::jsonb AS facts, c.dialled_at AS at
    FROM call c WHERE c.dialled_at >= :since AND c.dialled_at < :until AND c.answered_at IS NULL
      AND EXISTS (SELECT 1 FROM call_signal s WHERE s.call_id = c.id AND s.kind = 'CustomerAnswered')
    """,
    """
    SELECT 'call:' || c.id, 'recording_row_gone', '{}'::jsonb, c.dialled_at
    FROM call c WHERE c.dialled_at >= :since AND c.dialled_at < :until
      AND NOT EXISTS (SELECT 1 FROM recording r WHERE r.call_id = c.id)
    """,
    """
    SELECT 'recording:' || r.id, 'call_of_recording_gone', jsonb_build_object('call', r.call_id), r.armed_at
    FROM recording r WHERE r.armed_at >= :since AND r.armed_at < :until
      AND NOT EXISTS (SELECT 1 FROM call c WHERE c.id = r.call_id)
      AND NOT EXISTS (SELECT 1 FROM recording_incident i WHERE i.call_id = r.call_id AND i.kind = 'orphan')
    """,
    """
    SELECT 'assignment:' || a.id, 'call_of_assignment_gone', jsonb_build_object('end', a.end_detail), a.done_at
    FROM assignment a WHERE a.done_at >= :since AND a.done_at < :until AND a.ended_as IN ('disposition', 'outcome')
      AND NOT EXISTS (SELECT 1 FROM call c WHERE c.assignment_id = a.id
                      AND a.end_detail IN (c.disposition, c.outcome))
    """,
    """
    SELECT 'dnc_entry:' || d.id, 'call_of_entry_gone', jsonb_build_object('call', d.call_id), d.entered_at
    FROM dnc_entry d WHERE d.call_id IS NOT NULL AND d.entered_at >= :since AND d.entered_at < :until
      AND NOT EXISTS (SELECT 1 FROM call c WHERE c.id = d.call_id)
    """,
    """
    SELECT 'call:' || c.id, 'promise_gone', '{}'::jsonb, c.disposed_at
    FROM call c WHERE c.disposition = 'callback' AND c.disposed_at >= :since AND c.disposed_at < :until
      AND NOT EXISTS (SELECT 1 FROM callback b WHERE b.origin_call_id = c.id)
    """,
)
_QUALITY = (
    """
    SELECT 'call:' || c.id, 'success_without_review', '{}'::jsonb, c.disposed_at
    FROM call c WHERE c.disposition = 'success' AND c.disposed_at >= :since AND c.disposed_at < :until
      AND NOT EXISTS (SELECT 1 FROM review r WHERE r.call_id = c.id)
    """,
    """
    SELECT 'call:' || c.id, 'verdict_differs', jsonb_build_object('review', r.id), r.decided_at
    FROM call c JOIN review r ON r.call_id = c.id
    WHERE r.created_at >= :since AND r.created_at < :until AND c.success_verdict IS DISTINCT FROM
          CASE r.verdict WHEN 'pass' THEN 'passed' WHEN 'fail' THEN 'failed' END
    """,
    """
    SELECT 'hand_over:' || h.id, 'hand_over_unpassed', '{}'::jsonb, h.handed_at
    FROM hand_over h LEFT JOIN review r ON r.call_id = h.call_id
    WHERE h.handed_at >= :since AND h.handed_at < :until AND r.verdict IS DISTINCT FROM 'pass'
    """,
    """
    SELECT 'review:' || r.id, 'hand_over_gone', '{}'::jsonb, r.decided_at
    FROM review r WHERE r.verdict = 'pass' AND r.decided_at >= :since AND r.decided_at < :until
      AND NOT EXISTS (SELECT 1 FROM hand_over h WHERE h.call_id = r.call_id)
    """,
    """
    SELECT 'hand_over:' || h.id, 'visit_gone', '{}'::jsonb, h.handed_at
    FROM hand_over h WHERE h.state IN ('assigned', 'done') AND h.handed_at >= :since AND h.handed_at < :until
      AND NOT EXISTS (SELECT 1 FROM visit v WHERE v.hand_over_id = h.id)
    """,
)
_CUSTOMERS = (
    """
    SELECT 'lead:' || l.id, 'basis_differs', '{}'::jsonb, b.at
    FROM (SELECT DISTINCT ON (lead_id) lead_id, act, at FROM lead_basis ORDER BY lead_id, id DESC) b
    JOIN lead l ON l.id = b.lead_id
    WHERE b.at >= :since AND b.at < :until AND (b.act = 'withdrawn') <> (l.basis_withdrawn_at IS NOT NULL)
    """,
    """
    SELECT 'lead_list:' || i.id, 'leads_differ', jsonb_build_object('said', i.good, 'held', COALESCE(l.held, 0)),
           i.imported_at
    FROM lead_list i LEFT JOIN (SELECT list_id, count(*) AS held FROM lead GROUP BY list_id) l ON l.list_id = i.id
    WHERE i.imported_at < :until AND i.good <> COALESCE(l.held, 0)
    """,
    """
    SELECT 'dnc_delivery:' || d.id, 'keys_differ',
           jsonb_build_object('said', d.keys, 'held', (SELECT count(*) FROM dnc_key k WHERE k.delivery_id = d.id)),
           d.delivered_at
    FROM dnc_delivery d WHERE d.state = 'in_force' AND d.delivered_at >= :since AND d.delivered_at < :until
      AND d.keys <> (SELECT count(*) FROM dnc_key k WHERE k.delivery_id = d.id)
    """,
)
_SETTINGS = (
    f"""
    SELECT 'campaign:' || k.id, 'campaign_differs', jsonb_build_object('number', v.number), v.valid_from
    FROM campaign k LEFT JOIN LATERAL (
        SELECT * FROM campaign_version w WHERE w.campaign_id = k.id ORDER BY w.number DESC LIMIT 1
    ) v ON true
    WHERE v.number IS DISTINCT FROM k.version
       OR ({", ".join(f"k.{name}" for name in VERSIONED)}) IS DISTINCT FROM
          ({", ".join(f"v.{name}" for name in VERSIONED)})
    """,
)


async def traces_broken(session: AsyncSession, period: Period) -> tuple[Finding, ...]:
    """Finds rows of the period whose other half is gone or says something else."""
    parts = (*_CALLS, *_QUALITY, *_CUSTOMERS, *_SETTINGS)
    return await findings_of(session, " UNION ALL ".join(parts) + " ORDER BY at, subject", **within(period))
