"""The sealed words of a customer's history are read by those who may, one look at a time, each of them on record."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from callcenter.allocation.types import AssignmentState
from callcenter.calls.types import SEALED_DETAILS, Disposition
from callcenter.complaints.types import CaseState
from callcenter.field.types import VisitState
from callcenter.kit.bus import Bus
from callcenter.kit.crypto import Vault
from callcenter.kit.trail import Noted
from callcenter.kit.work import Works
from callcenter.people.types import Role
from callcenter.quality.types import ReviewState
from callcenter.reporting.history.api import router
from callcenter.reporting.history.notes import HistoryNotes
from callcenter.reporting.history.rules import READERS
from callcenter.reporting.history.service import HistoryService
from callcenter.reporting.history.types import Happening
from tests.support.events import listen
from tests.support.http import Endpoints
from tests.support.leads import lead_service
from tests.support.rows import (
    make_assignment,
    make_call,
    make_callback,
    make_case,
    make_dnc_entry,
    make_hand_over,
    make_lead,
    make_lead_basis,
    make_lead_change,
    make_review,
    make_staff,
    make_visit,
)
from tests.support.sealing import seal_in

WORDS = {kind: f"words of {kind.value}" for kind in READERS}
OLD, NEW, WHY = "市一医院", "市二医院", "客户来电 13800001234"


@dataclass
class File:
    """A customer whose every entry holds words, and another one with a call."""

    endpoints: Endpoints
    noted: list[Noted]
    lead_id: int
    other_id: int
    keys: dict[Happening, str] = field(default_factory=dict)

    async def read(self, key: str, role: Role = Role.DATA_OFFICER, reason: str = "a question") -> httpx.Response:
        address = f"/leads/{self.lead_id}/history/{key}/note"
        return await self.endpoints.as_role(role).post(address, json={"reason": reason})

    async def history(self, role: Role) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (
            await self.endpoints.as_role(role).get(f"/leads/{self.lead_id}/history", params={"limit": 200})
        ).json()["items"]
        return items


@pytest.fixture
async def file(works: Works, bus: Bus, vault: Vault) -> AsyncIterator[File]:
    async with works.begin() as work:
        officer = await make_staff(work, Role.DATA_OFFICER)
        lead, other = await make_lead(work), await make_lead(work)
        call = await make_call(work, lead_id=lead.id, disposition=Disposition.SUCCESS)
        strange = await make_call(work, lead_id=other.id, disposition=Disposition.SUCCESS)
        for one in (call, strange):
            one.details = {"note": vault.seal(WORDS[Happening.CALL], SEALED_DETAILS["note"].at(one))}
        callback = await make_callback(work, lead_id=lead.id)
        review = await make_review(work, call, state=ReviewState.DECIDED)
        hand_over = await make_hand_over(work, call)
        visit = await make_visit(work, hand_over, state=VisitState.REPORTED)
        case = await make_case(work, call, state=CaseState.DECIDED)
        entry = await make_dnc_entry(work, lead_id=lead.id)
        basis = await make_lead_basis(work, lead_id=lead.id)
        ended = {"lead_id": lead.id, "done_at": work.now}
        returned = await make_assignment(work, state=AssignmentState.RETURNED, **ended)
        finished = await make_assignment(work, state=AssignmentState.DONE, **ended)
        seal_in(vault, callback, note_sealed=WORDS[Happening.CALLBACK])
        seal_in(vault, review, note_sealed=WORDS[Happening.REVIEW])
        seal_in(vault, visit, note_sealed=WORDS[Happening.VISIT])
        seal_in(vault, case, text_sealed=WORDS[Happening.COMPLAINT])
        seal_in(vault, case, decision_sealed=WORDS[Happening.COMPLAINT_DECIDED])
        seal_in(vault, entry, note_sealed=WORDS[Happening.DNC_ENTERED])
        seal_in(vault, basis, note_sealed=WORDS[Happening.BASIS_ADDED])
        seal_in(vault, returned, end_note_sealed=WORDS[Happening.RETURNED])
        seal_in(vault, finished, end_note_sealed=WORDS[Happening.FINISHED])
        change = await make_lead_change(work, old=OLD, new=NEW, why=WHY, lead_id=lead.id)
        ids = {
            Happening.CALL: call.id,
            Happening.CALLBACK: callback.id,
            Happening.REVIEW: review.id,
            Happening.VISIT: visit.id,
            Happening.COMPLAINT: case.id,
            Happening.COMPLAINT_DECIDED: case.id,
            Happening.DNC_ENTERED: entry.id,
            Happening.BASIS_ADDED: basis.id,
            Happening.RETURNED: returned.id,
            Happening.FINISHED: finished.id,
            Happening.CORRECTED: change.id,
        }
        keys = {kind: f"{kind.value}:{number}" for kind, number in ids.items()}
    services = [HistoryNotes(vault), HistoryService(vault, lead_service(vault))]
    endpoints = Endpoints(works, services, [router], officer)
    yield File(endpoints, listen(bus, Noted), lead.id, strange.lead_id, keys)
    await endpoints.close()


MAY_READ = {
    Role.DATA_OFFICER: set(READERS) - {Happening.COMPLAINT, Happening.COMPLAINT_DECIDED},
    Role.AUDITOR: set(READERS) - {Happening.CORRECTED, Happening.RETURNED, Happening.FINISHED},
}


@pytest.mark.parametrize("role", list(MAY_READ))
async def test_words_are_opened_for_those_who_may_read_them(file: File, role: Role) -> None:
    assert set(file.keys) == set(READERS), "a kind with words that nobody tries to read"
    offered = {Happening(item["kind"]) for item in await file.history(role) if item["readable"]}
    assert offered == MAY_READ[role]
    for kind, key in file.keys.items():
        answer = await file.read(key, role)
        assert answer.status_code == (200 if kind in MAY_READ[role] else 403), kind
        if kind is Happening.CORRECTED or kind not in MAY_READ[role]:
            continue
        assert answer.json() == {"words": [{"part": "note", "text": WORDS[kind]}]}
        assert answer.headers["cache-control"] == "no-store"
    looks = [dict(event.facts) for event in file.noted if event.act == "customers.note_read"]
    assert looks == [{"of": kind.value, "why": "a question"} for kind in file.keys if kind in MAY_READ[role]]


async def test_a_correction_is_opened_whole(file: File) -> None:
    words = (await file.read(file.keys[Happening.CORRECTED])).json()["words"]
    assert {one["part"]: one["text"] for one in words} == {"old": OLD, "new": NEW, "why": WHY}


async def test_a_look_is_an_entry_of_the_customer_that_says_at_what(file: File) -> None:
    await file.read(file.keys[Happening.CALL])
    [look] = [event for event in file.noted if event.act == "customers.note_read"]
    assert look.subject == f"lead:{file.lead_id}"


async def test_what_is_not_there_or_another_customers_is_not_found(file: File) -> None:
    key = file.keys[Happening.CALL]
    file.lead_id, own = file.other_id, file.lead_id
    assert (await file.read(key)).json()["code"] == "note_not_found"
    file.lead_id = own
    for wrong in ("call:x", "call:", "imported:1", "1", "visit:99999999999999999999", "revealed:1"):
        assert (await file.read(wrong)).json()["code"] == "note_not_found", wrong
    assert (await file.read(key, reason=" ")).status_code == 422
    for role in (Role.AGENT, Role.AGENT_LEADER, Role.QA):
        assert (await file.read(key, role)).status_code == 403
    assert [event for event in file.noted if event.act == "customers.note_read"] == []
