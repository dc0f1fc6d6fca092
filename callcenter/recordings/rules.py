"""Decides whether a recording is complete, whether the recorder is ready, and the next step for local files. Pure.

Source: requirements C9, R4, R7.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from callcenter.calls.types import RecordingFacts
from callcenter.recordings.types import (
    ByteRange,
    Capture,
    Detail,
    DetailCode,
    Gap,
    GapLimits,
    IncidentKind,
    KnownCall,
    LengthVerdict,
    Patience,
    RecorderVerdict,
    RecordingRow,
    RecordingState,
    SpoolFiles,
)

FRAME_BYTES = 4
"""One sample of both channels, 16 bits each."""


def complete(
    recorded: timedelta, answered: timedelta, whole: timedelta, *, tolerance: timedelta, end_estimated: timedelta | None
) -> LengthVerdict:
    """Decides whether a recording covers its call (requirement R4).

    ``answered`` is the time from answer to hang-up, ``whole`` the time from dialling to hang-up: early media is
    recorded, silent ringing need not be. When the end was not seen (a crash), ``end_estimated`` is the time that a
    killed recorder may not have written; the hang-up is then the last sign of life, and audio may go on after it.
    """
    least = answered - tolerance - (end_estimated or timedelta(0))
    most = None if end_estimated is not None else whole + tolerance
    if recorded < least:
        return LengthVerdict(False, recorded, answered)
    if most is not None and recorded > most:
        return LengthVerdict(False, recorded, whole, too_long=True)
    return LengthVerdict(True, recorded, answered)


def find_gap(call: RecordingFacts, capture: Capture | None, limits: GapLimits, now: datetime) -> Gap | None:
    """Returns the fault of an answered call's recording; None without a fault, or while the recording may still come.

    ``capture`` is None when no recording was armed for the call (law 3, requirement R4).
    """
    ended_at = call.ended_at or now
    if capture is None:
        return Gap(IncidentKind.MISSING, Detail(DetailCode.NOT_ARMED))
    match capture.state:
        case RecordingState.STORED:
            assert capture.duration is not None
            verdict = _compare_length(call, capture.duration, ended_at, limits)
            if verdict.complete:
                return None
            return Gap(IncidentKind.WRONG_LENGTH, _length_detail(verdict, stopped=capture.stopped))
        case RecordingState.EMPTY:
            if call.end_estimated and _compare_length(call, timedelta(0), ended_at, limits).complete:
                return None  # ended so early that no audio had been written to the disk
            return Gap(IncidentKind.NO_AUDIO, Detail(DetailCode.EMPTY))
        case RecordingState.FAILED:
            return Gap(IncidentKind.MISSING, Detail(DetailCode.NO_FILE))
        case RecordingState.ARMED | RecordingState.CAPTURED:
            if ended_at + limits.store_within <= now:
                return Gap(IncidentKind.LATE, Detail(DetailCode.NOT_STORED, {"state": capture.state.value}))
    return None


def _length_detail(verdict: LengthVerdict, *, stopped: bool) -> Detail:
    short = DetailCode.RECORDER_STOPPED if stopped else DetailCode.TOO_SHORT
    code = DetailCode.TOO_LONG if verdict.too_long else short
    return Detail(code, {"recorded": _seconds(verdict.recorded), "against": _seconds(verdict.against)})


def _compare_length(call: RecordingFacts, recorded: timedelta, ended_at: datetime, limits: GapLimits) -> LengthVerdict:
    answered_at = call.answered_at or ended_at
    return complete(
        recorded,
        max(ended_at - answered_at, timedelta(0)),
        ended_at - (call.dialled_at or answered_at),
        tolerance=limits.tolerance,
        end_estimated=limits.unflushed if call.end_estimated else None,
    )


def recorder_verdict(*, writable: bool, free_bytes: int, min_free_bytes: int) -> RecorderVerdict:
    """Decides whether a new call could be recorded to its end: a full disk stops calls before recordings (R7)."""
    if not writable:
        return RecorderVerdict(False, "the spool folder cannot be written: check that it exists and its rights", 0)
    if free_bytes < min_free_bytes:
        return RecorderVerdict(
            False, f"the spool's disk has {free_bytes >> 20} MiB free, {min_free_bytes >> 20} are needed", free_bytes
        )
    return RecorderVerdict(True, "the spool can be written", free_bytes)


@dataclass(frozen=True, slots=True)
class Growth:
    """What the looks at one file have shown: its size, and when it was seen to grow last."""

    bytes: int
    grew_at: float
    """Seconds of the monotonic clock."""


def grown(before: Mapping[UUID, Growth], sizes: Mapping[UUID, int], now: float) -> dict[UUID, Growth]:
    """Returns what is known of these files after a look; a file that is new counts as one that grows now."""
    return {
        call_id: known if (known := before.get(call_id)) and known.bytes == size else Growth(size, now)
        for call_id, size in sizes.items()
    }


def without_growth(files: Mapping[UUID, Growth], now: float, for_: timedelta) -> frozenset[UUID]:
    """Returns the calls whose file has not grown for this long."""
    return frozenset(call_id for call_id, file in files.items() if now - file.grew_at >= for_.total_seconds())


class Step(StrEnum):
    """Steps of the pipeline for one recording."""

    WAIT = "wait"
    ADOPT = "adopt"
    """Create a row for audio that was not armed; capture it next."""
    CAPTURE = "capture"
    STORE = "store"
    REMOVE = "remove"
    """Remove the local files: the recording is stored, or the files hold no audio."""
    GIVE_UP = "give_up"
    """Stop waiting for a file."""
    REPORT = "report"
    """Open an incident: files appeared of a recording that is stored and whose local files were removed."""


def next_step(
    row: RecordingRow | None, files: SpoolFiles | None, call: KnownCall | None, patience: Patience, now: datetime
) -> Step:
    """Decides the next step from the row, the files and the call of one recording; each may be absent.

    A raw file is encoded when the recorder has marked it as closed, or when its call is over (or unknown) and the file
    has stopped growing: after a crash of the switch the mark never comes.
    """
    state = row.state if row else None
    if row is not None and state is RecordingState.CAPTURED:
        return Step.STORE
    if row is not None and state is RecordingState.STORED:
        if not row.removed:
            return Step.REMOVE
        return Step.REPORT if files and files.raw_bytes is not None else Step.WAIT
    if files is None:
        return _without_files(row, call, patience, now)
    closed = files.done or (
        _is_over(call, patience, now) and files.raw_bytes is not None and files.idle >= patience.settle
    )
    if not closed:
        return Step.WAIT
    if state is RecordingState.EMPTY:
        return Step.CAPTURE if has_audio(files.raw_bytes) else Step.REMOVE
    if state is None:
        return Step.ADOPT if files.raw_bytes is not None else Step.WAIT
    return Step.CAPTURE


def _without_files(row: RecordingRow | None, call: KnownCall | None, patience: Patience, now: datetime) -> Step:
    if row is None or row.state is not RecordingState.ARMED:
        return Step.WAIT
    last_sign = row.armed_at if call is None else call.ended_at
    return Step.GIVE_UP if last_sign is not None and last_sign + patience.give_up <= now else Step.WAIT


def _is_over(call: KnownCall | None, patience: Patience, now: datetime) -> bool:
    return call is None or (call.ended_at is not None and call.ended_at + patience.settle <= now)


def has_audio(raw_bytes: int | None) -> bool:
    """Returns whether a raw file of this size holds at least one sample; None: there is no file."""
    return raw_bytes is not None and raw_bytes >= FRAME_BYTES


_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def choose_range(header: str | None, size: int) -> ByteRange | None:
    """Reads a Range header; None when the whole object is to be sent, also for an unreadable header (RFC 9110).

    A range that begins after the end has ``first`` == ``whole``: the caller answers 416.
    """
    match = _RANGE.fullmatch(header.strip()) if header else None
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
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
