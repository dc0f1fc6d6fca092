"""How the certificate judges a call, a window, a recording, a complaint; and its own verdict."""

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.audit.certificate.history import DayWord, Edition, History, KnownRuleSet, Timeline
from callcenter.audit.certificate.remarks import FindingCode, Remark
from callcenter.audit.certificate.report import as_json
from callcenter.audit.certificate.rules import (
    AnsweredCall,
    DialledCall,
    Windows,
    lock_problem,
    permission_problem,
    recording_problem,
)
from callcenter.audit.certificate.types import (
    TITLES,
    Certificate,
    Figures,
    Finding,
    Limits,
    Period,
    Result,
    Section,
    SectionId,
)
from callcenter.calendar.rules import WorkingCalendar
from callcenter.calendar.types import Override
from callcenter.calls.types import CallKind
from callcenter.campaigns.rules import window_at
from callcenter.campaigns.types import CampaignRules, CampaignState, ServiceDays, ServiceHours, Shift
from callcenter.kit.clock import at_business_time
from callcenter.recordings.types import RecordingState
from tests.support.rules import campaign_rules

MONDAY = date(2026, 11, 23)
LIMITS = Limits()
RULES = campaign_rules(retries={})
BEGAN = at_business_time(date(2026, 11, 1), 0)


def at(hour: int, minute: int = 0, *, on: date = MONDAY) -> datetime:
    return at_business_time(on, hour, minute)


def history(
    *changes: tuple[datetime, CampaignRules],
    days: Sequence[DayWord] = (),
    hours: Sequence[tuple[datetime, ServiceHours]] = (),
    editions: Sequence[tuple[datetime, Edition]] = (),
) -> History:
    """A campaign that has existed since the beginning of the month; each change is its next version."""
    versions = [
        (since, dataclasses.replace(rules, version=number))
        for number, (since, rules) in enumerate([(BEGAN, RULES), *changes], start=1)
    ]
    return History(
        campaigns={1: Timeline(versions)},
        service_hours=Timeline(hours),
        days=days,
        editions=Timeline(editions),
        rule_sets={"t1": KnownRuleSet(BEGAN, True), "t0": KnownRuleSet(BEGAN, False)},
    )


def windows(*changes: tuple[datetime, CampaignRules], **known: Any) -> Windows:
    return Windows(history(*changes, **known), LIMITS)


def dialled(when: datetime, kind: CallKind = CallKind.LEAD, **verdict: Any) -> DialledCall:
    names = {"campaign_version": 1, "calendar": {"edition": "2026", "change": 0}, "service_hours": 0}
    return DialledCall(
        id=UUID(int=1),
        kind=kind,
        campaign_id=1,
        planned_at=when,
        dialled_at=when,
        verdict={"allowed": True, "rule_set": "t1", "at": when.isoformat(), **names, **verdict},
    )


# -- the permission


def test_a_permission_up_to_a_minute_old_counts_and_one_without_a_zone_does_not() -> None:
    when, then = at(10), history()
    assert permission_problem(dialled(when, at=(when - timedelta(minutes=1)).isoformat()), then, LIMITS) is None
    assert permission_problem(dialled(when, at="2026-11-23T10:00:00"), then, LIMITS) is not None
    assert permission_problem(dialled(when, at=12), then, LIMITS) is not None


def test_a_permission_names_a_rule_set_that_was_in_use() -> None:
    then = history()
    assert permission_problem(dialled(at(10), rule_set="t2"), then, LIMITS) is not None
    assert permission_problem(dialled(at(10, on=date(2026, 10, 30))), then, LIMITS) is not None


def test_a_permission_names_the_versions_in_force() -> None:
    override = DayWord(at(9), MONDAY, Override(True, "word"), id=5)
    later = DayWord(at(11), MONDAY, Override(True, "word"), id=6)
    then = history((at(10), RULES), days=[override, later], hours=[(at(9), ServiceHours(version=3))])
    right: dict[str, Any] = {"campaign_version": 2, "calendar": {"change": 5}, "service_hours": 3}
    assert permission_problem(dialled(at(10, 30), CallKind.COMPLAINT, **right), then, LIMITS) is None
    for wrong in ({"campaign_version": 1}, {"calendar": {"change": 6}}, {"calendar": None}, {"service_hours": 0}):
        call = dialled(at(10, 30), CallKind.COMPLAINT, **{**right, **wrong})
        assert permission_problem(call, then, LIMITS) is not None, wrong
    assert permission_problem(dialled(at(10, 30), **{**right, "service_hours": None}), then, LIMITS) is None


def test_a_permission_given_while_a_change_was_being_written_may_name_the_version_before() -> None:
    then = history((at(10), RULES))
    assert permission_problem(dialled(at(10) + timedelta(seconds=0.9)), then, LIMITS) is None
    assert permission_problem(dialled(at(10) + timedelta(seconds=1.1)), then, LIMITS) is not None


def test_a_permission_from_before_there_were_versions_names_none() -> None:
    bare: dict[str, Any] = {"campaign_version": None, "calendar": None, "rule_set": "t0"}
    assert permission_problem(dialled(at(10), **bare), history(), LIMITS) is None


# -- the window


def test_the_present_state_of_a_campaign_does_not_count_for_yesterday() -> None:
    closed = campaign_rules(state=CampaignState.CLOSED)
    assert windows((at(18), closed)).problem(dialled(at(10))) is None


def test_a_state_counts_from_its_change_to_the_next() -> None:
    closed = campaign_rules(state=CampaignState.CLOSED)
    judge = windows((at(10, 30), closed), (at(11), RULES))
    assert judge.problem(dialled(at(10, 29))) is None
    assert judge.problem(dialled(at(10, 31))) == Remark(FindingCode.CAMPAIGN_NOT_RUNNING, {"campaign_state": "closed"})
    assert judge.problem(dialled(at(10, 31), CallKind.COMPLAINT)) is None
    assert judge.problem(dialled(at(11))) is None


def test_shifts_count_from_their_change_and_yesterday_keeps_its_own() -> None:
    later = campaign_rules(shifts=(Shift(time(14), time(16)),))
    judge = windows((at(12), later))
    assert judge.problem(dialled(at(10))) is None
    assert judge.problem(dialled(at(13, 45))) is not None
    assert judge.problem(dialled(at(14))) is None


def test_a_change_that_was_being_written_is_not_held_against_a_call() -> None:
    judge = windows((at(10), campaign_rules(state=CampaignState.CLOSED)))
    assert judge.problem(dialled(at(10) + timedelta(seconds=0.9))) is None
    assert judge.problem(dialled(at(10) + timedelta(seconds=1.1))) is not None


def test_a_complaint_callback_keeps_the_service_hours_of_its_time() -> None:
    saturday = date(2026, 11, 28)
    weekdays = ServiceHours(time(9), time(17), ServiceDays.WORKING_DAYS, 1)
    judge = windows(hours=[(at(12, on=saturday), weekdays)])
    assert judge.problem(dialled(at(8, 30, on=saturday), CallKind.COMPLAINT)) is None
    assert judge.problem(dialled(at(8, 30, on=saturday))) is not None
    assert judge.problem(dialled(at(13, on=saturday), CallKind.COMPLAINT)) is not None
    assert judge.problem(dialled(at(21, on=MONDAY), CallKind.COMPLAINT)) is not None


def test_the_national_calendar_counts_as_it_was_known_then() -> None:
    """A holiday that a later release of the packages knows does not turn yesterday's calls into breaches."""
    holiday = Edition({date(2026, 1, 1): False, MONDAY: False})
    assert windows(editions=[(at(9), holiday)]).problem(dialled(at(10))) is not None
    assert (
        windows(editions=[(BEGAN, Edition({date(2026, 1, 1): False})), (at(18), holiday)]).problem(dialled(at(10)))
        is None
    )


def test_a_day_that_was_given_back_is_the_national_calendars_again() -> None:
    off, back = DayWord(at(9), MONDAY, Override(False, "storm"), id=1), DayWord(at(10, 30), MONDAY, None, id=2)
    judge = windows(days=[off, back])
    assert judge.problem(dialled(at(10))) is not None
    assert judge.problem(dialled(at(11))) is None


def test_an_unknown_campaign_has_no_window() -> None:
    known = history()
    call = dataclasses.replace(dialled(at(10)), campaign_id=2)
    assert Windows(known, LIMITS).problem(call) is not None


@given(
    minutes=st.lists(st.integers(min_value=0, max_value=3 * 24 * 60 - 1), min_size=1, max_size=60),
    word=st.tuples(st.integers(min_value=0, max_value=3 * 24 * 60 - 1), st.booleans()),
)
def test_remembering_windows_never_changes_an_answer(minutes: list[int], word: tuple[int, bool]) -> None:
    start = at_business_time(date(2026, 11, 20), 0)
    given_at, working = start + timedelta(minutes=word[0]), word[1]
    days = [DayWord(given_at, date(2026, 11, 20 + day), Override(working, "word"), id=day + 1) for day in range(3)]
    judge = windows(days=days)
    overridden = WorkingCalendar({word.on: word.override for word in days if word.override})
    for minute in sorted(minutes):
        when = start + timedelta(minutes=minute)
        calendar = overridden if given_at <= when else WorkingCalendar()
        just_written = (
            given_at <= when < given_at + LIMITS.change_slack and window_at(WorkingCalendar(), RULES, when).open
        )
        assert (judge.problem(dialled(when)) is None) == (window_at(calendar, RULES, when).open or just_written)


def answered(**changes: Any) -> AnsweredCall:
    values: dict[str, Any] = {
        "id": UUID(int=1),
        "dialled_at": at(10),
        "answered_at": at(10, 1),
        "ended_at": at(10, 5),
        "end_estimated": False,
        "state": RecordingState.STORED,
        "duration": timedelta(minutes=4),
        "sha256": "0" * 64,
        "stored_at": at(10, 6),
        "retain_until": at(12),
        "wanted_until": at(12),
        "incident": False,
    }
    return AnsweredCall(**{**values, **changes})


def test_a_lock_whose_term_has_ended_is_no_fault() -> None:
    assert recording_problem(answered(), LIMITS, at(13)) is None
    assert lock_problem(at(12), None, at(13)) is not None
    assert lock_problem(at(12), at(12, 1), at(11)) is not None
    assert lock_problem(None, None, at(11)) is not None


@pytest.mark.parametrize(
    ("length", "estimated", "good"),
    [(240, False, True), (238.9, False, False), (301.1, False, False), (999, True, True), (236.8, True, False)],
)
def test_a_recording_is_as_long_as_its_call(length: float, estimated: bool, good: bool) -> None:
    call = answered(duration=timedelta(seconds=length), end_estimated=estimated)
    assert (recording_problem(call, LIMITS, at(11)) is None) is good


def certificate(*sections: Section, placed: int = 1) -> Certificate:
    figures = Figures(
        planned=placed,
        placed=placed,
        answered=0,
        by_outcome={},
        successes=0,
        successes_passed=0,
        successes_failed=0,
        cut_off=0,
        unknown=0,
        recordings_stored=0,
        incidents_open=0,
        complaints_due=0,
        complaints_done=0,
        complaints_within_time=0,
        complaints_overdue=0,
        audit_entries=0,
    )
    return Certificate(
        period=Period(at(0), at(18)), made_at=at(19), figures=figures, sections=sections, chain_head=None
    )


def test_one_exception_breaks_the_certificate_and_no_call_makes_it_empty() -> None:
    good = Section(id=SectionId.WINDOW, checked=3)
    idle = Section(id=SectionId.COMPLAINTS, checked=0)
    bad = Section(
        id=SectionId.CHAIN,
        checked=0,
        exceptions=(Finding("audit_entry:1", Remark(FindingCode.ENTRY_CHANGED, {"detail": "1"})),),
    )
    assert idle.result is Result.NOTHING_CHECKED
    assert bad.result is Result.BROKEN
    assert certificate(good, idle).ok
    assert certificate(good, bad, placed=0).result is Result.BROKEN
    assert certificate(idle, placed=0).result is Result.NOTHING_CHECKED
    assert not certificate(idle, placed=0).ok
    assert as_json(certificate(good, bad))["ok"] is False


def test_every_section_has_a_title_in_both_languages() -> None:
    assert set(TITLES) == set(SectionId)
    assert all(chinese and english for chinese, english in TITLES.values())
