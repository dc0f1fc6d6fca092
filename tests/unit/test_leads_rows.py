"""Columns by their titles, rows by themselves."""

from datetime import date, datetime

import pytest

from callcenter.leads.intake.rules.columns import Column, read_header
from callcenter.leads.rules.person import age_on, read_birth, read_gender
from callcenter.leads.intake.rules.rows import BadRow, GoodRow, is_blank, judge_known, read_row
from callcenter.leads.types import BasisKind, Gender, RejectReason

TODAY = date(2026, 11, 23)


def layout_of(*titles: str):  # type: ignore[no-untyped-def]
    found = read_header(titles)
    assert found is not None
    return found


LAYOUT = layout_of("姓名", "手机号", "授权依据", "授权编号", "出生日期", "备注")


def test_titles_are_known_in_chinese_and_english_whatever_their_dress() -> None:
    assert layout_of("客户姓名", "联系电话*", " 区 县 ").known == {
        Column.NAME: 0,
        Column.PHONE: 1,
        Column.DISTRICT: 2,
    }
    english = layout_of("Customer Name", "PHONE_NUMBER", "legal-basis", "Basis Reference", "Shoe size")
    assert english.known == {Column.NAME: 0, Column.PHONE: 1, Column.BASIS: 2, Column.REFERENCE: 3}
    assert english.extra == {4: "Shoe size"}


def test_the_first_of_two_columns_counts_and_the_second_is_kept() -> None:
    layout = layout_of("手机", "电话", "授权依据")
    assert layout.known[Column.PHONE] == 0
    assert layout.extra == {1: "电话"}


def test_a_row_without_a_phone_title_is_no_header() -> None:
    assert read_header(["2026年11月客户名单", None, ""]) is None


def test_what_a_header_lacks_is_named() -> None:
    assert layout_of("电话").missing == (Column.BASIS,)


def test_a_good_row_is_read_column_by_column() -> None:
    row = read_row(LAYOUT, 2, ["李\u3000四", "138 0000 1234", "书面同意", "SQ1", "1980年5月6日", "怕狗"], TODAY)
    assert isinstance(row, GoodRow)
    assert (row.name, row.phone, row.birth_on) == ("李 四", "13800001234", date(1980, 5, 6))
    assert (row.basis_kind, row.basis_reference) == (BasisKind.WRITTEN_CONSENT, "SQ1")
    assert row.extra == {"备注": "怕狗"}


@pytest.mark.parametrize(("basis", "reference"), [("", "SQ1"), ("书面同意", ""), ("朋友介绍", "SQ1")])
def test_a_legal_basis_needs_a_known_kind_and_evidence(basis: str, reference: str) -> None:
    row = read_row(LAYOUT, 9, ["李四", "13800001234", basis, reference], TODAY)
    assert row == BadRow(
        9,
        RejectReason.NO_LEGAL_BASIS,
        {"姓名": "李四", "手机号": "13800001234", "授权依据": basis, "授权编号": reference},
    )


def test_the_number_is_judged_before_the_basis() -> None:
    row = read_row(LAYOUT, 9, ["李四", "", "", ""], TODAY)
    assert isinstance(row, BadRow)
    assert row.reason is RejectReason.MISSING_PHONE


def test_control_characters_cannot_reach_the_database() -> None:
    row = read_row(LAYOUT, 2, ["李\x00四\n", "13800001234", "书面同意", "SQ\x001"], TODAY)
    assert isinstance(row, GoodRow)
    assert (row.name, row.basis_reference) == ("李 四", "SQ 1")


def test_a_short_row_lacks_cells_and_a_long_one_loses_none() -> None:
    short = read_row(LAYOUT, 2, ["李四"], TODAY)
    assert isinstance(short, BadRow)
    assert short.row == {"姓名": "李四"}
    long = read_row(LAYOUT, 2, ["李四", "1", "", "", "", "a", "b", "c"], TODAY)
    assert isinstance(long, BadRow)
    assert long.row["备注"] == "a | b | c"


def test_blank_rows_are_seen() -> None:
    assert is_blank([])
    assert is_blank(["", None, " \u3000"])
    assert not is_blank(["", 0])


@pytest.mark.parametrize(
    ("barred", "earlier", "known", "reason"),
    [
        ((), (), {}, None),
        (("x",), ("x",), {"x": 7}, RejectReason.DO_NOT_CALL),
        ((), ("x",), {"x": 7}, RejectReason.DUPLICATE_IN_FILE),
        ((), (), {"x": 1}, RejectReason.DUPLICATE_IN_FILE),
        ((), (), {"x": 7}, RejectReason.DUPLICATE_IN_SYSTEM),
    ],
)
def test_what_the_database_has_against_a_number(
    barred: tuple[str, ...], earlier: tuple[str, ...], known: dict[str, int], reason: RejectReason | None
) -> None:
    assert judge_known("x", 1, barred=barred, earlier=earlier, known=known) is reason


@pytest.mark.parametrize(
    ("cell", "born"),
    [
        ("1980-05-06", date(1980, 5, 6)),
        ("1980/5/6", date(1980, 5, 6)),
        ("1980.5.6", date(1980, 5, 6)),
        ("19800506", date(1980, 5, 6)),
        ("1980-05-06 00:00:00", date(1980, 5, 6)),
        (19800506.0, date(1980, 5, 6)),
        (date(1980, 5, 6), date(1980, 5, 6)),
        (datetime(1980, 5, 6, 0, 0), date(1980, 5, 6)),  # noqa: DTZ001 - what a workbook gives
        ("1980-02-30", None),
        ("198056", None),
        ("2027-01-01", None),
        ("1850-01-01", None),
        ("不详", None),
        ("", None),
    ],
)
def test_birth_dates_as_they_are_written(cell: object, born: date | None) -> None:
    assert read_birth(cell, TODAY) == born


@pytest.mark.parametrize(
    ("born", "age"),
    [(date(1980, 11, 23), 46), (date(1980, 11, 24), 45), (date(2004, 2, 29), 22), (None, None)],
)
def test_age_in_full_years(born: date | None, age: int | None) -> None:
    assert age_on(born, TODAY) == age


def test_gender_in_both_languages() -> None:
    assert (read_gender("男"), read_gender("Female"), read_gender("?")) == (Gender.MALE, Gender.FEMALE, None)
