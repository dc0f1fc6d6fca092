"""Decides what the network's evidence of a call means."""

from dataclasses import dataclass

from callcenter.calls.types import Outcome
from callcenter.telephony.events import DialStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything the switch has reported of a call so far, in whatever order it came."""

    answered: bool
    rang: bool
    dialled: bool
    """The INVITE is known to have left."""
    we_hung_up: bool
    status: DialStatus | None
    cause: int | None
    """Q.850 cause of the customer's channel."""
    sip_code: int | None


_BUSY_SIP, _BUSY_CAUSE = {486, 600}, {17}
_INVALID_SIP, _INVALID_CAUSE = {404, 410, 484, 604}, {1, 22, 28}
_REJECTED_SIP, _REJECTED_CAUSE = {603, 403, 607, 608}, {21}
_UNREACHABLE_SIP, _UNREACHABLE_CAUSE = {480, 408}, {18, 20}
_CONGESTION_SIP, _CONGESTION_CAUSE = {488, 500, 502, 503, 504}, {27, 34, 38, 41, 42, 58}


def outcome_of(evidence: Evidence) -> Outcome:
    """Returns what the network did. Never guesses: where the evidence does not say, the outcome is unknown.

    A SIP 480 after ringing, and our own ring time-out (for which the switch invents a 480), are *no answer*; a 480
    without ringing is *unreachable*. Nothing dialled and no answer from the far end: *not placed*.
    """
    sip, cause = evidence.sip_code, evidence.cause
    if evidence.answered or evidence.status is DialStatus.ANSWERED:
        return Outcome.ANSWERED
    if evidence.we_hung_up or evidence.status is DialStatus.CANCELLED:
        return Outcome.CANCELLED
    if not evidence.dialled and sip is None and evidence.status is not None:
        return Outcome.NOT_PLACED
    table = (
        (Outcome.BUSY, _BUSY_SIP, _BUSY_CAUSE),
        (Outcome.INVALID_NUMBER, _INVALID_SIP, _INVALID_CAUSE),
        (Outcome.REJECTED, _REJECTED_SIP, _REJECTED_CAUSE),
        (Outcome.CONGESTION, _CONGESTION_SIP, _CONGESTION_CAUSE),
    )
    for outcome, sip_codes, causes in table:
        if sip in sip_codes or (sip is None and cause in causes):
            return outcome
    if evidence.rang and (sip == 480 or evidence.status is DialStatus.NO_ANSWER):
        return Outcome.NO_ANSWER
    if sip in _UNREACHABLE_SIP or cause in _UNREACHABLE_CAUSE:
        return Outcome.UNREACHABLE
    by_status = {
        DialStatus.BUSY: Outcome.BUSY,
        DialStatus.NO_ANSWER: Outcome.NO_ANSWER,
        DialStatus.CONGESTION: Outcome.CONGESTION,
        DialStatus.UNAVAILABLE: Outcome.UNREACHABLE,
    }
    if evidence.status in by_status:
        return by_status[evidence.status]
    if cause == 19:
        return Outcome.NO_ANSWER
    return Outcome.UNKNOWN
