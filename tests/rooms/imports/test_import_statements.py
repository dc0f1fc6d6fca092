"""What an import asks of the database and sends to it: counted, because a clock says nothing on a busy machine."""

import hashlib
import io
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
import pytest

from callcenter.dnc.types import ImportOrder
from callcenter.imports.service import DRY_RUN
from callcenter.imports.types import ImportRequest
from callcenter.kit import jobs
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Works
from tests.rooms.imports.test_import_jobs import request_import
from tests.support.leads import as_file, delivery_import, delivery_service, intake_service, list_rows
from tests.support.rows import Lead, count_rows, make_campaign, phone_number
from tests.support.statements import counted as sent_through

BATCH = 100


class Asked:
    """Counts statements by their first words, and bytes copied by table."""

    def __init__(self) -> None:
        self.statements: Counter[str] = Counter()
        self.copies: Counter[str] = Counter()
        self.bytes: Counter[str] = Counter()

    @property
    def count(self) -> int:
        return self.statements.total() + self.copies.total()


@contextmanager
def asked(works: Works, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    """Counts while the block runs."""
    counted = Asked()
    copy = asyncpg.Connection.copy_to_table

    async def copied(self: Any, table: str, *, source: io.BytesIO, **options: Any) -> Any:
        counted.copies[table] += 1
        counted.bytes[table] += len(source.getvalue())
        return await copy(self, table, source=source, **options)

    with monkeypatch.context() as patch, sent_through(works.database) as sent:
        patch.setattr(asyncpg.Connection, "copy_to_table", copied)
        counted.statements = sent.texts
        yield counted


async def imported(works: Works, vault: Vault, monkeypatch: pytest.MonkeyPatch, rows: list[str]) -> Asked:
    async with works.begin() as work:
        campaign_id = (await make_campaign(work)).id
    with asked(works, monkeypatch) as counted:
        async with works.begin() as work:
            await intake_service(vault, batch=BATCH).import_file(
                work, ImportRequest(campaign_id, "x"), file_name="a.csv", file=as_file(rows)
            )
    return counted


async def take_in_a_list_of_hashes(works: Works, vault: Vault, database_url: str, number: int) -> None:
    """Brings an external list with one number into force."""
    deliveries, hashed = delivery_service(vault), hashlib.sha256(phone_number(number).encode()).hexdigest()
    async with works.begin() as work:
        delivery, _ = await deliveries.upload(work, file_name="hashes.txt", file=io.BytesIO(hashed.encode()))
    async with works.begin() as work:
        taken = await deliveries.request_import(work, delivery.id, ImportOrder(name="行业名单"))
    await jobs.perform(works, database_url, delivery_import(vault).job_handlers(works), taken.id)


async def test_a_part_of_a_file_takes_three_statements_and_two_copies_however_many_rows_it_has(
    works: Works, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = await imported(works, vault, monkeypatch, list_rows(2 * BATCH - 1))
    many = await imported(works, vault, monkeypatch, list_rows(6 * BATCH - 1))
    assert many.copies == {"lead_incoming": 6, "lead": 6}
    assert many.count - few.count == 4 * (3 + 2), many.statements - few.statements
    assert max(many.statements.values()) == 6, "nothing is asked more than once for a part"


async def test_a_row_goes_to_the_server_once_and_beside_it_no_more_than_its_number(
    works: Works, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = list_rows(3 * BATCH)
    counted = await imported(works, vault, monkeypatch, rows)
    assert counted.bytes["lead_incoming"] < 75 * len(rows), "line and blind index"
    assert counted.bytes["lead"] < 500 * len(rows)


async def test_lines_that_become_no_lead_are_not_sent_as_leads(
    works: Works, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = await imported(works, vault, monkeypatch, list_rows(BATCH))
    rows = [*list_rows(BATCH), *list_rows(BATCH)]
    twice = await imported(works, vault, monkeypatch, rows)
    assert abs(twice.bytes["lead"] - once.bytes["lead"]) < 500
    assert twice.copies["lead_reject"] >= 1
    assert await count_rows(works, Lead) == 2 * BATCH


async def test_a_list_in_force_is_looked_up_by_two_statements_more_for_each_part(
    works: Works, vault: Vault, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    await take_in_a_list_of_hashes(works, vault, database_url, 7)
    few = await imported(works, vault, monkeypatch, list_rows(2 * BATCH - 1, first=100))
    many = await imported(works, vault, monkeypatch, list_rows(4 * BATCH - 1, first=100))
    assert many.count - few.count == 2 * (3 + 2 + 2), many.statements - few.statements


async def test_a_dry_run_copies_numbers_alone_and_seals_nothing(
    works: Works, vault: Vault, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    intake = intake_service(vault, batch=BATCH)
    async with works.begin() as work:
        campaign_id = (await make_campaign(work)).id
    rows = [*list_rows(BATCH + 50), *list_rows(3), "王,123,,,,,,,,"]
    job = await request_import(works, intake, campaign_id, rows, DRY_RUN)
    sealed: list[int] = []

    def note(_vault: Vault, texts: list[str]) -> list[str]:
        sealed.append(len(texts))
        return []

    monkeypatch.setattr(Vault, "seal_many", note)
    with asked(works, monkeypatch) as counted:
        await jobs.perform(works, database_url, intake.job_handlers(works), job.id)
    assert set(counted.copies) == {"lead_incoming"}
    assert sealed == []
    async with works.begin() as work:
        result = (await jobs.Jobs().card(work, job.id)).result or {}
    assert (result["good"], result["rejected"]) == (BATCH + 50, 4)
