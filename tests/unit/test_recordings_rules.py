"""Completeness of a recording, readiness to record, the next step for its files, byte ranges."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.dialer.recorders import LOOK_EVERY
from callcenter.recordings.rules import (
    Step,
    choose_range,
    complete,
    grown,
    next_step,
    recorder_verdict,
    without_growth,
)
from callcenter.recordings.settings import RecordingSettings
from callcenter.recordings.transitions import RECORDING, RecordingFact
from callcenter.recordings.types import KnownCall, Patience, RecordingRow, RecordingState, SpoolFiles

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
CALL = UUID(int=1)
SECOND = timedelta(seconds=1)


def length(recorded: float, answered: float, whole: float, estimated: float | None = None) -> bool:
    return complete(
        timedelta(seconds=recorded),
        timedelta(seconds=answered),
        timedelta(seconds=whole),
        tolerance=SECOND,
        end_estimated=None if estimated is None else timedelta(seconds=estimated),
    ).complete


class TestLength:
    @pytest.mark.parametrize(
        ("recorded", "fits"), [(58.9, False), (59.0, True), (60.0, True), (72.0, True), (73.0, True), (73.1, False)]
    )
    def test_a_recording_is_between_conversation_and_whole_call_in_length(self, recorded: float, fits: bool) -> None:
        assert length(recorded, answered=60, whole=72) is fits

    @pytest.mark.parametrize(("recorded", "fits"), [(56.8, False), (57.0, True), (600.0, True)])
    def test_after_a_crash_the_end_is_not_known(self, recorded: float, fits: bool) -> None:
        assert length(recorded, answered=60, whole=72, estimated=2.1) is fits

    def test_the_verdict_names_both_lengths(self) -> None:
        verdict = complete(SECOND * 5, SECOND * 60, SECOND * 70, tolerance=SECOND, end_estimated=None)
        assert (verdict.recorded, verdict.against, verdict.too_long) == (SECOND * 5, SECOND * 60, False)


class TestRecorder:
    def test_a_full_disk_stops_calls(self) -> None:
        assert recorder_verdict(writable=True, free_bytes=100, min_free_bytes=100).ready
        verdict = recorder_verdict(writable=True, free_bytes=3 << 20, min_free_bytes=5 << 20)
        assert (verdict.ready, verdict.reason) == (False, "the spool's disk has 3 MiB free, 5 are needed")

    def test_a_missing_spool_stops_calls(self) -> None:
        assert not recorder_verdict(writable=False, free_bytes=10**12, min_free_bytes=0).ready


def step(state: RecordingState | None, files: SpoolFiles | None, **facts: Any) -> Step:
    row = RecordingRow(state, NOW - timedelta(hours=1), removed=facts.get("removed", False)) if state else None
    call = KnownCall(facts.get("call_ended_at")) if facts.get("call_known", True) else None
    patience = Patience(settle=timedelta(seconds=30), give_up=timedelta(minutes=5))
    return next_step(row, files, call, patience, NOW)


GROWING = SpoolFiles(CALL, raw_bytes=4000, idle=timedelta(0))
STILL = SpoolFiles(CALL, raw_bytes=4000, idle=timedelta(minutes=1))
CLOSED = SpoolFiles(CALL, raw_bytes=4000, done=True)
ONLY_DONE = SpoolFiles(CALL, done=True)
LONG_OVER = NOW - timedelta(minutes=10)
JUST_OVER = NOW - timedelta(seconds=10)


class TestNextStep:
    @pytest.mark.parametrize(
        ("files", "ended_at", "expected"),
        [
            (None, None, Step.WAIT),
            (None, JUST_OVER, Step.WAIT),
            (None, LONG_OVER, Step.GIVE_UP),
            (GROWING, None, Step.WAIT),
            (STILL, None, Step.WAIT),
            (GROWING, LONG_OVER, Step.WAIT),
            (STILL, JUST_OVER, Step.WAIT),
            (STILL, LONG_OVER, Step.CAPTURE),
            (CLOSED, None, Step.CAPTURE),
            (ONLY_DONE, None, Step.CAPTURE),
        ],
    )
    def test_an_armed_recording_is_captured_or_given_up(
        self, files: SpoolFiles | None, ended_at: datetime | None, expected: Step
    ) -> None:
        assert step(RecordingState.ARMED, files, call_ended_at=ended_at) is expected

    def test_audio_of_an_unknown_call_is_captured_when_it_no_longer_grows(self) -> None:
        assert step(RecordingState.ARMED, STILL, call_known=False) is Step.CAPTURE
        assert step(RecordingState.ARMED, GROWING, call_known=False) is Step.WAIT
        assert step(RecordingState.ARMED, None, call_known=False) is Step.GIVE_UP

    def test_audio_without_a_row_is_adopted_once_it_is_closed(self) -> None:
        assert step(None, STILL, call_known=False) is Step.ADOPT
        assert step(None, CLOSED, call_known=True) is Step.ADOPT
        assert step(None, STILL, call_known=True) is Step.WAIT
        assert step(None, GROWING, call_known=False) is Step.WAIT
        assert step(None, ONLY_DONE, call_known=False) is Step.WAIT

    def test_a_late_file_is_processed_after_the_recording_was_given_up(self) -> None:
        assert step(RecordingState.FAILED, CLOSED) is Step.CAPTURE
        assert step(RecordingState.EMPTY, CLOSED) is Step.CAPTURE
        assert step(RecordingState.EMPTY, SpoolFiles(CALL, raw_bytes=3, done=True)) is Step.REMOVE

    def test_local_files_go_only_when_the_object_is_stored(self) -> None:
        assert step(RecordingState.CAPTURED, CLOSED) is Step.STORE
        assert step(RecordingState.CAPTURED, None) is Step.STORE
        assert step(RecordingState.STORED, CLOSED) is Step.REMOVE
        assert step(RecordingState.STORED, None) is Step.REMOVE
        assert step(RecordingState.STORED, None, removed=True) is Step.WAIT
        assert step(RecordingState.STORED, CLOSED, removed=True) is Step.REPORT

    @given(
        st.sampled_from([None, *RecordingState]),
        st.none()
        | st.builds(
            SpoolFiles,
            call_id=st.just(CALL),
            raw_bytes=st.none() | st.integers(0, 10000),
            done=st.booleans(),
            idle=st.timedeltas(timedelta(0), timedelta(hours=1)),
        ),
        st.booleans(),
        st.booleans(),
        st.none() | st.datetimes(NOW.replace(tzinfo=None) - timedelta(days=1), NOW.replace(tzinfo=None)),
    )
    def test_audio_is_never_removed_before_it_is_stored(
        self,
        state: RecordingState | None,
        files: SpoolFiles | None,
        removed: bool,
        known: bool,
        ended_at: datetime | None,
    ) -> None:
        chosen = step(
            state,
            files,
            removed=removed,
            call_known=known,
            call_ended_at=ended_at.replace(tzinfo=UTC) if ended_at else None,
        )
        if chosen is Step.REMOVE and state is not RecordingState.STORED:
            assert files is not None
            assert (files.raw_bytes or 0) < 4
        if chosen is Step.GIVE_UP:
            assert files is None


class TestTransitions:
    def test_audio_that_comes_late_is_captured_until_the_recording_is_stored(self) -> None:
        assert set(RECORDING.sources(RecordingFact.ENCODED)) == set(RecordingState) - {
            RecordingState.STORED,
            RecordingState.DESTROYED,
        }

    def test_only_a_captured_recording_is_stored(self) -> None:
        assert RECORDING.sources(RecordingFact.STORED) == (RecordingState.CAPTURED,)


class TestRange:
    @pytest.mark.parametrize(
        ("header", "expected"),
        [
            ("bytes=0-99", (0, 99)),
            ("bytes=100-", (100, 999)),
            ("bytes=-100", (900, 999)),
            ("bytes=-5000", (0, 999)),
            ("bytes=990-2000", (990, 999)),
            ("bytes=0-0", (0, 0)),
        ],
    )
    def test_a_range_in_the_middle_is_read(self, header: str, expected: tuple[int, int]) -> None:
        chosen = choose_range(header, 1000)
        assert chosen is not None
        assert (chosen.first, chosen.last) == expected
        assert chosen.header == f"bytes {expected[0]}-{expected[1]}/1000"
        assert chosen.length == expected[1] - expected[0] + 1

    @pytest.mark.parametrize("header", [None, "", "bytes=", "bytes=-", "bytes=5-2", "bytes=0-1,5-6", "chunks=0-1"])
    def test_a_range_that_is_not_understood_means_the_whole(self, header: str | None) -> None:
        assert choose_range(header, 1000) is None

    @pytest.mark.parametrize("header", ["bytes=1000-", "bytes=1000-1001", "bytes=-0"])
    def test_a_range_behind_the_end_of_the_file_is_refused(self, header: str) -> None:
        chosen = choose_range(header, 1000)
        assert chosen is not None
        assert chosen.first == chosen.whole == 1000


def test_a_recorder_counts_as_stopped_when_its_file_has_not_grown_for_a_while() -> None:
    first, second = uuid4(), uuid4()
    files = grown({}, {first: 0, second: 10}, 100.0)
    files = grown(files, {first: 0, second: 20}, 101.0)
    assert without_growth(files, 101.25, timedelta(seconds=1.5)) == frozenset()
    assert without_growth(files, 101.5, timedelta(seconds=1.5)) == {first}
    assert without_growth(files, 102.5, timedelta(seconds=1.5)) == {first, second}
    assert grown(files, {second: 20}, 103.0).keys() == {second}, "a call that has ended is forgotten"


def test_a_stopped_recorder_is_noticed_within_two_seconds_of_its_last_growth() -> None:
    stopped_after = RecordingSettings.model_fields["stopped_after"].default
    assert stopped_after + 2 * timedelta(seconds=LOOK_EVERY) < timedelta(seconds=2)
