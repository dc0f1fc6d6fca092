"""Holds the trail and the rows against each other: each act has its row, and each row has the act that wrote it.

It covers what happened after the last note too. Looked at from the first note on: older rows may have been written
before their act was part of the trail.
"""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.audit.certificate.queries.base import count_of, findings_of, number, uuid, within
from callcenter.audit.certificate.types import Finding, Period


@dataclass(frozen=True, slots=True)
class ActRow:
    """An act, ``e``, and the row ``t`` that it has written; ``e.key`` is the id in its subject."""

    act: str
    table: str
    same: str
    """Joins the row, by the key of the act's subject."""
    agrees: str = "true"
    """What the row has to say after the act; of several acts of one kind about one subject the last counts."""
    when: str = "true"
    """Which acts write a row at all."""


NUMBER, UUID = number("e.key"), uuid("e.key")
_FIRST_ROLE = (
    "coalesce((SELECT c.changes -> 'role' ->> 0 FROM staff_change c WHERE c.staff_id = t.id AND c.changes ? 'role'"
    " ORDER BY c.id LIMIT 1), t.role)"
)
"""The role with which a person was added: later changes keep it."""
_BY = "'staff:' || {} = e.actor"

_OF_SCRIPT = (
    f"t.script_id = (SELECT v.id FROM script_version v WHERE v.campaign_id = {NUMBER}"
    " AND v.version::text = e.facts ->> 'version')"
)
"""A review is found by campaign and number of its version."""

ACTS: tuple[ActRow, ...] = (
    ActRow("complaints.opened", "complaint_case", f"t.id = {NUMBER}", "t.category = e.facts ->> 'category'"),
    ActRow("complaints.opened", "callback", f"t.case_id = {NUMBER}", "t.kind = 'complaint'"),
    ActRow(
        "complaints.decided",
        "complaint_case",
        f"t.id = {NUMBER}",
        f"t.decided_at = e.at AND {_BY.format('t.decided_by')}",
    ),
    ActRow(
        "quality.decided",
        "review",
        f"t.id = {NUMBER}",
        f"t.verdict = e.facts ->> 'verdict' AND t.decided_at = e.at AND {_BY.format('t.decided_by')}",
    ),
    ActRow(
        "recordings.listened",
        "recording_access",
        "t.at = e.at AND t.actor = e.actor AND t.recording_id = (SELECT r.id FROM recording r"
        f" WHERE r.call_id = {UUID})",
    ),
    ActRow(
        "recordings.incident_closed",
        "recording_incident",
        f"t.id = {NUMBER}",
        "t.closed_at = e.at AND t.final::text = coalesce(e.facts ->> 'final', 'false')",
    ),
    ActRow("recordings.stopped", "recording", f"t.call_id = {UUID}", "t.stopped_at = e.at"),
    ActRow("recordings.retention_judged", "recording", f"t.call_id = {UUID}"),
    ActRow(
        "leads.dnc_entered",
        "dnc_entry",
        f"t.id = {NUMBER}",
        "t.reason = e.facts ->> 'reason' AND t.source = e.facts ->> 'source' AND t.entered_at = e.at"
        " AND (t.until IS NULL)::text = e.facts ->> 'permanent'",
    ),
    ActRow("leads.dnc_lifted", "dnc_entry", f"t.id = {NUMBER}", "t.lifted_at = e.at"),
    ActRow("leads.dnc_lift_proposed", "dnc_lift", f"t.entry_id = {NUMBER} AND t.proposed_at = e.at"),
    ActRow("leads.dnc_lift_declined", "dnc_lift", f"t.entry_id = {NUMBER} AND t.decided_at = e.at"),
    ActRow(
        "callbacks.signed_off",
        "callback",
        f"t.id = {NUMBER}",
        f"t.done_at = e.at AND {_BY.format('t.signed_off_by')}",
    ),
    ActRow("field.assigned", "hand_over", f"t.id = {NUMBER}"),
    ActRow(
        "field.policy_issued",
        "policy_application",
        f"t.hand_over_id = {NUMBER}",
        "t.state <> 'issued' OR t.issued_on::text = e.facts ->> 'issued'",
    ),
    ActRow(
        "allocation.allocated",
        "allocation_run",
        f"t.id = {NUMBER}",
        "t.campaign_id::text = e.facts ->> 'campaign' AND t.seed::text = e.facts ->> 'seed'"
        " AND t.digest = e.facts ->> 'digest'",
    ),
    ActRow("allocation.members_set", "campaign_member", f"t.campaign_id = {NUMBER} AND t.set_at = e.at"),
    ActRow("campaigns.created", "campaign", f"t.id = {NUMBER}"),
    ActRow("campaigns.changed", "campaign_version", f"t.campaign_id = {NUMBER} AND t.valid_from = e.at"),
    ActRow(
        "campaigns.class_scheme_set",
        "campaign_version",
        f"t.campaign_id = {NUMBER} AND t.valid_from = e.at",
        when="facts -> 'scheme' IS DISTINCT FROM facts -> 'before'",
    ),
    ActRow(
        "campaigns.script_published",
        "script_version",
        f"t.campaign_id = {NUMBER} AND t.version::text = e.facts ->> 'version'",
    ),
    ActRow(
        "campaigns.script_submitted",
        "script_review",
        f"{_OF_SCRIPT} AND t.submitted_at = e.at",
    ),
    ActRow(
        "campaigns.script_approved",
        "script_review",
        f"{_OF_SCRIPT} AND t.decided_at = e.at",
        "t.from_on::text = e.facts ->> 'from'",
    ),
    ActRow(
        "campaigns.script_returned",
        "script_review",
        f"{_OF_SCRIPT} AND t.decided_at = e.at",
    ),
    ActRow("campaigns.service_hours_changed", "service_hours", f"t.id = {NUMBER}", "t.valid_from = e.at"),
    ActRow("campaigns.day_overridden", "calendar_override", "t.day_on::text = e.key AND t.set_at = e.at"),
    ActRow("campaigns.day_restored", "calendar_override", "t.day_on::text = e.key AND t.set_at = e.at"),
    ActRow("leads.basis_withdrawn", "lead_basis", f"t.lead_id = {NUMBER} AND t.at = e.at", "t.act = 'withdrawn'"),
    ActRow("leads.basis_added", "lead_basis", f"t.lead_id = {NUMBER} AND t.at = e.at"),
    ActRow("customers.corrected", "lead_change", f"t.lead_id = {NUMBER} AND t.at = e.at"),
    ActRow("people.staff_created", "staff", f"t.id = {NUMBER}", f"{_FIRST_ROLE} = e.facts ->> 'role'"),
    ActRow("people.staff_changed", "staff_change", f"t.staff_id = {NUMBER} AND t.at = e.at"),
    ActRow("people.staff_left", "staff", f"t.id = {NUMBER}", "NOT t.active AND t.leaving_at IS NOT NULL"),
    ActRow("leads.list_imported", "lead_list", f"t.id = {NUMBER}", "t.good::text = e.facts ->> 'good'"),
    ActRow("ledger.exported", "ledger_export", f"t.id = {NUMBER}", "t.sha256 = e.facts ->> 'sha256'"),
    ActRow(
        "audit.certified", "job", f"t.id = {NUMBER}", "t.result IS NULL OR t.result ->> 'sha256' = e.facts ->> 'sha256'"
    ),
    ActRow("alerts.raised", "alert", f"t.id = {NUMBER}", "t.kind = e.facts ->> 'kind'"),
    ActRow("alerts.cleared", "alert", f"t.id = {NUMBER}", "t.cleared_at = e.at"),
    ActRow("alerts.acknowledged", "alert", f"t.id = {NUMBER}", "t.acknowledged_at = e.at"),
    ActRow("dialer.signal_dismissed", "kept_signal", f"t.id = {NUMBER}", "t.state = 'dismissed'"),
)


@dataclass(frozen=True, slots=True)
class RowAct:
    """A row ``t`` that only an act ``e`` may have written."""

    table: str
    at: str
    acts: tuple[str, ...]
    subject: str
    when: str = "true"
    agrees: str = "true"


ROWS: tuple[RowAct, ...] = (
    RowAct("complaint_case", "t.opened_at", ("complaints.opened",), "'case:' || t.id"),
    RowAct("complaint_case", "t.decided_at", ("complaints.decided",), "'case:' || t.id"),
    RowAct("review", "t.decided_at", ("quality.decided",), "'review:' || t.id", agrees="e.at = t.decided_at"),
    RowAct(
        "recording_access",
        "t.at",
        ("recordings.listened",),
        "'call:' || (SELECT r.call_id FROM recording r WHERE r.id = t.recording_id)",
        "t.act = 'listen'",
        "e.at = t.at AND e.actor = t.actor",
    ),
    RowAct("dnc_entry", "t.entered_at", ("leads.dnc_entered",), "'dnc:' || t.id", "t.list_key IS NULL"),
    RowAct(
        "dnc_entry",
        "t.lifted_at",
        ("leads.dnc_lifted",),
        "'dnc:' || t.id",
        "t.list_key IS NULL",
        "e.at = t.lifted_at",
    ),
    RowAct("callback", "t.done_at", ("callbacks.signed_off",), "'callback:' || t.id", "t.signed_off_by IS NOT NULL"),
    RowAct(
        "campaign_version",
        "t.valid_from",
        (
            "campaigns.created",
            "campaigns.changed",
            "campaigns.class_scheme_set",
            "campaigns.script_published",
        ),
        "'campaign:' || t.campaign_id",
        "t.origin = 'changed'",
        "e.at = t.valid_from",
    ),
    RowAct(
        "script_review",
        "t.submitted_at",
        ("campaigns.script_submitted",),
        "'campaign:' || t.campaign_id",
        agrees="e.at = t.submitted_at",
    ),
    RowAct(
        "script_review",
        "t.decided_at",
        ("campaigns.script_approved", "campaigns.script_returned"),
        "'campaign:' || t.campaign_id",
        agrees="e.at = t.decided_at",
    ),
    RowAct("service_hours", "t.valid_from", ("campaigns.service_hours_changed",), "'service_hours:' || t.id"),
    RowAct(
        "calendar_override",
        "t.set_at",
        ("campaigns.day_overridden", "campaigns.day_restored"),
        "'day:' || t.day_on",
        "true",
        "e.at = t.set_at",
    ),
    RowAct(
        "lead_basis",
        "t.at",
        ("leads.basis_added", "leads.basis_withdrawn"),
        "'lead:' || t.lead_id",
        "t.act IN ('added', 'reinstated', 'withdrawn')",
        "e.at = t.at",
    ),
    RowAct("allocation_run", "t.made_at", ("allocation.allocated",), "'allocation_run:' || t.id"),
    RowAct(
        "campaign_member",
        "t.set_at",
        ("allocation.members_set",),
        "'campaign:' || t.campaign_id",
        "t.set_by IS NOT NULL",
        "e.at = t.set_at",
    ),
    RowAct("lead_change", "t.at", ("customers.corrected",), "'lead:' || t.lead_id", "true", "e.at = t.at"),
    RowAct("ledger_export", "t.made_at", ("ledger.exported",), "'ledger_export:' || t.id"),
)


async def count_acts(session: AsyncSession, period: Period) -> int:
    """Counts the acts of the period that have written a row."""
    acts = ", ".join(sorted({f"'{row.act}'" for row in ACTS}))
    return await count_of(
        session,
        f"SELECT count(*) FROM audit_entry WHERE act IN ({acts}) AND at >= :since AND at < :until",
        **within(period),
    )


async def acts_without_row(session: AsyncSession, period: Period) -> tuple[Finding, ...]:
    """Finds acts whose row is gone, or says something else than the act."""
    return await findings_of(
        session,
        f"""
        WITH e AS (
            SELECT id, act, at, actor, facts, subject, split_part(subject, ':', 2) AS key
            FROM audit_entry WHERE at >= :since AND at < :until
        )
        {" UNION ALL ".join(_without_row(row) for row in ACTS)} ORDER BY at, subject
        """,
        **within(period),
    )


async def rows_without_act(session: AsyncSession, period: Period) -> tuple[Finding, ...]:
    """Finds rows that no act in the trail has written."""
    return await findings_of(
        session, " UNION ALL ".join(_without_act(row) for row in ROWS) + " ORDER BY at, subject", **within(period)
    )


def _without_row(row: ActRow) -> str:
    of_key = f"'{row.table}:' || e.key" if row.same.startswith("t.id = ") else "e.subject"
    last = "" if "e.at" in row.same else _LAST
    return f"""
        SELECT CASE WHEN t.id IS NULL THEN {of_key} ELSE '{row.table}:' || t.id END AS subject,
               CASE WHEN t.id IS NULL THEN 'act_row_gone' ELSE 'act_row_differs' END AS code,
               jsonb_build_object('act', e.act, 'entry', e.id) AS facts, e.at AS at
        FROM (SELECT * FROM e WHERE act = '{row.act}' AND {row.when}) e LEFT JOIN {row.table} t ON {row.same}
        WHERE (t.id IS NULL OR ({row.agrees}) IS NOT TRUE){last}
        """


_LAST = " AND NOT EXISTS (SELECT 1 FROM audit_entry l WHERE l.subject = e.subject AND l.act = e.act AND l.id > e.id)"


def _without_act(row: RowAct) -> str:
    acts = ", ".join(f"'{act}'" for act in row.acts)
    return f"""
        SELECT '{row.table}:' || t.id AS subject, 'row_without_act' AS code,
               jsonb_build_object('act', '{row.acts[0]}') AS facts, {row.at} AS at
        FROM {row.table} t
        WHERE {row.at} >= :since AND {row.at} < :until AND ({row.when})
          AND NOT EXISTS (SELECT 1 FROM audit_entry e
                          WHERE e.subject = {row.subject} AND e.act IN ({acts}) AND ({row.agrees}))
        """
