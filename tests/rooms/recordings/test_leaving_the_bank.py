"""Which recordings leave the bank, who decides it, and what a pack holds (requirement R6, law 6)."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from callcenter.field.types import POLICY_NUMBER, ApplicationState
from callcenter.kit.bus import Bus
from callcenter.kit.clock import business_date
from callcenter.kit.jobs import JobCard, JobState, Report
from callcenter.kit.trail import Noted
from callcenter.people.service import PeopleService
from callcenter.people.types import RIGHTS, Right, Role
from callcenter.recordings.exports.api import router
from callcenter.recordings.exports.making import PackMaker
from callcenter.recordings.exports.rules import refusal
from callcenter.recordings.exports.service import PACK_KIND, ExportService
from callcenter.recordings.exports.signing import Signer
from callcenter.recordings.exports.types import ExportFacts, Purpose, Refused, SoldPolicy
from callcenter.recordings.scheduled import delete_expired_packs
from tests.rooms.recordings.cast import System
from tests.support.events import listen
from tests.support.http import Endpoints
from tests.support.rows import VAULT, Staff, make_application, make_call, make_hand_over, make_recording, make_staff
from tests.support.rows.calls import BODY

VERIFY = Path(__file__).parents[3] / "scripts" / "verify-pack"
ISSUED = SoldPolicy(True, "P-1", None)


class TestRule:
    """The whole table: purpose × policy × registered number × recording × who asks."""

    @pytest.mark.parametrize("purpose", list(Purpose))
    def test_only_issued_policies_and_registered_requests_are_allowed(self, purpose: Purpose) -> None:
        policies = (None, SoldPolicy(False, "", None), ISSUED)
        for policy, number, stored, liaison in product(policies, ("", "A-7"), (True, False), (True, False)):
            facts = ExportFacts(purpose, number, stored, policy, liaison)
            lawful = (policy is ISSUED) if purpose is Purpose.INSURER else bool(number) and not liaison
            assert (refusal(facts) is None) is (lawful and stored), facts

    def test_a_refusal_names_the_first_rule(self) -> None:
        assert refusal(ExportFacts(Purpose.INSURER, "", True, None, True)) is Refused.NOT_SOLD
        assert refusal(ExportFacts(Purpose.INSURER, "", True, SoldPolicy(False, "", None), True)) is Refused.NOT_ISSUED
        assert refusal(ExportFacts(Purpose.COURT, "", True, None, False)) is Refused.NO_NUMBER
        assert refusal(ExportFacts(Purpose.COURT, "A-7", True, None, True)) is Refused.NOT_ENTITLED
        assert refusal(ExportFacts(Purpose.COURT, "A-7", False, None, False)) is Refused.NOT_STORED


class Stage:
    """The endpoints of exports with a liaison, and a compliance officer who decides."""

    def __init__(self, system: System) -> None:
        self.system = system
        services = system.joined
        self.maker = services.get(PackMaker)
        parts = [services.get(kind) for kind in (ExportService, Signer, PeopleService)]
        self.endpoints = Endpoints(system.works, parts, [router])
        self.people: dict[Role, Staff] = {}

    async def setup(self) -> None:
        async with self.system.works.begin() as work:
            for role in (Role.INSURER_LIAISON, Role.DATA_OFFICER, Role.COMPLAINT_OFFICER, Role.AUDITOR, Role.QA):
                self.people[role] = await make_staff(work, role)

    def as_(self, role: Role) -> httpx.AsyncClient:
        return self.endpoints.as_(self.people[role])

    async def sale(self, state: ApplicationState | None) -> UUID:
        """A call with its stored recording, whose application is in this state; None: none was signed."""
        async with self.system.works.begin() as work:
            call = await make_call(work)
            key = f"recordings/2026/11/23/{call.id}.flac"
            await make_recording(work, call, agent_id=call.agent_id, campaign_id=call.campaign_id, object_key=key)
            if state is not None:
                hand_over = await make_hand_over(work, call)
                today = business_date(work.now)
                columns: dict[str, Any] = {}
                if state is ApplicationState.ISSUED:
                    number = VAULT.seal("POL-2026-1", POLICY_NUMBER.place(hand_over.id))
                    columns = {"issued_on": today, "starts_on": today, "number_sealed": number}
                elif state is not ApplicationState.APPLIED:
                    columns = {"ended_on": today}
                await make_application(work, hand_over, state=state, **columns)
        return call.id

    async def put_audio(self, call_id: UUID, folder: Path, body: bytes = BODY) -> None:
        """Puts the audio of a built recording into the store and names its version in the row."""
        file = folder / "audio"
        file.write_bytes(body)
        async with self.system.works.begin() as work:
            row = await self.system.row(call_id)
            held = await self.system.store.put(
                str(row.object_key),
                file,
                sha256=hashlib.sha256(body).hexdigest(),
                retain_until=work.now + timedelta(days=1),
                content_type="audio/flac",
            )
            row = await work.session.merge(row)
            row.version_id = held.version_id

    async def request(self, role: Role, call_id: UUID, purpose: str = "insurer", number: str = "") -> httpx.Response:
        body = {"call_id": str(call_id), "purpose": purpose, "number": number, "reason": "asked for it"}
        return await self.as_(role).post("/recordings/exports", json=body)

    async def decide(self, role: Role, export_id: int, *, approved: bool = True) -> httpx.Response:
        body = {"approved": approved, "reason": "looked at it"}
        return await self.as_(role).post(f"/recordings/exports/{export_id}/decision", json=body)

    async def make_pack(self, export_id: int) -> None:
        """Runs the job of the pack, as the runner of jobs does."""
        handler = self.maker.job_handlers(self.system.works)[PACK_KIND]
        job = job_about({"export_id": export_id}, self.system)
        await handler(job, Report(self.system.works, job.id))

    async def packed(self, call_id: UUID, folder: Path) -> int:
        await self.put_audio(call_id, folder)
        export_id = int((await self.request(Role.INSURER_LIAISON, call_id)).json()["id"])
        assert (await self.decide(Role.DATA_OFFICER, export_id)).status_code == 200
        await self.make_pack(export_id)
        return export_id

    async def listed(self, role: Role) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await self.as_(role).get("/recordings/exports")).json()["items"]
        return items


def job_about(params: dict[str, Any], system: System) -> JobCard:
    return JobCard(
        id=1,
        kind=PACK_KIND,
        params=params,
        state=JobState.RUNNING,
        done=0,
        total=None,
        figures={},
        result=None,
        problem=None,
        requested_by=None,
        requested_at=system.clock.now(),
        started_at=None,
        ended_at=None,
        cancelling=False,
        attempts=1,
    )


@pytest.fixture
async def stage(system: System) -> AsyncIterator[Stage]:
    stage = Stage(system)
    await stage.setup()
    yield stage
    await stage.endpoints.close()


class TestRequests:
    @pytest.mark.parametrize(
        ("state", "refused"),
        [
            (None, "not_sold"),
            (ApplicationState.APPLIED, "not_issued"),
            (ApplicationState.REFUSED, "not_issued"),
            (ApplicationState.CANCELLED, "not_issued"),
        ],
    )
    async def test_the_insurer_is_refused_what_is_not_issued_and_each_refusal_is_kept(
        self, stage: Stage, bus: Bus, state: ApplicationState | None, refused: str
    ) -> None:
        noted = listen(bus, Noted)
        call_id = await stage.sale(state)
        answer = await stage.request(Role.INSURER_LIAISON, call_id)
        assert (answer.status_code, answer.json()["code"]) == (409, "export_forbidden")
        assert answer.json()["params"] == {"refused": refused}
        assert [(row["state"], row["refused"]) for row in await stage.listed(Role.AUDITOR)] == [("refused", refused)]
        assert [(event.act, event.facts["refused"]) for event in noted] == [("recordings.export_refused", refused)]

    async def test_a_lawful_request_needs_its_registered_number(self, stage: Stage) -> None:
        call_id = await stage.sale(None)
        answer = await stage.request(Role.COMPLAINT_OFFICER, call_id, "court")
        assert answer.json()["params"] == {"refused": "no_number"}
        answer = await stage.request(Role.COMPLAINT_OFFICER, call_id, "court", "(2026) 1")
        assert (answer.status_code, answer.json()["state"]) == (201, "requested")

    async def test_the_liaison_requests_for_the_insurer_alone_and_sees_own_exports_alone(self, stage: Stage) -> None:
        call_id = await stage.sale(ApplicationState.ISSUED)
        answer = await stage.request(Role.INSURER_LIAISON, call_id, "police", "7")
        assert answer.json()["params"] == {"refused": "not_entitled"}
        await stage.request(Role.COMPLAINT_OFFICER, call_id, "customer", "C-1")
        assert [row["purpose"] for row in await stage.listed(Role.INSURER_LIAISON)] == ["police"]
        assert len(await stage.listed(Role.AUDITOR)) == 2

    async def test_nobody_decides_on_an_own_request(self, stage: Stage) -> None:
        call_id = await stage.sale(ApplicationState.ISSUED)
        export_id = (await stage.request(Role.DATA_OFFICER, call_id)).json()["id"]
        answer = await stage.decide(Role.DATA_OFFICER, export_id)
        assert (answer.status_code, answer.json()["code"]) == (409, "own_request")
        assert (await stage.decide(Role.COMPLAINT_OFFICER, export_id)).json()["state"] == "approved"
        assert (await stage.decide(Role.COMPLAINT_OFFICER, export_id)).json()["code"] == "export_decided"

    async def test_a_policy_that_was_cancelled_meanwhile_is_refused_at_the_decision(self, stage: Stage) -> None:
        call_id = await stage.sale(ApplicationState.ISSUED)
        export_id = (await stage.request(Role.INSURER_LIAISON, call_id)).json()["id"]
        await cancel(stage, call_id)
        answer = await stage.decide(Role.DATA_OFFICER, export_id)
        assert answer.json()["params"] == {"refused": "not_issued"}
        assert [row["state"] for row in await stage.listed(Role.AUDITOR)] == ["refused"]

    async def test_and_when_its_pack_is_made(self, stage: Stage, tmp_path: Path) -> None:
        call_id = await stage.sale(ApplicationState.ISSUED)
        await stage.put_audio(call_id, tmp_path)
        export_id = (await stage.request(Role.INSURER_LIAISON, call_id)).json()["id"]
        await stage.decide(Role.DATA_OFFICER, export_id)
        await cancel(stage, call_id)
        await stage.make_pack(export_id)
        assert [(row["state"], row["sha256"]) for row in await stage.listed(Role.AUDITOR)] == [("refused", None)]

    async def test_a_rejected_request_makes_no_pack(self, stage: Stage) -> None:
        call_id = await stage.sale(ApplicationState.ISSUED)
        export_id = (await stage.request(Role.INSURER_LIAISON, call_id)).json()["id"]
        assert (await stage.decide(Role.DATA_OFFICER, export_id, approved=False)).json()["state"] == "rejected"
        answer = await stage.as_(Role.INSURER_LIAISON).get(f"/recordings/exports/{export_id}/pack")
        assert (answer.status_code, answer.json()["code"]) == (409, "pack_not_ready")

    @pytest.mark.parametrize("role", list(Role))
    def test_only_these_roles_take_part(self, role: Role) -> None:
        keeps, exports = Right.KEEP_RECORDINGS in RIGHTS[role], Right.EXPORT_RECORDINGS in RIGHTS[role]
        assert keeps is (role in (Role.DATA_OFFICER, Role.COMPLAINT_OFFICER))
        assert exports is (keeps or role is Role.INSURER_LIAISON)


async def cancel(stage: Stage, call_id: UUID) -> None:
    """The customer cancels the policy of a call."""
    async with stage.system.works.begin() as work:
        await work.session.execute(
            text(
                "UPDATE policy_application a SET state = 'cancelled', ended_on = current_date"
                " FROM hand_over h WHERE h.id = a.hand_over_id AND h.call_id = :call"
            ),
            {"call": call_id},
        )


class TestPack:
    async def test_the_pack_holds_the_audio_what_the_policy_allows_and_a_signed_manifest(
        self, stage: Stage, bus: Bus, tmp_path: Path
    ) -> None:
        call_id = await stage.sale(ApplicationState.ISSUED)
        export_id = await stage.packed(call_id, tmp_path)
        noted = listen(bus, Noted)
        answer = await stage.as_(Role.INSURER_LIAISON).get(f"/recordings/exports/{export_id}/pack")
        assert answer.status_code == 200
        (row,) = await stage.listed(Role.INSURER_LIAISON)
        assert (row["state"], row["taken"]) == ("packed", 1)
        assert hashlib.sha256(answer.content).hexdigest() == row["sha256"]
        with zipfile.ZipFile(io.BytesIO(answer.content)) as pack:
            assert pack.read("recording.flac") == BODY
            particulars = json.loads(pack.read("particulars.json"))
            manifest = json.loads(pack.read("manifest.json"))
        assert particulars["policy_number"] == "POL-2026-1"
        assert set(particulars) == {
            *("policy_number", "issued_on", "called_at", "ended_at", "length_ms", "campaign", "agent_licence")
        }
        assert (manifest["purpose"], manifest["call"]) == ("insurer", str(call_id))
        assert [(event.act, event.subject) for event in noted] == [
            ("recordings.export_taken", f"recording_export:{export_id}")
        ]
        async with stage.system.works.begin() as work:
            (access,) = await stage.system.services.listening.accesses(work, call_id)
        assert access.act == "export"

    async def test_an_independent_script_verifies_the_pack_and_finds_what_was_changed(
        self, stage: Stage, tmp_path: Path
    ) -> None:
        call_id = await stage.sale(ApplicationState.ISSUED)
        export_id = await stage.packed(call_id, tmp_path)
        content = (await stage.as_(Role.INSURER_LIAISON).get(f"/recordings/exports/{export_id}/pack")).content
        key = (await stage.as_(Role.INSURER_LIAISON).get("/recordings/exports/key")).json()["pem"]
        (tmp_path / "key.pem").write_text(key)
        assert verify(tmp_path, content) == (0, "whole")
        assert verify(tmp_path, changed(content, "recording.flac", BODY + b"x"))[0] == 1
        assert verify(tmp_path, changed(content, "particulars.json", b"{}"))[0] == 1
        assert verify(tmp_path, changed(content, "manifest.json", b"{}"))[0] == 1
        assert verify(tmp_path, changed(content, "more.txt", b"more"))[0] == 1
        assert verify(tmp_path, b"no archive")[0] == 2

    async def test_the_link_expires_and_the_pack_is_deleted(self, stage: Stage, tmp_path: Path) -> None:
        export_id = await stage.packed(await stage.sale(ApplicationState.ISSUED), tmp_path)
        stage.system.clock.advance(timedelta(days=7, seconds=2))
        answer = await stage.as_(Role.INSURER_LIAISON).get(f"/recordings/exports/{export_id}/pack")
        assert answer.json()["code"] == "pack_not_ready"
        await delete_expired_packs(stage.system.works, stage.system.joined.get(ExportService))
        assert [row["state"] for row in await stage.listed(Role.AUDITOR)] == ["expired"]
        assert await stage.system.store.list_versions("exports/") == []

    async def test_other_audio_than_was_stored_is_given_to_nobody(self, stage: Stage, tmp_path: Path) -> None:
        call_id = await stage.sale(ApplicationState.ISSUED)
        await stage.put_audio(call_id, tmp_path, b"other audio")
        export_id = (await stage.request(Role.INSURER_LIAISON, call_id)).json()["id"]
        await stage.decide(Role.DATA_OFFICER, export_id)
        with pytest.raises(Exception, match="another hash"):
            await stage.make_pack(export_id)
        assert [row["state"] for row in await stage.listed(Role.AUDITOR)] == ["approved"]


def verify(folder: Path, content: bytes) -> tuple[int, str]:
    pack = folder / "pack.zip"
    pack.write_bytes(content)
    command = [sys.executable, str(VERIFY), str(pack), "--key", str(folder / "key.pem")]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return answer.returncode, answer.stdout.strip().rpartition(": ")[2]


def changed(content: bytes, name: str, body: bytes) -> bytes:
    """Returns the pack with one file replaced or added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as pack, zipfile.ZipFile(target, "w") as other:
        names = [*pack.namelist(), *([] if name in pack.namelist() else [name])]
        for one in names:
            other.writestr(one, body if one == name else pack.read(one))
    return target.getvalue()
