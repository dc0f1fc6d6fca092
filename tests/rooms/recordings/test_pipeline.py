"""From files in the spool to objects under lock: in one go, through crashes, through a store that is down."""

import asyncio
import io
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import uuid4

import numpy as np
import pytest
import soundfile

from callcenter.recordings import audio, repository
from callcenter.recordings.capturing import Capturing
from callcenter.recordings.reports import TickReport
from callcenter.recordings.repository import Claim
from callcenter.recordings.storing import Storing
from callcenter.recordings.types import IncidentKind, RecordingState
from callcenter.storage.port import ObjectLocked
from tests.rooms.recordings.cast import RATE, FaultyStore, Killed, System, killed, unavailable
from tests.support.waiting import eventually


def loudest_hertz(samples: np.ndarray) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * RATE / len(samples))


class TestOneCall:
    async def test_a_call_is_recorded_stored_locked_and_removed_from_the_disk(self, system: System) -> None:
        call_id = await system.talk(3)
        assert await system.pipeline.tick() == TickReport(captured=1, stored=1, removed=1)
        row = await system.row(call_id)
        assert row.object_key == f"recordings/2026/11/23/{call_id}.flac"
        assert row.duration_ms == 3000
        assert (row.agent_id, row.disposition) == (7, "thinking")
        assert (row.policy_rule, row.policy_version) == ("unsold", "2026.3")
        assert row.retain_until is not None
        assert row.retain_until > system.clock.now() + timedelta(days=180)
        assert row.peaks is not None
        assert len(row.peaks["customer"]) == len(row.peaks["agent"]) > 700
        assert await system.is_safe(call_id)
        assert [event.call_id for event in system.announced] == [call_id]

    async def test_the_object_holds_each_side_on_its_channel(self, system: System) -> None:
        call_id = await system.talk(2)
        await system.pipeline.tick()
        samples, rate = soundfile.read(io.BytesIO(await system.body(call_id)))
        assert rate == RATE
        assert loudest_hertz(samples[:, 0]) == pytest.approx(440, abs=1)
        assert loudest_hertz(samples[:, 1]) == pytest.approx(1000, abs=1)

    async def test_a_stored_recording_cannot_be_deleted(self, system: System) -> None:
        call_id = await system.talk()
        await system.pipeline.tick()
        row = await system.row(call_id)
        with pytest.raises(ObjectLocked):
            await system.store.delete(row.object_key or "", row.version_id or "")

    async def test_nothing_is_captured_while_the_call_goes_on(self, system: System) -> None:
        call_id = await system.dial()
        system.answer(call_id)
        system.record(call_id, 2, done=False)
        system.make_old(call_id, timedelta(hours=1))  # on hold: no media
        system.clock.advance(timedelta(hours=1))
        assert await system.pipeline.tick() == TickReport()
        assert (await system.row(call_id)).state is RecordingState.ARMED

    async def test_a_call_nobody_answered_may_be_empty(self, system: System) -> None:
        call_id = await system.dial()
        system.end(call_id)
        system.record(call_id, 0)
        await system.pipeline.tick()
        assert (await system.row(call_id)).state is RecordingState.EMPTY
        assert system.files() == set()
        assert await system.versions() == []

    async def test_a_call_that_was_never_placed_needs_no_file(self, system: System) -> None:
        call_id = await system.dial()
        system.end(call_id)
        await system.pipeline.tick()
        assert (await system.row(call_id)).state is RecordingState.ARMED
        system.clock.advance(timedelta(minutes=6))
        assert await system.pipeline.tick() == TickReport(given_up=1)
        assert (await system.row(call_id)).state is RecordingState.EMPTY
        assert await system.incidents() == []

    async def test_a_file_that_comes_after_the_recording_was_given_up_is_stored(self, system: System) -> None:
        call_id = await system.dial()
        system.answer(call_id)
        system.clock.advance(timedelta(seconds=2))
        system.end(call_id)
        system.clock.advance(timedelta(minutes=6))
        await system.pipeline.tick()
        assert (await system.row(call_id)).state is RecordingState.FAILED
        system.record(call_id, 2)
        await system.pipeline.tick()
        assert await system.is_safe(call_id)

    async def test_ticks_at_the_same_time_store_each_recording_once(self, system: System, store: FaultyStore) -> None:
        calls = [await system.talk(1) for _ in range(4)]
        await asyncio.gather(system.pipeline.tick(), system.engine().tick(), system.engine().tick())
        assert store.puts == 4
        assert len(system.announced) == 4
        assert all([await system.is_safe(call_id) for call_id in calls])


class TestCrashOfTheSwitch:
    async def test_a_file_without_its_done_mark_is_stored_when_the_call_is_over(self, system: System) -> None:
        call_id = await system.talk(3, done=False)
        system.clock.advance(timedelta(minutes=1))
        assert await system.pipeline.tick() == TickReport()  # the file was written a moment ago
        system.make_old(call_id, timedelta(minutes=1))
        assert (await system.pipeline.tick()).stored == 1
        assert await system.is_safe(call_id)

    async def test_a_file_cut_off_inside_a_sample_is_kept(self, system: System) -> None:
        call_id = await system.dial()
        system.record(call_id, 1, tail=b"abc")
        await system.pipeline.tick()
        row = await system.row(call_id)
        assert row.duration_ms == 1000
        assert row.figures is not None
        assert row.figures["dropped_bytes"] == 3

    async def test_audio_of_an_unknown_call_is_kept_and_reported(self, system: System) -> None:
        orphan = uuid4()
        system.record(orphan, 2, done=False)
        assert await system.pipeline.tick() == TickReport()
        system.make_old(orphan, timedelta(minutes=1))
        assert (await system.pipeline.tick()).adopted == 1
        assert await system.is_safe(orphan)
        assert [(incident.kind, incident.call_id) for incident in await system.incidents()] == [
            (IncidentKind.ORPHAN, orphan)
        ]

    async def test_files_with_other_names_are_left_alone(self, system: System) -> None:
        note = system.spool / "notes.raw"
        note.write_bytes(b"x" * 400)
        await system.pipeline.tick()
        assert note.exists()

    async def test_audio_that_appears_again_after_storing_is_reported_and_kept(self, system: System) -> None:
        call_id = await system.talk(1)
        await system.pipeline.tick()
        system.record(call_id, 2)
        for _ in range(2):
            await system.pipeline.tick()
        assert system.files() == {".raw", ".done"}
        assert [incident.kind for incident in await system.incidents()] == [IncidentKind.ORPHAN]


def crash_in(part: type[Capturing | Storing], name: str, *, after: bool) -> Callable[[pytest.MonkeyPatch], None]:
    """Returns what makes the process die before or after a step of the pipeline."""

    def arrange(monkeypatch: pytest.MonkeyPatch) -> None:
        real = getattr(part, name)

        async def step(self: object, claim: Claim, *rest: object) -> object:
            monkeypatch.setattr(part, name, real)
            if after:
                await real(self, claim, *rest)
            raise Killed

        monkeypatch.setattr(part, name, step)

    return arrange


def crash_between_encoding_and_row(monkeypatch: pytest.MonkeyPatch) -> None:
    real = audio.encode

    def encode(*files: object) -> object:
        monkeypatch.setattr(audio, "encode", real)
        real(*files)  # type: ignore[arg-type]
        raise Killed

    monkeypatch.setattr(audio, "encode", encode)


class TestCrashOfTheEngine:
    @pytest.mark.parametrize(
        "crash",
        [
            pytest.param(crash_in(Capturing, "capture", after=False), id="after the claim"),
            pytest.param(crash_between_encoding_and_row, id="FLAC written, row not"),
            pytest.param(crash_in(Capturing, "capture", after=True), id="row captured"),
            pytest.param(crash_in(Storing, "_read_back", after=False), id="put, not read back"),
            pytest.param(crash_in(Storing, "_note_stored", after=False), id="read back, row not"),
            pytest.param(crash_in(Storing, "_note_stored", after=True), id="row stored, files there"),
            pytest.param(crash_in(Storing, "remove_local_files", after=True), id="all done"),
        ],
    )
    async def test_a_crash_at_any_step_loses_nothing_and_stores_nothing_twice(
        self,
        system: System,
        store: FaultyStore,
        monkeypatch: pytest.MonkeyPatch,
        crash: Callable[[pytest.MonkeyPatch], None],
    ) -> None:
        call_id = await system.talk(1)
        crash(monkeypatch)
        with pytest.raises(Killed):
            await system.pipeline.tick()
        await system.restart()
        await system.pipeline.tick()
        assert await system.is_safe(call_id)
        assert store.puts == 1
        assert len(system.announced) == 1
        assert await system.pipeline.tick() == TickReport()

    async def test_the_next_process_continues_after_a_crash(
        self, system: System, store: FaultyStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        call_id = await system.talk(1)
        crash_in(Storing, "_note_stored", after=False)(monkeypatch)
        with pytest.raises(Killed):
            await system.pipeline.tick()

        def is_safe() -> bool | Awaitable[bool]:
            return system.is_safe(call_id)

        running = asyncio.create_task(system.engine().run(beat=0.05))
        try:
            await eventually(is_safe)
        finally:
            running.cancel()
        assert store.puts == 1

    async def test_a_process_killed_while_the_store_answers_stores_once(
        self, system: System, store: FaultyStore
    ) -> None:
        call_id = await system.talk(1)
        store.faults = {"after put": [killed], "stat": [], "get": [killed]}
        for _ in range(2):
            with pytest.raises(Killed):
                await system.pipeline.tick()
            assert {".raw", ".flac", ".done"} <= system.files()
            await system.restart()
        await system.pipeline.tick()
        assert await system.is_safe(call_id)
        assert store.puts == 1

    async def test_a_crash_after_removing_the_files_is_completed(
        self, system: System, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        call_id = await system.talk(1)
        real = system.pipeline._spool.remove

        def remove(which: object) -> None:
            real(call_id)
            raise Killed

        monkeypatch.setattr(system.pipeline._spool, "remove", remove)
        with pytest.raises(Killed):
            await system.pipeline.tick()
        await system.restart()
        await system.pipeline.tick()
        assert await system.is_safe(call_id)

    async def test_a_claim_keeps_a_second_worker_away_until_its_lease_ends(self, system: System) -> None:
        call_id = await system.talk(1)
        async with system.works.begin() as work:
            claim = await repository.claim(work, call_id, timedelta(minutes=10))
        assert claim is not None
        assert await system.pipeline.tick() == TickReport()
        system.clock.advance(timedelta(minutes=11))
        assert (await system.pipeline.tick()).stored == 1
        async with system.works.begin() as work:  # the first one wakes up again, too late
            assert not await repository.note(work, claim, {"last_error": "late"})

    async def test_a_flac_that_was_damaged_on_the_disk_is_made_again(self, system: System, store: FaultyStore) -> None:
        call_id = await system.talk(1)
        store.faults = {"before put": [unavailable]}
        await system.pipeline.tick()
        (system.spool / f"{call_id}.flac").write_bytes(b"rubbish")
        system.clock.advance(timedelta(minutes=1))
        await system.pipeline.tick()
        assert await system.is_safe(call_id)

    async def test_local_audio_that_is_gone_is_an_incident(self, system: System, store: FaultyStore) -> None:
        call_id = await system.talk(1)
        store.faults = {"before put": [unavailable]}
        await system.pipeline.tick()
        for file in system.spool.iterdir():
            file.unlink()
        for _ in range(system.settings.stuck_after):
            system.clock.advance(timedelta(minutes=10))
            await system.pipeline.tick()
        row = await system.row(call_id)
        assert row.last_error is not None
        assert row.last_error.startswith("LocalAudioLost")
        assert [incident.kind for incident in await system.incidents()] == [IncidentKind.STUCK]


class TestStoreInTrouble:
    async def test_recordings_wait_on_the_disk_while_the_store_is_down(
        self, system: System, store: FaultyStore
    ) -> None:
        calls = [await system.talk(1) for _ in range(3)]
        store.inner.down = True
        report = await system.pipeline.tick()
        assert (report.captured, report.stored) == (3, 0)
        for _ in range(system.settings.stuck_after + 1):
            system.clock.advance(timedelta(seconds=31))
            assert (await system.pipeline.tick()).stored == 0
        assert system.files() == {".raw", ".flac", ".done"}
        assert IncidentKind.STUCK in {incident.kind for incident in await system.incidents()}
        calls.append(await system.talk(1))  # recorded while the store is down
        assert (await system.pipeline.tick()).captured == 1

        store.inner.down = False
        for _ in range(2):
            system.clock.advance(timedelta(seconds=31))
            await system.pipeline.tick()
        assert all([await system.is_safe(call_id) for call_id in calls])
        assert await system.incidents() == []

    async def test_a_store_that_does_not_answer_is_not_tried_for_every_recording(
        self, system: System, store: FaultyStore
    ) -> None:
        calls = [await system.talk(0.2) for _ in range(8)]
        store.inner.down = True
        report = await system.pipeline.tick()
        assert report.captured == 8
        assert report.failed <= system.settings.width
        system.clock.advance(timedelta(seconds=31))
        assert (await system.pipeline.tick()).failed <= system.settings.width
        tries = sum([(await system.row(call_id)).attempts for call_id in calls])
        assert tries <= len(calls) + system.settings.width

    async def test_recordings_that_wait_for_the_store_do_not_delay_encoding(
        self, system: System, store: FaultyStore
    ) -> None:
        store.inner.down = True
        for _ in range(6):
            await system.talk(0.2)
        await system.pipeline.tick()
        system.settings = system.settings.model_copy(update={"batch": 4})
        fresh = await system.talk(0.2)
        system.clock.advance(timedelta(seconds=31))
        await system.engine().tick()
        assert (await system.row(fresh)).state is RecordingState.CAPTURED

    async def test_a_damaged_object_is_found_reported_and_stored_again(
        self, system: System, store: FaultyStore
    ) -> None:
        call_id = await system.talk(1)
        store.flip_on_read = True
        await system.pipeline.tick()
        row = await system.row(call_id)
        assert row.state is RecordingState.CAPTURED
        assert system.files() == {".raw", ".flac", ".done"}
        assert [incident.kind for incident in await system.incidents()] == [IncidentKind.DAMAGED]
        system.clock.advance(timedelta(seconds=5))
        await system.pipeline.tick()
        row = await system.row(call_id)
        assert row.state is RecordingState.STORED
        assert [row.version_id, *row.discarded] == [version.version_id for version in await system.versions()]
        assert await system.incidents() == []
        assert await system.services.reconciling.inspect_objects(system.works, system.clock.now().date()) == []

    @pytest.mark.parametrize(
        "reported", [lambda _until: None, lambda until: until - timedelta(days=1)], ids=["no lock", "shorter lock"]
    )
    async def test_a_store_that_does_not_lock_is_not_trusted(
        self, system: System, store: FaultyStore, reported: Callable[[datetime | None], datetime | None]
    ) -> None:
        call_id = await system.talk(1)
        store.reported_lock = reported
        for _ in range(2):
            await system.pipeline.tick()
            system.clock.advance(timedelta(seconds=5))
            row = await system.row(call_id)
            assert row.state is RecordingState.CAPTURED
            assert (row.last_error or "").startswith("LockNotHeld")
            assert ".raw" in system.files()


class TestDisk:
    async def test_a_full_disk_stops_calls(self, system: System) -> None:
        assert system.services.arming.ready().ready
        greedy = system.settings.model_copy(update={"min_free_bytes": 1 << 60})
        system.services.arming._settings = greedy
        verdict = system.services.arming.ready()
        assert not verdict.ready
        assert "MiB free" in verdict.reason

    async def test_a_missing_spool_stops_calls(self, system: System) -> None:
        system.spool.rmdir()
        assert not system.services.arming.ready().ready

    async def test_encoding_that_finds_no_room_is_tried_again(
        self, system: System, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        call_id = await system.talk(1)

        def no_room(*_: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(soundfile.SoundFile, "write", no_room)
            assert (await system.pipeline.tick()).failed == 1
        assert system.files() == {".raw", ".done"}
        assert (await system.pipeline.tick()) == TickReport()  # not before its time
        system.clock.advance(timedelta(seconds=2))
        await system.pipeline.tick()
        assert await system.is_safe(call_id)
