"""Over HTTP, with every room real: a success becomes a visit, a complaint is called back and decided."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from callcenter.callbacks import handlers as callback_handlers
from callcenter.callbacks.service import CallbackService
from callcenter.callbacks.settings import CallbackSettings
from callcenter.calls.service import CallService
from callcenter.calls.types import CallKind, Disposition, DispositionDetails
from callcenter.complaints import handlers as complaint_handlers
from callcenter.complaints.api import router as complaints_router
from callcenter.complaints.blocking import ComplaintBlocks
from callcenter.complaints.service import ComplaintServices
from callcenter.field import handlers as field_handlers
from callcenter.field.api import router as field_router
from callcenter.field.service import FieldServices
from callcenter.kit.actor import Actor
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock, at_business_time
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Work, Works
from callcenter.leads.service import LeadService
from callcenter.people.service import PeopleService
from callcenter.people.types import Role
from callcenter.quality import handlers as quality_handlers
from callcenter.quality.api import router as quality_router
from callcenter.quality.service import QualityService
from callcenter.recordings.arming import ArmingService
from callcenter.recordings.service import RecordingServices
from callcenter.recordings.settings import RecordingSettings
from callcenter.recordings.types import RecordingStored
from callcenter.storage.memory import MemoryStore
from callcenter.storage.port import ObjectStore
from recordings_policy import load
from tests.support.cast import Cast
from tests.support.http import Endpoints, actor_of
from tests.support.joining import joined
from tests.support.leads import campaign_service
from tests.support.rows import make_staff

pytestmark = pytest.mark.db
TUESDAY = date(2026, 11, 24)


@dataclass
class Bank:
    """The rooms above the calls, behind HTTP; each request names who sends it."""

    works: Works
    clock: FrozenClock
    cast: Cast
    callbacks: CallbackService
    field: FieldServices
    recordings: RecordingServices
    endpoints: Endpoints
    actors: dict[str, Actor]

    async def hire(self, work: Work, name: str, role: Role, region_id: int | None = None) -> int:
        staff = await make_staff(work, role, name=name, region_id=region_id)
        self.actors[name] = actor_of(staff)
        return staff.id

    async def dispute(self, call_id: UUID) -> tuple[bool, date | None]:
        """Returns what the recording's retention knows of a dispute: whether it is open, and when it ended."""
        async with self.works.begin() as work:
            facts = await self.recordings.retention.facts(work, call_id)
        return facts.dispute_open, facts.dispute_ended_on

    async def store(self, work: Work, call_id: UUID) -> None:
        """Ends the upload of a recording."""
        await work.session.execute(
            text(
                "UPDATE recording SET state = 'stored', object_key = 'k', version_id = 'v', sha256 = 's',"
                " retain_until = now(), stored_at = now(), duration_ms = 60000 WHERE call_id = :call"
            ),
            {"call": call_id},
        )
        await work.announce(RecordingStored(call_id=call_id, duration=timedelta(minutes=1), at=work.now))


@pytest.fixture
async def bank(works: Works, clock: FrozenClock, bus: Bus, vault: Vault, tmp_path: Path) -> AsyncIterator[Bank]:
    callback_settings = CallbackSettings(complaint_staff_first=timedelta())
    parts = joined(vault, load(), RecordingSettings(spool_dir=tmp_path), campaign_service(), callback_settings)
    parts.give(MemoryStore(clock), as_=ObjectStore)
    parts.make(ArmingService, node="n1")
    calls, recordings, callbacks = parts.get(CallService), parts.get(RecordingServices), parts.get(CallbackService)
    complaints, quality, field = parts.get(ComplaintServices), parts.get(QualityService), parts.get(FieldServices)
    callback_handlers.subscribe(bus, callbacks)
    complaint_handlers.subscribe(bus, complaints, calls, parts.get(ComplaintBlocks))
    quality_handlers.subscribe(bus, quality)
    field_handlers.subscribe(bus, field.hand_overs, field.regions, field.questions)

    services = (calls, parts.get(PeopleService), parts.get(LeadService), recordings, complaints, quality, field)
    endpoints = Endpoints(works, services, [complaints_router, quality_router, field_router])
    yield Bank(works, clock, Cast(calls), callbacks, field, recordings, endpoints, {})
    await endpoints.close()


async def ask(
    bank: Bank, name: str, method: str, path: str, body: dict[str, Any] | None = None, status: int = 200
) -> Any:
    answer = await bank.endpoints.as_(bank.actors[name]).request(method, path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_success_is_reviewed_passed_and_visited(bank: Bank) -> None:
    async with bank.works.begin() as work:
        east = await bank.field.regions.create(work, "East", ["Pudong"])
        agent = await bank.hire(work, "agent", Role.AGENT)
        await bank.hire(work, "checker", Role.QA)
        await bank.hire(work, "dispatcher", Role.DISPATCHER)
        for name in ("anna", "ben"):
            await bank.hire(work, name, Role.FIELD_AGENT, east.id)
        call_id = await bank.cast.call(work, agent, await bank.cast.lead(work))
        await bank.recordings.arming.arm(work, [call_id])
        visit_at = at_business_time(TUESDAY, 14)
        details = DispositionDetails(note="ring twice", visit_at=visit_at, script_ticks=("company",))
        await bank.cast.dispose(work, call_id, Disposition.SUCCESS, details)

    assert (await ask(bank, "agent", "GET", "/reviews", status=403))["code"] == "not_allowed"
    (review,) = (await ask(bank, "checker", "GET", "/reviews?state=open"))["items"]
    assert (review["agent_name"], review["recording_state"], review["disposition"]) == ("agent", "armed", "success")
    assert review["details"]["script_ticks"] == ["company"]
    assert review["details"]["note"] == "ring twice"
    assert review["lead"]["name"].startswith("张*")
    assert "****" in review["lead"]["phone"]
    card = await ask(bank, "checker", "GET", "/reviews/card")
    assert "identity" in {item["key"] for item in card["items"]}

    path = f"/reviews/{review['id']}"
    claimed = await ask(bank, "checker", "POST", f"{path}/claim")
    assert (claimed["state"], claimed["claimed_by_name"]) == ("claimed", "checker")
    refused = await ask(bank, "checker", "POST", f"{path}/verdict", {"verdict": "pass"}, status=409)
    assert (refused["code"], refused["rule"]) == ("recording_not_stored", "Q1")
    async with bank.works.begin() as work:
        await bank.store(work, call_id)
    decided = await ask(bank, "checker", "POST", f"{path}/verdict", {"verdict": "pass", "failed_items": ["courtesy"]})
    assert (decided["state"], decided["verdict"], decided["duration_ms"]) == ("decided", "pass", 60000)

    (line,) = (await ask(bank, "dispatcher", "GET", "/field/hand-overs?state=assigned"))["items"]
    assert (line["region"]["name"], line["assigned_to"]["name"], line["overdue"]) == ("East", "anna", False)
    assert (await ask(bank, "dispatcher", "GET", "/field/hand-overs?state=overdue"))["items"] == []
    (region,) = (await ask(bank, "dispatcher", "GET", "/field/regions"))["items"]
    assert [agent["name"] for agent in region["agents"]] == ["anna", "ben"]
    moved = await ask(
        bank,
        "dispatcher",
        "POST",
        f"/field/hand-overs/{line['id']}/assign",
        {"field_agent_id": bank.actors["ben"].id, "reason": "Anna is ill"},
    )
    assert (moved["assigned_to"]["name"], moved["reason"]) == ("ben", "Anna is ill")
    at_night = {"field_agent_id": bank.actors["ben"].id, "visit_at": "2026-11-24T22:00:00+08:00"}
    refused = await ask(bank, "dispatcher", "POST", f"/field/hand-overs/{line['id']}/assign", at_night, status=422)
    assert (refused["code"], refused["params"]["concerns"]) == ("visit_time_unconfirmed", ["night"])

    assert (await ask(bank, "anna", "GET", "/field/visits?on=2026-11-24"))["items"] == []
    (visit,) = (await ask(bank, "ben", "GET", "/field/visits?on=2026-11-24"))["items"]
    assert (visit["customer"]["name"], visit["position"], visit["call_note"]) == ("张三", 1, "ring twice")
    report = f"/field/visits/{visit['id']}/result"
    assert (await ask(bank, "anna", "POST", report, {"result": "signed"}, status=404))["code"] == "visit_not_found"
    assert (await ask(bank, "ben", "POST", report, {"result": "signed"}))["hand_over_state"] == "done"


async def test_a_complaint_is_called_back_and_decided(bank: Bank) -> None:
    async with bank.works.begin() as work:
        agent = await bank.hire(work, "agent", Role.AGENT)
        other = await bank.hire(work, "other", Role.AGENT)
        await bank.hire(work, "officer", Role.COMPLAINT_OFFICER)
        call_id = await bank.cast.call(work, agent, await bank.cast.lead(work))
        await bank.recordings.arming.arm(work, [call_id])
        await bank.cast.dispose(work, call_id, Disposition.THINKING)
        complained_in = call_id
    complaint = {"call_id": str(call_id), "category": "staff_attitude", "text": "the agent was rude"}
    receipt = await ask(bank, "agent", "POST", "/complaints", complaint, status=201)
    assert set(receipt) == {"id", "category", "state", "opened_at", "answer_due_at", "decide_due_at"}
    assert (await ask(bank, "agent", "GET", "/complaints", status=403))["code"] == "not_allowed"
    (case,) = (await ask(bank, "officer", "GET", "/complaints?state=open"))["items"]
    assert (case["agent_name"], case["text"], case["callback"]["state"]) == ("agent", "the agent was rude", "due")
    assert "****" in case["lead"]["phone"]
    assert await bank.dispute(complained_in) == (True, None)
    meter = await ask(bank, "officer", "GET", "/complaints/meter")
    assert (meter["due"], meter["done"], [open_case["case_id"] for open_case in meter["open"]]) == (1, 0, [case["id"]])
    early = await ask(bank, "officer", "POST", f"/complaints/{case['id']}/sign-off", {"reason": "busy"}, status=409)
    assert (early["code"], early["rule"], early["params"]["demanded"]) == ("obligation_stands", "X3", 6)

    bank.clock.advance(timedelta(minutes=10))
    async with bank.works.begin() as work:
        assert await bank.callbacks.claim_next(work, agent) is None
        card = await bank.callbacks.claim_next(work, other)
        assert card
        assert (card.subject, card.note) == ("staff_attitude", "the agent was rude")
        call_id = await bank.cast.call(work, other, card.lead_id, kind=CallKind.COMPLAINT, callback_id=card.id)
        await bank.recordings.arming.arm(work, [call_id])
        await bank.cast.dispose(work, call_id, Disposition.RESOLVED)
    async with bank.works.begin() as work:
        await bank.store(work, call_id)
    (case,) = (await ask(bank, "officer", "GET", "/complaints?state=answered"))["items"]
    assert (case["callback"]["state"], case["callback"]["done_call_id"]) == ("done", str(call_id))
    assert await bank.dispute(call_id) == (True, None)
    decided = await ask(bank, "officer", "POST", f"/complaints/{case['id']}/decision", {"text": "we apologise"})
    assert (decided["state"], decided["decision"]) == ("closed", "we apologise")
    assert (await ask(bank, "officer", "GET", "/complaints/meter"))["rate"] == 1.0
    for call in (complained_in, call_id):
        assert await bank.dispute(call) == (False, date(2026, 11, 23))
