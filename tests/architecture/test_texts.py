"""Every column that can hold a text is sealed, holds one of a fixed set of values, or stands here with its reason (L7).

A new column of texts that is in none of these groups turns the test red: its author says what
it may hold.
"""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Boolean, Column, Date, DateTime, Float, Integer, Time, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from callcenter import tables
from callcenter.kit.db import BOUND, EnumByValue, Xid

CLEAR: Mapping[str, str] = {
    "names of kinds, rules, parts and versions that the program itself gives; no person types them": """
        audit_entry.act audit_entry.actor audit_entry.subject alert.subject alert.facts call.verdict call_signal.key
        call_signal.kind call_signal.facts callback.end_reason callback.subject fact_digest.fact fact_digest.row_id
        fact_note.covers assignment.reason assignment.reason_facts assignment.recall_detail assignment.end_detail
        hand_over.reason heartbeat.process heartbeat.node heartbeat.parts heartbeat.leads heartbeat.figures
        installation_note.name job.kind job.key job.figures job.result job.problem job.params kept_signal.kind
        ledger_export.filters ledger_export.scope outbox.kind outbox.payload outbox.queue rate_window.rate
        rate_window.subject recording.discarded recording.figures recording.node recording.object_key recording.peaks
        recording.policy_reason recording.policy_rule recording.policy_version recording.retention_facts
        recording.version_id recording_export.object_key recording_export.version_id destruction_run.policy_version
        destruction_item.rule recording_access.actor recording_incident.closed_by recording_incident.detail
        recording_incident.facts recording_incident.closing_reason review.card_version review.failed_items rule_set.name
        scheduled_run.task scheduled_task.name ledger_export.object_key ledger_export.version_id dnc_reject.reason
        dnc_delivery.reasons dnc_delivery.encoding dnc_delivery.sheets lead_list.reasons lead_list.warnings
        lead_upload.encoding lead_upload.sheets lead_reject.detail message_route.kinds message_route.through_quiet
        allocation_run.by_class allocation_run.stock_by_class allocation_share.by_class allocation_share.by_district
        calendar_edition.name calendar_edition.days work_pattern.parts class_rule_set.rules class_scheme.key
        class_value.code
    """,
    "what a person typed is in it only under names that end with _sealed (audit.types.TYPED)": "audit_entry.facts",
    "hashes, keyed hashes and digests": """
        audit_entry.previous_hash audit_entry.hash audit_head.hash fact_digest.digest installation_note.value
        allocation_run.digest call.phone_index dnc_delivery.sha256 dnc_entry.list_key dnc_entry.phone_index
        dnc_key.key_index known_device.token_sha256 lead.id_number_index lead.name_index lead.phone_index
        lead_list.sha256 lead_upload.sha256 ledger_export.filters_sha256 ledger_export.sha256 login_attempt.login_sha256
        login_session.challenge login_session.token_sha256
        recovery_code.code_sha256 recording.sha256 recording_export.sha256 destruction_item.sha256 rule_set.digest
        staff.password_hash
    """,
    "names and public halves of keys that devices hold": "passkey.credential_id passkey.public_key",
    "the technique of switches, trunks, phones and nodes": """
        agent_session.node agent_session.extension agent_session.robot_number agent_session.leg_id call.node call.leg_id
        call.caller_id call.trunk call.channel kept_signal.node node.name node.websocket_url node.realm staff.extension
        staff.robot_number trunk.name campaign.caller_id campaign.trunk campaign_version.caller_id
        campaign_version.trunk login_session.address desk_draft.window configured_trunk.name configured_trunk.group_name
        configured_trunk.host configured_trunk.account configured_trunk.codecs configured_trunk.prefix
    """,
    "the message of an error of the program, with figures masked; law 10 keeps customers out of errors": """
        kept_signal.error kept_signal.message outbox.error scheduled_run.error scheduled_task.error message.error
        recording.last_error
    """,
    "members of staff are known by their names to everybody they work with": """
        branch.code branch.name team.branch team.name
        staff.login staff.name staff.branch staff.licence_number staff_change.changes
    """,
    "what the bank itself offers, says and plans: names of products, lists, classes, regions, groups; no customer": """
        campaign.name campaign.product campaign.company_full_name campaign.shifts campaign.retries campaign.agent_fields
        campaign_version.shifts campaign_version.retries campaign_version.agent_fields class_scheme.name_zh
        class_scheme.name_en class_value.name_zh class_value.name_en script_version.title script_version.statements
        script_draft.title script_draft.statements
        region.name region.districts message_route.name dnc_list.name dnc_list.supplier dnc_delivery.file_name
        lead_list.name lead_list.file_name lead_list.source lead_list.branch lead_list.fields lead_list.mapping
        lead_list.titles lead_source.source lead_source.mapping lead_source.fields lead_upload.file_name
        lead_upload.source target_group.branch target_group.name target_group.description target_group.criteria
        target_group.segmentation
    """,
    "selected, ordered and counted by SQL for a million customers; names, numbers and addresses are not among them": """
        lead.phone_last4 lead.district lead.occupation lead.carrier lead.city lead.customer_class lead.list_class
        hand_over.district
    """,
    "the number of a document, printed in each ledger": "lead.basis_reference lead_basis.reference",
    "the number of a request as the bank registers it; its page and the manifest of a pack name it": """
        legal_hold.number recording_export.number
    """,
    "about a day, and part of every verdict of that day": "calendar_override.reason",
    "about a machine; the trail keeps the same reason sealed": "node.closed_reason",
}
"""Why columns may be clear, and which."""


_NO_TEXTS = (Integer, Float, Boolean, DateTime, Date, Time, Uuid, EnumByValue, Xid)
"""Types of columns; one that is not among them can hold a text."""


def can_hold_texts(column: Column[object]) -> bool:
    return not isinstance(column.type, _NO_TEXTS)


def unsealed() -> set[str]:
    """Returns the columns of texts that are not sealed; of documents those too in which single values are."""
    return {
        str(column)
        for table in tables.metadata.tables.values()
        for column in table.columns
        if can_hold_texts(column) and (BOUND not in column.info or isinstance(column.type, JSONB))
    }


CLEAR_BUT_FOR_SEALED_VALUES = {"call.details"}
"""Documents whose texts are sealed one by one (``calls.types.SEALED_DETAILS``); the rest are codes and instants."""


def test_every_text_is_sealed_or_may_be_clear() -> None:
    named = Counter(column for columns in CLEAR.values() for column in columns.split())
    assert [column for column, count in named.items() if count > 1] == []
    stated = set(named) | CLEAR_BUT_FOR_SEALED_VALUES
    assert unsealed() - stated == set(), "seal it (kit.db.sealed_field), or say here why it may be clear"
    assert stated - unsealed() == set(), "there is no such column, or it is sealed"


def test_no_column_that_sounds_like_a_persons_words_is_clear_unseen() -> None:
    """A name that promises a reason or a note is looked at one by one."""
    sounding = ("why", "reason", "note", "remark", "comment", "words")
    clear = {column for column in unsealed() if any(word in column.partition(".")[2].split("_") for word in sounding)}
    assert clear == {
        "assignment.reason",  # an AssignmentReason
        "assignment.reason_facts",
        "calendar_override.reason",
        "callback.end_reason",  # a LapseReason, or a rule
        "dnc_reject.reason",
        "hand_over.reason",  # a RoutingReason
        "node.closed_reason",
        "recording.policy_reason",  # a sentence of the policy
        "recording_incident.closing_reason",  # what the comparison found
    }
