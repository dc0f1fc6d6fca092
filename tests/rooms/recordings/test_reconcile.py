"""Every answered call has one complete recording or an open incident; the policy's dates reach the store."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from callcenter.kit.actor import Actor
from callcenter.recordings import jobs
from callcenter.recordings.errors import NoSuchIncident, NoSuchRecording, ReasonMissing
from callcenter.recordings.service import RetentionFacts
from callcenter.recordings.types import IncidentKind, Reconciliation
from recordings_policy import Contract
from tests.rooms.recordings.cast import House, MoodyStore, unavailable

TODAY = date(2026, 11, 23)


async def reconcile(house: House) -> Reconciliation:
    return await jobs.reconcile(house.works, house.service)


class TestComparison:
    async def test_all_is_well(self, house: House) -> None:
        await house.talk(3)
        unanswered = await house.dial()
        house.end(unanswered)
        await house.pipeline.tick()
        assert await reconcile(house) == Reconciliation(answered=1, complete=1, waiting=0)
        async with house.works.begin() as work:
            assert await house.service.count_stored(work, TODAY) == 1
            assert await house.service.count_stored(work, TODAY - timedelta(days=1)) == 0

    async def test_a_recording_may_take_its_time(self, house: House) -> None:
        call_id = await house.talk(3)
        assert (await reconcile(house)).waiting == 1
        house.clock.advance(timedelta(minutes=11))
        result = await reconcile(house)
        assert (result.gaps, result.opened) == ((call_id,), 1)
        assert [one.kind for one in await house.incidents()] == [IncidentKind.LATE]
        await house.pipeline.tick()
        result = await reconcile(house)
        assert (result.complete, result.open_incidents) == (1, 0)

    async def test_an_answered_call_that_was_never_armed(self, house: House) -> None:
        call_id = await house.dial(arm=False)
        house.answer(call_id)
        house.end(call_id)
        result = await reconcile(house)
        assert result.gaps == (call_id,)
        assert [one.kind for one in await house.incidents()] == [IncidentKind.MISSING]
        assert (await reconcile(house)).opened == 0  # it is open already

    async def test_an_answered_call_whose_file_never_came(self, house: House) -> None:
        call_id = await house.dial()
        house.answer(call_id)
        house.end(call_id)
        house.clock.advance(timedelta(minutes=6))
        await house.pipeline.tick()
        await reconcile(house)
        assert [one.kind for one in await house.incidents()] == [IncidentKind.MISSING]
        house.record(call_id, 0.5)  # it comes after all
        await house.pipeline.tick()
        result = await reconcile(house)
        assert (result.complete, result.closed, result.open_incidents) == (1, 1, 0)

    async def test_an_answered_call_without_audio(self, house: House) -> None:
        call_id = await house.dial()
        house.answer(call_id)
        house.clock.advance(timedelta(seconds=5))
        house.end(call_id)
        house.record(call_id, 0)
        await house.pipeline.tick()
        await reconcile(house)
        assert [one.kind for one in await house.incidents()] == [IncidentKind.NO_AUDIO]

    @pytest.mark.parametrize(("recorded", "fits"), [(8.9, False), (9.1, True), (15.9, True), (16.1, False)])
    async def test_the_length_must_fit_within_a_second(self, house: House, recorded: float, fits: bool) -> None:
        call_id = await house.dial()
        house.clock.advance(timedelta(seconds=5))  # it rings
        house.answer(call_id)
        house.clock.advance(timedelta(seconds=10))
        house.end(call_id)
        house.record(call_id, recorded)
        await house.pipeline.tick()
        result = await reconcile(house)
        assert (result.complete == 1) is fits
        assert [one.kind for one in await house.incidents()] == ([] if fits else [IncidentKind.WRONG_LENGTH])

    async def test_a_call_whose_end_nobody_saw_may_have_more_audio_and_a_little_less(self, house: House) -> None:
        call_id = await house.dial()
        house.answer(call_id)
        house.clock.advance(timedelta(seconds=5))
        house.end(call_id, estimated=True)
        house.record(call_id, 9)
        await house.pipeline.tick()
        assert (await reconcile(house)).complete == 1

    async def test_an_incident_older_than_we_look_back_is_still_followed(self, house: House) -> None:
        call_id = await house.talk(3)
        house.clock.advance(timedelta(minutes=11))
        await reconcile(house)
        house.clock.advance(timedelta(days=5))
        assert (await reconcile(house)).gaps == (call_id,)
        await house.pipeline.tick()
        assert (await reconcile(house)).open_incidents == 0

    async def test_the_disposition_that_comes_later_is_copied(self, house: House) -> None:
        call_id = await house.talk(1)
        house.calls.change(call_id, disposition=None)
        await house.pipeline.tick()
        assert (await house.row(call_id)).disposition is None
        house.calls.change(call_id, disposition="success")
        async with house.works.begin() as work:
            await house.service.take_facts(work, call_id)
        assert (await house.row(call_id)).disposition == "success"


class TestObjects:
    async def test_an_object_that_is_gone_and_one_that_is_too_many(self, house: House, store: MoodyStore) -> None:
        gone, doubled = [await house.talk(1) for _ in range(2)]
        await house.pipeline.tick()
        assert await house.service.inspect_objects(house.works, TODAY) == []
        versions = store.inner._versions
        kept = versions.pop(f"recordings/2026/11/23/{gone}.flac")
        twice = versions[f"recordings/2026/11/23/{doubled}.flac"]
        twice.append(replace(twice[0], about=replace(twice[0].about, version_id="v99")))
        assert set(await house.service.inspect_objects(house.works, TODAY)) == {gone, doubled}
        assert {(one.kind, one.call_id) for one in await house.incidents()} == {
            (IncidentKind.OBJECT_GONE, gone),
            (IncidentKind.EXTRA_OBJECT, doubled),
        }
        versions[f"recordings/2026/11/23/{gone}.flac"] = kept
        twice.pop()
        await jobs.inspect_objects(house.works, house.service)
        assert await house.incidents() == []


class TestIncidents:
    async def test_a_person_settles_what_no_machine_can(self, house: House) -> None:
        call_id = await house.dial(arm=False)
        house.record(call_id, 1)
        await house.pipeline.tick()
        (incident,) = await house.incidents()
        clerk = Actor(staff_id=None, name="clerk", role="qa")
        async with house.works.begin(clerk) as work:
            with pytest.raises(ReasonMissing):
                await house.service.close_incident(work, incident.id, " ")
            with pytest.raises(NoSuchIncident):
                await house.service.close_incident(work, incident.id + 1, "why not")
            await house.service.close_incident(work, incident.id, "a test call")
        assert await house.incidents() == []


class TestRetention:
    async def test_a_policy_that_is_issued_lengthens_the_lock(self, house: House) -> None:
        call_id = await house.talk(1)
        await house.pipeline.tick()
        contract = Contract(date(2026, 12, 1), date(2046, 11, 30))
        async with house.works.begin() as work:
            verdict = await house.service.extend_retention(work, call_id, RetentionFacts(contract=contract))
        assert verdict.rule == "sold_long_term"
        assert await house.service.keep_locked(house.works) == 1
        row = await house.row(call_id)
        assert (row.retain_until, row.policy_rule) == (verdict.retain_until, "sold_long_term")
        held = await house.store.stat(row.object_key or "", row.version_id)
        assert held.retain_until == verdict.retain_until
        assert await house.service.keep_locked(house.works) == 0

    async def test_what_is_learnt_before_storing_counts_at_once(self, house: House) -> None:
        call_id = await house.talk(1)
        async with house.works.begin() as work:
            verdict = await house.service.extend_retention(work, call_id, RetentionFacts(legal_hold=True))
        await house.pipeline.tick()
        row = await house.row(call_id)
        assert row.policy_rule == "legal_hold"
        assert row.retain_until is not None
        assert row.retain_until >= verdict.retain_until

    async def test_an_open_end_is_renewed_in_time(self, house: House) -> None:
        call_id = await house.talk(1)
        async with house.works.begin() as work:
            await house.service.extend_retention(work, call_id, RetentionFacts(dispute_open=True))
        await house.pipeline.tick()
        first = (await house.row(call_id)).retain_until
        assert first is not None
        house.clock.advance(timedelta(days=300))
        assert await house.service.keep_locked(house.works) == 0
        house.clock.advance(timedelta(days=10))
        assert await house.service.keep_locked(house.works) == 1
        renewed = (await house.row(call_id)).retain_until
        assert renewed is not None
        assert renewed > first + timedelta(days=300)

    async def test_the_end_of_a_hold_never_shortens(self, house: House) -> None:
        call_id = await house.talk(1)
        async with house.works.begin() as work:
            await house.service.extend_retention(work, call_id, RetentionFacts(legal_hold=True))
        await house.pipeline.tick()
        before = (await house.row(call_id)).retain_until
        async with house.works.begin() as work:
            await house.service.extend_retention(work, call_id, RetentionFacts())
        await house.service.keep_locked(house.works)
        row = await house.row(call_id)
        assert (row.retain_until, row.open_ended) == (before, False)

    async def test_a_store_that_is_down_is_asked_again(self, house: House, store: MoodyStore) -> None:
        call_id = await house.talk(1)
        await house.pipeline.tick()
        async with house.works.begin() as work:
            await house.service.extend_retention(work, call_id, RetentionFacts(legal_hold=True))
        store.mishaps = {"extend": [unavailable]}
        assert await house.service.keep_locked(house.works) == 0
        assert await house.service.keep_locked(house.works) == 1

    async def test_a_recording_nobody_knows(self, house: House) -> None:
        call_id = await house.dial(arm=False)
        async with house.works.begin() as work:
            with pytest.raises(NoSuchRecording):
                await house.service.extend_retention(work, call_id, RetentionFacts())
