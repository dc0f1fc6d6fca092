"""Turns rows into the frozen cards that leave this room, and copies call facts and verdicts into rows."""

from callcenter.calls.types import CallCard, RecordingFacts
from callcenter.kit.crypto import Vault
from callcenter.recordings.models import Incident, Recording, RecordingAccess
from callcenter.recordings.types import (
    ACCESS_WHY,
    INCIDENT_WORDS,
    AccessCard,
    Gap,
    IncidentCard,
    RecordingCard,
    RetentionFacts,
)
from recordings_policy import Facts, Verdict


def card_of(row: Recording) -> RecordingCard:
    return RecordingCard(
        id=row.id,
        call_id=row.call_id,
        state=row.state,
        agent_id=row.agent_id,
        lead_id=row.lead_id,
        campaign_id=row.campaign_id,
        disposition=row.disposition,
        armed_at=row.armed_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        duration_ms=row.duration_ms,
        object_key=row.object_key,
        version_id=row.version_id,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        stored_at=row.stored_at,
        retain_until=row.retain_until,
        policy_version=row.policy_version,
        policy_rule=row.policy_rule,
        policy_reason=row.policy_reason,
        peaks=row.peaks,
        figures=row.figures,
    )


def incident_of(row: Incident, vault: Vault) -> IncidentCard:
    return IncidentCard(
        id=row.id,
        kind=row.kind,
        call_id=row.call_id,
        opened_at=row.opened_at,
        detail=row.detail,
        facts=row.facts,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        closing_reason=vault.open_words(row.closing_words_sealed, INCIDENT_WORDS.at(row)) or row.closing_reason,
        final=row.final,
        owner_id=row.owner_id,
        due_at=row.due_at,
    )


def is_about(row: Incident, gap: Gap) -> bool:
    """Returns whether this is the incident of exactly this fault, its figures included."""
    return (row.kind, row.detail, row.facts) == (gap.kind, gap.detail.code.value, dict(gap.detail.facts))


def access_of(row: RecordingAccess, vault: Vault) -> AccessCard:
    why = vault.open(row.why_sealed, ACCESS_WHY.at(row))
    return AccessCard(staff_id=row.staff_id, actor=row.actor, act=row.act, at=row.at, why=why, heard_ms=row.heard_ms)


def copy_call(row: Recording, call: RecordingFacts | CallCard) -> None:
    """Copies the facts by which recordings are searched; the call's own row stays authoritative."""
    row.agent_id, row.lead_id, row.campaign_id = call.agent_id, call.lead_id, call.campaign_id
    row.kind, row.disposition = call.kind, call.disposition
    row.answered_at, row.ended_at = call.answered_at, call.ended_at


def facts_of(row: Recording) -> Facts:
    """Returns the facts by which the policy judges a recording."""
    known = RetentionFacts.from_json(row.retention_facts)
    return Facts(
        recorded_at=row.ended_at or row.armed_at,
        contract=known.contract,
        dispute_open=known.dispute_open,
        dispute_ended_on=known.dispute_ended_on,
        legal_hold=known.legal_hold,
    )


def copy_verdict(row: Recording, verdict: Verdict) -> None:
    """Writes the policy's verdict into the row. An existing lock that ends later stays as it is."""
    row.wanted_until = verdict.retain_until
    row.open_ended = verdict.open_ended
    row.policy_version = verdict.policy_version
    row.policy_rule = verdict.rule.value
    row.policy_reason = verdict.reason
