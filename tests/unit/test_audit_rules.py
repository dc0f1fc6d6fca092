"""The chain of the audit trail, without a database."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.audit.certifying import period_of
from callcenter.audit.errors import PeriodInvalid
from callcenter.audit.rules import GENESIS, ChainCheck, Entry, hash_entry, plain
from callcenter.audit.types import ACCESS_OF, Access, Anchor, ChainReport, Days, Fault
from callcenter.kit.clock import at_business_time

START = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


def sealed(entry: Entry) -> Entry:
    """Returns the entry with the hash of its content."""
    return replace(entry, hash=hash_entry(entry))


def chain(length: int) -> list[Entry]:
    entries: list[Entry] = []
    previous = GENESIS
    for number in range(1, length + 1):
        at = START + timedelta(seconds=number)
        entries.append(
            sealed(Entry(number, at, "staff:1", "leads.number_revealed", "lead:17", {"n": number}, previous, ""))
        )
        previous = entries[-1].hash
    return entries


def check(entries: Sequence[Entry], head: Anchor | None, *anchors: Anchor) -> ChainReport:
    chain_check = ChainCheck(anchors)
    chain_check.take(entries)
    return chain_check.finish(head)


def head_of(entries: Sequence[Entry]) -> Anchor:
    return Anchor(entries[-1].id, entries[-1].hash)


def faults_of(report: ChainReport) -> list[tuple[int, Fault]]:
    return [(broken.entry_id, broken.fault) for broken in report.broken]


def test_an_untouched_chain_is_whole_and_so_is_an_empty_one() -> None:
    entries = chain(5)
    report = check(entries, head_of(entries), head_of(entries[:3]))
    assert report.whole
    assert (report.entries, report.head) == (5, head_of(entries))
    assert check([], None).whole


def test_a_changed_entry_is_named() -> None:
    entries = chain(5)
    head = head_of(entries)
    entries[2] = replace(entries[2], facts={"n": 99})
    assert faults_of(check(entries, head)) == [(3, Fault.CHANGED)]


def test_a_changed_entry_with_a_new_hash_breaks_the_next_link() -> None:
    entries = chain(5)
    head = head_of(entries)
    entries[2] = sealed(replace(entries[2], actor="staff:2"))
    assert faults_of(check(entries, head)) == [(4, Fault.UNCHAINED)]


def test_a_removed_entry_leaves_a_gap() -> None:
    entries = chain(5)
    head = head_of(entries)
    del entries[2]
    assert faults_of(check(entries, head)) == [(4, Fault.REMOVED)]


def test_a_removed_end_is_noticed() -> None:
    entries = chain(5)
    assert faults_of(check(entries[:3], head_of(entries))) == [(5, Fault.REMOVED)]
    assert faults_of(check([], head_of(entries))) == [(5, Fault.REMOVED)]
    assert faults_of(check(entries[:3], head_of(entries[:3]), head_of(entries))) == [(5, Fault.REMOVED)]


def test_an_added_end_and_a_missing_head_are_noticed() -> None:
    entries = chain(5)
    assert faults_of(check(entries, head_of(entries[:4]))) == [(5, Fault.UNCHAINED)]
    assert faults_of(check(entries, None)) == [(5, Fault.UNCHAINED)]


def test_a_chain_rewritten_to_its_end_is_found_by_an_anchor_alone() -> None:
    before = chain(5)
    after = chain(5)
    previous = after[1].hash
    for index in range(2, 5):
        after[index] = sealed(replace(after[index], actor="staff:9", previous_hash=previous))
        previous = after[index].hash
    assert check(after, head_of(after)).whole
    assert faults_of(check(after, head_of(after), head_of(before))) == [(5, Fault.CHANGED)]


@given(
    st.dictionaries(
        st.text(max_size=5),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
            max_leaves=8,
        ),
        max_size=4,
    )
)
def test_making_facts_plain_twice_changes_nothing(facts: dict[str, object]) -> None:
    assert plain(plain(facts)) == plain(facts)


# --- certificates and the access log

MONDAY = date(2026, 11, 23)
NOON = at_business_time(MONDAY, 12)


def test_a_certificate_covers_whole_days_and_today_up_to_now() -> None:
    yesterday = MONDAY - timedelta(days=1)
    assert period_of(Days(yesterday, yesterday), NOON) == (
        at_business_time(yesterday, 0),
        at_business_time(MONDAY, 0),
    )
    assert period_of(Days(yesterday, MONDAY), NOON) == (at_business_time(yesterday, 0), NOON)


@pytest.mark.parametrize(
    ("first", "last"),
    [(0, -1), (0, 1), (1, 1), (-366, 0)],
    ids=["ends before it begins", "ends tomorrow", "begins tomorrow", "is too long"],
)
def test_days_that_cannot_be_certified_are_refused(first: int, last: int) -> None:
    days = Days(MONDAY + timedelta(days=first), MONDAY + timedelta(days=last))
    with pytest.raises(PeriodInvalid):
        period_of(days, NOON)


def test_every_kind_of_access_has_an_act_that_is_announced() -> None:
    code = "".join(file.read_text() for file in (Path(__file__).parents[2] / "callcenter").rglob("*.py"))
    announced = {act for act in ACCESS_OF if f'Noted("{act}"' in code}
    assert set(ACCESS_OF) - announced == {"allocation.end_note_read"}, "older entries of the trail have it"
    assert set(ACCESS_OF.values()) == set(Access)
