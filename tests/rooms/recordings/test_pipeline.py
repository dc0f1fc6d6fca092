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
from callcenter.recordings.pipeline import RecordingPipeline
from callcenter.recordings.repository import Claim
from callcenter.recordings.types import IncidentKind, RecordingState, TickReport
from callcenter.storage.port import ObjectLocked
from tests.rooms.recordings.cast import RATE, House, Killed, MoodyStore, killed, unavailable
from tests.support.waiting import eventually


def loudest_hertz(samples: np.ndarray) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * RATE / len(samples))


class TestOneCall:
    async def test_a_call_is_recorded_stored_locked_and_removed_from_the_disk(self, house: House) -> None:
        call_id = await house.talk(3)
        assert await house.pipeline.tick() == TickReport(captured=1, stored=1, removed=1)
        row = await house.row(call_id)
        assert row.object_key == f"recordings/2026/11/23/{call_id}.flac"
        assert row.duration_ms == 3000
        assert (row.agent_id, row.disposition) == (7, "thinking")
        assert (row.policy_rule, row.policy_version) == ("unsold", "2026.1")
        assert row.retain_until is not None
        assert row.retain_until > house.clock.now() + timedelta(days=180)
        assert row.peaks is not None
        assert len(row.peaks["customer"]) == len(row.peaks["agent"]) > 700
        assert await house.is_safe(call_id)
        assert [event.call_id for event in house.announced] == [call_id]

    async def test_the_object_holds_each_side_on_its_channel(self, house: House) -> None:
        call_id = await house.talk(2)
        await house.pipeline.tick()
        samples, rate = soundfile.read(io.BytesIO(await house.body(call_id)))
        assert rate == RATE
        assert loudest_hertz(samples[:, 0]) == pytest.approx(440, abs=1)
        assert loudest_hertz(samples[:, 1]) == pytest.approx(1000, abs=1)

    async def test_the_lock_holds(self, house: House) -> None:
        call_id = await house.talk()
        await house.pipeline.tick()
        row = await house.row(call_id)
        with pytest.raises(ObjectLocked):
            await house.store.delete(row.object_key or "", row.version_id or "")

    async def test_while_the_call_goes_on_nothing_happens(self, house: House) -> None:
        call_id = await house.dial()
        house.answer(call_id)
        house.record(call_id, 2, done=False)
        house.leave_alone(call_id, timedelta(hours=1))  # on hold: no media
        house.clock.advance(timedelta(hours=1))
        assert await house.pipeline.tick() == TickReport()
        assert (await house.row(call_id)).state is RecordingState.ARMED

    async def test_a_call_nobody_answered_may_be_empty(self, house: House) -> None:
        call_id = await house.dial()
        house.end(call_id)
        house.record(call_id, 0)
        await house.pipeline.tick()
        assert (await house.row(call_id)).state is RecordingState.EMPTY
        assert house.files() == set()
        assert await house.versions() == []

    async def test_a_call_that_was_never_placed_needs_no_file(self, house: House) -> None:
        call_id = await house.dial()
        house.end(call_id)
        await house.pipeline.tick()
        assert (await house.row(call_id)).state is RecordingState.ARMED
        house.clock.advance(timedelta(minutes=6))
        assert await house.pipeline.tick() == TickReport(given_up=1)
        assert (await house.row(call_id)).state is RecordingState.EMPTY
        assert await house.incidents() == []

    async def test_a_file_that_comes_after_giving_up_is_taken(self, house: House) -> None:
        call_id = await house.dial()
        house.answer(call_id)
        house.clock.advance(timedelta(seconds=2))
        house.end(call_id)
        house.clock.advance(timedelta(minutes=6))
        await house.pipeline.tick()
        assert (await house.row(call_id)).state is RecordingState.FAILED
        house.record(call_id, 2)
        await house.pipeline.tick()
        assert await house.is_safe(call_id)

    async def test_two_ticks_at_once_store_once(self, house: House, store: MoodyStore) -> None:
        calls = [await house.talk(1) for _ in range(4)]
        await asyncio.gather(house.pipeline.tick(), house.engine().tick(), house.engine().tick())
        assert store.puts == 4
        assert len(house.announced) == 4
        assert all([await house.is_safe(call_id) for call_id in calls])


class TestCrashOfTheSwitch:
    async def test_a_file_without_its_mark_is_taken_when_the_call_is_over_and_it_is_still(self, house: House) -> None:
        call_id = await house.talk(3, done=False)
        house.clock.advance(timedelta(minutes=1))
        assert await house.pipeline.tick() == TickReport()  # the file was written a moment ago
        house.leave_alone(call_id, timedelta(minutes=1))
        assert (await house.pipeline.tick()).stored == 1
        assert await house.is_safe(call_id)

    async def test_a_file_cut_off_inside_a_sample_is_kept(self, house: House) -> None:
        call_id = await house.dial()
        house.record(call_id, 1, tail=b"abc")
        await house.pipeline.tick()
        row = await house.row(call_id)
        assert row.duration_ms == 1000
        assert row.figures is not None
        assert row.figures["dropped_bytes"] == 3

    async def test_audio_of_a_call_nobody_knows_is_kept_and_reported(self, house: House) -> None:
        orphan = uuid4()
        house.record(orphan, 2, done=False)
        assert await house.pipeline.tick() == TickReport()
        house.leave_alone(orphan, timedelta(minutes=1))
        assert (await house.pipeline.tick()).adopted == 1
        assert await house.is_safe(orphan)
        assert [(one.kind, one.call_id) for one in await house.incidents()] == [(IncidentKind.ORPHAN, orphan)]

    async def test_files_with_other_names_are_left_alone(self, house: House) -> None:
        note = house.spool / "notes.raw"
        note.write_bytes(b"x" * 400)
        await house.pipeline.tick()
        assert note.exists()

    async def test_audio_that_appears_again_after_storing_is_reported_and_kept(self, house: House) -> None:
        call_id = await house.talk(1)
        await house.pipeline.tick()
        house.record(call_id, 2)
        for _ in range(2):
            await house.pipeline.tick()
        assert house.files() == {".raw", ".done"}
        assert [one.kind for one in await house.incidents()] == [IncidentKind.ORPHAN]


def crash_in(name: str, *, after: bool) -> Callable[[pytest.MonkeyPatch], None]:
    """The process dies before or after this step of the pipeline."""

    def arrange(monkeypatch: pytest.MonkeyPatch) -> None:
        real = getattr(RecordingPipeline, name)

        async def step(self: RecordingPipeline, claim: Claim, *rest: object) -> object:
            monkeypatch.setattr(RecordingPipeline, name, real)
            if after:
                await real(self, claim, *rest)
            raise Killed

        monkeypatch.setattr(RecordingPipeline, name, step)

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
            pytest.param(crash_in("_capture", after=False), id="after the claim"),
            pytest.param(crash_between_encoding_and_row, id="FLAC written, row not"),
            pytest.param(crash_in("_capture", after=True), id="row captured"),
            pytest.param(crash_in("_read_back", after=False), id="put, not read back"),
            pytest.param(crash_in("_settle", after=False), id="read back, row not"),
            pytest.param(crash_in("_settle", after=True), id="row stored, files there"),
            pytest.param(crash_in("_remove", after=True), id="all done"),
        ],
    )
    async def test_nothing_is_lost_and_nothing_stored_twice(
        self,
        house: House,
        store: MoodyStore,
        monkeypatch: pytest.MonkeyPatch,
        crash: Callable[[pytest.MonkeyPatch], None],
    ) -> None:
        call_id = await house.talk(1)
        crash(monkeypatch)
        with pytest.raises(Killed):
            await house.pipeline.tick()
        await house.restart()
        await house.pipeline.tick()
        assert await house.is_safe(call_id)
        assert store.puts == 1
        assert len(house.announced) == 1
        assert await house.pipeline.tick() == TickReport()

    async def test_the_next_process_goes_on_by_itself(
        self, house: House, store: MoodyStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        call_id = await house.talk(1)
        crash_in("_settle", after=False)(monkeypatch)
        with pytest.raises(Killed):
            await house.pipeline.tick()

        def is_safe() -> bool | Awaitable[bool]:
            return house.is_safe(call_id)

        running = asyncio.create_task(house.engine().run(beat=0.05))
        try:
            await eventually(is_safe)
        finally:
            running.cancel()
        assert store.puts == 1

    async def test_killed_while_the_store_answers(self, house: House, store: MoodyStore) -> None:
        call_id = await house.talk(1)
        store.mishaps = {"after put": [killed], "stat": [], "get": [killed]}
        for _ in range(2):
            with pytest.raises(Killed):
                await house.pipeline.tick()
            assert {".raw", ".flac", ".done"} <= house.files()
            await house.restart()
        await house.pipeline.tick()
        assert await house.is_safe(call_id)
        assert store.puts == 1

    async def test_files_removed_but_not_noted(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        call_id = await house.talk(1)
        real = house.pipeline._spool.remove

        def remove(which: object) -> None:
            real(call_id)
            raise Killed

        monkeypatch.setattr(house.pipeline._spool, "remove", remove)
        with pytest.raises(Killed):
            await house.pipeline.tick()
        await house.restart()
        await house.pipeline.tick()
        assert await house.is_safe(call_id)

    async def test_a_claim_protects_against_a_second_worker_until_its_lease_ends(self, house: House) -> None:
        call_id = await house.talk(1)
        async with house.works.begin() as work:
            claim = await repository.claim(work, call_id, timedelta(minutes=10))
        assert claim is not None
        assert await house.pipeline.tick() == TickReport()
        house.clock.advance(timedelta(minutes=11))
        assert (await house.pipeline.tick()).stored == 1
        async with house.works.begin() as work:  # the first one wakes up again, too late
            assert not await repository.note(work, claim, {"last_error": "late"})

    async def test_a_flac_that_was_damaged_on_the_disk_is_made_again(self, house: House, store: MoodyStore) -> None:
        call_id = await house.talk(1)
        store.mishaps = {"before put": [unavailable]}
        await house.pipeline.tick()
        (house.spool / f"{call_id}.flac").write_bytes(b"rubbish")
        house.clock.advance(timedelta(minutes=1))
        await house.pipeline.tick()
        assert await house.is_safe(call_id)

    async def test_local_audio_that_is_gone_is_an_incident(self, house: House, store: MoodyStore) -> None:
        call_id = await house.talk(1)
        store.mishaps = {"before put": [unavailable]}
        await house.pipeline.tick()
        for file in house.spool.iterdir():
            file.unlink()
        for _ in range(house.settings.stuck_after):
            house.clock.advance(timedelta(minutes=10))
            await house.pipeline.tick()
        row = await house.row(call_id)
        assert row.last_error is not None
        assert row.last_error.startswith("LocalAudioLost")
        assert [one.kind for one in await house.incidents()] == [IncidentKind.STUCK]


class TestStoreInTrouble:
    async def test_down_then_up(self, house: House, store: MoodyStore) -> None:
        calls = [await house.talk(1) for _ in range(3)]
        store.inner.down = True
        report = await house.pipeline.tick()
        assert (report.captured, report.stored) == (3, 0)
        for _ in range(house.settings.stuck_after + 1):
            house.clock.advance(timedelta(seconds=31))
            assert (await house.pipeline.tick()).stored == 0
        assert house.files() == {".raw", ".flac", ".done"}
        assert IncidentKind.STUCK in {one.kind for one in await house.incidents()}
        calls.append(await house.talk(1))  # recorded while the store is down
        assert (await house.pipeline.tick()).captured == 1

        store.inner.down = False
        for _ in range(2):
            house.clock.advance(timedelta(seconds=31))
            await house.pipeline.tick()
        assert all([await house.is_safe(call_id) for call_id in calls])
        assert await house.incidents() == []

    async def test_one_that_does_not_answer_is_not_asked_by_all(self, house: House, store: MoodyStore) -> None:
        calls = [await house.talk(0.2) for _ in range(8)]
        store.inner.down = True
        report = await house.pipeline.tick()
        assert report.captured == 8
        assert report.failed <= house.settings.width
        house.clock.advance(timedelta(seconds=31))
        assert (await house.pipeline.tick()).failed <= house.settings.width
        tries = sum([(await house.row(call_id)).attempts for call_id in calls])
        assert tries <= len(calls) + house.settings.width

    async def test_what_waits_for_the_store_does_not_hold_up_the_encoding(
        self, house: House, store: MoodyStore
    ) -> None:
        store.inner.down = True
        for _ in range(6):
            await house.talk(0.2)
        await house.pipeline.tick()
        house.settings = house.settings.model_copy(update={"batch": 4})
        fresh = await house.talk(0.2)
        house.clock.advance(timedelta(seconds=31))
        await house.engine().tick()
        assert (await house.row(fresh)).state is RecordingState.CAPTURED

    async def test_a_damaged_object_is_found_reported_and_stored_again(self, house: House, store: MoodyStore) -> None:
        call_id = await house.talk(1)
        store.flip_on_read = True
        await house.pipeline.tick()
        row = await house.row(call_id)
        assert row.state is RecordingState.CAPTURED
        assert house.files() == {".raw", ".flac", ".done"}
        assert [one.kind for one in await house.incidents()] == [IncidentKind.DAMAGED]
        house.clock.advance(timedelta(seconds=5))
        await house.pipeline.tick()
        row = await house.row(call_id)
        assert row.state is RecordingState.STORED
        assert [row.version_id, *row.discarded] == [version.version_id for version in await house.versions()]
        assert await house.incidents() == []
        assert await house.service.inspect_objects(house.works, house.clock.now().date()) == []

    @pytest.mark.parametrize(
        "told", [lambda _until: None, lambda until: until - timedelta(days=1)], ids=["no lock", "shorter lock"]
    )
    async def test_a_store_that_does_not_lock_is_not_trusted(
        self, house: House, store: MoodyStore, told: Callable[[datetime | None], datetime | None]
    ) -> None:
        call_id = await house.talk(1)
        store.tells_lock = told
        for _ in range(2):
            await house.pipeline.tick()
            house.clock.advance(timedelta(seconds=5))
            row = await house.row(call_id)
            assert row.state is RecordingState.CAPTURED
            assert (row.last_error or "").startswith("LockNotHeld")
            assert ".raw" in house.files()


class TestDisk:
    async def test_a_full_disk_stops_calls(self, house: House) -> None:
        assert house.service.ready().ready
        greedy = house.settings.model_copy(update={"min_free_bytes": 1 << 60})
        house.service._settings = greedy
        verdict = house.service.ready()
        assert not verdict.ready
        assert "MiB free" in verdict.reason

    async def test_a_missing_spool_stops_calls(self, house: House) -> None:
        house.spool.rmdir()
        assert not house.service.ready().ready

    async def test_encoding_that_finds_no_room_is_tried_again(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        call_id = await house.talk(1)

        def no_room(*_: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(soundfile.SoundFile, "write", no_room)
            assert (await house.pipeline.tick()).failed == 1
        assert house.files() == {".raw", ".done"}
        assert (await house.pipeline.tick()) == TickReport()  # not before its time
        house.clock.advance(timedelta(seconds=2))
        await house.pipeline.tick()
        assert await house.is_safe(call_id)
