"""Copies a call's row into what other rooms and the rules may see of it."""

from callcenter.calls.models import Call, HeldCall
from callcenter.calls.rules import Evidence, owed_until
from callcenter.calls.types import CallCard, CallState, CallTimes, DialOrder, OwedDisposition, RecordingFacts


def card_of(call: Call | HeldCall) -> CallCard:
    """Returns the call as other rooms may see it."""
    return CallCard(
        id=call.id,
        kind=call.kind,
        state=call.state,
        outcome=call.outcome,
        disposition=call.disposition,
        agent_id=call.agent_id,
        lead_id=call.lead_id,
        campaign_id=call.campaign_id,
        assignment_id=call.assignment_id,
        callback_id=call.callback_id,
        planned_at=call.planned_at,
        dialled_at=call.dialled_at,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        details=call.details,
    )


def owed_of(call: Call | HeldCall) -> OwedDisposition:
    """Returns what is owed for a call."""
    assert call.disposition_owed_at is not None, "only what is owed is listed so"
    spoken_at = call.ended_at or call.disposition_owed_at
    return OwedDisposition(call=card_of(call), since=call.disposition_owed_at, until=owed_until(spoken_at))


def recording_facts_of(call: Call | HeldCall) -> RecordingFacts:
    """Returns what the recordings room needs to know of the call."""
    return RecordingFacts(
        call_id=call.id,
        kind=call.kind,
        node=call.node,
        ended=call.state is CallState.ENDED,
        end_estimated=call.end_estimated,
        dialled_at=call.dialled_at,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        outcome=call.outcome,
        disposition=call.disposition,
        agent_id=call.agent_id,
        lead_id=call.lead_id,
        campaign_id=call.campaign_id,
    )


def times_of(call: Call | HeldCall) -> CallTimes:
    """Returns the moments of the call that its recording is heard by."""
    return CallTimes(
        dialled_at=call.dialled_at,
        recording_started_at=call.recording_started_at,
        ringing_at=call.ringing_at,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        disposed_at=call.disposed_at,
    )


def dial_order_of(call: Call | HeldCall) -> DialOrder:
    """Returns what the dialling of the call needs to know."""
    return DialOrder(
        call_id=call.id,
        kind=call.kind,
        agent_id=call.agent_id,
        lead_id=call.lead_id,
        campaign_id=call.campaign_id,
        assignment_id=call.assignment_id,
        callback_id=call.callback_id,
        leg_id=call.leg_id,
        caller_id=call.caller_id,
        trunk=call.trunk,
        ring_seconds=call.ring_seconds,
        planned_at=call.planned_at,
    )


def evidence_of(call: Call | HeldCall) -> Evidence:
    """Returns everything the switch has reported of the call so far."""
    return Evidence(
        answered=call.answered_at is not None,
        rang=call.ringing_at is not None,
        dialled=call.channel is not None,
        we_hung_up=call.hung_up_by_us,
        hung_up=call.hung_up_at is not None,
        status=call.dial_status,
        cause=call.hangup_cause,
        sip_code=call.sip_code,
    )
