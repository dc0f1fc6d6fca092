"""Recordings whose time is over are destroyed by two people's decision; holds and terms keep what they keep (R3)."""

import base64
import hashlib
import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from callcenter.kit.bus import Bus
from callcenter.kit.jobs import Report
from callcenter.kit.trail import Noted
from callcenter.people.service import PeopleService
from callcenter.people.types import Role
from callcenter.recordings.destruction.api import router
from callcenter.recordings.destruction.rules import keep_reason
from callcenter.recordings.destruction.service import KIND, DestructionService
from callcenter.recordings.destruction.types import ItemFacts, Kept
from callcenter.recordings.finding.service import FindingService
from callcenter.recordings.holds.api import router as holds_router
from callcenter.recordings.holds.service import HoldService
from callcenter.recordings.types import RetentionFacts
from callcenter.storage.port import ObjectMissing
from tests.rooms.recordings.cast import FaultyStore, System, locked, unavailable
from tests.rooms.recordings.test_leaving_the_bank import job_about
from tests.support.events import listen
from tests.support.http import Endpoints, actor_of
from tests.support.rows import Staff, make_staff

OVER = timedelta(days=200)
"""Six months and some days: the term of a call without a sale."""


class TestRule:
    def test_a_hold_beats_the_term_beats_the_lock_beats_an_export(self, system: System) -> None:
        now = system.clock.now()
        past, later = now - timedelta(days=1), now + timedelta(days=1)
        for held, stored, open_ended, wanted, locked_until, awaited in product(
            (True, False), (True, False), (True, False), (past, later), (past, later), (True, False)
        ):
            facts = ItemFacts(stored, held, open_ended, wanted, locked_until, awaited)
            expected: Kept | None = None
            if held:
                expected = Kept.HELD
            elif not stored:
                expected = Kept.GONE
            elif open_ended or wanted == later:
                expected = Kept.TERM
            elif locked_until == later:
                expected = Kept.LOCKED
            elif awaited:
                expected = Kept.OPEN_EXPORT
            assert keep_reason(facts, now) is expected, facts


class Stage:
    """The endpoints of destruction runs and holds with the people who decide."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.service = system.joined.get(DestructionService)
        parts = [self.service, system.joined.get(HoldService), system.joined.get(PeopleService)]
        self.endpoints = Endpoints(system.works, parts, [router, holds_router])
        self.people: dict[Role, Staff] = {}

    async def setup(self) -> None:
        async with self.system.works.begin() as work:
            for role in (Role.DATA_OFFICER, Role.COMPLAINT_OFFICER, Role.AUDITOR):
                self.people[role] = await make_staff(work, role)

    def as_(self, role: Role) -> httpx.AsyncClient:
        return self.endpoints.as_(self.people[role])

    async def propose(self) -> httpx.Response:
        return await self.as_(Role.DATA_OFFICER).post("/recordings/destruction", json={"reason": "half a year is over"})

    async def decide(self, role: Role, run_id: int, *, approved: bool = True) -> httpx.Response:
        body = {"approved": approved, "reason": "looked at the list"}
        return await self.as_(role).post(f"/recordings/destruction/{run_id}/decision", json=body)

    async def destroy(self, run_id: int) -> None:
        """Runs the job, as the runner of jobs does."""
        handler = self.service.job_handlers(self.system.works)[KIND]
        job = job_about({"run_id": run_id}, self.system)
        await handler(job, Report(self.system.works, job.id))

    async def items(self, run_id: int) -> dict[str, tuple[str, str | None]]:
        answer = await self.as_(Role.AUDITOR).get(f"/recordings/destruction/{run_id}/recordings")
        return {item["call_id"]: (item["state"], item["kept"]) for item in answer.json()["items"]}

    async def hold(self, *call_ids: UUID) -> httpx.Response:
        body = {
            "authority": "court",
            "number": "(2026) 7",
            "reason": "suit",
            "call_ids": [str(one) for one in call_ids],
        }
        return await self.as_(Role.COMPLAINT_OFFICER).post("/recordings/holds", json=body)

    async def lift(self, hold_id: int) -> httpx.Response:
        path = f"/recordings/holds/{hold_id}/lift"
        return await self.as_(Role.COMPLAINT_OFFICER).post(path, json={"reason": "the suit is over"})

    async def recorded(self) -> UUID:
        """A call without a sale whose recording is stored."""
        call_id = await self.system.talk(1)
        await self.system.pipeline.tick()
        return call_id

    async def judge(self, call_id: UUID, facts: RetentionFacts) -> None:
        async with self.system.works.begin() as work:
            await self.system.services.retention.extend_retention(work, call_id, facts)


@pytest.fixture
async def stage(system: System) -> AsyncIterator[Stage]:
    stage = Stage(system)
    await stage.setup()
    yield stage
    await stage.endpoints.close()


class TestRun:
    async def test_what_is_over_is_listed_decided_by_another_destroyed_and_proved(
        self, stage: Stage, system: System, bus: Bus
    ) -> None:
        over = await stage.recorded()
        system.clock.advance(OVER)
        fresh = await stage.recorded()
        before = await system.row(over)
        run = (await stage.propose()).json()
        assert (run["state"], run["listed"], run["size_bytes"]) == ("proposed", 1, before.size_bytes)
        own = await stage.decide(Role.DATA_OFFICER, run["id"])
        assert (own.status_code, own.json()["code"]) == (409, "own_proposal")
        assert await system.is_safe(over)
        assert (await stage.decide(Role.COMPLAINT_OFFICER, run["id"])).json()["state"] == "approved"
        noted = listen(bus, Noted)
        await stage.destroy(run["id"])
        row = await system.row(over)
        assert (row.state, row.sha256, row.peaks, row.figures) == ("destroyed", before.sha256, None, None)
        with pytest.raises(ObjectMissing):
            await system.store.stat(str(row.object_key), row.version_id)
        assert await system.is_safe(fresh)
        assert await stage.items(run["id"]) == {str(over): ("destroyed", None)}
        protocol = (await stage.as_(Role.AUDITOR).get(f"/recordings/destruction/{run['id']}/protocol")).json()
        assert is_signed(protocol)
        assert [one["sha256"] for one in protocol["content"]["recordings"]] == [before.sha256]
        acts = {event.act: event.facts for event in noted}
        assert acts["recordings.destruction_done"]["sha256"] == protocol["sha256"]
        assert acts["recordings.destroyed"]["sha256"] == before.sha256
        assert (await stage.propose()).json()["code"] == "nothing_over"

    async def test_a_rejected_list_destroys_nothing(self, stage: Stage, system: System) -> None:
        over = await stage.recorded()
        system.clock.advance(OVER)
        run = (await stage.propose()).json()
        assert (await stage.propose()).json()["code"] == "run_open"
        assert (await stage.decide(Role.COMPLAINT_OFFICER, run["id"], approved=False)).json()["state"] == "rejected"
        await stage.destroy(run["id"])
        assert await system.is_safe(over)
        assert (await stage.decide(Role.COMPLAINT_OFFICER, run["id"])).json()["code"] == "run_decided"
        answer = await stage.as_(Role.AUDITOR).get(f"/recordings/destruction/{run['id']}/protocol")
        assert answer.json()["code"] == "protocol_not_ready"

    async def test_what_has_a_hold_or_a_contract_is_not_even_listed(self, stage: Stage, system: System) -> None:
        held, sold, disputed, free = [await stage.recorded() for _ in range(4)]
        await stage.hold(held)
        await stage.judge(sold, RetentionFacts().sold(date(2026, 12, 1), date(2027, 11, 30)))
        await stage.judge(disputed, RetentionFacts(dispute_ended_on=date(2026, 12, 1)))
        system.clock.advance(OVER)
        run = (await stage.propose()).json()
        assert await stage.items(run["id"]) == {str(free): ("listed", None)}

    async def test_what_is_held_or_sold_after_it_was_listed_is_kept(self, stage: Stage, system: System) -> None:
        held, sold, free = [await stage.recorded() for _ in range(3)]
        system.clock.advance(OVER)
        run = (await stage.propose()).json()
        await stage.decide(Role.COMPLAINT_OFFICER, run["id"])
        assert (await stage.hold(held)).status_code == 201
        await stage.judge(sold, RetentionFacts().sold(date(2026, 12, 1), date(2027, 11, 30)))
        await stage.destroy(run["id"])
        assert await stage.items(run["id"]) == {
            str(held): ("kept", "held"),
            str(sold): ("kept", "term"),
            str(free): ("destroyed", None),
        }
        assert await system.is_safe(held)
        assert await system.is_safe(sold)

    async def test_a_lock_that_has_not_ended_and_a_store_that_is_gone_keep_recordings(
        self, stage: Stage, system: System, store: FaultyStore
    ) -> None:
        first, second, third = [await stage.recorded() for _ in range(3)]
        system.clock.advance(OVER)
        run = (await stage.propose()).json()
        await stage.decide(Role.COMPLAINT_OFFICER, run["id"])
        store.faults = {"delete": [locked, unavailable]}
        await stage.destroy(run["id"])
        found = await stage.items(run["id"])
        assert sorted(found.values(), key=str) == [("destroyed", None), ("kept", "locked"), ("kept", "store")]
        assert {str(first), str(second), str(third)} == set(found)

    async def test_a_crash_after_the_deletion_is_finished_by_the_next_attempt(
        self, stage: Stage, system: System
    ) -> None:
        over = await stage.recorded()
        system.clock.advance(OVER)
        run = (await stage.propose()).json()
        await stage.decide(Role.COMPLAINT_OFFICER, run["id"])
        row = await system.row(over)
        await system.store.delete(str(row.object_key), str(row.version_id))
        await stage.destroy(run["id"])
        await stage.destroy(run["id"])
        assert (await system.row(over)).state == "destroyed"

    async def test_notes_at_moments_go_with_the_recording(self, stage: Stage, system: System) -> None:
        over = await stage.recorded()
        finding = system.joined.get(FindingService)
        async with system.works.begin(actor_of(stage.people[Role.COMPLAINT_OFFICER])) as work:
            await finding.add_note(work, over, 300, "the customer says yes")
            assert [note.text for note in await finding.notes(work, over)] == ["the customer says yes"]
        system.clock.advance(OVER)
        run = (await stage.propose()).json()
        await stage.decide(Role.COMPLAINT_OFFICER, run["id"])
        await stage.destroy(run["id"])
        async with system.works.begin() as work:
            assert await finding.notes(work, over) == []


class TestHolds:
    async def test_a_hold_is_lifted_and_another_still_keeps(self, stage: Stage, system: System) -> None:
        call_id = await stage.recorded()
        first, second = [(await stage.hold(call_id)).json() for _ in range(2)]
        assert (await system.row(call_id)).policy_rule == "legal_hold"
        assert (await stage.lift(first["id"])).status_code == 204
        assert (await system.row(call_id)).policy_rule == "legal_hold"
        assert (await stage.lift(first["id"])).json()["code"] == "hold_lifted"
        assert (await stage.lift(second["id"])).status_code == 204
        assert (await system.row(call_id)).policy_rule == "unsold"
        listed = (await stage.as_(Role.AUDITOR).get("/recordings/holds")).json()["items"]
        assert [(hold["lift_why"], hold["call_ids"]) for hold in listed] == [("the suit is over", [str(call_id)])] * 2
        in_force = await stage.as_(Role.AUDITOR).get("/recordings/holds", params={"in_force": True})
        assert in_force.json()["items"] == []

    async def test_a_lock_is_lengthened_by_a_hold_and_never_shortened(self, stage: Stage, system: System) -> None:
        call_id = await stage.recorded()
        before = (await system.row(call_id)).retain_until
        hold = (await stage.hold(call_id)).json()
        await system.services.retention.keep_locked(system.works)
        during = (await system.row(call_id)).retain_until
        await stage.lift(hold["id"])
        await system.services.retention.keep_locked(system.works)
        assert before is not None
        assert during is not None
        assert during > before
        assert (await system.row(call_id)).retain_until == during

    async def test_what_is_destroyed_or_unknown_cannot_be_held(self, stage: Stage, system: System) -> None:
        unknown = await system.dial(arm=False)
        answer = await stage.hold(unknown)
        assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_hold")
        assert (await stage.lift(999)).json()["code"] == "hold_not_found"


def is_signed(protocol: dict[str, Any]) -> bool:
    content = json.dumps(protocol["content"], sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    key = load_pem_public_key(protocol["public_key"].encode())
    assert isinstance(key, Ed25519PublicKey)
    key.verify(base64.b64decode(protocol["signature"]), content)
    return hashlib.sha256(content).hexdigest() == str(protocol["sha256"])
