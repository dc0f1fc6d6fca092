"""Lists the facts that are noted. A table has one fact for each moment at which more of its row is settled.

What changes later by an act of its own (a second verdict on a call that was returned, a late signal, a verdict on
retention) names that act in ``amended``: the next note then takes the row again. Everything else that differs from its
note was changed behind the system's back.

What a name covers never changes, or rows noted before would differ: other columns are a fact with another name
(``tests/unit/test_facts_noted.py`` keeps their digests). A name that ends with ``.2`` has taken the place of one that
covered a text in clear; since revision 0031 such texts are sealed.
"""

from callcenter.audit.facts.types import EVER, Fact, Key


def _since_note(subject: str, *acts: str) -> str:
    """Returns the condition that the trail holds one of these acts about a subject, later than the note ``d``."""
    named = ", ".join(f"'{act}'" for act in acts)
    return (
        f"EXISTS (SELECT 1 FROM audit_entry e JOIN fact_note n ON n.number = d.note WHERE e.subject = {subject}"
        f" AND e.act IN ({named}) AND e.id > n.after_entry)"
    )


def _columns(names: str) -> tuple[str, ...]:
    return tuple(f"t.{name}" for name in names.split())


def _written(column: str) -> str:
    """Returns whether a sealed text is there: another text opens at no place, and none at all would open everywhere."""
    return f"COALESCE(t.{column}, '') <> ''"


_LATE_SIGNAL = (
    "EXISTS (SELECT 1 FROM call_signal s JOIN fact_note n ON n.number = d.note"
    " WHERE s.call_id = t.id AND s.received_at > n.noted_at - interval '2 seconds')"
)
"""The switch may report after the end of a call, and its outcome is then computed anew."""
_JOURNAL = (
    "(SELECT jsonb_agg(jsonb_build_array(s.id, s.key, s.kind, s.at, s.facts) ORDER BY s.id)"
    " FROM call_signal s WHERE s.call_id = t.id)"
)

FACTS: tuple[Fact, ...] = (
    # -- calls
    Fact(
        name="call.planned",
        table="call",
        key_type=Key.UUID,
        at="t.planned_at",
        columns=_columns(
            "kind agent_id lead_id campaign_id assignment_id callback_id node phone_index caller_id trunk is_probe"
            " planned_at"
        ),
    ),
    Fact(
        name="call.dialled",
        table="call",
        key_type=Key.UUID,
        at="t.dialled_at",
        when="t.dialled_at IS NOT NULL AND t.state = 'ended'",
        columns=_columns("dialled_at verdict"),
        prompt=False,
    ),
    Fact(
        name="call.ended",
        table="call",
        key_type=Key.UUID,
        at="t.ended_at",
        when="t.state = 'ended' AND t.ended_at IS NOT NULL",
        columns=_columns(
            "outcome recording_started_at ringing_at answered_at hung_up_at ended_at end_estimated dial_status"
            " hangup_cause sip_code hung_up_by_us"
        ),
        prompt=False,
        amended=_LATE_SIGNAL,
    ),
    Fact(
        name="call.journal",
        table="call",
        key_type=Key.UUID,
        at="t.ended_at",
        when="t.state = 'ended' AND t.ended_at IS NOT NULL",
        columns=(_JOURNAL,),
        prompt=False,
        amended=_LATE_SIGNAL,
    ),
    Fact(
        name="call.disposed",
        table="call",
        key_type=Key.UUID,
        at="t.disposed_at",
        when="t.disposed_at IS NOT NULL",
        columns=_columns("disposition disposed_at disposition_owed_at"),
    ),
    # -- recordings
    Fact(name="recording.armed", table="recording", at="t.armed_at", columns=_columns("call_id node armed_at")),
    Fact(
        name="recording.stored",
        table="recording",
        at="t.stored_at",
        when="t.state IN ('stored', 'destroyed')",
        columns=_columns("call_id object_key version_id sha256 size_bytes duration_ms stored_at"),
        least="t.retain_until",
    ),
    Fact(
        name="recording.retention",
        table="recording",
        at="t.stored_at",
        when="t.state IN ('stored', 'destroyed')",
        columns=_columns("retention_facts"),
        amended=_since_note("'call:' || t.call_id", "recordings.retention_judged"),
    ),
    Fact(
        name="recording_access.made.2",
        table="recording_access",
        at="t.at",
        columns=(*_columns("recording_id staff_id actor act at"), _written("why_sealed")),
    ),
    Fact(
        name="recording_incident.opened",
        table="recording_incident",
        at="t.opened_at",
        columns=_columns("kind call_id opened_at"),
    ),
    Fact(
        name="recording_incident.closed.2",
        table="recording_incident",
        at="t.closed_at",
        when="t.closed_at IS NOT NULL",
        columns=(*_columns("closed_at closed_by closing_reason final"), _written("closing_words_sealed")),
    ),
    # -- complaints and callbacks
    Fact(
        name="complaint_case.opened",
        reach=EVER,
        table="complaint_case",
        at="t.opened_at",
        columns=_columns("lead_id call_id agent_id category opened_at opened_by answer_due_at decide_due_at"),
    ),
    Fact(
        name="complaint_case.answered",
        table="complaint_case",
        at="t.obligation_ended_at",
        when="t.obligation_ended_at IS NOT NULL",
        columns=_columns("obligation_ended_at answered_at"),
    ),
    Fact(
        name="complaint_case.decided",
        table="complaint_case",
        at="t.decided_at",
        when="t.decided_at IS NOT NULL",
        columns=_columns("decided_at decided_by"),
    ),
    Fact(
        name="callback.made",
        reach=EVER,
        table="callback",
        at="t.created_at",
        columns=_columns(
            "kind lead_id campaign_id case_id excluded_agent_id promised_at answer_by attempts_demanded origin_call_id"
            " subject created_at"
        ),
    ),
    Fact(
        name="callback.done.2",
        table="callback",
        at="t.done_at",
        when="t.state = 'done'",
        columns=(*_columns("done_at done_call_id signed_off_by"), _written("sign_off_reason_sealed")),
        prompt=False,
    ),
    # -- quality and the field
    Fact(
        name="review.made",
        table="review",
        at="t.created_at",
        columns=_columns("call_id agent_id lead_id campaign_id created_at"),
    ),
    Fact(
        name="review.decided",
        table="review",
        at="t.decided_at",
        when="t.decided_at IS NOT NULL",
        columns=_columns("verdict failed_items card_version decided_by decided_at"),
        amended=_since_note("'review:' || t.id", "quality.decided"),
    ),
    Fact(
        name="hand_over.made",
        table="hand_over",
        at="t.handed_at",
        columns=_columns("call_id lead_id campaign_id district handed_at"),
    ),
    Fact(
        name="visit.reported",
        table="visit",
        at="t.reported_at",
        when="t.reported_at IS NOT NULL",
        columns=_columns("hand_over_id number field_agent_id result next_at reported_at"),
    ),
    # -- who was assigned what
    Fact(
        name="allocation_run.made",
        table="allocation_run",
        at="t.made_at",
        columns=_columns("campaign_id work_on made_at seed quota digest"),
    ),
    Fact(
        name="allocation_share.made",
        table="allocation_share",
        at="(SELECT r.made_at FROM allocation_run r WHERE r.id = t.run_id)",
        columns=_columns("run_id campaign_id agent_id work_on"),
        prompt=False,
    ),
    Fact(
        name="assignment.made",
        reach=31,
        table="assignment",
        at="t.assigned_at",
        columns=_columns("run_id campaign_id lead_id agent_id work_on reason reason_facts quota assigned_at"),
    ),
    Fact(
        name="assignment.ended",
        table="assignment",
        at="t.done_at",
        when="t.state IN ('done', 'returned') AND t.done_at IS NOT NULL",
        columns=_columns("state ended_as end_detail done_at attempts"),
    ),
    Fact(
        name="campaign_member.set.2",
        reach=EVER,
        table="campaign_member",
        at="t.set_at",
        columns=(*_columns("campaign_id staff_id weight from_on set_by set_at"), _written("reason_sealed")),
    ),
    # -- what was in force
    Fact(
        name="campaign_version.made.2",
        reach=EVER,
        table="campaign_version",
        at="t.valid_from",
        columns=(
            *_columns(
                "campaign_id number valid_from set_by origin state mode legal_opens legal_closes shifts quota"
                " ring_seconds wrap_up_seconds caller_id trunk cap_per_day cap_per_7_days max_attempts retries"
                " class_scheme_id script_id open_to_all_branches agent_fields"
            ),
            _written("reason_sealed"),
        ),
        prompt=False,
    ),
    Fact(
        name="campaign_version.first_day",
        reach=EVER,
        table="campaign_version",
        at="t.valid_from",
        columns=_columns("campaign_id number first_on"),
        prompt=False,
    ),
    Fact(
        name="script_version.made",
        reach=EVER,
        table="script_version",
        at="t.created_at",
        columns=_columns("campaign_id version title statements created_at"),
    ),
    Fact(
        name="script_review.decided.2",
        reach=EVER,
        table="script_review",
        at="t.decided_at",
        when="t.decided_at IS NOT NULL",
        columns=(
            *_columns("campaign_id script_id submitted_at submitted_by decided_at decided_by from_on"),
            _written("reason_sealed"),
            _written("decided_why_sealed"),
        ),
    ),
    Fact(
        name="service_hours.set.2",
        reach=EVER,
        table="service_hours",
        at="t.valid_from",
        columns=(*_columns("valid_from set_by opens closes days"), _written("reason_sealed")),
    ),
    Fact(
        name="calendar_override.set",
        reach=EVER,
        table="calendar_override",
        at="t.set_at",
        columns=_columns("day_on working reason set_at set_by"),
    ),
    Fact(
        name="calendar_edition.used",
        reach=EVER,
        table="calendar_edition",
        key="t.name",
        key_type=Key.TEXT,
        at="t.first_used_at",
        columns=_columns("name first_used_at days"),
    ),
    Fact(
        name="rule_set.used",
        reach=EVER,
        table="rule_set",
        key="t.name || ' ' || t.digest",
        key_type=Key.TEXT,
        at="t.first_used_at",
        columns=_columns("name digest first_used_at"),
    ),
    # -- customers and their protection
    Fact(
        name="dnc_entry.entered",
        reach=EVER,
        table="dnc_entry",
        at="t.entered_at",
        when="t.list_key IS NULL",
        columns=_columns("phone_index reason source lead_id call_id entered_at entered_by until"),
    ),
    Fact(
        name="dnc_entry.lifted.2",
        reach=EVER,
        table="dnc_entry",
        at="t.lifted_at",
        when="t.list_key IS NULL AND t.lifted_at IS NOT NULL",
        columns=(*_columns("lifted_at lifted_by lifted_why"), _written("lifted_words_sealed")),
    ),
    Fact(
        name="dnc_lift.decided.2",
        table="dnc_lift",
        at="t.decided_at",
        when="t.decided_at IS NOT NULL",
        columns=(
            *_columns("entry_id proposed_at proposed_by decided_at decided_by decision"),
            _written("why_sealed"),
            _written("decided_why_sealed"),
        ),
    ),
    Fact(
        name="dnc_delivery.made",
        table="dnc_delivery",
        at="t.delivered_at",
        when="t.delivered_at IS NOT NULL",
        columns=_columns("list_id file_name size sha256 kind uploaded_at uploaded_by delivered_at until rows keys"),
        prompt=False,
    ),
    Fact(
        name="lead_basis.stepped.2",
        reach=EVER,
        table="lead_basis",
        at="t.at",
        columns=(*_columns("lead_id act kind reference valid_until dated_on at by"), _written("reason_sealed")),
    ),
    Fact(
        name="lead_change.made",
        table="lead_change",
        at="t.at",
        columns=_columns("lead_id field source at by"),
    ),
    Fact(
        name="lead_list.imported",
        table="lead_list",
        at="t.imported_at",
        columns=_columns("campaign_id name file_name sha256 imported_at imported_by branch rows good rejected"),
        prompt=False,
    ),
    Fact(
        name="target_step.made.2",
        table="target_step",
        at="t.at",
        columns=(*_columns("group_id act at by upload_id list_id"), _written("reason_sealed")),
    ),
    # -- people, and what left the system
    Fact(
        name="staff.created",
        reach=EVER,
        table="staff",
        at="t.created_at",
        columns=_columns("login role created_at"),
        amended=_since_note("'staff:' || t.id", "people.staff_changed"),
    ),
    Fact(
        name="staff_change.made",
        reach=EVER,
        table="staff_change",
        at="t.at",
        columns=_columns("staff_id at by changes"),
    ),
    Fact(
        name="agent_session.ended",
        table="agent_session",
        at="t.logged_off_at",
        when="t.logged_off_at IS NOT NULL",
        columns=_columns("agent_id node logged_on_at logged_off_at"),
        prompt=False,
    ),
    Fact(
        name="ledger_export.made",
        table="ledger_export",
        at="t.made_at",
        columns=_columns("job_id requested_by filters_sha256 scope as_of made_at rows object_key version_id sha256"),
    ),
    Fact(
        name="job.certified",
        table="job",
        at="t.ended_at",
        when="t.kind = 'audit.certificate' AND t.result IS NOT NULL AND t.ended_at IS NOT NULL",
        columns=_columns("requested_by params result"),
        prompt=False,
    ),
    Fact(name="alert.raised", table="alert", at="t.raised_at", columns=_columns("kind subject raised_at")),
    Fact(
        name="alert.acknowledged.2",
        table="alert",
        at="t.acknowledged_at",
        when="t.acknowledged_at IS NOT NULL",
        columns=(*_columns("acknowledged_at acknowledged_by"), _written("note_sealed")),
    ),
    Fact(
        name="kept_signal.settled.2",
        table="kept_signal",
        at="t.settled_at",
        when="t.settled_at IS NOT NULL",
        columns=(*_columns("node kind call_id at kept_at state settled_at settled_by"), _written("reason_sealed")),
    ),
)

NAMES = [fact.name for fact in FACTS]
