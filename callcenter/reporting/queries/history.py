"""Reads what happened to a customer, over all leads with the same number: one statement across all rooms.

Each part gives: ``key`` (kind and id), ``at``, ``kind``, ``lead_id``, ``campaign_id``, ``by_id``, ``agent_id``,
``call_id``, ``facts``. Every part finds its rows by the customer's leads, calls or number, so that the cost does not
grow with the number of other customers.
"""

from collections.abc import Sequence

from sqlalchemy import ARRAY, BigInteger, DateTime, RowMapping, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.reporting.history.types import Happening, Position

WHO = """
    number AS (SELECT phone_index FROM lead WHERE id = :lead_id),
    leads AS (SELECT l.* FROM lead l JOIN number n ON n.phone_index = l.phone_index),
    calls AS (SELECT c.* FROM call c JOIN leads l ON l.id = c.lead_id)
"""

_LEADS = """
    SELECT 'imported:' || l.id AS key, l.imported_at AS at, 'imported' AS kind, l.id AS lead_id, l.campaign_id,
           f.imported_by AS by_id, CAST(NULL AS bigint) AS agent_id, CAST(NULL AS uuid) AS call_id,
           jsonb_build_object('list_id', f.id, 'list', f.name, 'source', f.source, 'line', l.line,
                              'basis_kind', l.basis_kind, 'basis_reference', l.basis_reference) AS facts
    FROM leads l JOIN lead_list f ON f.id = l.list_id
    UNION ALL
    SELECT CASE b.act WHEN 'withdrawn' THEN 'basis_withdrawn:' ELSE 'basis_added:' END || b.id, b.at,
           CASE b.act WHEN 'withdrawn' THEN 'basis_withdrawn' ELSE 'basis_added' END, b.lead_id, l.campaign_id,
           b."by", NULL, NULL,
           jsonb_build_object('act', b.act, 'basis_kind', b.kind, 'basis_reference', NULLIF(b.reference, ''),
                              'valid_until', b.valid_until, 'why_sealed', b.reason_sealed,
                              'note', b.note_sealed IS NOT NULL)
    FROM leads l JOIN lead_basis b ON b.lead_id = l.id
    UNION ALL
    SELECT 'class_set:' || k.lead_id || '.' || k.scheme_id, k.set_at, 'class_set', k.lead_id, l.campaign_id,
           k.set_by, NULL, NULL,
           jsonb_build_object('scheme_zh', s.name_zh, 'scheme_en', s.name_en, 'class_zh', v.name_zh,
                              'class_en', v.name_en, 'source', k.source, 'why_sealed', NULLIF(k.reason_sealed, ''),
                              'row', k.scheme_id)
    FROM leads l JOIN lead_class k ON k.lead_id = l.id
         JOIN class_value v ON v.id = k.class_id JOIN class_scheme s ON s.id = k.scheme_id
    UNION ALL
    SELECT 'corrected:' || g.id, g.at, 'corrected', g.lead_id, l.campaign_id, g."by", NULL, NULL,
           jsonb_build_object('field', g.field, 'source', g.source, 'old', g.old_sealed, 'new', g.new_sealed,
                              'why', g.why_sealed, 'note', true)
    FROM leads l JOIN lead_change g ON g.lead_id = l.id
"""

_ASSIGNMENTS = """
    SELECT 'allocated:' || a.id, a.assigned_at, 'allocated', a.lead_id, a.campaign_id, NULL, a.agent_id, NULL,
           jsonb_build_object('work_on', a.work_on, 'why', a.reason, 'position', a.position)
    FROM assignment a JOIN leads l ON l.id = a.lead_id
    UNION ALL
    SELECT CASE a.state WHEN 'done' THEN 'finished:' ELSE 'returned:' END || a.id, a.done_at,
           CASE a.state WHEN 'done' THEN 'finished' ELSE 'returned' END,
           a.lead_id, a.campaign_id, NULL, a.agent_id, NULL,
           jsonb_build_object('result', COALESCE(a.end_detail, a.ended_as), 'attempts', a.attempts,
                              'note', a.end_note_sealed IS NOT NULL)
    FROM assignment a JOIN leads l ON l.id = a.lead_id WHERE a.done_at IS NOT NULL
"""

_CALLS = """
    SELECT 'call:' || c.id, COALESCE(c.dialled_at, c.planned_at), 'call', c.lead_id, c.campaign_id, c.agent_id, NULL,
           c.id,
           jsonb_build_object('kind', c.kind, 'state', c.state, 'outcome', c.outcome, 'disposition', c.disposition,
                              'seconds', floor(extract(epoch FROM c.ended_at - c.answered_at)),
                              'rule', c.verdict ->> 'rule', 'rule_set', c.verdict ->> 'rule_set',
                              'note', COALESCE(c.details ->> 'note', '') <> '')
    FROM calls c
    UNION ALL
    SELECT 'recording:' || r.id, COALESCE(r.stored_at, r.captured_at, r.armed_at), 'recording', c.lead_id,
           c.campaign_id, NULL, NULL, c.id,
           jsonb_build_object('state', r.state, 'duration_ms', r.duration_ms, 'retain_until', r.retain_until)
    FROM calls c JOIN recording r ON r.call_id = c.id
    UNION ALL
    SELECT 'review:' || v.id, COALESCE(v.decided_at, v.created_at), 'review', v.lead_id, v.campaign_id,
           v.decided_by, v.agent_id, v.call_id,
           jsonb_build_object('state', v.state, 'verdict', v.verdict, 'failed_items', v.failed_items,
                              'card', v.card_version, 'note', v.note_sealed IS NOT NULL)
    FROM review v JOIN leads l ON l.id = v.lead_id
    UNION ALL
    SELECT 'callback:' || b.id, b.created_at, 'callback', b.lead_id, b.campaign_id, NULL, b.agent_id, b.origin_call_id,
           jsonb_build_object('kind', b.kind, 'state', b.state, 'due_at', b.due_at, 'attempts', b.attempts,
                              'case_id', b.case_id, 'why', b.end_reason,
                              'note', b.note_sealed IS NOT NULL AND b.kind <> 'complaint')
    FROM callback b JOIN leads l ON l.id = b.lead_id
    UNION ALL
    SELECT 'callback_done:' || b.id, b.done_at, 'callback_done', b.lead_id, b.campaign_id, b.signed_off_by, b.agent_id,
           b.done_call_id,
           jsonb_build_object('kind', b.kind, 'signed_off', b.signed_off_by IS NOT NULL,
                              'why_sealed', NULLIF(b.sign_off_reason_sealed, ''), 'row', b.id)
    FROM callback b JOIN leads l ON l.id = b.lead_id WHERE b.done_at IS NOT NULL
"""

_AFTER = """
    SELECT 'hand_over:' || h.id, h.handed_at, 'hand_over', h.lead_id, h.campaign_id, h.assigned_by, h.field_agent_id,
           h.call_id,
           jsonb_build_object('state', h.state, 'district', h.district, 'region', g.name, 'requested_visit_at',
                              h.requested_visit_at, 'why', h.reason, 'why_sealed', h.words_sealed, 'row', h.id)
    FROM hand_over h JOIN leads l ON l.id = h.lead_id LEFT JOIN region g ON g.id = h.region_id
    UNION ALL
    SELECT 'visit:' || v.id, COALESCE(v.reported_at, v.visit_at), 'visit', h.lead_id, h.campaign_id, NULL,
           v.field_agent_id, h.call_id,
           jsonb_build_object('state', v.state, 'result', v.result, 'number', v.number, 'visit_at', v.visit_at,
                              'next_at', v.next_at, 'note', v.note_sealed IS NOT NULL)
    FROM hand_over h JOIN leads l ON l.id = h.lead_id JOIN visit v ON v.hand_over_id = h.id
    UNION ALL
    SELECT 'complaint:' || x.id, x.opened_at, 'complaint', x.lead_id, l.campaign_id, x.opened_by, x.agent_id, x.call_id,
           jsonb_build_object('case_id', x.id, 'category', x.category, 'state', x.state,
                              'answer_due_at', x.answer_due_at, 'answered_at', x.answered_at, 'note', true)
    FROM complaint_case x JOIN leads l ON l.id = x.lead_id
    UNION ALL
    SELECT 'complaint_decided:' || x.id, x.decided_at, 'complaint_decided', x.lead_id, l.campaign_id, x.decided_by,
           x.agent_id, x.call_id, jsonb_build_object('case_id', x.id, 'category', x.category, 'note', true)
    FROM complaint_case x JOIN leads l ON l.id = x.lead_id WHERE x.decided_at IS NOT NULL
"""

_DNC = """
    SELECT 'dnc_entered:' || d.id, d.entered_at, 'dnc_entered', d.lead_id, NULL, d.entered_by, NULL, d.call_id,
           jsonb_build_object('entry_id', d.id, 'reason', d.reason, 'source', d.source, 'until', d.until,
                              'note', d.note_sealed IS NOT NULL)
    FROM dnc_entry d JOIN number n ON n.phone_index = d.phone_index
    UNION ALL
    SELECT 'dnc_lifted:' || d.id, d.lifted_at, 'dnc_lifted', d.lead_id, NULL, d.lifted_by, NULL, NULL,
           jsonb_build_object('entry_id', d.id, 'reason', d.reason, 'why', d.lifted_why,
                              'why_sealed', d.lifted_words_sealed)
    FROM dnc_entry d JOIN number n ON n.phone_index = d.phone_index WHERE d.lifted_at IS NOT NULL
    UNION ALL
    SELECT 'dnc_lift_proposed:' || p.id, p.proposed_at, 'dnc_lift_proposed', d.lead_id, NULL, p.proposed_by, NULL, NULL,
           jsonb_build_object('entry_id', d.id, 'why_sealed', p.why_sealed)
    FROM dnc_entry d JOIN number n ON n.phone_index = d.phone_index JOIN dnc_lift p ON p.entry_id = d.id
    UNION ALL
    SELECT 'dnc_lift_declined:' || p.id, p.decided_at, 'dnc_lift_declined', d.lead_id, NULL, p.decided_by, NULL, NULL,
           jsonb_build_object('entry_id', d.id, 'why_sealed', NULLIF(p.decided_why_sealed, ''), 'row', p.id)
    FROM dnc_entry d JOIN number n ON n.phone_index = d.phone_index JOIN dnc_lift p ON p.entry_id = d.id
    WHERE p.decision = 'declined'
"""

_TRAIL = """
    SELECT k.kind || ':' || t.id, t.at, k.kind, s.lead_id, s.campaign_id,
           CAST(substring(t.actor FROM '^staff:([0-9]+)$') AS bigint), NULL, s.call_id,
           jsonb_build_object('why', t.facts ->> 'why', 'class', t.facts ->> 'class',
                              'of', t.facts ->> 'of')
           || jsonb_build_object('why_sealed', t.facts ->> 'why_sealed', 'entry', t.id)
    FROM (SELECT 'lead:' || id AS subject, id AS lead_id, campaign_id, CAST(NULL AS uuid) AS call_id FROM leads
          UNION ALL SELECT 'call:' || id, lead_id, campaign_id, id FROM calls
          UNION ALL SELECT 'assignment:' || a.id, a.lead_id, a.campaign_id, NULL
                    FROM assignment a JOIN leads l ON l.id = a.lead_id
          UNION ALL SELECT 'callback:' || b.id, b.lead_id, b.campaign_id, NULL
                    FROM callback b JOIN leads l ON l.id = b.lead_id) s
         JOIN audit_entry t ON t.subject = s.subject
         JOIN (VALUES ('leads.particulars_revealed', 'revealed'), ('recordings.listened', 'listened'),
                      ('allocation.end_note_read', 'note_read'), ('customers.note_read', 'note_read'),
                      ('dialer.lead_skipped', 'skipped')) k(act, kind) ON k.act = t.act
"""

STATEMENT = text(
    f"""
    WITH {WHO},
    happened AS MATERIALIZED (
        {" UNION ALL ".join((_LEADS, _ASSIGNMENTS, _CALLS, _AFTER, _DNC, _TRAIL))}
    )
    SELECT h.*, b.name AS by_name, a.name AS agent_name
    FROM happened h LEFT JOIN staff b ON b.id = h.by_id LEFT JOIN staff a ON a.id = h.agent_id
    WHERE h.kind = ANY(:kinds) AND (CAST(:at AS timestamptz) IS NULL OR (h.at, h.key) < (:at, :key))
    ORDER BY h.at DESC, h.key DESC LIMIT :limit
    """
).bindparams(
    bindparam("lead_id", type_=BigInteger()),
    bindparam("kinds", type_=ARRAY(Text())),
    bindparam("at", type_=DateTime(timezone=True)),
    bindparam("key", type_=Text()),
    bindparam("limit", type_=BigInteger()),
)


async def list_happenings(
    session: AsyncSession, lead_id: int, kinds: Sequence[Happening], after: Position | None, limit: int
) -> Sequence[RowMapping]:
    """Returns a page, the newest first; ``after`` is the end of the page before."""
    values = {
        "lead_id": lead_id,
        "kinds": [kind.value for kind in kinds],
        "at": after.at if after else None,
        "key": after.key if after else "",
        "limit": limit,
    }
    return (await session.execute(STATEMENT, values)).mappings().all()
