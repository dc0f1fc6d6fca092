"""Who may listen to a recording, what is recorded of it, and how a player gets the part it asks for."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from callcenter.campaigns.service import CampaignService
from callcenter.kit.actor import Actor
from callcenter.kit.bus import Bus
from callcenter.kit.errors import Refusal
from callcenter.kit.scope import ALL
from callcenter.kit.trail import Noted
from callcenter.leads.service import LeadService
from callcenter.people.rostering import RosterService
from callcenter.people.service import PeopleService
from callcenter.people.types import RIGHTS, Role
from callcenter.recordings.api import router
from callcenter.recordings.finding.api import router as finding_router
from callcenter.recordings.incidents_api import router as incidents_router
from callcenter.recordings.types import AccessCard
from tests.rooms.recordings.cast import FaultyStore, System
from tests.support.events import listen
from tests.support.http import Endpoints


def person(role: Role) -> Actor:
    """Returns an actor of a role, without a row in staff, so that the log has only the label."""
    return Actor(staff_id=None, name=role, role=role, rights=frozenset(RIGHTS[role]), scope=ALL)


class Stage:
    """The room's endpoints with a checker logged in."""

    def __init__(self, system: System) -> None:
        self.system = system
        parts = [system.joined.get(kind) for kind in (LeadService, CampaignService, RosterService, PeopleService)]
        self.endpoints = Endpoints(system.works, [system.services, *parts], [incidents_router, finding_router, router])
        self.client = self.endpoints.as_(person(Role.QA))

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.client.get(f"/recordings{path}", **options)

    async def find(self, **criteria: Any) -> httpx.Response:
        return await self.client.post("/recordings/search", json=criteria)

    async def play(self, call_id: UUID, range_: str | None = None, **headers: str) -> httpx.Response:
        if range_ is not None:
            headers["Range"] = range_
        return await self.get(f"/{call_id}/audio", params={"reason": "review"}, headers=headers)


@pytest.fixture
async def stage(system: System) -> AsyncIterator[Stage]:
    stage = Stage(system)
    yield stage
    await stage.endpoints.close()


@pytest.fixture
async def call_id(system: System) -> UUID:
    call_id = await system.talk(3)
    await system.pipeline.tick()
    return call_id


async def accesses(system: System, call_id: UUID) -> list[AccessCard]:
    async with system.works.begin() as work:
        return await system.services.listening.accesses(work, call_id)


class TestPlaying:
    async def test_a_recording_is_played_as_a_whole(self, stage: Stage, system: System, call_id: UUID) -> None:
        answer = await stage.play(call_id)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/flac")
        assert answer.headers["accept-ranges"] == "bytes"
        assert answer.content == await system.body(call_id)
        assert int(answer.headers["content-length"]) == len(answer.content)

    async def test_a_part_is_played(self, stage: Stage, system: System, call_id: UUID) -> None:
        whole = await system.body(call_id)
        answer = await stage.play(call_id, "bytes=100-199")
        assert answer.status_code == 206
        assert answer.headers["content-range"] == f"bytes 100-199/{len(whole)}"
        assert answer.content == whole[100:200]
        assert (await stage.play(call_id, "bytes=-10")).content == whole[-10:]

    async def test_a_part_behind_the_end_is_refused(self, stage: Stage, system: System, call_id: UUID) -> None:
        size = len(await system.body(call_id))
        answer = await stage.play(call_id, f"bytes={size}-")
        assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{size}")

    async def test_a_part_of_another_version_is_played_as_a_whole(self, stage: Stage, call_id: UUID) -> None:
        tag = (await stage.play(call_id)).headers["etag"]
        assert (await stage.play(call_id, "bytes=0-9", **{"If-Range": tag})).status_code == 206
        assert (await stage.play(call_id, "bytes=0-9", **{"If-Range": '"other"'})).status_code == 200

    async def test_a_recording_that_is_not_stored_cannot_be_played(self, stage: Stage, system: System) -> None:
        answer = await stage.play(await system.dial())
        assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_hear")
        assert (await stage.play(uuid4())).json()["code"] == "recording_not_found"

    async def test_without_the_store_nothing_is_played(self, stage: Stage, store: FaultyStore, call_id: UUID) -> None:
        store.inner.down = True
        assert (await stage.play(call_id)).status_code == 503


class TestRights:
    @pytest.mark.parametrize("role", list(Role))
    async def test_only_staff_with_the_right_listen(
        self, stage: Stage, system: System, call_id: UUID, role: Role
    ) -> None:
        stage.endpoints.as_(person(role))
        may = "listen_recordings" in RIGHTS[role]
        assert (await stage.play(call_id)).status_code == (200 if may else 403)
        assert (await stage.get(f"/{call_id}")).status_code == (200 if may else 403)
        assert (await stage.find()).status_code == (200 if may else 403)
        assert len(await accesses(system, call_id)) == (1 if may else 0)

    def test_roles_that_sell_do_not_have_the_right(self) -> None:
        for role in (Role.AGENT, Role.FIELD_AGENT, Role.FIELD_LEADER, Role.INSURER_LIAISON):
            assert "listen_recordings" not in RIGHTS[role]

    async def test_the_service_checks_the_right_too(self, system: System, call_id: UUID) -> None:
        async with system.works.begin() as work:
            with pytest.raises(Refusal, match="needs the right"):
                await system.services.listening.open_audio(work, person(Role.FIELD_AGENT), call_id, "curious")


class TestLog:
    async def test_the_log_keeps_who_listened_when_to_what_and_why(
        self, stage: Stage, system: System, bus: Bus, call_id: UUID
    ) -> None:
        noted = listen(bus, Noted)
        await stage.play(call_id)
        await stage.play(call_id, "bytes=100-")  # the player goes on: the same listening
        (access,) = await accesses(system, call_id)
        assert (access.actor, access.act, access.why, access.at) == (
            stage.endpoints.actor.label,
            "listen",
            "review",
            system.clock.now(),
        )
        assert [(event.act, event.subject) for event in noted] == [("recordings.listened", f"call:{call_id}")]
        system.clock.advance(timedelta(hours=1))
        await stage.play(call_id)
        assert len(await accesses(system, call_id)) == 2

    async def test_without_a_reason_nothing_is_played(self, stage: Stage, system: System, call_id: UUID) -> None:
        assert (await stage.get(f"/{call_id}/audio")).status_code == 422
        answer = await stage.get(f"/{call_id}/audio", params={"reason": "  "})
        assert (answer.status_code, answer.json()["code"]) == (422, "reason_missing")
        assert await accesses(system, call_id) == []


class TestHearing:
    async def test_the_seconds_heard_are_kept_at_the_access_they_belong_to(
        self, stage: Stage, system: System, call_id: UUID
    ) -> None:
        path = f"/recordings/{call_id}/heard"
        assert (await stage.client.post(path, json={"reason": "review", "heard_ms": 900})).status_code == 204
        assert await accesses(system, call_id) == []  # nothing was opened: there is nothing to note
        await stage.play(call_id)
        for heard_ms in (900, 2400, 1200):
            answer = await stage.client.post(path, json={"reason": "review", "heard_ms": heard_ms})
            assert answer.status_code == 204
        await stage.client.post(path, json={"reason": "another reason", "heard_ms": 3000})
        assert [access.heard_ms for access in await accesses(system, call_id)] == [2400]


class TestFinding:
    async def test_the_detail_has_waveform_and_figures(self, stage: Stage, call_id: UUID) -> None:
        detail = (await stage.get(f"/{call_id}")).json()
        assert detail["state"] == "stored"
        assert detail["duration_ms"] == 3000
        assert set(detail["peaks"]) == {"customer", "agent"}
        assert detail["figures"]["talk_over_rate"] == 1.0
        assert detail["policy_rule"] == "unsold"
        assert detail["marks"] == [{"kind": "answered", "at_ms": 0}, {"kind": "ended", "at_ms": 3000}]

    async def test_recordings_are_searched_page_by_page(self, stage: Stage, system: System) -> None:
        calls = [str(await system.talk(0.2)) for _ in range(3)]
        await system.pipeline.tick()
        page = (await stage.find(limit=2)).json()
        assert [item["call_id"] for item in page["items"]] == [calls[2], calls[1]]
        rest = (await stage.find(limit=2, cursor=page["next"])).json()
        assert [item["call_id"] for item in rest["items"]] == [calls[0]]
        assert rest["next"] is None

        async def count_found(**criteria: object) -> int:
            answer = await stage.find(**criteria)
            assert answer.status_code == 200, answer.text
            return len(answer.json()["items"])

        assert await count_found(agent_id=7, disposition="thinking", first_on="2026-11-23", last_on="2026-11-23") == 3
        assert await count_found(agent_id=8) == 0
        assert await count_found(lead_id=70, state="stored", kind="lead") == 3
        assert await count_found(kind="complaint") == 0
        assert await count_found(disposition="success") == 0
        assert await count_found(first_on="2026-11-24") == 0
        assert await count_found(last_on="2026-11-22") == 0
        assert await count_found(least_seconds=1) == 0
        assert await count_found(most_seconds=1) == 3
        assert await count_found(incident=True) == 0
        assert await count_found(incident=False) == 3
        assert await count_found(campaign_id=2) == 0
        assert await count_found(branch="nowhere") == 0

    async def test_incidents_are_listed_and_closed(self, stage: Stage, system: System) -> None:
        orphan = await system.dial(arm=False)
        system.record(orphan, 1)
        await system.pipeline.tick()
        (line,) = (await stage.get("/incidents")).json()["items"]
        assert (line["kind"], line["call_id"]) == ("orphan", str(orphan))
        answer = await stage.client.post(f"/recordings/incidents/{line['id']}/close", json={"reason": "test call"})
        assert answer.status_code == 204
        assert [line["closed_at"] is not None for line in (await stage.get("/incidents")).json()["items"]] == [True]
