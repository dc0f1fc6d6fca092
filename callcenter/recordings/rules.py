"""The decisions about recordings: is it complete, is the recorder ready, what happens to these files next.

Source: requirements C9, R4, R7.
"""

import re
from datetime import datetime, timedelta
from enum import StrEnum

from callcenter.recordings.types import ByteRange, LengthVerdict, RecorderVerdict, RecordingState, SpoolFiles

FRAME_BYTES = 4
"""One sample of both channels, 16 bits each."""


def complete(
    recorded: timedelta, answered: timedelta, whole: timedelta, *, tolerance: timedelta, end_estimated: timedelta | None
) -> LengthVerdict:
    """Whether a recording covers its call (requirement R4).

    ``answered`` is the time from answer to hang-up, ``whole`` the time from dialling to hang-up: early media is
    recorded, a silent ring need not be. Where nobody saw the end (a crash), ``end_estimated`` is what a killed recorder
    may not have written; the hang-up is then the last sign of life, and the recording may go on after it.
    """
    least = answered - tolerance - (end_estimated or timedelta(0))
    most = None if end_estimated is not None else whole + tolerance
    if recorded < least:
        return LengthVerdict(False, f"{_seconds(recorded)} recorded of {_seconds(answered)} answered")
    if most is not None and recorded > most:
        return LengthVerdict(False, f"{_seconds(recorded)} recorded, the whole call lasted {_seconds(whole)}")
    return LengthVerdict(True, f"{_seconds(recorded)} recorded of {_seconds(answered)} answered")


def recorder_verdict(*, writable: bool, free_bytes: int, min_free_bytes: int) -> RecorderVerdict:
    """Whether a new call could be recorded to its end: a full disk stops calls before it stops recordings (R7)."""
    if not writable:
        return RecorderVerdict(False, "the spool folder cannot be written: check that it exists and its rights", 0)
    if free_bytes < min_free_bytes:
        return RecorderVerdict(
            False, f"the spool's disk has {free_bytes >> 20} MiB free, {min_free_bytes >> 20} are needed", free_bytes
        )
    return RecorderVerdict(True, "the spool can be written", free_bytes)


class Step(StrEnum):
    """What the pipeline does next for one call."""

    WAIT = "wait"
    ADOPT = "adopt"
    """Make a row for audio nobody armed; capture it next."""
    CAPTURE = "capture"
    STORE = "store"
    REMOVE = "remove"
    """Take the local files away: they lie under lock in the store, or hold nothing."""
    GIVE_UP = "give_up"
    """No file will come."""
    REPORT = "report"
    """Files of a recording that is stored and removed already: somebody must look."""


def next_step(
    state: RecordingState | None,
    files: SpoolFiles | None,
    *,
    removed: bool,
    armed_at: datetime | None,
    call_known: bool,
    call_ended_at: datetime | None,
    settle: timedelta,
    give_up: timedelta,
    now: datetime,
) -> Step:
    """The next step for a row (``state`` None: there is none) and the files of its call.

    A raw file is taken when the recorder has said it is closed, or when its call is over, or unknown, and the file has
    stopped growing: after a crash of the switch nobody says anything any more.
    """
    if state is RecordingState.CAPTURED:
        return Step.STORE
    if state is RecordingState.STORED:
        if not removed:
            return Step.REMOVE
        return Step.REPORT if files and files.raw_bytes is not None else Step.WAIT
    if files is None:
        if state is not RecordingState.ARMED or armed_at is None:
            return Step.WAIT
        if call_known:
            return Step.GIVE_UP if call_ended_at is not None and call_ended_at + give_up <= now else Step.WAIT
        return Step.GIVE_UP if armed_at + give_up <= now else Step.WAIT
    over = (call_ended_at is not None and call_ended_at + settle <= now) if call_known else True
    closed = files.done or (over and files.raw_bytes is not None and files.idle >= settle)
    if state is RecordingState.EMPTY:
        return (Step.CAPTURE if has_audio(files.raw_bytes) else Step.REMOVE) if closed else Step.WAIT
    if state is None:
        return Step.ADOPT if closed and files.raw_bytes is not None else Step.WAIT
    return Step.CAPTURE if closed else Step.WAIT


def has_audio(raw_bytes: int | None) -> bool:
    """Whether a raw file of this size holds at least one sample; None: there is no file."""
    return raw_bytes is not None and raw_bytes >= FRAME_BYTES


_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def choose_range(header: str | None, size: int) -> ByteRange | None:
    """What a Range header asks for; None when the whole object is to be sent (RFC 9110: what is not understood).

    A range that begins after the end has ``first`` == ``whole``: the caller answers 416.
    """
    found = _RANGE.fullmatch(header.strip()) if header else None
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        length = min(int(last), size)
        return ByteRange(size - length, size - 1, size)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        return ByteRange(size, size - 1, size)
    return ByteRange(int(first), min(int(last), size - 1) if last else size - 1, size)


def _seconds(length: timedelta) -> str:
    return f"{length.total_seconds():.1f} s"
