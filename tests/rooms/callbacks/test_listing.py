"""The page of callbacks: promises and obligations by what has become of them (requirements C7, X3)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from callcenter.callbacks.api import router
from callcenter.callbacks.listing import CallbackList
from callcenter.callbacks.rules import is_moved, reach_by
from callcenter.callbacks.settings import CallbackSettings
from callcenter.callbacks.types import CallbackKind, CallbackState, CallbackView
from callcenter.kit.clock import FrozenClock
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Work, Works
from callcenter.leads.service import LeadService
from callcenter.people.service import PeopleService
from callcenter.people.types import Role
from tests.support.http import Endpoints
from tests.support.joining import joined
from tests.support.rows import Staff, make_callback, make_campaign, make_case, make_staff

pytestmark = pytest.mark.db
HOUR = timedelta(hours=1)
GRACE = CallbackSettings().grace


@dataclass
class Office:
    works: Works
    endpoints: Endpoints
    clock: FrozenClock
    people: dict[str, Staff]

    async def shown(self, name: str, **query: Any) -> list[dict[str, Any]]:
        answer = await self.endpoints.as_(self.people[name]).get("/callbacks", params=query)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def promise(self, work: Work, agent: str, **columns: Any) -> int:
        return (await make_callback(work, agent_id=self.people[agent].id, **columns)).id


@pytest.fixture
async def office(works: Works, vault: Vault, clock: FrozenClock) -> AsyncIterator[Office]:
    parts = joined(vault, CallbackSettings())
    services = (parts.get(PeopleService), parts.get(LeadService), parts.get(CallbackList))
    endpoints = Endpoints(works, services, [router])
    async with works.begin() as work:
        await make_campaign(work)
        people = {
            "lin": await make_staff(work, Role.AGENT, branch="north", name="lin"),
            "mei": await make_staff(work, Role.AGENT, branch="south", name="mei"),
            "leader": await make_staff(work, Role.AGENT_LEADER, branch="north"),
            "officer": await make_staff(work, Role.COMPLAINT_OFFICER, branch="main"),
        }
    yield Office(works, endpoints, clock, people)
    await endpoints.close()


async def complaint(work: Work, **columns: Any) -> int:
    case = await make_case(work)
    return (await make_callback(work, CallbackKind.COMPLAINT, case_id=case.id, lead_id=case.lead_id, **columns)).id


async def test_each_view_shows_what_has_become_of_them(office: Office) -> None:
    now = office.clock.now()
    async with office.works.begin() as work:
        waits = await office.promise(work, "lin", due_at=now + HOUR)
        moved = await office.promise(work, "lin", due_at=now + 2 * HOUR, promised_at=now + HOUR)
        late = await office.promise(work, "lin", due_at=now - GRACE)
        in_grace = await office.promise(work, "lin", due_at=now - GRACE / 2)
        lapsed = await office.promise(work, "lin", state=CallbackState.LAPSED, due_at=now)
        owed = await complaint(work, due_at=now, answer_by=now + 24 * HOUR)
        missed = await complaint(work, due_at=now + HOUR, answer_by=now - HOUR)
    views = {view: [row["id"] for row in await office.shown("officer", view=view)] for view in CallbackView}
    assert views == {
        "open": [late, in_grace, owed, waits, missed, moved],
        "moved": [moved],
        "overdue": [late, missed],
        "done": [],
        "lapsed": [lapsed],
    }
    rows = {row["id"]: row for row in await office.shown("officer")}
    assert {number for number, row in rows.items() if row["overdue"]} == {late, missed}
    assert {number for number, row in rows.items() if row["moved"]} == {moved}
    assert [row["id"] for row in await office.shown("officer", kind="complaint")] == [owed, missed]
    assert rows[waits]["agent"] == {"id": office.people["lin"].id, "name": "lin"}
    assert rows[owed]["agent"] is None
    assert "note" not in rows[waits]
    assert "****" in rows[waits]["lead"]["phone"]


async def test_pages_follow_the_time_and_then_the_number(office: Office) -> None:
    now = office.clock.now()
    async with office.works.begin() as work:
        numbers = [await office.promise(work, "lin", due_at=now + HOUR * (at // 2)) for at in range(5)]
    client = office.endpoints.as_(office.people["officer"])
    seen: list[int] = []
    cursor: str | None = None
    while True:
        page = (await client.get("/callbacks", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))).json()
        seen += [row["id"] for row in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert seen == numbers


async def test_a_leader_sees_the_promises_of_the_own_branch(office: Office) -> None:
    async with office.works.begin() as work:
        own = await office.promise(work, "lin")
        other = await office.promise(work, "mei")
    assert [row["id"] for row in await office.shown("leader")] == [own]
    assert [row["id"] for row in await office.shown("officer")] == [own, other]
    assert [row["id"] for row in await office.shown("officer", agent_id=office.people["mei"].id)] == [other]
    refused = await office.endpoints.as_(office.people["lin"]).get("/callbacks")
    assert refused.status_code == 403


def test_a_promise_is_late_after_its_grace_and_a_complaint_after_its_deadline(clock: FrozenClock) -> None:
    now = clock.now()
    assert reach_by(CallbackKind.AGENT_PROMISE, now, None, GRACE) == now + GRACE
    assert reach_by(CallbackKind.COMPLAINT, now, now + 24 * HOUR, GRACE) == now + 24 * HOUR
    assert reach_by(CallbackKind.COMPLAINT, now, None, GRACE) == now
    assert is_moved(now, now + HOUR)
    assert not is_moved(now, now)
    assert not is_moved(None, now)
