"""External lists: numbers and hashes in, customers blocked; delivered anew, withdrawn; customers who come later."""

import asyncio
import hashlib
import io
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import ARRAY, String, column, text, values
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from callcenter.dnc.deliveries import IMPORT
from callcenter.dnc.errors import DeliveryTaken, ExternalListWithdrawn, ListNameTaken, NothingRecognised
from callcenter.dnc.in_force import DncInForce
from callcenter.dnc.keys import indexer, look_at
from callcenter.dnc.lists import ExternalLists
from callcenter.dnc.models import DncKey, DncPiece
from callcenter.dnc.types import DncSource, EntryFilter, EntryState, FileReading, ImportOrder, KeyKind
from callcenter.files.reading import examine
from callcenter.files.types import Delimiter, Encoding, TextChoice
from callcenter.kit.actor import Actor
from callcenter.kit.clock import FrozenClock
from callcenter.kit.crypto import Vault
from callcenter.kit.jobs import Job, JobCard, Jobs, JobState, perform
from callcenter.kit.reasons import ReasonMissing
from callcenter.kit.work import Work, Works
from callcenter.leads.service import LeadService
from callcenter.leads.types import NUMBER, LeadsBlocked
from callcenter.people.types import Role
from tests.support.events import listen
from tests.support.http import actor_of
from tests.support.leads import delivery_import, delivery_service, dnc_service, import_leads
from tests.support.rows import DncEntry, make_campaign, make_staff, phone_number
from tests.support.waiting import eventually

HASHES = [KeyKind.SHA256, KeyKind.MD5, KeyKind.SM3]


def digest(kind: KeyKind, number: str) -> str:
    return hashlib.new(kind.value, number.encode()).hexdigest()


def as_list(lines: list[str], header: str | None = None) -> io.BytesIO:
    return io.BytesIO("\n".join(([header] if header else []) + lines).encode())


class Office:
    """A data officer who imports external lists."""

    def __init__(self, works: Works, database_url: str, vault: Vault, actor: Actor) -> None:
        self.works, self.url, self.dnc, self.actor = works, database_url, dnc_service(vault), actor
        self.lists, self.deliveries = ExternalLists(vault), delivery_service(vault)
        self.imports = delivery_import(vault)

    async def import_list(self, file: io.BytesIO, *, file_name: str = "list.txt", **request: Any) -> dict[str, Any]:
        """Uploads and imports a list; returns the job's result."""
        async with self.works.begin(self.actor) as work:
            card, _ = await self.deliveries.upload(work, file_name=file_name, file=file)
        done = await self.request(card.id, **request)
        assert done.state is JobState.DONE, done.problem
        return dict(done.result or {})

    async def request(self, delivery_id: int, **request: Any) -> JobCard:
        """Requests the import of a waiting file and performs it; returns the job at its end."""
        async with self.works.begin(self.actor) as work:
            order = ImportOrder(**({"name": "行业名单"} | request))
            job = await self.deliveries.request_import(work, delivery_id, order)
        assert await perform(self.works, self.url, self.imports.job_handlers(self.works), job.id)
        async with self.works.begin() as work:
            return await Jobs().card(work, job.id)

    async def listed(self, work: Work, vault: Vault, *numbers: int) -> set[int]:
        """Enters those of these numbers that a list in force holds, as an import of customers does; returns them."""
        keys_for = indexer(await self.lists.hold(work) or (), vault.index)
        indexes = {vault.index(phone_number(number)): number for number in numbers}
        rows = [
            (index, vault.seal(phone_number(number), NUMBER.place(index)), keys_for(phone_number(number)))
            for index, number in indexes.items()
        ]
        columns = (column("phone_index", String), column("phone_sealed", String), column("list_keys", ARRAY(String)))
        await self.lists.enter_listed(work, select_columns(values(*columns, name="asked").data(rows)))
        return {indexes[index] for index in await DncInForce().among(work, indexes)}

    async def in_force(self) -> dict[str, DncEntry]:
        """Returns masked number → entry that was not lifted."""
        async with self.works.begin() as work:
            held = await work.session.scalars(select(DncEntry).where(col(DncEntry.lifted_at).is_(None)))
            cards = {entry.id: entry for entry in held}
            return {card.phone_masked: cards[card.id] for card in await self.dnc.entries(work) if card.id in cards}


@pytest.fixture
async def office(works: Works, database_url: str, vault: Vault) -> Office:
    async with works.begin() as work:
        officer = await make_staff(work, Role.DATA_OFFICER)
    return Office(works, database_url, vault, actor_of(officer))


@pytest.fixture
async def ids(works: Works) -> list[int]:
    """Ten customers, numbers 0 to 9; number 0 in another campaign too (the eleventh)."""
    async with works.begin() as work:
        first, second = await make_campaign(work), await make_campaign(work)
        return [*await import_leads(work, first.id, 10), *await import_leads(work, second.id, 1)]


@pytest.mark.parametrize("case", [str.lower, str.upper])
@pytest.mark.parametrize("kind", HASHES)
async def test_a_list_of_hashes_keeps_the_customers_on_it_from_being_called(
    office: Office, works: Works, leads: LeadService, ids: list[int], kind: KeyKind, case: Callable[[str], str]
) -> None:
    blocked = listen(works, LeadsBlocked)
    lines = [case(digest(kind, phone_number(number))) for number in (0, 3, 500, 501)]
    result = await office.import_list(as_list([*lines, lines[0], "rubbish"]), kind=kind)
    assert (result["kind"], result["rows"], result["keys"], result["duplicates"]) == (kind, 6, 4, 1)
    assert (result["malformed"], result["reasons"]) == (1, {"not_a_hash": 1})
    assert (result["new"], result["known"], result["matched"]) == (4, 0, 3), "number 0 is two customers"
    async with works.begin() as work:
        assert [(await leads.facts(work, lead_id)).dnc for lead_id in ids] == [
            number in (0, 3, 10) for number in range(len(ids))
        ]
    assert sorted(lead for event in blocked for lead in event.lead_ids) == sorted([ids[0], ids[3], ids[10]])
    assert set(await office.in_force()) == {"199****0000", "199****0003"}


async def test_no_plain_hash_and_no_number_is_left_in_the_database(
    office: Office, works: Works, ids: list[int]
) -> None:
    hashes = [digest(KeyKind.SHA256, phone_number(number)) for number in (0, 500)]
    await office.import_list(as_list(hashes))
    await office.import_list(as_list([phone_number(1), phone_number(501)]), name="another")
    async with works.begin() as work:
        tables = (await work.session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))).all()
        for table in tables:
            content = str((await work.session.execute(text(f'SELECT * FROM "{table}"'))).all())
            for secret in (*hashes, phone_number(501), phone_number(1)):
                assert secret not in content, table
        assert (await work.session.scalars(select(DncPiece))).all() == [], "the file is gone"
        assert len((await work.session.scalars(select(DncKey))).all()) == 4


async def test_a_list_of_numbers_is_read_in_all_the_usual_spellings(office: Office, ids: list[int]) -> None:
    lines = [
        "+86 199-0000-0000",
        "0086" + phone_number(1),
        "'" + phone_number(2),
        "１９９０００００００３",
        phone_number(500),
        "110",
        "0771-5551234",
    ]
    result = await office.import_list(as_list(lines, header="手机号码"))
    assert (result["kind"], result["rows"], result["keys"]) == ("phone", 7, 6)
    assert (result["malformed"], result["reasons"]) == (1, {"short_code": 1})
    assert set(await office.in_force()) == {f"199****000{number}" for number in range(4)}


async def test_a_workbook_is_read_whose_numbers_stand_in_the_second_column(office: Office, ids: list[int]) -> None:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["序号", "号码"])
    for place, number in enumerate((0, 4), 1):
        sheet.write_row(place, 0, [place, int(phone_number(number))])
    book.close()
    result = await office.import_list(file, file_name="list.xlsx")
    assert (result["rows"], result["matched"]) == (2, 3)


async def test_the_kind_of_a_list_is_recognised_and_a_person_chooses_where_two_look_alike() -> None:
    hashes = [digest(KeyKind.SM3, phone_number(number)) for number in range(5)]
    for file, name, kind, kinds, header in (
        (as_list(hashes), "list.txt", KeyKind.SHA256, [KeyKind.SHA256, KeyKind.SM3], None),
        (as_list(hashes, header="SM3"), "list.txt", KeyKind.SM3, [KeyKind.SHA256, KeyKind.SM3], 1),
        (as_list([phone_number(1)], header="phone,name"), "a.csv", KeyKind.PHONE, [KeyKind.PHONE], 1),
        (as_list(["nothing", "to see"]), "a.csv", None, [], None),
        (as_list(["1380013800", phone_number(1)]), "a.csv", KeyKind.PHONE, [KeyKind.PHONE], None),
    ):
        preview = look_at(file, examine(file), name)
        assert (preview.kind, list(preview.kinds), preview.header) == (kind, kinds, header)
        assert not any(phone_number(1) in shown for shown in preview.sample)


async def test_a_file_without_numbers_and_hashes_is_refused_at_once(office: Office, works: Works) -> None:
    async with works.begin(office.actor) as work:
        with pytest.raises(NothingRecognised):
            await office.deliveries.upload(work, file_name="a.txt", file=as_list(["one", "two"]))


@pytest.mark.parametrize("kind", [KeyKind.PHONE, KeyKind.SHA256])
async def test_the_next_delivery_of_a_list_replaces_the_last(
    office: Office, works: Works, leads: LeadService, ids: list[int], kind: KeyKind, clock: FrozenClock
) -> None:
    def keys(*numbers: int) -> io.BytesIO:
        return as_list([phone_number(n) if kind is KeyKind.PHONE else digest(kind, phone_number(n)) for n in numbers])

    first = await office.import_list(keys(1, 2, 500))
    entry_of_2 = (await office.in_force())["199****0002"]
    clock.advance(_days(100))
    result = await office.import_list(keys(2, 3, 500, 501), list_id=first["list_id"], may_end=1)
    assert (result["new"], result["known"], result["ended"]) == (2, 2, 1)
    in_force = await office.in_force()
    assert set(in_force) == {"199****0002", "199****0003"}
    assert in_force["199****0002"].id == entry_of_2.id, "the entry goes on"
    assert entry_of_2.until
    assert in_force["199****0002"].until == entry_of_2.until + _days(100)
    async with works.begin() as work:
        assert not (await leads.facts(work, ids[1])).dnc, "not delivered again"
        [ended] = await office.dnc.entries(work, EntryFilter(state=EntryState.LIFTED))
        assert (ended.phone_masked, ended.source) == ("199****0001", DncSource.EXTERNAL_LIST)
        assert ended.lifted_why
        [card] = await office.lists.lists(work)
        assert (card.deliveries, card.in_force and card.in_force.keys) == (2, 4)


async def test_a_delivery_that_lacks_numbers_ends_no_entry_before_a_person_confirms_it(
    office: Office, works: Works, ids: list[int]
) -> None:
    first = await office.import_list(as_list([phone_number(n) for n in range(10)]))
    before = set(await office.in_force())
    async with works.begin(office.actor) as work:
        shorter = as_list([phone_number(n) for n in range(8)])
        card, _ = await office.deliveries.upload(work, file_name="short.txt", file=shorter)
    for may_end in (0, 1):
        job = await office.request(card.id, list_id=first["list_id"], may_end=may_end)
        assert (job.state, job.problem and job.problem["code"]) == (JobState.FAILED, "dnc_delivery_ends_numbers")
        assert job.problem
        assert job.problem["params"] == {"ended": 2, "before": 10, "keys": 8}
        assert set(await office.in_force()) == before
        async with works.begin() as work:
            assert [waiting.id for waiting in await office.deliveries.waiting(work)] == [card.id], "it still waits"
    job = await office.request(card.id, list_id=first["list_id"], may_end=2)
    assert job.state is JobState.DONE
    assert len(await office.in_force()) == 8


async def test_rows_without_a_number_are_kept_with_their_line(office: Office, works: Works, ids: list[int]) -> None:
    lines = [phone_number(1), "rubbish", "", phone_number(2), '"' + phone_number(3), "110"]
    result = await office.import_list(as_list(lines, header="号码"))
    assert (result["rows"], result["keys"], result["malformed"]) == (5, 3, 2)
    async with works.begin() as work:
        rejects = await office.deliveries.rejects(work, result["delivery_id"])
        assert [(reject.line, reject.reason) for reject in rejects] == [(3, "malformed"), (7, "short_code")]
        assert [reject.line for reject in await office.deliveries.rejects(work, result["delivery_id"], after=3)] == [7]


async def test_a_person_says_how_a_file_is_read(office: Office, works: Works, ids: list[int]) -> None:
    file = io.BytesIO(f"a;备注|号码\nb;好|{phone_number(1)}\nc;好|{phone_number(2)}\n".encode("gb18030"))
    async with works.begin(office.actor) as work:
        card, preview = await office.deliveries.upload(work, file_name="a.txt", file=file)
        assert (preview.encoding, preview.delimiter) == (Encoding.GB18030, Delimiter.BAR), "by it numbers are found"
        asked = FileReading(TextChoice(Encoding.UTF_8, Delimiter.SEMICOLON))
        shown = await office.deliveries.preview(work, card.id, asked)
        assert (shown.kind, shown.encoding, shown.delimiter) == (None, Encoding.UTF_8, Delimiter.SEMICOLON)
    result = await office.request(card.id)
    assert result.result
    assert result.result["keys"] == 2


async def test_an_entry_of_a_list_that_a_person_lifted_stays_lifted_until_the_list_is_delivered_anew(
    office: Office, works: Works, leads: LeadService, ids: list[int], vault: Vault
) -> None:
    first = await office.import_list(as_list([digest(KeyKind.MD5, phone_number(1))]))
    entry = (await office.in_force())["199****0001"]
    async with works.begin(office.actor) as work:
        await office.dnc.lift_dnc(work, entry.id, "the supplier's mistake")
    async with works.begin() as work:
        assert not (await leads.facts(work, ids[1])).dnc
        assert await office.listed(work, vault, 1) == set()
    await office.import_list(as_list([digest(KeyKind.MD5, phone_number(1))]), list_id=first["list_id"])
    async with works.begin() as work:
        assert (await leads.facts(work, ids[1])).dnc


async def test_withdrawing_a_list_ends_all_its_entries(
    office: Office, works: Works, leads: LeadService, ids: list[int], vault: Vault
) -> None:
    result = await office.import_list(as_list([phone_number(1), phone_number(500)]))
    async with works.begin(office.actor) as work:
        with pytest.raises(ReasonMissing):
            await office.lists.withdraw(work, result["list_id"], " ")
        assert await office.lists.withdraw(work, result["list_id"], "not ours") == 1
        assert not (await leads.facts(work, ids[1])).dnc
        assert await office.listed(work, vault, 500) == set()
        with pytest.raises(ExternalListWithdrawn):
            await office.lists.withdraw(work, result["list_id"], "again")
    assert await office.in_force() == {}


@pytest.mark.parametrize("kind", list(KeyKind))
async def test_a_number_that_comes_later_is_looked_up_in_the_lists(
    office: Office, works: Works, vault: Vault, clock: FrozenClock, kind: KeyKind
) -> None:
    number = phone_number(500)
    await office.import_list(as_list([number if kind is KeyKind.PHONE else digest(kind, number)]), kind=kind)
    async with works.begin() as work:
        assert await office.listed(work, vault, 500, 501) == {500}
        assert await office.listed(work, vault, 500, 501) == {500}, "safe to repeat"
    async with works.begin(office.actor) as work:
        state = await office.dnc.number(work, number)
        assert (state.do_not_call, state.on_lists, len(state.entries)) == (True, ["行业名单"], 1)
    clock.advance(_days(731))
    async with works.begin() as work:
        assert await office.listed(work, vault, 500, 501) == set(), "two years are over"


async def test_a_file_is_imported_once_and_a_name_given_once(office: Office, works: Works, ids: list[int]) -> None:
    result = await office.import_list(as_list([phone_number(1)]))
    async with works.begin(office.actor) as work:
        with pytest.raises(DeliveryTaken):
            await office.deliveries.request_import(work, result["delivery_id"], ImportOrder(name="x"))
        card, _ = await office.deliveries.upload(work, file_name="b.txt", file=as_list([phone_number(2)]))
        with pytest.raises(ListNameTaken):
            await office.deliveries.request_import(work, card.id, ImportOrder(name="行业名单"))
        await office.deliveries.discard(work, card.id)
        assert await office.deliveries.waiting(work) == []


async def test_an_import_that_is_cancelled_in_the_middle_leaves_nothing(
    office: Office, works: Works, database_url: str, ids: list[int]
) -> None:
    chance = random.Random(5)
    lines = [f"139{chance.randrange(10**8):08d}" for _ in range(12_000)]
    async with works.begin(office.actor) as work:
        card, _ = await office.deliveries.upload(work, file_name="a.txt", file=as_list([phone_number(1), *lines]))
        job = await office.deliveries.request_import(work, card.id, ImportOrder(name="industry"))
    job_handler = office.imports.job_handlers(works)[IMPORT]

    async def cancel_then_import(card: Any, report: Any) -> Any:
        async with works.begin() as work:
            await Jobs().cancel(work, job.id)
        return await job_handler(card, report)

    assert await perform(works, database_url, {IMPORT: cancel_then_import}, job.id)
    async with works.begin() as work:
        row = await work.session.get_one(Job, job.id)
        assert row.state is JobState.CANCELLED
        assert (await work.session.scalars(select(DncKey).limit(1))).first() is None
        assert await office.lists.lists(work) == []
        assert [delivery.id for delivery in await office.deliveries.waiting(work)] == [card.id], (
            "it can be requested again"
        )
    assert await office.in_force() == {}


@pytest.mark.parametrize("kind", [KeyKind.PHONE, KeyKind.SM3])
async def test_the_import_keeps_out_customers_on_an_external_list(
    office: Office, works: Works, leads: LeadService, kind: KeyKind
) -> None:
    await office.import_list(
        as_list([phone_number(1) if kind is KeyKind.PHONE else digest(kind, phone_number(1))]), kind=kind
    )
    async with works.begin() as work:
        imported = await import_leads(work, (await make_campaign(work)).id, 3)
    assert len(imported) == 2
    assert set(await office.in_force()) == {"199****0001"}


async def test_an_import_and_an_external_list_at_the_same_time_miss_no_customer(
    office: Office, works: Works, leads: LeadService
) -> None:
    async with works.begin() as work:
        campaign = await make_campaign(work)
    delivered = None
    async with works.begin() as work:
        [lead_id] = await import_leads(work, campaign.id, 1)
        delivered = asyncio.create_task(office.import_list(as_list([digest(KeyKind.SHA256, phone_number(0))])))

        async def waits() -> bool:
            async with works.begin() as other:
                waiting = await other.session.scalar(
                    text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                )
                return bool(waiting)

        await eventually(waits)
    assert (await delivered)["matched"] == 1
    async with works.begin() as work:
        assert (await leads.facts(work, lead_id)).dnc


def _days(count: int) -> timedelta:
    return timedelta(days=count)
