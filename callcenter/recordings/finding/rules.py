"""Decides where in the audio the moments of a call are. Pure."""

from datetime import datetime, timedelta

from callcenter.calls.types import CallTimes
from callcenter.recordings.finding.types import Mark, MarkKind

_MILLISECOND = timedelta(milliseconds=1)


def marks_of(times: CallTimes, duration_ms: int) -> list[Mark]:
    """Returns the moments of a call as places in its audio, in their order.

    The recorder starts before the customer is dialled. A moment outside of the audio is moved to its nearest end: the
    disposition usually comes after the last sound.
    """
    began_at = times.recording_started_at or times.dialled_at
    if began_at is None:
        return []
    moments: tuple[tuple[MarkKind, datetime | None], ...] = (
        (MarkKind.RINGING, times.ringing_at),
        (MarkKind.ANSWERED, times.answered_at),
        (MarkKind.ENDED, times.ended_at),
        (MarkKind.DISPOSED, times.disposed_at),
    )
    return [
        Mark(kind, min(max((at - began_at) // _MILLISECOND, 0), duration_ms)) for kind, at in moments if at is not None
    ]
