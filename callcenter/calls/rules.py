"""Decides what the network's evidence of a call means, and what the calls to a number mean for the next one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from callcenter.calls.types import CallKind, NumberCall, NumberCalls, Outcome
from callcenter.kit.clock import at_business_time, business_date
from callcenter.telephony.events import DialStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything the switch has reported of a call so far, in whatever order it came."""

    answered: bool
    rang: bool
    """The telephone rang (180). An announcement before the answer (183) is no ringing."""
    dialled: bool
    """The INVITE is known to have left."""
    we_hung_up: bool
    hung_up: bool
    """The end of the customer's channel has been reported."""
    status: DialStatus | None
    cause: int | None
    """Q.850 cause of the customer's channel."""
    sip_code: int | None


_BUSY_SIP, _BUSY_CAUSE = {486, 600}, {17}
_INVALID_SIP, _INVALID_CAUSE = {404, 410, 484, 604}, {1, 22, 28}
_REJECTED_SIP, _REJECTED_CAUSE = {603, 607, 608}, {21}
_UNREACHABLE_SIP, _UNREACHABLE_CAUSE = {408}, {18, 20}
_LINE_SIP, _LINE_CAUSE = {401, 402, 403, 407, 503}, {2, 3, 34, 42}
_CONGESTION_SIP, _CONGESTION_CAUSE = {488, 500, 502, 504}, {27, 38, 41, 44, 58}

_MADE_UP_CAUSE = {401: 21, 402: 127, 403: 21, 407: 21, 408: 18, 480: 19, 500: 38, 502: 27, 503: 34, 504: 127}
"""The Q.850 cause a switch makes up from a SIP answer that came without one. Any other is the carrier's own word, and
says more than an answer as general as these."""

_BY_CAUSE = (
    (Outcome.BUSY, _BUSY_CAUSE),
    (Outcome.INVALID_NUMBER, _INVALID_CAUSE),
    (Outcome.REJECTED, _REJECTED_CAUSE),
    (Outcome.UNREACHABLE, _UNREACHABLE_CAUSE),
    (Outcome.LINE_FAULT, _LINE_CAUSE),
    (Outcome.CONGESTION, _CONGESTION_CAUSE),
)
_BY_SIP = (
    (Outcome.BUSY, _BUSY_SIP),
    (Outcome.INVALID_NUMBER, _INVALID_SIP),
    (Outcome.REJECTED, _REJECTED_SIP),
    (Outcome.UNREACHABLE, _UNREACHABLE_SIP),
    (Outcome.LINE_FAULT, _LINE_SIP),
    (Outcome.CONGESTION, _CONGESTION_SIP),
)
_BY_STATUS = {
    DialStatus.BUSY: Outcome.BUSY,
    DialStatus.NO_ANSWER: Outcome.NO_ANSWER,
    DialStatus.CONGESTION: Outcome.CONGESTION,
    DialStatus.UNAVAILABLE: Outcome.UNREACHABLE,
}


def is_certain(evidence: Evidence) -> bool:
    """Returns whether the outcome stands: no signal that is still to come in the usual course changes it.

    The end of the customer's channel says why; the switch's own sum says whether our ring time ran out. They come in
    any order, and each alone can be taken for another outcome. A channel that was never made has no end.
    """
    if evidence.answered or evidence.status in (DialStatus.ANSWERED, DialStatus.CANCELLED):
        return True
    if not evidence.dialled:
        return evidence.status is not None or evidence.sip_code is not None
    return evidence.hung_up and (evidence.we_hung_up or evidence.sip_code is not None or evidence.status is not None)


def outcome_of(evidence: Evidence) -> Outcome:
    """Returns what the network did. Never guesses: where the evidence does not say, the outcome is unknown.

    A SIP 480 after ringing, and our own ring time-out (for which the switch invents a 480), are *no answer*; a 480
    without ringing is *unreachable*. Nothing dialled and no answer from the far end: *not placed*, or *line fault*
    where the switch found no way to the carrier. What the carrier says of our line is not said of the customer
    (requirement C6).
    """
    sip, cause = evidence.sip_code, evidence.cause
    if evidence.answered or evidence.status is DialStatus.ANSWERED:
        return Outcome.ANSWERED
    if evidence.we_hung_up or evidence.status is DialStatus.CANCELLED:
        return Outcome.CANCELLED
    if not evidence.dialled and sip is None and evidence.status is not None:
        no_route = evidence.status is DialStatus.UNAVAILABLE and cause is None
        return Outcome.LINE_FAULT if no_route else Outcome.NOT_PLACED
    if sip is not None and _MADE_UP_CAUSE.get(sip, cause) != cause and (outcome := _find(_BY_CAUSE, cause)):
        return outcome
    if sip is not None and (outcome := _find(_BY_SIP, sip)):
        return outcome
    if evidence.rang and (sip == 480 or evidence.status is DialStatus.NO_ANSWER):
        return Outcome.NO_ANSWER
    if sip == 480:
        return Outcome.UNREACHABLE
    if sip is None and (outcome := _find(_BY_CAUSE, cause)):
        return outcome
    if evidence.status in _BY_STATUS:
        return _BY_STATUS[evidence.status]
    return Outcome.NO_ANSWER if cause == 19 else Outcome.UNKNOWN


def _find(table: tuple[tuple[Outcome, set[int]], ...], code: int | None) -> Outcome | None:
    """Returns the outcome whose codes contain this one."""
    return next((outcome for outcome, codes in table if code in codes), None)


def owed_until(spoken_at: datetime) -> datetime:
    """Returns until when the disposition of a conversation is waited for: the end of its business date (law 12).

    Nothing is gained by a shorter time: a customer of whom it is not known what was said is not called again that day.
    """
    return at_business_time(business_date(spoken_at) + timedelta(days=1), 0)


def number_calls(calls: Sequence[NumberCall], now: datetime) -> NumberCalls:
    """Sums up the calls to a number, the oldest first, for the next call to it."""
    dialled = [call for call in calls if call.dialled_at is not None]
    owed = [owed_until(call.spoken_at) for call in calls if call.spoken_at is not None]
    last = max(owed, default=now)
    return NumberCalls(
        unasked_at=tuple(call.dialled_at for call in dialled if call.kind is CallKind.LEAD and call.dialled_at),
        last_at=dialled[-1].dialled_at if dialled else None,
        is_open=any(call.is_open for call in calls),
        owed_until=last if last > now else None,
    )
