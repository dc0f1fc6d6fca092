"""A list of customers is imported: every row becomes a lead or is kept with the reason why not."""

import asyncio
import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import pytest
from sqlalchemy import func, text
from sqlmodel import col, select

from callcenter.campaigns.errors import CampaignNotFound
from callcenter.dnc.settings import DncSettings
from callcenter.dnc.types import DncReason
from callcenter.files.errors import FileUnreadable
from callcenter.imports.errors import ColumnMissing
from callcenter.imports.types import ImportReport, ImportRequest, Progress, RejectReason
from callcenter.kit.clock import FrozenClock
from callcenter.kit.crypto import Vault
from callcenter.kit.trail import Noted
from callcenter.kit.work import Works
from callcenter.leads.errors import ListNotFound
from callcenter.leads.types import BasisKind, Gender, ListImported
from tests.support.events import listen
from tests.support.leads import (
    HEADER,
    as_file,
    dnc_service,
    intake_service,
    lead_service,
    list_rows,
    reject_service,
)
from tests.support.lists import book, sheet
from tests.support.rows import Lead, LeadList, Reject, count_rows, make_campaign, phone_number
from tests.support.sealing import opened

DATA = Path(__file__).parents[2] / "data"


async def new_campaign(works: Works) -> int:
    async with works.begin() as work:
        return (await make_campaign(work)).id


def by_former_reasons(reasons: Mapping[RejectReason, int]) -> dict[str, int]:
    """Adds up the reasons that the known figures count together: neither a mobile nor a foreign number."""
    apart = {RejectReason.LANDLINE, RejectReason.SHORT_CODE, RejectReason.SERVICE_NUMBER}
    counted = {reason.value: count for reason, count in reasons.items() if reason not in apart}
    return {**counted, "landline_or_short": sum(count for reason, count in reasons.items() if reason in apart)}


async def import_rows(works: Works, vault: Vault, campaign_id: int, file: io.BytesIO, batch: int = 500) -> ImportReport:
    async with works.begin() as work:
        return await intake_service(vault, batch=batch).import_file(
            work, ImportRequest(campaign_id, "a list"), file_name="list.csv", file=file
        )


@pytest.mark.parametrize(
    ("file_name", "batch"),
    [("leads_nanning_gb18030.csv", 7), ("leads_nanning_gb18030.csv", 5000), ("leads_nanning_sheet.xlsx", 100)],
)
async def test_the_example_lists_give_exactly_their_known_figures(
    works: Works, vault: Vault, file_name: str, batch: int
) -> None:
    """The size of the batches changes nothing."""
    expected = json.loads((DATA / file_name).with_suffix(".expected.json").read_text())
    campaign_id = await new_campaign(works)
    reported: list[Progress] = []

    async def report_progress(progress: Progress) -> None:
        reported.append(progress)

    with (DATA / file_name).open("rb") as file:
        async with works.begin() as work:
            report = await intake_service(vault, batch=batch).import_file(
                work, ImportRequest(campaign_id, "Nanning"), file_name=file_name, file=file, on_progress=report_progress
            )
    figures = {**asdict(report), "reasons": by_former_reasons(report.reasons)}
    assert {"file": file_name, **{key: figures[key] for key in expected if key != "file"}} == expected
    async with works.begin() as work:
        grouped = await work.session.execute(
            select(col(Reject.reason), func.count().label("rows")).group_by(col(Reject.reason))
        )
        reasons = {group.reason: group.rows for group in grouped}
    assert await count_rows(works, Lead) == expected["good"]
    assert by_former_reasons(reasons) == expected["reasons"]
    last = reported[-1]
    assert (last.rows, last.good, last.rejected) == (expected["rows"], expected["good"], expected["rejected"])


async def test_importing_the_same_file_twice_changes_nothing(works: Works, vault: Vault) -> None:
    campaign_id = await new_campaign(works)
    first = await import_rows(works, vault, campaign_id, as_file(list_rows(20)))
    second = await import_rows(works, vault, campaign_id, as_file(list_rows(20)))
    assert not first.already_imported
    assert second.already_imported
    assert (second.list_id, second.good) == (first.list_id, 20)
    assert await count_rows(works, LeadList) == 1
    assert await count_rows(works, Lead) == 20


async def test_the_same_file_imported_three_times_at_once_is_imported_once(works: Works, vault: Vault) -> None:
    campaign_id = await new_campaign(works)
    reports = await asyncio.gather(
        *(import_rows(works, vault, campaign_id, as_file(list_rows(30)), batch=10) for _ in range(3))
    )
    assert sorted(report.already_imported for report in reports) == [False, True, True]
    assert {report.good for report in reports} == {30}


async def test_a_number_of_another_list_is_a_duplicate_only_within_the_campaign(works: Works, vault: Vault) -> None:
    campaign_id, other_id = await new_campaign(works), await new_campaign(works)
    await import_rows(works, vault, campaign_id, as_file(list_rows(10)))
    report = await import_rows(works, vault, campaign_id, as_file(list_rows(10, first=5)))
    assert (report.good, report.reasons) == (5, {RejectReason.DUPLICATE_IN_SYSTEM: 5})
    assert (await import_rows(works, vault, other_id, as_file(list_rows(10)))).good == 10


async def test_a_duplicate_is_found_within_a_batch_and_across_batches(works: Works, vault: Vault) -> None:
    rows = list_rows(4)
    spelt = rows[0].replace(phone_number(0), "+86 199-0000-0000")
    report = await import_rows(
        works, vault, await new_campaign(works), as_file([rows[0], spelt, *rows[1:], rows[0]]), batch=3
    )
    assert (report.good, report.reasons) == (4, {RejectReason.DUPLICATE_IN_FILE: 2})


async def test_a_row_that_became_no_lead_does_not_make_the_next_one_a_duplicate(works: Works, vault: Vault) -> None:
    row = list_rows(1)[0]
    report = await import_rows(
        works, vault, await new_campaign(works), as_file([row.replace("书面同意,SQ000000", ","), row])
    )
    assert (report.good, report.reasons) == (1, {RejectReason.NO_LEGAL_BASIS: 1})


async def test_numbers_on_the_do_not_call_list_are_kept_out_until_their_term_ends(
    works: Works, vault: Vault, clock: FrozenClock
) -> None:
    leads = lead_service(vault)
    campaign_id, other_id, third_id = [await new_campaign(works) for _ in range(3)]
    await import_rows(works, vault, campaign_id, as_file(list_rows(2)))
    async with works.begin() as work:
        cards = await leads.find_by_phone(work, phone_number(0))
        await dnc_service(vault).enter_dnc(work, cards[0].id, DncReason.CUSTOMER_REQUEST)
    report = await import_rows(works, vault, other_id, as_file(list_rows(2)))
    assert report.reasons == {RejectReason.DO_NOT_CALL: 1}
    clock.advance(DncSettings().term)
    assert (await import_rows(works, vault, third_id, as_file(list_rows(2)))).good == 2


async def test_a_lead_is_sealed_and_holds_the_values_of_its_row(works: Works, vault: Vault) -> None:
    header = HEADER + ",身份证号"
    row = "欧阳春,１９９-0000 1234,男,1961/2/3,青秀区,某路1号,教师,核心客户,既有客户,HT-7,450100196102030000"
    report = await import_rows(works, vault, await new_campaign(works), as_file([row], header=header))
    async with works.begin() as work:
        lead = (await work.session.scalars(select(Lead).where(col(Lead.list_id) == report.list_id))).one()
        stored = str((await work.session.execute(text("SELECT to_jsonb(lead) FROM lead"))).scalar_one())
    assert opened(vault, lead, "name_sealed") == "欧阳春"
    assert opened(vault, lead, "phone_sealed") == "19900001234"
    assert opened(vault, lead, "address_sealed") == "某路1号"
    assert json.loads(opened(vault, lead, "fields_sealed")) == {"id_number": "450100196102030000"}
    assert lead.id_number_index == vault.index("450100196102030000")
    assert (lead.gender, lead.customer_class, lead.phone_last4) == (Gender.MALE, "核心客户", "1234")
    assert lead.birth_on is not None
    assert lead.birth_on.isoformat() == "1961-02-03"
    assert (lead.basis_kind, lead.basis_reference) == (BasisKind.EXISTING_RELATION, "HT-7")
    for secret in ("欧阳春", "19900001234", "某路1号", "450100196102030000"):
        assert secret not in stored


async def test_a_reject_keeps_its_line_its_reason_and_the_whole_row_sealed(works: Works, vault: Vault) -> None:
    rows = [
        list_rows(1)[0],
        '"张\n三",0771-5551234,男,1990-01-01,青秀区,某路2号,农户,一般客户,书面同意,SQ1',
        "",
        ",,,,,,,,,",
    ]
    report = await import_rows(works, vault, await new_campaign(works), as_file([*rows, list_rows(1)[0]]))
    async with works.begin() as work:
        rejects = await reject_service(vault).rejects(work, report.list_id)
        first = (await work.session.scalars(select(Reject).order_by(col(Reject.line)))).first()
    assert [(reject.line, reject.reason) for reject in rejects] == [
        (3, RejectReason.LANDLINE),
        (7, RejectReason.DUPLICATE_IN_FILE),
    ]
    assert report.rows == 3, "blank rows are no rows"
    assert first is not None
    assert "0771" not in first.row_sealed
    assert json.loads(opened(vault, first, "row_sealed"))["联系电话"] == "0771-5551234"
    assert json.loads(opened(vault, first, "row_sealed"))["客户姓名"] == "张\n三"


async def test_an_unreadable_file_leaves_nothing_behind(works: Works, vault: Vault) -> None:
    campaign_id = await new_campaign(works)
    cut_off = book(sheet([HEADER.split(","), *(row.split(",") for row in list_rows(3000))]) + "<row></broken>")
    with pytest.raises(FileUnreadable, match="behind row"):
        await import_rows(works, vault, campaign_id, io.BytesIO(cut_off), batch=2)
    with pytest.raises(FileUnreadable):
        await import_rows(works, vault, campaign_id, io.BytesIO(b"\xff\xff\x00\x01\x02"))
    with pytest.raises(FileUnreadable):
        await import_rows(works, vault, campaign_id, io.BytesIO(b"PK\x03\x04 no workbook"))
    with pytest.raises(ColumnMissing):
        await import_rows(works, vault, campaign_id, as_file(["王,1"], header="姓名,编号"))
    with pytest.raises(ColumnMissing, match="basis_kind"):
        await import_rows(works, vault, campaign_id, as_file(["王,19900000000"], header="姓名,手机号"))
    with pytest.raises(ColumnMissing):
        await import_rows(works, vault, campaign_id, io.BytesIO(b""))
    for table in (LeadList, Lead, Reject):
        assert await count_rows(works, table) == 0


async def test_an_unknown_campaign_is_refused(works: Works, vault: Vault) -> None:
    with pytest.raises(CampaignNotFound):
        await import_rows(works, vault, 4711, as_file(list_rows(1)))


async def test_an_import_is_announced_and_noted_without_personal_data(works: Works, vault: Vault) -> None:
    campaign_id = await new_campaign(works)
    announced = listen(works, ListImported, Noted)
    report = await import_rows(works, vault, campaign_id, as_file(list_rows(3)))
    assert announced == [
        Noted("leads.list_imported", f"lead_list:{report.list_id}", {"rows": 3, "good": 3, "rejected": 0}),
        ListImported(report.list_id, campaign_id, 3),
    ]


async def test_rejects_of_an_unknown_list_are_refused(works: Works, vault: Vault) -> None:
    async with works.begin() as work:
        with pytest.raises(ListNotFound):
            await reject_service(vault).rejects(work, 99)
