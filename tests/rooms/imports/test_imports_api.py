"""The data officer's endpoints: uploads, imports, lists, campaigns, allocation runs."""

import io
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from python_calamine import CalamineWorkbook

from callcenter.allocation.api import router as allocation_router
from callcenter.allocation.forecasting import ForecastService
from callcenter.allocation.runs import RunService
from callcenter.campaigns.api import router as campaigns_router
from callcenter.files.settings import FileSettings
from callcenter.imports.api import router as intake_router
from callcenter.kit import jobs
from callcenter.kit.crypto import Vault
from callcenter.kit.trail import Noted
from callcenter.kit.work import Works
from callcenter.leads.lists import LeadLists
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from callcenter.people.types import Role
from tests.support.allocation import allocation_services
from tests.support.events import listen
from tests.support.http import Endpoints
from tests.support.leads import as_file, campaign_service, intake_service, lead_service, list_rows, reject_service
from tests.support.rows import Staff, make_campaign, make_staff


class Office:
    """The endpoints with a data officer logged in, and a campaign."""

    def __init__(self, works: Works, vault: Vault, database_url: str, campaign_id: int, officer: Staff) -> None:
        self.works = works
        self.database_url = database_url
        self.campaign_id = campaign_id
        self.officer = officer
        self.intake = intake_service(vault, upload_limit_bytes=100_000)
        leads, campaigns, people = lead_service(vault), campaign_service(), PeopleService(PeopleSettings())
        allocation = allocation_services(vault, leads=leads, campaigns=campaigns)
        runs, forecasts = allocation.get(RunService), allocation.get(ForecastService)
        routers = [intake_router, campaigns_router, allocation_router]
        files, rejects = FileSettings(upload_limit_bytes=100_000), reject_service(vault)
        services = [self.intake, rejects, LeadLists(), files, campaigns, people, leads, runs, forecasts]
        self.endpoints = Endpoints(works, services, routers, officer)
        self.client = self.endpoints.client

    async def upload(self, rows: list[str], **form: Any) -> httpx.Response:
        return await self.upload_bytes(as_file(rows).getvalue(), **form)

    async def upload_bytes(self, content: bytes, name: str = "list.csv", **form: Any) -> httpx.Response:
        return await self.client.post("/lead-imports", files={"file": (name, io.BytesIO(content))}, data=form)

    async def order(self, upload_id: int, verb: str = "import", **body: Any) -> httpx.Response:
        body = {"campaign_id": self.campaign_id, "name": "November", **body}
        return await self.client.post(f"/lead-imports/{upload_id}/{verb}", json=body)

    async def perform(self, job_id: int) -> dict[str, Any]:
        """Performs a job that was requested, and returns its result or its problem."""
        await jobs.perform(self.works, self.database_url, self.intake.job_handlers(self.works), job_id)
        async with self.works.begin() as work:
            card = await jobs.Jobs().card(work, job_id)
        return dict(card.result or card.problem or {})

    async def import_list(self, rows: list[str], **body: Any) -> dict[str, Any]:
        """Uploads rows, requests their import and performs it; returns the report."""
        upload = (await self.upload(rows)).json()
        requested = await self.order(upload["id"], **body)
        assert requested.status_code == 202, requested.text
        return await self.perform(requested.json()["id"])


@pytest.fixture
async def office(works: Works, vault: Vault, database_url: str) -> AsyncIterator[Office]:
    async with works.begin() as work:
        officer = await make_staff(work, Role.DATA_OFFICER, name="o")
        campaign_id = (await make_campaign(work)).id
    office = Office(works, vault, database_url, campaign_id, officer)
    yield office
    await office.endpoints.close()


async def test_a_list_is_uploaded_tried_in_a_dry_run_imported_once_and_shown(office: Office) -> None:
    rows = [*list_rows(3), list_rows(1)[0], "无名,,女,,,,,,,"]
    answer = await office.upload(rows, source="总行")
    assert answer.status_code == 200
    upload = answer.json()
    assert (upload["state"], upload["encoding"], upload["source"]) == ("uploaded", "utf-8", "总行")
    reasons = {"duplicate_in_file": 1, "missing_phone": 1}
    figures = {"rows": 5, "good": 3, "rejected": 2, "reasons": reasons, "warnings": {}}

    requested = await office.order(upload["id"], "dry-run")
    assert (requested.status_code, requested.json()["state"], requested.json()["kind"]) == (
        202,
        "queued",
        "leads.dry_run",
    )
    shown = (await office.client.get(f"/lead-imports/{upload['id']}")).json()
    assert (shown["state"], shown["job_id"]) == ("ordered", requested.json()["id"])
    assert (await office.order(upload["id"])).json()["code"] == "upload_busy"
    assert await office.perform(requested.json()["id"]) == {"list_id": None, "already_imported": False, **figures}
    assert (await office.client.get("/lead-lists")).json()["items"] == []

    requested = await office.order(upload["id"])
    report = await office.perform(requested.json()["id"])
    assert report == {"list_id": report["list_id"], "already_imported": False, **figures}
    assert await office.import_list(rows) == {**report, "already_imported": True}
    (item,) = (await office.client.get("/lead-lists")).json()["items"]
    assert item == {
        "id": report["list_id"],
        "name": "November",
        "campaign_id": office.campaign_id,
        "imported_at": "2026-11-23T02:30:00Z",
        "imported_by": office.officer.id,
        "imported_by_name": "o",
        "file_name": "list.csv",
        "source": "总行",
        "branch": "",
        "target_group_id": None,
        "mapping": item["mapping"],
        "fields": [],
        **figures,
    }
    assert (item["mapping"]["phone"], item["mapping"]["basis_kind"]) == ("联系电话", "授权依据")
    assert (await office.client.get(f"/lead-lists/{report['list_id']}")).json() == item
    shown = (await office.client.get(f"/lead-imports/{upload['id']}")).json()
    assert (shown["state"], shown["list_id"]) == ("imported", report["list_id"])
    assert (await office.order(upload["id"])).json()["code"] == "upload_over"


async def test_a_preview_shows_rows_masked_with_their_reason(office: Office) -> None:
    rows = [
        "王小明,19912345678,女,1980-05-06,青秀区,南宁市青秀区某路17号,教师,一般客户,书面同意,SQ1,450100198005060021",
        "李四,0771-5551234,男,,,,,,书面同意,SQ2,",
    ]
    upload = (await office.upload_bytes(as_file(rows, header=",".join([*HEADER, "身份证号"])).getvalue())).json()
    preview = (await office.client.post(f"/lead-imports/{upload['id']}/preview")).json()
    assert preview["mapping"]["phone"] == "联系电话"
    assert (preview["mapping_from"], preview["header_row"], preview["missing"]) == ("guessed", 1, [])
    assert preview["required"] == ["phone", "basis_kind"]
    assert preview["before"] == []
    good, bad = preview["rows"]
    assert good["reason"] is None
    assert good["values"]["name"] == "王**"
    assert good["values"]["phone"] == "199****5678"
    assert good["values"]["address"] == "南宁市青秀区…"
    assert good["values"]["id_number"] == "45**************21"
    assert (bad["line"], bad["reason"], bad["values"]["phone"]) == (3, "landline", "077****1234")
    assert preview["fields"] == [], "every column is known"
    again = (await office.upload_bytes(as_file(rows, header=",".join([*HEADER, "身份证号"])).getvalue())).json()
    before = (await office.client.post(f"/lead-imports/{again['id']}/preview")).json()["before"]
    assert [earlier["id"] for earlier in before] == [upload["id"]]


HEADER = ["客户姓名", "联系电话", "性别", "出生日期", "区县", "地址", "职业", "客户分类", "授权依据", "授权编号"]


async def test_a_mapping_is_given_once_and_remembered_for_the_source(office: Office) -> None:
    def file(first: int) -> bytes:
        lines = [
            "号甲,授,编,佣金",
            *(f"1990000{number:04d},书面同意,S{number},12.5" for number in range(first, first + 2)),
        ]
        return "\n".join(lines).encode()

    upload = (await office.upload_bytes(file(0), source="分行甲")).json()
    assert (await office.order(upload["id"])).json()["code"] == "column_missing"
    preview = (await office.client.post(f"/lead-imports/{upload['id']}/preview", json={"header_row": 1})).json()
    assert (preview["missing"], preview["mapping_from"]) == (["phone", "basis_kind"], "guessed")
    reading: dict[str, Any] = {
        "header_row": 1,
        "mapping": {"phone": "号甲", "basis_kind": "授", "basis_reference": "编"},
        "fields": [{"key": "bonus", "title": "佣金", "kind": "money", "required": True}],
    }
    preview = (await office.client.post(f"/lead-imports/{upload['id']}/preview", json=reading)).json()
    assert (preview["missing"], preview["mapping_from"], preview["rows"][0]["reason"]) == ([], "given", None)
    requested = await office.order(upload["id"], **reading)
    assert (await office.perform(requested.json()["id"]))["good"] == 2
    (source,) = (await office.client.get("/lead-imports/sources")).json()
    assert source["source"] == "分行甲"
    assert source["mapping"] == reading["mapping"]
    assert source["fields"] == [{"key": "bonus", "title": "佣金", "kind": "money", "required": True, "choices": []}]

    upload = (await office.upload_bytes(file(2), source="分行甲")).json()
    preview = (await office.client.post(f"/lead-imports/{upload['id']}/preview")).json()
    assert (preview["mapping_from"], preview["header_row"], preview["missing"]) == ("remembered", 1, [])
    requested = await office.order(upload["id"])
    assert (await office.perform(requested.json()["id"]))["good"] == 2


async def test_rejects_are_corrected_in_their_workbook_and_uploaded_as_they_are(office: Office) -> None:
    noted = listen(office.works, Noted)
    rows = [*list_rows(2), "张三,400-800-1234,女,,,=1+1,,,书面同意,SQ7"]
    report = await office.import_list(rows)
    url = f"/lead-lists/{report['list_id']}/rejects.xlsx"
    answer = await office.client.get(url)
    assert answer.headers["content-disposition"] == f'attachment; filename="rejects-{report["list_id"]}.xlsx"'
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    sheet = [[str(cell) for cell in row] for row in book.get_sheet_by_index(0).to_python()]
    assert sheet[0] == ["行号 / Line", "未导入原因 / Reason", *HEADER]
    assert sheet[1][:4] == ["4", "客服或服务号码（400、800、95 等）", "张三", "400-800-1234"]
    assert sheet[1][7] == "=1+1", "a text, not a formula"
    assert noted[-1] == Noted("leads.rejects_downloaded", f"lead_list:{report['list_id']}", {"rows": 1})

    corrected = [",".join(sheet[0]), ",".join(cell.replace("400-800-1234", "19900000777") for cell in sheet[1])]
    upload = (await office.upload_bytes("\n".join(corrected).encode())).json()
    requested = await office.order(upload["id"])
    again = await office.perform(requested.json()["id"])
    assert (again["rows"], again["good"]) == (1, 1)
    item = (await office.client.get(f"/lead-lists/{again['list_id']}")).json()
    assert item["fields"] == []
    office.endpoints.as_role(Role.AUDITOR)
    assert (await office.client.get(url)).status_code == 403


async def test_an_upload_is_discarded(office: Office) -> None:
    upload = (await office.upload(list_rows(1))).json()
    for _ in range(2):
        assert (await office.client.delete(f"/lead-imports/{upload['id']}")).json()["state"] == "discarded"
    answer = await office.client.post(f"/lead-imports/{upload['id']}/preview")
    assert (answer.status_code, answer.json()["code"]) == (409, "upload_over")
    page = (await office.client.get("/lead-imports", params={"state": "uploaded"})).json()
    assert page["items"] == []
    page = (await office.client.get("/lead-imports", params={"state": "discarded"})).json()
    assert [shown["id"] for shown in page["items"]] == [upload["id"]]


async def test_pages_follow_each_other(office: Office) -> None:
    for first in (0, 10, 20):
        await office.import_list(["无名,,女,,,,,,,"] * 3 + list_rows(2, first=first))
    first_page = (await office.client.get("/lead-lists", params={"limit": 2})).json()
    second = (await office.client.get("/lead-lists", params={"limit": 2, "cursor": first_page["next"]})).json()
    ids = [item["id"] for item in [*first_page["items"], *second["items"]]]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 3
    url = f"/lead-lists/{ids[0]}/rejects"
    rejects = (await office.client.get(url, params={"limit": 2})).json()
    rest = (await office.client.get(url, params={"limit": 2, "cursor": rejects["next"]})).json()
    assert [(reject["line"], reject["reason"]) for reject in [*rejects["items"], *rest["items"]]] == [
        (line, "missing_phone") for line in (2, 3, 4)
    ]
    assert rest["next"] is None


@pytest.mark.parametrize("declared", [True, False])
async def test_a_file_that_is_too_large_is_refused_before_it_is_kept(office: Office, declared: bool) -> None:
    """Whether or not the client says how much it is going to send."""
    form = httpx.Request("POST", "http://test/lead-imports", files={"file": ("list.csv", io.BytesIO(b"x," * 500_000))})
    body = b"".join(form.stream)  # type: ignore[arg-type]

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 10_000):
            yield body[start : start + 10_000]

    answer = await office.client.post(
        "/lead-imports", content=body if declared else pieces(), headers={"content-type": form.headers["content-type"]}
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")


async def test_campaign_not_founds_fields_files_and_lists_are_refused(office: Office) -> None:
    upload = (await office.upload(list_rows(1))).json()
    answer = await office.order(upload["id"], campaign_id=4711)
    assert (answer.status_code, answer.json()["code"]) == (404, "campaign_not_found")
    answer = await office.order(upload["id"], fields=[{"key": "phone", "title": "x"}])
    assert (answer.status_code, answer.json()["code"]) == (422, "fields_invalid")
    answer = await office.upload_bytes(b"\xff\xff\x00")
    assert (answer.status_code, answer.json()["code"]) == (422, "file_unreadable")
    for path in ("/lead-imports/99", "/lead-lists/99", "/lead-lists/99/rejects", "/lead-lists/99/rejects.xlsx"):
        assert (await office.client.get(path)).status_code == 404


async def test_the_known_columns_are_listed(office: Office) -> None:
    columns = (await office.client.get("/lead-imports/columns")).json()
    by_key = {column["key"]: column for column in columns}
    assert (by_key["phone"]["required"], by_key["phone"]["kind"], by_key["phone"]["accepted"]) == (True, "phone", [])
    assert (by_key["income"]["required"], by_key["income"]["kind"]) == (False, "text")
    assert by_key["basis_kind"]["needs"] == "basis_reference"
    assert "书面同意" in by_key["basis_kind"]["accepted"]
    book = await office.client.get("/lead-imports/template.xlsx")
    assert (book.status_code, book.content[:2]) == (200, b"PK")


async def test_campaigns_are_shown(office: Office) -> None:
    (item,) = (await office.client.get("/campaigns")).json()["items"]
    assert item["id"] == office.campaign_id
    assert item["mode"] == "preview"
    assert item["quota"] == 30
    assert item["shifts"][1] == {"opens": "13:30", "closes": "18:00"}


async def test_an_allocation_is_run_and_shown(office: Office) -> None:
    body = {"campaign_id": office.campaign_id, "on": "2026-11-24", "seed": 5}
    report = (await office.client.post("/allocation/runs", json=body)).json()
    assert (report["on"], report["agents"], report["assigned"], report["seed"]) == ("2026-11-24", 0, 0, 5)
    assert (await office.client.post("/allocation/runs", json=body)).json()["already_run"]
    page = (await office.client.get("/allocation/runs")).json()
    assert [run["run_id"] for run in page["items"]] == [report["run_id"]]
    refused = await office.client.post("/allocation/runs", json={**body, "on": "2026-11-28"})
    assert (refused.status_code, refused.json()["code"], refused.json()["rule"]) == (422, "day_not_worked", "D1")


async def test_head_office_uploads_sees_its_own_uploads_and_imports_nothing(office: Office) -> None:
    foreign = (await office.upload(list_rows(1))).json()
    async with office.works.begin() as work:
        office.endpoints.as_(await make_staff(work, Role.HEAD_OFFICE))
    mine = (await office.upload(list_rows(2))).json()
    assert [shown["id"] for shown in (await office.client.get("/lead-imports")).json()["items"]] == [mine["id"]]
    assert (await office.client.get(f"/lead-imports/{foreign['id']}")).status_code == 404
    assert (await office.client.post(f"/lead-imports/{foreign['id']}/preview")).status_code == 404
    assert (await office.client.delete(f"/lead-imports/{foreign['id']}")).status_code == 404
    assert (await office.client.post(f"/lead-imports/{mine['id']}/preview")).status_code == 200
    assert (await office.order(mine["id"])).status_code == 403
    assert (await office.order(mine["id"], "dry-run")).status_code == 403
    assert (await office.client.get("/lead-lists")).status_code == 403


@pytest.mark.parametrize("role", [Role.AGENT, Role.FIELD_AGENT, Role.QA])
async def test_other_roles_neither_see_lists_nor_import(office: Office, role: Role) -> None:
    upload = (await office.upload(list_rows(1))).json()
    office.endpoints.as_role(role)
    for path in (
        "/lead-imports",
        "/lead-imports/columns",
        "/lead-imports/sources",
        f"/lead-imports/{upload['id']}",
        "/lead-lists",
        "/lead-lists/1",
        "/lead-lists/1/rejects",
        "/lead-lists/1/rejects.xlsx",
        "/campaigns",
        "/allocation/runs",
    ):
        assert (await office.client.get(path)).status_code == 403, path
    assert (await office.upload(list_rows(1))).status_code == 403
    for verb in ("preview", "dry-run", "import"):
        assert (await office.order(upload["id"], verb)).status_code == 403
    body = {"campaign_id": office.campaign_id, "on": "2026-11-24"}
    assert (await office.client.post("/allocation/runs", json=body)).status_code == 403
