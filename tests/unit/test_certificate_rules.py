"""How the certificate judges a call, a window, a recording, a complaint; and its own verdict."""

import dataclasses
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.audit.certificate.report import as_json
from callcenter.audit.certificate.rules import (
    AnsweredCall,
    DayWord,
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
from callcenter.campaigns.types import CampaignState
from callcenter.kit.clock import at_business_time
from callcenter.recordings.types import RecordingState
from tests.support.rules import campaign_rules

MONDAY = date(2026, 11, 23)
LIMITS = Limits()
RULES = campaign_rules(state=CampaignState.CLOSED, retries={})


def at(hour: int, minute: int = 0) -> datetime:
    return at_business_time(MONDAY, hour, minute)


def dialled(when: datetime, kind: CallKind = CallKind.LEAD, **verdict: Any) -> DialledCall:
    return DialledCall(
        id=UUID(int=1),
        kind=kind,
        campaign_id=1,
        planned_at=when,
        dialled_at=when,
        verdict={"allowed": True, "rule_set": "t1", "at": when.isoformat(), **verdict},
    )


def test_a_permission_up_to_a_minute_old_counts_and_one_without_a_zone_does_not() -> None:
    when = at(10)
    assert permission_problem(dialled(when, at=(when - timedelta(minutes=1)).isoformat()), LIMITS) is None
    assert permission_problem(dialled(when, at="2026-11-23T10:00:00"), LIMITS) is not None
    assert permission_problem(dialled(when, at=12), LIMITS) is not None


def test_the_present_state_of_a_campaign_does_not_count_for_yesterday() -> None:
    assert Windows({1: RULES}, {}, []).problem(dialled(at(10))) is None


def test_a_state_counts_from_its_change_to_the_next() -> None:
    states = {1: [(at(10, 30), CampaignState.CLOSED), (at(11), CampaignState.RUNNING)]}
    windows = Windows({1: RULES}, states, [])
    assert windows.problem(dialled(at(10, 29))) is None
    assert windows.problem(dialled(at(10, 30))) == "the campaign was closed"
    assert windows.problem(dialled(at(10, 30), CallKind.COMPLAINT)) is None
    assert windows.problem(dialled(at(11))) is None


def test_an_unknown_campaign_has_no_window() -> None:
    assert Windows({}, {}, []).problem(dialled(at(10))) is not None


@given(
    minutes=st.lists(st.integers(min_value=0, max_value=3 * 24 * 60 - 1), min_size=1, max_size=60),
    word=st.tuples(st.integers(min_value=0, max_value=3 * 24 * 60 - 1), st.booleans()),
)
def test_remembering_windows_never_changes_an_answer(minutes: list[int], word: tuple[int, bool]) -> None:
    start = at_business_time(date(2026, 11, 20), 0)
    given_at, working = start + timedelta(minutes=word[0]), word[1]
    days = [DayWord(given_at, date(2026, 11, 20 + day), Override(working, "word")) for day in range(3)]
    windows = Windows({1: RULES}, {}, days)
    running = dataclasses.replace(RULES, state=CampaignState.RUNNING)
    overridden = WorkingCalendar({word.on: word.override for word in days if word.override})
    for minute in sorted(minutes):
        when = start + timedelta(minutes=minute)
        calendar = overridden if given_at <= when else WorkingCalendar()
        assert (windows.problem(dialled(when)) is None) == window_at(calendar, running, when).open


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
        audit_entries=0,
    )
    return Certificate(
        period=Period(at(0), at(18)), made_at=at(19), figures=figures, sections=sections, chain_head=None
    )


def test_one_exception_breaks_the_certificate_and_no_call_makes_it_empty() -> None:
    good = Section(id=SectionId.WINDOW, checked=3)
    idle = Section(id=SectionId.COMPLAINTS, checked=0)
    bad = Section(id=SectionId.CHAIN, checked=0, exceptions=(Finding("audit_entry:1", "changed"),))
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
