"""Every answered call has one complete recording or an open incident; the dates of the policy reach the store."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertCard, AlertKind
from callcenter.kit.actor import Actor
from callcenter.kit.reasons import ReasonMissing
from callcenter.kit.scope import ALL
from callcenter.recordings import scheduled
from callcenter.recordings.errors import IncidentNotFound, RecordingNotFound
from callcenter.recordings.rehashing import Part, RehashingService, rehash
from callcenter.recordings.reports import Reconciliation
from callcenter.recordings.types import DetailCode, IncidentKind, RetentionFacts
from recordings_policy import Contract, RecorderStopped
from tests.rooms.recordings.cast import FaultyStore, System, locked, unavailable

TODAY = date(2026, 11, 23)


async def reconcile(system: System) -> Reconciliation:
    return await scheduled.reconcile(system.works, system.services)


class TestComparison:
    async def test_answered_calls_with_recordings_are_complete(self, system: System) -> None:
        await system.talk(3)
        unanswered = await system.dial()
        system.end(unanswered)
        await system.pipeline.tick()
        assert await reconcile(system) == Reconciliation(answered=1, complete=1, waiting=0)
        async with system.works.begin() as work:
            assert await system.services.listening.count_stored(work, TODAY) == 1
            assert await system.services.listening.count_stored(work, TODAY - timedelta(days=1)) == 0

    async def test_a_recording_is_late_after_some_minutes_only(self, system: System) -> None:
        call_id = await system.talk(3)
        assert (await reconcile(system)).waiting == 1
        system.clock.advance(timedelta(minutes=11))
        result = await reconcile(system)
        assert (result.gaps, result.opened) == ((call_id,), 1)
        assert [incident.kind for incident in await system.incidents()] == [IncidentKind.LATE]
        await system.pipeline.tick()
        result = await reconcile(system)
        assert (result.complete, result.open_incidents) == (1, 0)

    async def test_an_answered_call_without_a_recording_row_is_missing_one(self, system: System) -> None:
        call_id = await system.dial(arm=False)
        system.answer(call_id)
        system.end(call_id)
        result = await reconcile(system)
        assert result.gaps == (call_id,)
        assert [incident.kind for incident in await system.incidents()] == [IncidentKind.MISSING]
        assert (await reconcile(system)).opened == 0  # it is open already

    async def test_an_answered_call_without_a_file_is_missing_its_recording(self, system: System) -> None:
        call_id = await system.dial()
        system.answer(call_id)
        system.end(call_id)
        system.clock.advance(timedelta(minutes=6))
        await system.pipeline.tick()
        await reconcile(system)
        assert [incident.kind for incident in await system.incidents()] == [IncidentKind.MISSING]
        system.record(call_id, 0.5)  # it comes after all
        await system.pipeline.tick()
        result = await reconcile(system)
        assert (result.complete, result.closed, result.open_incidents) == (1, 1, 0)

    async def test_an_answered_call_with_an_empty_file_has_no_audio(self, system: System) -> None:
        call_id = await system.dial()
        system.answer(call_id)
        system.clock.advance(timedelta(seconds=5))
        system.end(call_id)
        system.record(call_id, 0)
        await system.pipeline.tick()
        await reconcile(system)
        assert [incident.kind for incident in await system.incidents()] == [IncidentKind.NO_AUDIO]

    @pytest.mark.parametrize(("recorded", "fits"), [(8.9, False), (9.1, True), (15.9, True), (16.1, False)])
    async def test_the_length_must_fit_within_a_second(self, system: System, recorded: float, fits: bool) -> None:
        call_id = await system.dial()
        system.clock.advance(timedelta(seconds=5))  # it rings
        system.answer(call_id)
        system.clock.advance(timedelta(seconds=10))
        system.end(call_id)
        system.record(call_id, recorded)
        await system.pipeline.tick()
        result = await reconcile(system)
        assert (result.complete == 1) is fits
        assert [incident.kind for incident in await system.incidents()] == ([] if fits else [IncidentKind.WRONG_LENGTH])

    async def test_a_call_with_an_estimated_end_may_have_more_audio(self, system: System) -> None:
        call_id = await system.dial()
        system.answer(call_id)
        system.clock.advance(timedelta(seconds=5))
        system.end(call_id, estimated=True)
        system.record(call_id, 9)
        await system.pipeline.tick()
        assert (await reconcile(system)).complete == 1

    async def test_an_open_incident_older_than_the_compared_days_is_still_checked(self, system: System) -> None:
        call_id = await system.talk(3)
        system.clock.advance(timedelta(minutes=11))
        await reconcile(system)
        system.clock.advance(timedelta(days=5))
        assert (await reconcile(system)).gaps == (call_id,)
        await system.pipeline.tick()
        assert (await reconcile(system)).open_incidents == 0

    async def test_the_disposition_that_comes_later_is_copied(self, system: System) -> None:
        call_id = await system.talk(1)
        system.calls.change(call_id, disposition=None)
        await system.pipeline.tick()
        assert (await system.row(call_id)).disposition is None
        system.calls.change(call_id, disposition="success")
        async with system.works.begin() as work:
            await system.services.arming.copy_call_facts(work, call_id)
        assert (await system.row(call_id)).disposition == "success"


class TestObjects:
    async def test_objects_that_are_gone_or_extra_are_incidents(self, system: System, store: FaultyStore) -> None:
        gone, doubled = [await system.talk(1) for _ in range(2)]
        await system.pipeline.tick()
        assert await system.services.reconciling.inspect_objects(system.works, TODAY) == []
        versions = store.inner._versions
        kept = versions.pop(f"recordings/2026/11/23/{gone}.flac")
        twice = versions[f"recordings/2026/11/23/{doubled}.flac"]
        twice.append(replace(twice[0], about=replace(twice[0].about, version_id="v99")))
        assert set(await system.services.reconciling.inspect_objects(system.works, TODAY)) == {gone, doubled}
        assert {(incident.kind, incident.call_id) for incident in await system.incidents()} == {
            (IncidentKind.OBJECT_GONE, gone),
            (IncidentKind.EXTRA_OBJECT, doubled),
        }
        versions[f"recordings/2026/11/23/{gone}.flac"] = kept
        twice.pop()
        await scheduled.inspect_objects(system.works, system.services)
        assert await system.incidents() == []


class TestReadingAgain:
    async def test_an_object_that_changed_or_is_gone_is_an_incident(self, system: System, store: FaultyStore) -> None:
        calls = [await system.talk(1) for _ in range(3)]
        await system.pipeline.tick()
        rehashing = system.joined.get(RehashingService)
        part = Part()
        assert (await rehash(system.works, system.store, part)).read == 3
        async with system.works.begin() as work:
            row = await system.row(calls[0])
            row.sha256 = "0" * 64  # as if the object had changed
            await work.session.merge(row)
            lost = await system.row(calls[1])
            lost.version_id = "gone"
            await work.session.merge(lost)
        found = await rehash(system.works, system.store, part)
        assert (found.read, found.changed, found.gone) == (3, [calls[0]], [calls[1]])
        for night in range(90):
            await rehashing.run(system.works, TODAY + timedelta(days=night))
        kinds = {incident.call_id: incident.kind for incident in await system.incidents()}
        assert kinds == {calls[0]: "changed", calls[1]: "object_gone"}


class TestIncidents:
    async def test_a_person_closes_an_incident_with_a_reason(self, system: System) -> None:
        call_id = await system.dial(arm=False)
        system.record(call_id, 1)
        await system.pipeline.tick()
        (incident,) = await system.incidents()
        clerk = Actor(staff_id=None, name="clerk", role="qa", scope=ALL)
        async with system.works.begin(clerk) as work:
            with pytest.raises(ReasonMissing):
                await system.services.incidents.close(work, incident.id, " ")
            with pytest.raises(IncidentNotFound):
                await system.services.incidents.close(work, incident.id + 1, "why not")
            await system.services.incidents.close(work, incident.id, "a test call")
        assert await system.incidents() == []

    async def test_a_fault_that_cannot_be_mended_is_closed_for_good(self, system: System) -> None:
        call_id = await system.dial()
        system.answer(call_id)
        async with system.works.begin() as work:
            assert await system.services.stopping.note(work, call_id) is RecorderStopped.ALARM
            assert await system.services.stopping.note(work, call_id) is None, "once"
        system.clock.advance(timedelta(seconds=60))
        system.end(call_id)
        system.record(call_id, 20)
        await system.pipeline.tick()
        assert (await reconcile(system)).gaps == (call_id,)
        [incident] = await system.incidents()
        assert (incident.kind, incident.detail) == (IncidentKind.WRONG_LENGTH, DetailCode.RECORDER_STOPPED)

        async with system.works.begin() as work:
            await system.services.incidents.close(work, incident.id, "the disk was full")
        assert (await reconcile(system)).opened == 1, "its cause is still there"
        [incident] = await system.incidents()
        async with system.works.begin() as work:
            await system.services.incidents.close(work, incident.id, "the disk was full", final=True)
        assert await reconcile(system) == Reconciliation(answered=1, complete=0, waiting=0, settled=1)

        system.calls.change(call_id, ended_at=system.clock.now() + timedelta(seconds=5))
        assert (await reconcile(system)).opened == 1, "another fault than the one that was closed"


class TestRetention:
    async def test_a_policy_that_is_issued_lengthens_the_lock(self, system: System) -> None:
        call_id = await system.talk(1)
        await system.pipeline.tick()
        contract = Contract(date(2026, 12, 1), date(2046, 11, 30))
        async with system.works.begin() as work:
            verdict = await system.services.retention.extend_retention(work, call_id, RetentionFacts(contract=contract))
        assert verdict.rule == "sold_long_term"
        assert await system.services.retention.keep_locked(system.works) == 1
        row = await system.row(call_id)
        assert (row.retain_until, row.policy_rule) == (verdict.retain_until, "sold_long_term")
        held = await system.store.stat(row.object_key or "", row.version_id)
        assert held.retain_until == verdict.retain_until
        assert await system.services.retention.keep_locked(system.works) == 0

    async def test_facts_known_before_storing_count_at_once(self, system: System) -> None:
        call_id = await system.talk(1)
        async with system.works.begin() as work:
            verdict = await system.services.retention.extend_retention(work, call_id, RetentionFacts(legal_hold=True))
        await system.pipeline.tick()
        row = await system.row(call_id)
        assert row.policy_rule == "legal_hold"
        assert row.retain_until is not None
        assert row.retain_until >= verdict.retain_until

    async def test_an_open_ended_retention_is_renewed_in_time(self, system: System) -> None:
        call_id = await system.talk(1)
        async with system.works.begin() as work:
            await system.services.retention.extend_retention(work, call_id, RetentionFacts(dispute_open=True))
        await system.pipeline.tick()
        first = (await system.row(call_id)).retain_until
        assert first is not None
        system.clock.advance(timedelta(days=300))
        assert await system.services.retention.keep_locked(system.works) == 0
        system.clock.advance(timedelta(days=10))
        assert await system.services.retention.keep_locked(system.works) == 1
        renewed = (await system.row(call_id)).retain_until
        assert renewed is not None
        assert renewed > first + timedelta(days=300)

    async def test_the_end_of_a_legal_hold_never_shortens_the_retention(self, system: System) -> None:
        call_id = await system.talk(1)
        async with system.works.begin() as work:
            await system.services.retention.extend_retention(work, call_id, RetentionFacts(legal_hold=True))
        await system.pipeline.tick()
        before = (await system.row(call_id)).retain_until
        async with system.works.begin() as work:
            await system.services.retention.extend_retention(work, call_id, RetentionFacts())
        await system.services.retention.keep_locked(system.works)
        row = await system.row(call_id)
        assert (row.retain_until, row.open_ended) == (before, False)

    async def test_a_lock_that_the_store_refused_is_tried_again(self, system: System, store: FaultyStore) -> None:
        call_id = await system.talk(1)
        await system.pipeline.tick()
        async with system.works.begin() as work:
            await system.services.retention.extend_retention(work, call_id, RetentionFacts(legal_hold=True))
        store.faults = {"extend": [unavailable]}
        assert await system.services.retention.keep_locked(system.works) == 0
        assert await system.services.retention.keep_locked(system.works) == 1

    async def test_a_lock_that_the_store_will_not_lengthen_is_an_incident_and_an_alert(
        self, system: System, store: FaultyStore
    ) -> None:
        call_id = await system.talk(1)
        await system.pipeline.tick()
        async with system.works.begin() as work:
            await system.services.retention.extend_retention(work, call_id, RetentionFacts(legal_hold=True))
        store.faults = {"extend": [locked]}
        assert await system.services.retention.keep_locked(system.works) == 0
        (incident,) = await system.incidents()
        assert (incident.kind, incident.call_id, incident.facts["error"]) == ("lock_refused", call_id, "object_locked")
        assert [alert.facts["count"] for alert in await _alerts(system)] == [1]
        assert await system.services.retention.keep_locked(system.works) == 1
        assert await system.incidents() == []
        assert await _alerts(system) == []

    async def test_the_retention_of_an_unknown_recording_is_refused(self, system: System) -> None:
        call_id = await system.dial(arm=False)
        async with system.works.begin() as work:
            with pytest.raises(RecordingNotFound):
                await system.services.retention.extend_retention(work, call_id, RetentionFacts())


async def _alerts(system: System) -> Sequence[AlertCard]:
    async with system.works.begin() as work:
        return await system.joined.get(AlertService).list_of_kinds(work, [AlertKind.LOCK_REFUSED])
