"""A small healthy day is certified with the right figures; each law that is broken then is named, and nothing else."""

import json
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from rich.console import Console
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from callcenter.audit.certificate.report import as_json, render
from callcenter.audit.certificate.service import CertificateService
from callcenter.audit.certificate.types import Limits, Result, SectionId, Standing
from callcenter.audit.service import AuditService
from callcenter.calls.types import CallKind, Outcome
from callcenter.consent.types import BasisAct
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock, business_date
from callcenter.kit.work import Works
from callcenter.recordings.types import INCIDENT_WORDS
from callcenter.storage.memory import MemoryStore
from tests.rooms.audit.certified_day import FRIDAY, MONDAY, SINCE, UNTIL, Day, at, broken, index_of, make_day
from tests.support.rows import BODY, Call, make_dnc_entry, make_lead_basis, make_recording
from tests.support.settings import VAULT


@pytest.fixture
async def day(works: Works, bus: Bus, clock: FrozenClock) -> Day:
    return await make_day(works, bus, clock)


# -- the healthy day


async def test_a_healthy_day_holds_with_its_figures(day: Day) -> None:
    certificate = await day.certify(restarts=2)
    assert broken(certificate) == {}
    assert certificate.ok
    assert certificate.result is Result.HOLDS
    figures = certificate.figures
    assert (figures.planned, figures.placed, figures.answered, figures.recordings_stored) == (8, 7, 5, 5)
    assert (figures.successes, figures.cut_off, figures.unknown, figures.incidents_open) == (1, 1, 1, 0)
    assert (figures.complaints_done, figures.complaints_due, figures.restarts) == (1, 1, 2)
    assert figures.by_outcome == {"answered": 5, "busy": 1, "unknown": 1, "not_placed": 1}
    assert {section.id: section.checked for section in certificate.sections} == {
        SectionId.PERMISSION: 7,
        SectionId.WINDOW: 7,
        SectionId.ONE_CALL: 7,
        SectionId.CAPS: 6,
        SectionId.QUOTA: 2,
        SectionId.ONE_AGENT: 7,
        SectionId.DO_NOT_CALL: 6,
        SectionId.LEGAL_BASIS: 6,
        SectionId.RECORDING: 5,
        SectionId.INCIDENTS: 7,
        SectionId.COMPLAINTS: 1,
        SectionId.OPEN_CALLS: 8,
        SectionId.CHAIN: 1,
        SectionId.FACTS: 0,
        SectionId.ACTS: 0,
        SectionId.TRACES: 0,
        SectionId.SEALS: 0,
    }
    assert certificate.chain_head is not None
    cut_off = certificate.section(SectionId.RECORDING).notes
    assert [note.subject for note in cut_off] == [day.subject("cut off")]
    assert "31.0 s are recorded" in cut_off[0].what
    assert [note.subject for note in certificate.section(SectionId.OPEN_CALLS).notes] == [day.subject("unknown")]


async def test_a_success_that_quality_has_refused_is_counted_apart(day: Day) -> None:
    for verdict, counted in ((None, (1, 0, 0)), ("passed", (1, 1, 0)), ("failed", (0, 0, 1))):
        await day.sql("UPDATE call SET success_verdict = :said WHERE id = :id", said=verdict, id=day.calls["success"])
        figures = (await day.certify()).figures
        assert (figures.successes, figures.successes_passed, figures.successes_failed) == counted, verdict


async def test_an_empty_period_says_that_nothing_was_checked(day: Day) -> None:
    certificate = await day.certify(since=at(0, on=date(2026, 11, 22)), until=SINCE)
    assert certificate.result is Result.NOTHING_CHECKED
    assert not certificate.ok
    assert certificate.figures.placed == 0
    nothing = {section.id for section in certificate.sections if section.result is Result.NOTHING_CHECKED}
    assert nothing == set(SectionId) - {SectionId.STORE, SectionId.QUOTA, SectionId.ONE_AGENT, SectionId.CHAIN}
    console = Console(file=StringIO(), width=160)
    render(certificate, console)
    assert isinstance(console.file, StringIO)
    assert "结论 result: 未检查 nothing checked" in console.file.getvalue()


async def test_a_new_system_has_nothing_to_certify(works: Works) -> None:
    async with works.begin() as work:
        certificate = await CertificateService(AuditService()).certify(work, SINCE, UNTIL)
    assert all(section.result is Result.NOTHING_CHECKED for section in certificate.sections)
    assert certificate.result is Result.NOTHING_CHECKED


async def test_the_report_names_every_exception_and_no_customer(day: Day) -> None:
    await day.sql("DELETE FROM recording WHERE call_id = :id", id=day.calls["success"])
    certificate = await day.certify()
    console = Console(file=StringIO(), width=160)
    render(certificate, console)
    assert isinstance(console.file, StringIO)
    printed = console.file.getvalue()
    assert day.subject("success") in printed
    assert "结论 result: 不成立 BROKEN" in printed
    report = json.loads(json.dumps(as_json(certificate)))
    assert (report["ok"], report["result"], report["figures"]["placed"]) == (False, "broken", 7)
    sections = {section["id"]: section for section in report["sections"]}
    assert sections["law3.recording"]["exceptions"][0] == {
        "subject": day.subject("success"),
        "code": "not_recorded",
        "facts": {},
        "what_zh": "已接通而没有录音",
        "what_en": "answered and not recorded",
        "at": at(10, 2, 5).isoformat(),
    }
    assert sections["law3.recording"]["title_zh"] == "接通必有完整录音"
    assert index_of(0) not in json.dumps(report) + printed


# -- law 1


async def test_the_database_itself_forbids_dialling_without_permission(day: Day) -> None:
    with pytest.raises(DBAPIError, match="ck_call_dialled_with_permission"):
        await day.sql("""UPDATE call SET verdict = '{"allowed": false}' WHERE id = :id""", id=day.calls["busy"])


async def test_a_call_without_a_permission_in_time_is_named(day: Day) -> None:
    for damage in (
        "verdict = verdict - 'rule_set'",
        "verdict = verdict - 'at'",
        """verdict = verdict || '{"at": "yesterday"}'""",
        """verdict = verdict || '{"allowed": "true"}'""",
        "verdict = jsonb_set(verdict, '{at}', to_jsonb(dialled_at + interval '1 second'))",
        "verdict = jsonb_set(verdict, '{at}', to_jsonb(dialled_at - interval '61 seconds'))",
        "planned_at = dialled_at + interval '1 second'",
        "dialled_at = NULL",
    ):
        named = await day.broken_by(f"UPDATE call SET {damage} WHERE id = :id", id=day.calls["busy"])
        assert named == {SectionId.PERMISSION: [day.subject("busy")]}, damage


async def test_a_switch_that_dialled_before_the_row_said_so_is_named(day: Day) -> None:
    await day.sql("UPDATE call_signal SET at = at - interval '3 s' WHERE call_id = :id", id=day.calls["busy"])
    assert await day.breaks() == {SectionId.PERMISSION: [day.subject("busy")]}


async def test_no_signal_is_journalled_for_a_call_without_a_row(day: Day) -> None:
    with pytest.raises(DBAPIError, match="fk_call_signal_call_id"):
        await day.sql(
            "INSERT INTO call_signal (call_id, key, kind, at, received_at, facts)"
            " VALUES (:id, 'k', 'CustomerDialled', now(), now(), '{}')",
            id=UUID(int=404),
        )


# -- law 2: the window


async def test_a_call_outside_the_window_is_named_whatever_its_verdict_says(day: Day) -> None:
    for when in (at(9, 59), at(12), at(13, 29, 59), at(18)):
        await day.move("busy", when)
        assert await day.breaks() == {SectionId.WINDOW: [day.subject("busy")]}
    await day.move("busy", at(17, 59, 59))
    assert await day.breaks() == {}


async def test_a_complaint_callback_keeps_the_service_hours_and_not_the_campaigns_window(day: Day) -> None:
    for when in (at(12, 30), at(20, 59, 59), at(8)):
        await day.move("called back", when)
        assert SectionId.WINDOW not in await day.breaks()
    await day.move("called back", at(21))
    assert await day.breaks() == {SectionId.WINDOW: [day.subject("called back")]}


async def test_service_hours_count_from_their_change(day: Day) -> None:
    hours = {"opens": "09:00", "closes": "13:00", "days": "every_day", "reason": "story"}
    await day.change(at(13, 30), "PUT", "/service-hours", **hours)
    await day.judged_anew()
    assert await day.breaks() == {SectionId.WINDOW: [day.subject("called back")]}


async def test_service_hours_of_the_evening_do_not_judge_the_day(day: Day) -> None:
    hours = {"opens": "09:00", "closes": "13:00", "days": "every_day", "reason": "story"}
    await day.change(at(18), "PUT", "/service-hours", **hours)
    assert await day.breaks() == {}


async def test_a_day_off_counts_from_when_it_was_declared(day: Day) -> None:
    await day.change(at(10, 8), "PUT", f"/calendar/{MONDAY}", working=False, reason="storm")
    await day.judged_anew()
    assert await day.breaks() == {SectionId.WINDOW: [day.subject("complaint"), day.subject("cut off")]}


async def test_a_day_off_declared_in_the_evening_does_not_judge_the_day(day: Day) -> None:
    await day.change(at(18), "PUT", f"/calendar/{MONDAY}", working=False, reason="storm")
    assert await day.breaks() == {}


async def test_a_day_off_that_was_cancelled_counted_until_then(day: Day) -> None:
    await day.change(at(10, 1), "PUT", f"/calendar/{MONDAY}", working=False, reason="storm")
    await day.change(at(10, 8), "DELETE", f"/calendar/{MONDAY}", reason="no storm")
    await day.judged_anew()
    assert await day.breaks() == {SectionId.WINDOW: [day.subject("busy"), day.subject("unknown")]}


async def test_a_closed_campaign_calls_only_customers_who_complained(day: Day) -> None:
    await day.change_campaign(at(10, 8), state="closed")
    await day.judged_anew()
    assert await day.breaks() == {SectionId.WINDOW: [day.subject("complaint"), day.subject("cut off")]}


async def test_shifts_and_caps_of_today_do_not_judge_yesterday(day: Day) -> None:
    await day.change_campaign(at(18), shifts=[{"opens": "14:00", "closes": "15:00"}], state="closed", quota=1)
    assert await day.breaks() == {}


async def test_shifts_count_from_their_change(day: Day) -> None:
    await day.change_campaign(at(10, 4), shifts=[{"opens": "14:00", "closes": "15:00"}])
    await day.judged_anew()
    late = ["busy", "unknown", "complaint", "cut off"]
    assert await day.breaks() == {SectionId.WINDOW: [day.subject(name) for name in late]}


async def test_caps_count_as_they_were_when_the_number_was_called(day: Day) -> None:
    await day.change_campaign(at(9, on=FRIDAY) + timedelta(hours=1), cap_per_day=2)
    await day.sql("UPDATE call SET phone_index = :n WHERE id = :id", n=index_of(0), id=day.calls["unknown"])
    await day.judged_anew()
    assert await day.breaks() == {}
    await day.change_campaign(at(18), cap_per_day=1)
    assert await day.breaks() == {}


async def test_a_cap_that_is_raised_in_the_evening_does_not_excuse_the_day(day: Day) -> None:
    await day.sql("UPDATE call SET phone_index = :n WHERE id = :id", n=index_of(0), id=day.calls["unknown"])
    await day.change_campaign(at(18), cap_per_day=2)
    assert await day.breaks() == {SectionId.CAPS: [day.subject("unknown")]}


async def test_a_cap_counts_from_its_change(day: Day) -> None:
    await day.change_campaign(at(9, on=FRIDAY) + timedelta(hours=1), cap_per_day=2)
    await day.change_campaign(at(10, 5, 30), cap_per_day=1)
    await day.sql("UPDATE call SET phone_index = :n WHERE id = :id", n=index_of(0), id=day.calls["unknown"])
    await day.judged_anew()
    assert await day.breaks() == {SectionId.CAPS: [day.subject("unknown")]}


async def test_a_permission_that_names_another_version_than_the_one_in_force_is_named(day: Day) -> None:
    for damage in ("""{"campaign_version": 2}""", """{"calendar": {"change": 1}}""", """{"rule_set": "t9"}"""):
        named = await day.broken_by(
            f"UPDATE call SET verdict = verdict || '{damage}' WHERE id = :id", id=day.calls["busy"]
        )
        assert named == {SectionId.PERMISSION: [day.subject("busy")]}, damage


async def test_what_was_in_force_cannot_be_changed_in_the_database(day: Day) -> None:
    await day.change(at(18), "PUT", f"/calendar/{MONDAY}", working=True, reason="story")
    await day.change(at(18), "PUT", "/service-hours", opens="09:00", closes="13:00", days="every_day", reason="story")
    for damage in (
        "UPDATE campaign_version SET quota = 90",
        "DELETE FROM campaign_version",
        "TRUNCATE campaign_version",
        "UPDATE campaign SET quota = 90",
        "UPDATE calendar_override SET working = false",
        "DELETE FROM service_hours",
        "UPDATE rule_set SET first_used_at = now()",
    ):
        with pytest.raises(DBAPIError, match="law 11"):
            await day.sql(damage)


# -- law 2: one call at a time


async def test_an_agent_with_two_calls_at_once_is_named(day: Day) -> None:
    await day.move("busy", at(10, 1))
    assert await day.breaks() == {SectionId.ONE_CALL: [day.subject("busy")]}


async def test_a_number_called_twice_at_once_is_named(day: Day) -> None:
    await day.sql("UPDATE call SET phone_index = :n WHERE id = :id", n=index_of(0), id=day.calls["refused"])
    named = await day.breaks()
    assert set(named) == {SectionId.ONE_CALL, SectionId.CAPS}
    assert named[SectionId.ONE_CALL] == [day.subject("refused")]


async def test_a_switch_clock_a_little_ahead_breaks_nothing(day: Day) -> None:
    await day.move("busy", at(10, 2, 4))  # the success ended at 10:02:05
    assert await day.breaks() == {}
    await day.move("busy", at(10, 2, 3))
    assert await day.breaks() == {SectionId.ONE_CALL: [day.subject("busy")]}


async def test_a_second_unasked_call_on_one_day_is_named(day: Day) -> None:
    await day.sql("UPDATE call SET phone_index = :n WHERE id = :id", n=index_of(0), id=day.calls["unknown"])
    await day.move("unknown", at(17))  # another date already in other zones
    assert await day.breaks() == {SectionId.CAPS: [day.subject("unknown")]}
    await day.sql("UPDATE call SET outcome = 'not_placed' WHERE id = :id", id=day.calls["unknown"])
    assert await day.breaks() == {}


@pytest.mark.parametrize(("first", "named"), [(date(2026, 11, 17), True), (date(2026, 11, 16), False)])
async def test_a_fourth_unasked_call_in_seven_days_is_named(day: Day, first: date, named: bool) -> None:
    async with day.works.begin() as work:
        for number, on in enumerate((first, date(2026, 11, 18), date(2026, 11, 19))):
            await day.call(work, f"before {number}", "ann", 1, at(11, on=on), Outcome.NO_ANSWER)
    assert await day.breaks() == ({SectionId.CAPS: [day.subject("busy")]} if named else {})


# -- law 2: assignments


async def test_an_agent_above_the_quota_is_named_even_when_it_is_over(day: Day) -> None:
    async with day.works.begin() as work:
        await day.assign(work, "ann", 7, given=at(20, on=FRIDAY), done=at(10, 30))
    certificate = await day.certify()
    assert broken(certificate) == {SectionId.QUOTA: [f"staff:{day.agents['ann']}"]}
    assert certificate.section(SectionId.QUOTA).exceptions[0].what == "held 5, the quota is 4"


async def test_finished_assignments_make_room_for_new_ones(day: Day) -> None:
    async with day.works.begin() as work:
        await day.assign(work, "ann", 7, given=at(11))
        await day.assign(work, "ann", 8, given=at(11))
    assert await day.breaks() == {}


async def test_the_database_itself_forbids_assigning_a_lead_to_two_agents(day: Day) -> None:
    with pytest.raises(DBAPIError, match="uq_assignment_lead_held"):
        async with day.works.begin() as work:
            await day.assign(work, "ben", 1, given=at(10))


async def test_a_lead_that_two_agents_had_at_the_same_time_is_named(day: Day) -> None:
    async with day.works.begin() as work:
        await day.assign(work, "ben", 0, given=at(10), done=at(11))
    assert await day.breaks() == {SectionId.ONE_AGENT: [f"lead:{day.leads[0]}"]}


async def test_a_call_without_an_assignment_or_with_another_agents_is_named(day: Day) -> None:
    values: dict[str, Any] = {"id": day.calls["busy"], "ben": day.agents["ben"]}
    for damage in ("agent_id = :ben", "assignment_id = NULL"):
        named = await day.broken_by(f"UPDATE call SET {damage} WHERE id = :id", **values)
        assert named == {SectionId.ONE_AGENT: [day.subject("busy")]}, damage


async def test_a_call_after_the_end_of_its_assignment_is_named(day: Day) -> None:
    await day.sql(
        "UPDATE assignment SET state = 'done', ended_as = 'rule', done_at = :at WHERE lead_id = :lead",
        at=at(10),
        lead=day.leads[1],
    )
    assert await day.breaks() == {SectionId.ONE_AGENT: [day.subject("busy")]}


# -- law 2: protections


async def enter_dnc(day: Day, lead: int, entered: datetime, **columns: Any) -> None:
    async with day.works.begin() as work:
        await make_dnc_entry(work, phone_index=index_of(lead), entered_at=entered, **columns)


async def test_a_marketing_call_to_a_number_on_the_do_not_call_list_is_named(day: Day) -> None:
    await enter_dnc(day, 3, at(9))
    assert await day.breaks() == {SectionId.DO_NOT_CALL: [day.subject("refused")]}


async def test_an_entry_that_was_not_in_force_forbids_nothing(day: Day) -> None:
    await enter_dnc(day, 3, at(10, 2))
    await enter_dnc(day, 3, at(9), lifted_at=at(9, 30))
    await enter_dnc(day, 3, at(9), until=at(9, 30))
    assert await day.breaks() == {}


async def test_an_entry_that_was_lifted_after_the_call_counts(day: Day) -> None:
    await enter_dnc(day, 3, at(9), lifted_at=at(11))
    assert await day.breaks() == {SectionId.DO_NOT_CALL: [day.subject("refused")]}


async def test_a_refusal_that_was_not_entered_is_named(day: Day) -> None:
    for disposition in ("refused", "do_not_call"):
        await day.sql("UPDATE call SET disposition = :d WHERE id = :id", d=disposition, id=day.calls["refused"])
        named = await day.broken_by("DELETE FROM dnc_entry WHERE call_id = :id", id=day.calls["refused"])
        assert named == {SectionId.DO_NOT_CALL: [day.subject("refused")]}


async def test_a_complaining_customer_is_called_back_in_spite_of_do_not_call(day: Day) -> None:
    await enter_dnc(day, 2, at(12))
    await day.sql("UPDATE lead SET basis_withdrawn_at = :at WHERE id = :id", at=at(12), id=day.leads[2])
    assert await day.breaks() == {}


async def test_a_marketing_call_after_the_basis_was_withdrawn_is_named(day: Day) -> None:
    await day.sql("UPDATE lead SET basis_withdrawn_at = :at WHERE id = :id", at=at(9), id=day.leads[1])
    assert await day.breaks() == {SectionId.LEGAL_BASIS: [day.subject("busy")]}


async def change_basis(day: Day, lead: int, act: BasisAct, when: datetime, valid_until: date | None = None) -> None:
    async with day.works.begin() as work:
        await make_lead_basis(work, lead_id=day.leads[lead], act=act, at=when, valid_until=valid_until)


async def test_a_basis_given_anew_does_not_cover_the_call_before(day: Day) -> None:
    await change_basis(day, 1, BasisAct.WITHDRAWN, at(9))
    await change_basis(day, 1, BasisAct.REINSTATED, at(11))
    assert await day.breaks() == {SectionId.LEGAL_BASIS: [day.subject("busy")]}


async def test_a_basis_given_anew_before_the_call_counts_until_its_last_day(day: Day) -> None:
    await change_basis(day, 1, BasisAct.WITHDRAWN, at(8))
    await change_basis(day, 1, BasisAct.REINSTATED, at(9), valid_until=business_date(at(9)))
    await change_basis(day, 1, BasisAct.WITHDRAWN, at(11))
    assert await day.breaks() == {}
    await change_basis(day, 3, BasisAct.ADDED, at(8), valid_until=business_date(at(8)) - timedelta(days=1))
    assert await day.breaks() == {SectionId.LEGAL_BASIS: [day.subject("refused")]}


# -- law 3


async def test_an_answered_call_without_its_whole_recording_is_named(day: Day) -> None:
    for damage in (
        "DELETE FROM recording WHERE call_id = :id",
        "UPDATE recording SET state = 'captured' WHERE call_id = :id",
        "UPDATE recording SET duration_ms = duration_ms - 2100 WHERE call_id = :id",
        "UPDATE recording SET duration_ms = duration_ms + 5100 WHERE call_id = :id",
        "UPDATE recording SET duration_ms = NULL WHERE call_id = :id",
        "UPDATE recording SET retain_until = wanted_until - interval '1 day' WHERE call_id = :id",
        "UPDATE recording SET retain_until = :at, wanted_until = NULL WHERE call_id = :id",
    ):
        named = await day.broken_by(damage, id=day.calls["success"], at=at(18))
        assert named == {SectionId.RECORDING: [day.subject("success")]}, damage


async def test_a_recording_may_be_a_second_off(day: Day) -> None:
    for off in (-1900, 4900):  # healthy: a second of the ringing is recorded too, four are not
        statement = f"UPDATE recording SET duration_ms = duration_ms + {off} WHERE call_id = :id"
        assert await day.broken_by(statement, id=day.calls["success"]) == {}


async def test_the_database_itself_forbids_a_second_recording_and_a_stored_one_without_its_object(day: Day) -> None:
    with pytest.raises(DBAPIError, match="recording_call_id"):
        async with day.works.begin() as work:
            await make_recording(work, await work.session.get_one(Call, day.calls["success"]))
    with pytest.raises(DBAPIError, match="ck_recording_stored_is_known_whole"):
        await day.sql("UPDATE recording SET sha256 = NULL WHERE call_id = :id", id=day.calls["success"])


async def test_two_calls_cannot_share_one_object(day: Day) -> None:
    await day.sql(
        "UPDATE recording SET object_key = (SELECT object_key FROM recording WHERE call_id = :other)"
        " WHERE call_id = :id",
        id=day.calls["success"],
        other=day.calls["refused"],
    )
    named = await day.breaks()
    assert set(named) == {SectionId.RECORDING}
    assert set(named[SectionId.RECORDING]) == {day.subject("success"), day.subject("refused")}


async def test_the_recording_of_a_cut_off_call_must_only_be_long_enough(day: Day) -> None:
    await day.sql("UPDATE recording SET duration_ms = 600000 WHERE call_id = :id", id=day.calls["cut off"])
    assert await day.breaks() == {}
    await day.sql("UPDATE recording SET duration_ms = 26000 WHERE call_id = :id", id=day.calls["cut off"])
    assert await day.breaks() == {SectionId.RECORDING: [day.subject("cut off")]}


async def test_an_open_incident_keeps_law_3_and_is_named_in_its_own_section(day: Day) -> None:
    await day.sql(
        "DELETE FROM recording WHERE call_id = :id",
        "INSERT INTO recording_incident (kind, call_id, opened_at, detail, facts)"
        " VALUES ('missing', :id, :at, 'no_file', '{}')",
        id=day.calls["success"],
        at=at(10, 5),
    )
    certificate = await day.certify()
    assert broken(certificate) == {SectionId.INCIDENTS: [day.subject("success")]}
    assert day.subject("success") in [note.subject for note in certificate.section(SectionId.RECORDING).notes]
    await day.sql("UPDATE recording_incident SET closed_at = :at", at=at(11))
    assert await day.breaks() == {SectionId.RECORDING: [day.subject("success")]}


async def test_an_incident_closed_for_good_is_a_note_with_its_reason(day: Day) -> None:
    await day.sql(
        "DELETE FROM recording WHERE call_id = :id",
        "INSERT INTO recording_incident"
        " (id, kind, call_id, opened_at, detail, facts, closed_at, closed_by, closing_words_sealed, final)"
        " VALUES (70, 'missing', :id, :at, 'no_file', '{}', :at, 'staff:1', :words, true)",
        id=day.calls["success"],
        words=VAULT.seal("the disk was full", INCIDENT_WORDS.place(70)),
        at=at(10, 5),
    )
    certificate = await day.certify(vault=VAULT)
    assert broken(certificate) == {}
    [note] = [one for one in certificate.section(SectionId.RECORDING).notes if one.subject == day.subject("success")]
    assert "the disk was full" in note.remark.en
    assert "the disk was full" in note.remark.zh
    unopened = await day.certify()
    [note] = [one for one in unopened.section(SectionId.RECORDING).notes if one.subject == day.subject("success")]
    assert "recording_incident:70" in note.remark.en, "without keys the certificate names the incident"
    await day.sql("UPDATE recording_incident SET kind = 'late'")
    assert await day.breaks() == {SectionId.RECORDING: [day.subject("success")]}, "that was another fault"


async def test_during_the_day_a_recording_may_still_be_on_its_way(day: Day, clock: FrozenClock) -> None:
    await day.sql("UPDATE recording SET state = 'captured' WHERE call_id = :id", id=day.calls["called back"])
    clock.set(at(13, 40))
    broken_law_4 = {SectionId.COMPLAINTS: [f"complaint:{day.case_id}"]}
    assert await day.breaks(limits=Limits(store_within=timedelta(minutes=10))) == broken_law_4
    assert SectionId.RECORDING in await day.breaks()


# -- the store


async def fill(day: Day, store: MemoryStore, folder: Path) -> None:
    file = folder / "body"
    file.write_bytes(BODY)
    async with day.works.begin() as work:
        rows = await work.session.execute(text("SELECT call_id, object_key, sha256, retain_until FROM recording"))
        for call_id, key, sha256, until in rows.all():
            if key is None:
                continue
            stored = await store.put(key, file, sha256=sha256, retain_until=until, content_type="audio/flac")
            await work.session.execute(
                text("UPDATE recording SET version_id = :version WHERE call_id = :id"),
                {"version": stored.version_id, "id": call_id},
            )


async def test_every_recording_is_looked_up_in_the_store(day: Day, clock: FrozenClock, tmp_path: Path) -> None:
    store = MemoryStore(clock)
    await fill(day, store, tmp_path)
    certificate = await day.certify(store=store, with_store=True)
    assert certificate.ok
    assert certificate.section(SectionId.STORE).checked == 5


async def test_an_object_that_differs_from_its_row_is_named(day: Day, clock: FrozenClock, tmp_path: Path) -> None:
    store = MemoryStore(clock)
    await fill(day, store, tmp_path)
    for damage in (
        "object_key = 'elsewhere'",
        "size_bytes = size_bytes + 1",
        "sha256 = repeat('0', 64)",
        "retain_until = retain_until + interval '1 day'",
    ):
        statement = f"UPDATE recording SET {damage} WHERE call_id = :id"
        named = await day.broken_by(statement, store=store, id=day.calls["refused"])
        assert named == {SectionId.STORE: [day.subject("refused")]}, damage


async def test_a_store_that_does_not_answer_proves_nothing(day: Day, clock: FrozenClock, tmp_path: Path) -> None:
    store = MemoryStore(clock)
    await fill(day, store, tmp_path)
    store.down = True
    certificate = await day.certify(store=store, with_store=True)
    assert broken(certificate) == {SectionId.STORE: ["store"]}
    assert certificate.section(SectionId.STORE).checked == 0


# -- law 4


async def as_owner(day: Day, *statements: str, **values: Any) -> None:
    """Does what only the owner of the database can: with the triggers disabled."""
    tables = ("callback", "audit_entry")
    await day.sql(
        *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables),
        *statements,
        *(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables),
        **values,
    )


async def test_the_database_itself_keeps_the_obligation(day: Day) -> None:
    for damage in (
        "DELETE FROM callback",
        "UPDATE callback SET state = 'lapsed'",
        "UPDATE callback SET done_call_id = NULL",
        "TRUNCATE callback",
    ):
        with pytest.raises(DBAPIError, match="law 4"):
            await day.sql(damage)


async def test_a_case_without_its_obligation_is_named(day: Day) -> None:
    await as_owner(day, "DELETE FROM callback")
    assert await day.breaks() == {SectionId.COMPLAINTS: [f"complaint:{day.case_id}"]}


async def test_an_obligation_without_its_case_is_named(day: Day) -> None:
    await day.sql("DELETE FROM complaint_case")
    named = await day.breaks()
    assert named == {SectionId.COMPLAINTS: [day.subject("complaint"), f"callback:{day.callback_id}"]}


async def test_a_call_that_is_no_evidence_is_named(day: Day) -> None:
    values: dict[str, Any] = {"id": day.calls["called back"], "lead": day.leads[0], "ann": day.agents["ann"]}
    for damage in (
        "disposition = 'machine'",
        "outcome = 'busy', answered_at = NULL",
        "callback_id = NULL",
        "lead_id = :lead",
        "agent_id = :ann",
    ):
        named = await day.broken_by(f"UPDATE call SET {damage} WHERE id = :id", **values)
        assert named == {SectionId.COMPLAINTS: [f"complaint:{day.case_id}"]}, damage


async def test_evidence_without_a_stored_recording_breaks_two_laws(day: Day) -> None:
    await day.sql("UPDATE recording SET state = 'captured' WHERE call_id = :id", id=day.calls["called back"])
    assert await day.breaks() == {
        SectionId.RECORDING: [day.subject("called back")],
        SectionId.COMPLAINTS: [f"complaint:{day.case_id}"],
    }


async def test_done_within_time_and_overdue_are_counted_apart_with_the_names_behind_the_gap(
    day: Day, clock: FrozenClock
) -> None:
    section = (await day.certify()).section(SectionId.COMPLAINTS)
    assert section.standings == {Standing.DONE: 1, Standing.WITHIN_TIME: 0, Standing.OVERDUE: 0}
    await as_owner(
        day,
        "UPDATE callback SET state = 'due', done_at = NULL, done_call_id = NULL",
        "UPDATE complaint_case SET state = 'open'",
    )
    certificate = await day.certify()
    section, figures = certificate.section(SectionId.COMPLAINTS), certificate.figures
    assert section.result is Result.HOLDS
    assert section.standings == {Standing.DONE: 0, Standing.WITHIN_TIME: 1, Standing.OVERDUE: 0}
    [waiting] = section.notes
    assert waiting.subject == f"complaint:{day.case_id}"
    assert waiting.what.startswith("within its time: to be called back by 2026-11-24 10:12,")
    assert (figures.complaints_done, figures.complaints_within_time, figures.complaints_overdue) == (0, 1, 0)
    assert figures.complaints_due == 1
    clock.set(at(10, 13, on=date(2026, 11, 24)))
    certificate = await day.certify()
    assert broken(certificate) == {SectionId.COMPLAINTS: [f"complaint:{day.case_id}"]}
    section = certificate.section(SectionId.COMPLAINTS)
    assert section.standings == {Standing.DONE: 0, Standing.WITHIN_TIME: 0, Standing.OVERDUE: 1}
    assert certificate.figures.complaints_overdue == 1
    console = Console(file=StringIO(), width=160)
    render(certificate, console)
    assert isinstance(console.file, StringIO)
    printed = console.file.getvalue()
    assert "0 ÷ 1 (期限内 within their time 0, 逾期 overdue 1)" in printed
    assert "已逾期 overdue: 1" in printed
    assert as_json(certificate)["sections"][10]["standings"] == {"done": 0, "within_time": 0, "overdue": 1}


@pytest.mark.parametrize(
    ("signer", "tried", "named"), [("lee", 3, False), ("lee", 2, True), ("ben", 3, True), ("ann", 3, True)]
)
async def test_a_sign_off_counts_after_real_attempts_and_without_a_conflict_of_interest(
    day: Day, signer: str, tried: int, named: bool
) -> None:
    async with day.works.begin() as work:
        for number in range(tried - 1):
            await day.call(
                work,
                f"attempt {number}",
                "ben",
                2,
                at(14 + number),
                Outcome.NO_ANSWER,
                kind=CallKind.COMPLAINT,
                callback_id=day.callback_id,
            )
    await as_owner(
        day,
        "UPDATE callback SET done_call_id = NULL, signed_off_by = :by, sign_off_reason_sealed = 'moved away',"
        " attempts = 3",
        by=day.agents[signer],
    )
    assert await day.breaks() == ({SectionId.COMPLAINTS: [f"complaint:{day.case_id}"]} if named else {})


async def test_a_complaint_without_a_case_is_named(day: Day) -> None:
    await day.sql("UPDATE call SET disposition = 'complaint' WHERE id = :id", id=day.calls["refused"])
    assert await day.breaks() == {SectionId.COMPLAINTS: [day.subject("refused")]}


# -- the chain, and calls left open


async def test_a_broken_chain_is_named(day: Day) -> None:
    await as_owner(day, """UPDATE audit_entry SET facts = '{"a": 1}'""")
    assert await day.breaks() == {SectionId.CHAIN: ["audit_entry:1"]}


async def test_a_garbled_entry_is_named_and_stops_nothing(day: Day) -> None:
    await as_owner(day, """UPDATE audit_entry SET act = 'campaigns.changed', facts = '{"state": "asleep"}'""")
    assert await day.breaks() == {SectionId.CHAIN: ["audit_entry:1"]}


async def test_a_call_left_open_is_named(day: Day) -> None:
    async with day.works.begin() as work:
        assignment_id = await day.assign(work, "ann", 8, given=at(12))
        await day.call(work, "left", "ann", 8, at(17, 30), Outcome.UNKNOWN, assignment_id=assignment_id)
    await day.sql(
        "UPDATE call SET state = 'ringing', outcome = NULL, ended_at = NULL WHERE id = :id", id=day.calls["left"]
    )
    assert await day.breaks() == {SectionId.OPEN_CALLS: [day.subject("left")]}
    assert await day.breaks(limits=Limits(open_after=timedelta(hours=2))) == {}
