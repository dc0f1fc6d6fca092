"""Everything that is stored is sealed again: bound to its place, and with the newest key (requirement L7)."""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from callcenter.alerts.models import Alert
from callcenter.alerts.types import AlertKind
from callcenter.allocation.types import AssignmentState
from callcenter.audit.certificate.seals import held_in_place
from callcenter.audit.certificate.types import Section
from callcenter.audit.seals import repository
from callcenter.audit.seals.columns import SealedTable, sealed_tables
from callcenter.audit.seals.resealing import Resealing
from callcenter.audit.types import RESEAL, RESEALED
from callcenter.callbacks.types import CallbackKind, CallbackState
from callcenter.calls.models import Call
from callcenter.campaigns.models import Campaign, ScriptReview, ScriptVersion, ServiceHoursVersion
from callcenter.campaigns.types import ServiceDays, VersionOrigin
from callcenter.campaigns.versions import version_of
from callcenter.classes.models import ClassRuleSet
from callcenter.dialer.models import KeptSignal
from callcenter.dnc.models import DncList
from callcenter.imports.models import Reject
from callcenter.imports.types import RejectReason
from callcenter.kit.bus import Bus
from callcenter.kit.crypto import UndecipherableError, Vault
from callcenter.kit.jobs import Jobs, Report
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.leads.models import Lead
from callcenter.lines.models import ConfiguredTrunk
from callcenter.lines.types import NumberFormat, TrunkAccess, TrunkTransport
from callcenter.messages.models import MessageRoute
from callcenter.messages.types import Channel, Language
from callcenter.migrations.starting import require_ready
from callcenter.people.models import StaffChange, TotpKey
from callcenter.recordings.destruction.models import DestructionRun
from callcenter.recordings.destruction.types import RunState
from callcenter.recordings.exports.models import RecordingExport
from callcenter.recordings.exports.types import ExportState, Purpose
from callcenter.recordings.holds.models import LegalHold
from callcenter.recordings.holds.types import Authority
from callcenter.recordings.models import RecordingAccess, RecordingNote
from callcenter.recordings.types import AccessAct
from callcenter.target_groups.models import TargetStep
from callcenter.target_groups.types import Act
from tests.support.events import listen
from tests.support.rows import (
    VAULT,
    make_application,
    make_assignment,
    make_call,
    make_callback,
    make_case,
    make_class_scheme,
    make_dnc_entry,
    make_dnc_lift,
    make_draft,
    make_hand_over,
    make_incident,
    make_job,
    make_lead,
    make_lead_basis,
    make_lead_change,
    make_lead_class,
    make_member,
    make_quota,
    make_recording,
    make_review,
    make_staff,
    make_target_group,
    make_visit,
)
from tests.support.rows.core import put

OLD = Vault(keys=VAULT.keys, active=VAULT.active, index_key=VAULT.index_key)
KEYS = {"new": bytes(range(32)), **VAULT.keys}
RENAME = text("UPDATE lead SET name_sealed = :name WHERE id = :id")
TABLES = sealed_tables(SQLModel.metadata)


def words_of(place: str) -> str:
    return f"words of {place}"


async def fill(work: Work) -> None:
    """Writes a row into every table with sealed values, each value sealed for no place with the old key."""
    lead, _ = await make_lead(work), await make_lead(work)
    call = await make_call(work, lead_id=lead.id, details={"note": "?", "visit_address": "?", "visit_at": None})
    await make_call(work, lead_id=lead.id, details={"note": "?", "visit_address": ""})
    await make_review(work, call, note_sealed="?")
    await make_visit(work, await make_hand_over(work, call, words_sealed="?"), note_sealed="?")
    await make_application(work, number_sealed="?", issued_on=date(2026, 11, 23), starts_on=date(2026, 11, 24))
    case = await make_case(work, decision_sealed="?")
    await make_callback(
        work,
        kind=CallbackKind.COMPLAINT,
        case_id=case.id,
        lead_id=lead.id,
        state=CallbackState.DONE,
        done_at=work.now,
        done_call_id=call.id,
        created_at=work.now - timedelta(hours=1),
        note_sealed="?",
        sign_off_reason_sealed="?",
    )
    entry = await make_dnc_entry(work, lead_id=lead.id, phone_sealed="?", note_sealed="?", lifted_words_sealed="?")
    await make_dnc_lift(work, entry_id=entry.id, decided_why_sealed="?")
    await make_lead_basis(work, lead_id=lead.id, note_sealed="?")
    await make_lead_change(work, lead_id=lead.id)
    await make_assignment(
        work,
        lead_id=lead.id,
        state=AssignmentState.RETURNED,
        done_at=work.now,
        last_note="?",
        end_note_sealed="?",
        recall_note_sealed="?",
    )
    now = work.now
    kept = {"node": "n1", "kind": "UnreadEvent", "at": now, "kept_at": now, "signal_sealed": "?"}
    kept["reason_sealed"] = "?"
    await put(work, KeptSignal, kept, error="ValueError", message="no field")
    await put(work, Reject, {}, list_id=lead.list_id, line=9, reason=RejectReason.FOREIGN, row_sealed="?")
    change = {"staff_id": (await make_staff(work)).id, "at": now, "why_sealed": "?"}
    await put(work, StaffChange, change, changes={})
    secret = {"staff_id": (await make_staff(work)).id, "added_at": now, "secret_sealed": "?"}
    await put(work, TotpKey, secret, confirmed_at=now)
    route = {"name": "night", "channel": Channel.WEBHOOK, "language": Language.EN}
    route |= {"target_sealed": "?", "secret_sealed": "?"}
    await put(work, MessageRoute, route, kinds=[], after_minutes=0, through_quiet=[], says_cleared=False)
    trunk: dict[str, Any] = {"name": "first", "group_name": "carrier", "host": "sip.example", "account": "a"}
    trunk |= {"transport": TrunkTransport.UDP, "access": TrunkAccess.SIGNED, "number_format": NumberFormat.NATIONAL}
    trunk |= {"port": 5060, "channels": 0, "calls_per_second": 0, "priority": 1, "share": 1, "password_sealed": "?"}
    await put(work, ConfiguredTrunk, trunk, codecs=[], prefix="", encrypts_sound=False, in_use=True)
    lead.fields_sealed = lead.basis_withdrawn_why_sealed = "?"
    await make_draft(work, await make_staff(work), entries_sealed="?")
    await fill_with_reasons(work, lead, call)
    await work.session.flush()
    await work.session.execute(text("DELETE FROM installation_note WHERE name = 'seals'"))
    for table in TABLES:
        rows = (await work.session.execute(text(f"SELECT {table.select} FROM {table.name} t"))).all()
        sealed = [table.sealed(row) for row in rows]
        unbound = [
            [
                None if value is None else OLD.seal_unbound(words_of(place))
                for value, place in zip(values, table.places(row), strict=True)
            ]
            for row, values in zip(rows, sealed, strict=True)
        ]
        keys = [table.key(row) for row in rows]
        assert await repository.write(work.session, table, keys, sealed, unbound) == len(keys) > 0, table.name


async def fill_with_reasons(work: Work, lead: Lead, call: Call) -> None:
    """Writes reasons of acts that have no other sealed values beside them."""
    now, campaign_id = work.now, lead.campaign_id
    agent = await make_staff(work)
    await make_incident(work, call, closing_words_sealed="?")
    recording = await make_recording(work)
    asked = {"why_sealed": "?", "requested_at": now, "decision_why_sealed": "?"}
    await put(work, RecordingExport, asked, call_id=call.id, purpose=Purpose.INSURER, state=ExportState.REQUESTED)
    hold = {"why_sealed": "?", "placed_at": now, "lifted_at": now, "lift_why_sealed": "?"}
    await put(work, LegalHold, hold, authority=Authority.COURT, number="x")
    run = {"why_sealed": "?", "proposed_at": now, "decision_why_sealed": "?"}
    await put(work, DestructionRun, run, policy_version="x", state=RunState.PROPOSED)
    note = {"staff_id": agent.id, "at_ms": 0, "at": now, "text_sealed": "?"}
    await put(work, RecordingNote, note, recording_id=recording.id)
    access = {"actor": "staff:1", "act": AccessAct.LISTEN, "at": now, "why_sealed": "?"}
    await put(work, RecordingAccess, access, recording_id=(await make_recording(work, call)).id)
    await make_member(work, campaign_id=campaign_id)
    await make_quota(work, agent, campaign_id)
    await make_lead_class(work, lead_id=lead.id)
    written = {"note_sealed": "?", "activated_why_sealed": "?", "created_at": now}
    await put(work, ClassRuleSet, written, scheme_id=(await make_class_scheme(work)).id, version=1, rules=[])
    await put(work, Alert, {}, kind=AlertKind.STOCK_LOW, subject="x", facts={}, raised_at=now, note_sealed="?")
    await put(work, DncList, {}, name="industry", supplier="x", made_at=now, withdrawn_why_sealed="?")
    group = await make_target_group(work, "B", campaign_id=campaign_id)
    await put(work, TargetStep, {}, group_id=group.id, act=Act.APPROVE, at=now, reason_sealed="?")
    hours = {"opens": time(8), "closes": time(20), "days": ServiceDays.EVERY_DAY, "reason_sealed": "?"}
    await put(work, ServiceHoursVersion, hours, valid_from=now)
    campaign = await work.session.get_one(Campaign, campaign_id)
    campaign.version += 1
    work.session.add(version_of(campaign, work, origin=VersionOrigin.CHANGED, reason_sealed="?"))
    script = await put(work, ScriptVersion, {}, campaign_id=campaign_id, version=1, title="x", created_at=now)
    review = {"submitted_at": now, "submitted_by": agent.id, "reason_sealed": "?", "decided_why_sealed": "?"}
    await put(work, ScriptReview, review, campaign_id=campaign_id, script_id=script.id)


async def stored(work: Work) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Returns (table, column) → its values with their places."""
    values: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for table in TABLES:
        for row in await work.session.execute(text(f"SELECT {table.select} FROM {table.name} t")):
            for column, value, place in zip(table.columns, table.sealed(row), table.places(row), strict=True):
                if value is not None:
                    values.setdefault((table.name, column.name), []).append((value, place))
    return values


@pytest.fixture(autouse=True)
async def noted_again(works: Works) -> AsyncIterator[None]:
    """Leaves a database that is noted as it was."""
    yield
    async with works.begin() as work:
        await repository.note_all_bound(work.session, work.now)


@pytest.fixture
def vault() -> Vault:
    return Vault(keys=KEYS, active="new", index_key=VAULT.index_key)


async def run(works: Works, vault: Vault) -> Mapping[str, Any]:
    async with works.begin() as work:
        job = await make_job(work, kind=RESEAL)
        card = await Jobs().card(work, job.id)
    return await Resealing(vault, Jobs()).job_handlers(works)[RESEAL](card, Report(works, job.id))


async def section(works: Works, vault: Vault) -> Section:
    async with works.begin() as work:
        return await held_in_place(work, vault)


async def named(works: Works, vault: Vault) -> set[str]:
    return {finding.subject for finding in (await section(works, vault)).exceptions}


async def test_every_value_is_bound_to_its_place_with_the_newest_key(
    works: Works, bus: Bus, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callcenter.audit.seals.resealing._AT_ONCE", 2)
    noted = listen(bus, Noted)
    async with works.begin() as work:
        await fill(work)
        before = await stored(work)
    assert before.keys() == {(table.name, column.name) for table in TABLES for column in table.columns}
    assert await named(works, vault) == {"installation_note:seals"}, "no job is open that would bind them"

    result = await run(works, vault)
    assert (result["unreadable"], result["bound"]) == (0, True)

    vault.refuse_unbound()
    async with works.begin() as work:
        after = await stored(work)
        details = "SELECT count(*) FROM call WHERE details ? 'visit_at' AND details ->> 'note' LIKE 'new%'"
        assert await work.session.scalar(text(details)) == 1, "the rest of a document stays"
    assert {key: len(values) for key, values in after.items()} == {key: len(values) for key, values in before.items()}
    for values in after.values():
        for value, place in values:
            assert value.startswith("new:")
            assert vault.open(value, place) == words_of(place)
    assert await named(works, vault) == set()
    assert [dict(event.facts) for event in noted if event.act == RESEALED] == [result]
    assert await run(works, vault) == {"sealed": 0, "unreadable": 0, "bound": True}, "what is sealed stays as it is"


async def test_what_work_has_written_meanwhile_stays(works: Works, vault: Vault) -> None:
    async with works.begin() as work:
        await fill(work)
        [lead] = [table for table in TABLES if table.name == "lead"]
        [row, *_] = await repository.list_older(work.session, lead, vault.newest_mark, None, 1)
        newer = vault.seal("new name", lead.places(row)[0])
        await work.session.execute(RENAME, {"name": newer, "id": row.key_0})
        old = lead.sealed(row)
        assert await repository.write(work.session, lead, [lead.key(row)], [old], [["x"] * len(old)]) == 0
    await run(works, vault)
    async with works.begin() as work:
        names = [vault.open(value, place) for value, place in (await stored(work))["lead", "name_sealed"]]
    assert "new name" in names


async def test_a_value_that_cannot_be_opened_is_named_and_keeps_the_others_from_nothing(
    works: Works, vault: Vault
) -> None:
    async with works.begin() as work:
        await fill(work)
        spoilt = await make_lead(work)
        spoilt.name_sealed = "lost.AAAA"
    result = await run(works, vault)
    assert (result["unreadable"], result["bound"]) == (1, False)
    assert await named(works, vault) == {f"lead:{spoilt.id}"}
    spoilt_row = {"id": spoilt.id, "name": vault.seal("x", f"lead.name:{spoilt.list_id}:{spoilt.line}")}
    async with works.begin() as work:
        await work.session.execute(RENAME, spoilt_row)
    assert (await run(works, vault))["bound"] is True
    assert await named(works, vault) == set()


async def test_while_the_job_waits_the_certificate_says_so_and_is_not_broken(works: Works, vault: Vault) -> None:
    async with works.begin() as work:
        await fill(work)
        await Resealing(vault, Jobs()).order(work)
    found = await section(works, vault)
    assert (found.ok, [note.subject for note in found.notes]) == (True, ["installation_note:seals"])


async def test_once_all_are_bound_a_process_that_starts_refuses_others(works: Works, vault: Vault) -> None:
    unbound = VAULT.seal_unbound("x")
    process = Vault(keys=VAULT.keys, active=VAULT.active, index_key=VAULT.index_key)
    async with works.begin() as work:
        await require_ready(work.session, process)
    with pytest.raises(UndecipherableError):
        process.open(unbound, "lead.name:1:2")
    upgraded = Vault(keys=VAULT.keys, active=VAULT.active, index_key=VAULT.index_key)
    async with works.begin() as work:
        await work.session.execute(text("DELETE FROM installation_note WHERE name = 'seals'"))
        await require_ready(work.session, upgraded)
    assert upgraded.open(unbound, "lead.name:1:2") == "x"


def test_a_value_inside_a_document_is_written_beside_the_others() -> None:
    [table] = [table for table in TABLES if table.name == "call"]
    assert {column.inside for column in table.columns} == {"note", "visit_address"}
    assert isinstance(table, SealedTable)
    assert json.dumps(table.by) == '["id"]'
