"""Heads kept outside the database reveal what the chain alone cannot: an audit trail that was rewritten as a whole."""

import asyncio
import hashlib
import json
import os
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from callcenter import bootstrap, cli
from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.audit.anchors import HOURLY, AnchorService, append_to_file, read_file
from callcenter.audit.checking import CheckService
from callcenter.audit.errors import AnchorsUnreadable
from callcenter.audit.handlers import subscribe
from callcenter.audit.rules import GENESIS, Entry, hash_entry
from callcenter.audit.scheduled import check_trail, note_head
from callcenter.audit.service import AuditService
from callcenter.audit.settings import AuditSettings
from callcenter.audit.types import Anchor, ChainReport, Fault
from callcenter.kit import log
from callcenter.kit.actor import Actor
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock
from callcenter.kit.config import SettingsError
from callcenter.kit.db import Database
from callcenter.kit.jobs import JobAlreadyOpen, Jobs, perform
from callcenter.kit.scope import ALL
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.people.types import RIGHTS, Role
from callcenter.storage.memory import MemoryStore
from callcenter.storage.port import ObjectLocked, StoreUnavailable
from tests.rooms.audit.trail import tamper
from tests.support.databases import TestDatabases, sqlalchemy_url
from tests.support.processes import environment
from tests.support.rows import VAULT


@pytest.fixture
def anchors(store: MemoryStore) -> AnchorService:
    return AnchorService(store, AuditSettings())


@pytest.fixture
def checks(audit: AuditService, anchors: AnchorService) -> CheckService:
    return CheckService(audit, anchors, AlertService(VAULT), Jobs())


async def act(works: Works, count: int = 5) -> None:
    for number in range(count):
        async with works.begin() as work:
            await work.announce(Noted("leads.number_revealed", f"lead:{number}", {"why": "回访"}))


async def rewrite(works: Works, audit: AuditService) -> None:
    """Changes the actor of the third act and rewrites the whole chain, so that every hash fits."""
    async with works.begin() as work:
        await work.session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        previous = GENESIS
        for entry in reversed(await audit.search(work, limit=1000)):
            actor = "staff:99" if entry.id == 3 else entry.actor
            facts: dict[str, Any] = {"at": entry.at, "act": entry.act, "subject": entry.subject, "facts": entry.facts}
            hash_ = hash_entry(Entry(id=entry.id, actor=actor, previous_hash=previous, **facts))
            await work.session.execute(
                text("UPDATE audit_entry SET actor = :actor, previous_hash = :previous, hash = :made WHERE id = :id"),
                {"actor": actor, "previous": previous, "made": hash_, "id": entry.id},
            )
            previous = hash_
        await work.session.execute(text("UPDATE audit_head SET hash = :made"), {"made": previous})
        await work.session.execute(text("ALTER TABLE audit_entry ENABLE TRIGGER USER"))


async def in_work(works: Works, ask: Callable[[Work], Awaitable[Any]]) -> Any:
    async with works.begin() as work:
        return await ask(work)


async def compare(works: Works, audit: AuditService, anchors: AnchorService) -> ChainReport:
    """Checks the trail against every head in the store."""
    async with works.begin() as work:
        return await audit.verify_chain(work, await anchors.noted(work.now))


async def test_a_rewritten_chain_is_found_by_the_head_in_the_store(
    works: Works, audit: AuditService, anchors: AnchorService, checks: CheckService
) -> None:
    await act(works)
    await check_trail(works, checks)
    await act(works)
    await rewrite(works, audit)
    alone = await in_work(works, audit.verify_chain)
    assert alone.whole, "without a head kept outside it cannot be seen"
    report = await compare(works, audit, anchors)
    assert [(fault.entry_id, fault.fault) for fault in report.broken] == [(5, Fault.CHANGED)]


async def test_a_trail_that_was_cut_short_is_found_by_the_head_in_the_store(
    works: Works, audit: AuditService, anchors: AnchorService, checks: CheckService
) -> None:
    await act(works)
    await check_trail(works, checks)
    last = "(SELECT hash FROM audit_entry WHERE id = 3)"
    cut = ("DELETE FROM audit_entry WHERE id > 3", f"UPDATE audit_head SET entry_id = 3, hash = {last}")
    await tamper(works, *cut)
    assert (await in_work(works, audit.verify_chain)).whole
    report = await compare(works, audit, anchors)
    assert [(fault.entry_id, fault.fault) for fault in report.broken] == [(5, Fault.REMOVED)]


async def test_a_trail_that_was_cut_before_the_night_is_found_by_the_head_of_the_hour(
    works: Works, audit: AuditService, anchors: AnchorService, checks: CheckService, clock: FrozenClock
) -> None:
    await act(works)
    await check_trail(works, checks)
    for _ in range(2):
        clock.advance(timedelta(hours=1))
        await act(works)
        await note_head(works, checks)
    last = "(SELECT hash FROM audit_entry WHERE id = 8)"
    await tamper(works, "DELETE FROM audit_entry WHERE id > 8", f"UPDATE audit_head SET entry_id = 8, hash = {last}")
    report = await compare(works, audit, anchors)
    assert [(fault.entry_id, fault.fault) for fault in report.broken] == [(11, Fault.REMOVED), (16, Fault.REMOVED)]
    clock.advance(timedelta(days=9))
    assert (await compare(works, audit, anchors)).whole, "a nightly note has proved the same since"


@pytest.mark.parametrize(
    "manipulation",
    [
        "DELETE FROM audit_entry WHERE id > 8",
        "DELETE FROM audit_entry WHERE id = 9",
        "DELETE FROM audit_entry WHERE id = 5",
        "UPDATE audit_entry SET actor = 'staff:99' WHERE id = 7",
        "UPDATE audit_entry SET hash = repeat('0', 64) WHERE id = 5",
        "UPDATE audit_head SET entry_id = 4",
    ],
)
async def test_the_head_of_the_hour_is_not_noted_when_the_trail_is_broken_since_the_last(
    works: Works,
    checks: CheckService,
    store: MemoryStore,
    clock: FrozenClock,
    manipulation: str,
) -> None:
    await act(works)
    await note_head(works, checks)
    await act(works)
    await tamper(works, manipulation)
    clock.advance(timedelta(hours=1))
    await note_head(works, checks)
    assert len(await store.list_versions(HOURLY)) == 1
    async with works.begin() as work:
        latest = await checks.latest(work)
    assert latest is not None
    assert latest.broken > 0


async def test_the_head_of_the_hour_is_noted_without_an_entry_and_reads_only_what_is_new(
    works: Works, checks: CheckService, store: MemoryStore, audit: AuditService, clock: FrozenClock
) -> None:
    await note_head(works, checks)
    assert await store.list_versions(HOURLY) == []
    await act(works)
    await note_head(works, checks)
    clock.advance(timedelta(hours=1))
    await act(works, 1)
    await note_head(works, checks)
    assert len(await store.list_versions(HOURLY)) == 2
    async with works.begin() as work:
        [head] = await audit.search(work, limit=1)
        assert (await audit.verify_since(work, Anchor(5, ""), [])).entries == 2
    assert head.id == 6


async def test_heads_in_the_store_are_locked_and_a_forged_one_beside_them_hides_nothing(
    works: Works,
    audit: AuditService,
    anchors: AnchorService,
    checks: CheckService,
    store: MemoryStore,
    clock: FrozenClock,
    tmp_path: Path,
) -> None:
    await act(works)
    await check_trail(works, checks)
    [note] = await store.list_versions("audit/anchors/")
    with pytest.raises(ObjectLocked):
        await store.delete(note.key, note.version_id)
    await rewrite(works, audit)
    async with works.begin() as work:
        forged = (await audit.verify_chain(work)).head
    assert forged is not None
    file = tmp_path / "forged"
    append_to_file(file, forged, clock.now())
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    until = clock.now().replace(year=2040)
    await store.put(note.key, file, sha256=sha256, retain_until=until, content_type="application/json")
    report = await compare(works, audit, anchors)
    assert [(fault.entry_id, fault.fault) for fault in report.broken] == [(5, Fault.CHANGED)]


async def test_the_head_of_a_broken_trail_is_not_kept_and_the_auditor_is_alerted(
    works: Works, checks: CheckService, store: MemoryStore
) -> None:
    await act(works)
    await tamper(works, "UPDATE audit_entry SET actor = 'staff:99' WHERE id = 3")
    for _ in range(2):
        await check_trail(works, checks)
    assert await store.list_versions("audit/anchors/") == []
    auditor = Actor(None, "auditor", Role.AUDITOR.value, frozenset(RIGHTS[Role.AUDITOR]), ALL)
    async with works.begin(auditor) as work:
        assert [alert.kind for alert in await AlertService(VAULT).list_open(work)] == [AlertKind.AUDIT_BROKEN]
        latest = await checks.latest(work)
    assert latest is not None
    assert (latest.broken, latest.places, latest.anchors) == (1, ({"entry_id": 3, "fault": "changed"},), 0)


async def test_an_empty_trail_has_no_head_to_note(works: Works, checks: CheckService, store: MemoryStore) -> None:
    await check_trail(works, checks)
    assert await store.list_versions("audit/anchors/") == []
    async with works.begin() as work:
        latest = await checks.latest(work)
    assert latest is not None
    assert (latest.entries, latest.broken) == (0, 0)


async def test_a_store_that_does_not_answer_fails_the_nightly_check(
    works: Works, checks: CheckService, store: MemoryStore
) -> None:
    await act(works)
    store.down = True
    with pytest.raises(StoreUnavailable):
        await check_trail(works, checks)


async def test_a_check_on_demand_goes_on_without_the_store_and_says_so(
    works: Works, checks: CheckService, store: MemoryStore, database_url: str
) -> None:
    await act(works)
    store.down = True
    async with works.begin() as work:
        assert await checks.latest(work) is None
        job = await checks.request(work)
        with pytest.raises(JobAlreadyOpen):
            await checks.request(work)
    assert await perform(works, database_url, checks.job_handlers(works), job.id)
    async with works.begin() as work:
        latest, running = await checks.latest(work), await checks.running(work)
    assert running is None
    assert latest is not None
    assert (latest.entries, latest.broken, latest.anchors) == (5, 0, None)


def test_a_file_of_heads_is_read_back_and_a_damaged_one_refused(tmp_path: Path, clock: FrozenClock) -> None:
    file = tmp_path / "heads.jsonl"
    noted = [Anchor(3, "a" * 64), Anchor(9, "b" * 64)]
    for anchor in noted:
        append_to_file(file, anchor, clock.now())
    assert read_file(file) == noted
    file.write_text(file.read_text() + '{"entry_id": 12, "ha')
    with pytest.raises(AnchorsUnreadable, match="line 3"):
        read_file(file)
    with pytest.raises(AnchorsUnreadable):
        read_file(tmp_path / "missing")
    with pytest.raises(AnchorsUnreadable):
        append_to_file(tmp_path / "no folder" / "heads", noted[0], clock.now())


# --- the command


@pytest.fixture
def system(
    databases: TestDatabases, clock: FrozenClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, MemoryStore]]:
    """A database of its own, and a store that the command finds beside it."""
    url = asyncio.run(databases.create())
    store, verifying = MemoryStore(clock), bootstrap.verifying
    for name, value in environment(url, tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(log, "set_up_logging", lambda **_: None)  # of the process, which is the tests'
    monkeypatch.setattr(
        bootstrap,
        "verifying",
        lambda found, with_store: verifying(found, with_store=with_store, store=store, clock=clock),
    )
    yield url, store
    asyncio.run(databases.drop(url))


def on(url: str, clock: FrozenClock, ask: Callable[[Works, AuditService], Awaitable[Any]]) -> Any:
    """Reads or changes the audit trail beside the command."""

    async def run() -> Any:
        database, bus, audit = Database(sqlalchemy_url(url)), Bus(), AuditService(VAULT)
        subscribe(bus, audit)
        try:
            return await ask(Works(database, clock, bus), audit)
        finally:
            await database.close()

    return asyncio.run(run())


def verify(*options: str) -> tuple[int, dict[str, Any]]:
    answer = CliRunner().invoke(cli.app, ["verify", "--audit", "--json", *options])
    assert answer.stdout, answer.exception
    return answer.exit_code, json.loads(answer.stdout)


def test_the_command_reports_a_whole_chain_keeps_its_head_and_finds_each_tampering(
    system: tuple[str, MemoryStore], clock: FrozenClock, tmp_path: Path
) -> None:
    url, store = system
    heads = tmp_path / "heads.jsonl"
    on(url, clock, lambda works, _: act(works))
    code, whole = verify("--note", str(heads))
    assert (code, whole["ok"], whole["entries"], whole["noted_in"]) == (0, True, 5, "heads.jsonl")
    assert whole["head"]["entry_id"] == 5
    assert verify("--anchors", str(heads))[1]["anchors"] == {"store": 0, "file": 1}

    on(url, clock, rewrite)
    assert verify()[0] == 0, "the chain alone fits"
    code, report = verify("--anchors", str(heads), "--note", str(tmp_path / "other"))
    assert (code, report["ok"], report["noted_in"]) == (1, False, None)
    assert [(fault["entry_id"], fault["fault"]) for fault in report["broken"]] == [(5, "changed")]
    assert not (tmp_path / "other").exists(), "the head of a broken trail is not noted"

    on(url, clock, lambda works, _: tamper(works, "DELETE FROM audit_entry WHERE id = 3"))
    code, report = verify()
    assert (code, [fault["fault"] for fault in report["broken"]]) == (1, ["removed"])

    printed = CliRunner().invoke(cli.app, ["verify", "--audit", "--anchors", str(heads)])
    assert printed.exit_code == 1
    assert "审计链已断" in printed.stdout
    assert "BROKEN" in printed.stdout

    store.down = True
    code, report = verify()
    assert (code, report["anchors"]["store"]) == (1, None)


def test_the_command_always_compares_with_the_store(system: tuple[str, MemoryStore], clock: FrozenClock) -> None:
    url, store = system
    on(url, clock, lambda works, _: act(works))
    anchors = AnchorService(store, AuditSettings())
    on(
        url,
        clock,
        lambda works, audit: check_trail(works, CheckService(audit, anchors, AlertService(VAULT), Jobs())),
    )
    code, whole = verify()
    assert (code, whole["anchors"]["store"]) == (0, 1)
    on(url, clock, rewrite)
    code, report = verify()
    assert (code, [fault["fault"] for fault in report["broken"]]) == (1, ["changed"])


def test_a_file_that_cannot_be_read_is_neither_whole_nor_broken(
    system: tuple[str, MemoryStore], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["callcenter", "verify", "--audit", "--anchors", str(tmp_path / "missing")])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2


def test_a_certificate_needs_neither_the_switch_nor_the_store(
    databases: TestDatabases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has the database can certify; only a comparison with the store needs the store's settings."""
    for name in [name for name in os.environ if name.startswith(("CALLCENTER_S3_", "CALLCENTER_SWITCH_"))]:
        monkeypatch.delenv(name)
    url = asyncio.run(databases.create())
    for name, value in environment(url, Path("var")).items():
        if not name.startswith(("CALLCENTER_S3_", "CALLCENTER_SWITCH_")):
            monkeypatch.setenv(name, value)
    monkeypatch.setattr(log, "set_up_logging", lambda **_: None)
    try:
        alone = CliRunner().invoke(cli.app, ["verify", "--json"])
        assert json.loads(alone.stdout)["result"] == "nothing_checked", alone.exception
        for option in ("--store", "--audit"):
            with_store = CliRunner().invoke(cli.app, ["verify", option])
            assert isinstance(with_store.exception, SettingsError)
            assert "CALLCENTER_S3_ENDPOINT" in str(with_store.exception)
    finally:
        asyncio.run(databases.drop(url))
