"""Columns are found by their titles; each row is read by itself."""

from collections.abc import Sequence
from datetime import date, datetime

import pytest

from callcenter.files.reading import is_blank
from callcenter.imports.rules.columns import Layout, is_header, lay_out, read_titles
from callcenter.imports.rules.fields import INVALID, guess_kind, read_value, wrong_with
from callcenter.imports.rules.masking import mask
from callcenter.imports.rules.rows import BadRow, GoodRow, Known, RowReader, RowRules, judge_known, judge_repeat
from callcenter.imports.types import Column, FieldKind, FieldSpec, RejectReason
from callcenter.leads.rules.person import age_of, age_on, name_key, read_age, read_birth, read_gender
from callcenter.leads.types import BasisKind, Gender

TODAY = date(2026, 11, 23)


def layout_of(*titles: str, fields: Sequence[FieldSpec] | None = None) -> Layout:
    return lay_out(read_titles(titles), None, fields)


LAYOUT = layout_of("姓名", "手机号", "授权依据", "授权编号", "出生日期", "备注")


def read(cells: Sequence[object], layout: Layout = LAYOUT, line: int = 2) -> GoodRow | BadRow:
    return RowReader(layout, RowRules(TODAY)).read(line, cells)


def test_titles_are_recognised_in_chinese_and_english_in_any_spelling() -> None:
    assert layout_of("客户姓名", "联系电话*", " 区 县 ").known == {
        Column.NAME: 0,
        Column.PHONE: 1,
        Column.DISTRICT: 2,
    }
    english = layout_of("Customer Name", "PHONE_NUMBER", "legal-basis", "Basis Reference", "Shoe size")
    assert english.known == {Column.NAME: 0, Column.PHONE: 1, Column.BASIS: 2, Column.REFERENCE: 3}
    assert english.extra == {4: "Shoe size"}


def test_the_first_of_two_columns_counts_and_the_second_is_kept() -> None:
    layout = layout_of("手机", "电话", "授权依据", "备注", "备注")
    assert layout.known[Column.PHONE] == 0
    assert layout.extra == {1: "电话", 3: "备注", 4: "备注 (2)"}


def test_a_row_without_a_phone_title_is_no_header() -> None:
    assert not is_header(["2026年11月客户名单", None, ""])
    assert is_header(["", "联系\n电话"])


def test_missing_columns_of_a_header_are_named() -> None:
    assert layout_of("电话").missing == ("basis_kind",)
    needed = FieldSpec("grade", "评级", required=True)
    assert layout_of("电话", "授权依据", fields=[needed]).missing == ("评级",)


def test_the_columns_of_a_workbook_of_rejects_are_passed_over() -> None:
    layout = layout_of("行号 / Line", "未导入原因 / Reason", "电话", "授权依据", "授权编号", "备注")
    assert layout.extra == {5: "备注"}
    row = read(["7", "号码格式错误", "x", "", "", "怕狗"], layout)
    assert isinstance(row, BadRow)
    assert row.row == {"电话": "x", "授权依据": "", "授权编号": "", "备注": "怕狗"}


def test_a_good_row_is_read_column_by_column() -> None:
    row = read(["李\u3000四", "138 0000 1234", "书面同意", "SQ1", "1980年5月6日", "怕狗"])
    assert isinstance(row, GoodRow)
    assert (row.name, row.phone, row.birth_on) == ("李 四", "13800001234", date(1980, 5, 6))
    assert (row.basis_kind, row.basis_reference) == (BasisKind.WRITTEN_CONSENT, "SQ1")
    assert row.fields == {"备注": "怕狗"}


@pytest.mark.parametrize(("basis", "reference"), [("", "SQ1"), ("书面同意", ""), ("朋友介绍", "SQ1")])
def test_a_legal_basis_needs_a_known_kind_and_evidence(basis: str, reference: str) -> None:
    row = read(["李四", "13800001234", basis, reference], line=9)
    assert row == BadRow(
        9,
        RejectReason.NO_LEGAL_BASIS,
        {"姓名": "李四", "手机号": "13800001234", "授权依据": basis, "授权编号": reference},
    )


def test_the_number_is_checked_before_the_legal_basis() -> None:
    row = read(["李四", "", "", ""])
    assert isinstance(row, BadRow)
    assert row.reason is RejectReason.MISSING_PHONE


def test_control_characters_cannot_reach_the_database() -> None:
    row = read(["李\x00四\n", "13800001234", "书面同意", "SQ\x001", "", "a\x00b"])
    assert isinstance(row, GoodRow)
    assert (row.name, row.basis_reference) == ("李 四", "SQ 1")


def test_a_short_row_lacks_cells_and_a_long_one_loses_none() -> None:
    short = read(["李四"])
    assert isinstance(short, BadRow)
    assert short.row == {"姓名": "李四"}
    long = read(["李四", "1", "", "", "", "a", "b", "c"])
    assert isinstance(long, BadRow)
    assert long.row["备注"] == "a | b | c"


def test_blank_rows_are_recognised() -> None:
    assert is_blank([])
    assert is_blank(["", None, " \u3000"])
    assert not is_blank(["", 0])


# --- further fields --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        (FieldKind.TEXT, " Ａ公司 \n", "A公司"),
        (FieldKind.INTEGER, "1,200", 1200),
        (FieldKind.INTEGER, 12.0, 12),
        (FieldKind.INTEGER, "12.5", INVALID),
        (FieldKind.INTEGER, "十二", INVALID),
        (FieldKind.DECIMAL, "３.25", 3.25),
        (FieldKind.DECIMAL, "1" * 16, INVALID),
        (FieldKind.MONEY, "￥1,234.50元", 123450),
        (FieldKind.MONEY, "1.2万", 1200000),
        (FieldKind.MONEY, 80.5, 8050),
        (FieldKind.MONEY, "0.005", INVALID),
        (FieldKind.MONEY, "很多", INVALID),
        (FieldKind.DATE, datetime(2026, 1, 2), "2026-01-02"),  # noqa: DTZ001 - what a workbook gives
        (FieldKind.DATE, "2030年1月2日", "2030-01-02"),
        (FieldKind.DATE, "2026-02-30", INVALID),
        (FieldKind.BOOLEAN, "是", True),
        (FieldKind.BOOLEAN, "No", False),
        (FieldKind.BOOLEAN, "也许", INVALID),
        (FieldKind.CHOICE, "gold", "Gold"),
        (FieldKind.CHOICE, "银", INVALID),
        (FieldKind.CHOICE, " ", None),
    ],
)
def test_a_cell_is_a_value_of_its_kind_or_invalid(kind: FieldKind, cell: object, value: object) -> None:
    read = read_value(FieldSpec("x", "X", kind, choices=("Gold",)), cell)
    assert read == value
    assert type(read) is type(value)


def test_a_field_that_is_required_may_not_be_empty() -> None:
    assert read_value(FieldSpec("x", "X", required=True), "") is INVALID


def test_values_are_kept_typed_and_an_invalid_one_names_its_column() -> None:
    fields = [FieldSpec("policies", "保单数", FieldKind.INTEGER), FieldSpec("vip", "贵宾", FieldKind.BOOLEAN)]
    layout = layout_of("电话", "授权依据", "授权编号", "保单数", "贵宾", "年收入", "备注", fields=fields)
    row = read(["13800001234", "书面同意", "S", "3", "是", "20万", "x"], layout)
    assert isinstance(row, GoodRow)
    assert row.fields == {"policies": 3, "vip": True, "income": "20万"}
    row = read(["13800001234", "书面同意", "S", "三", "是"], layout)
    assert isinstance(row, BadRow)
    assert (row.reason, row.detail) == (RejectReason.FIELD_INVALID, "保单数")


def test_a_standard_column_may_be_given_a_kind() -> None:
    layout = layout_of(
        "电话", "授权依据", "授权编号", "年收入", fields=[FieldSpec("income", "年收入", FieldKind.MONEY)]
    )
    row = read(["13800001234", "书面同意", "S", "20万"], layout)
    assert isinstance(row, GoodRow)
    assert row.fields == {"income": 20_000_000}


@pytest.mark.parametrize(
    "fields",
    [
        [FieldSpec("phone", "x")],
        [FieldSpec("Bad Key", "x")],
        [FieldSpec("a", " ")],
        [FieldSpec("a", "x"), FieldSpec("a", "y")],
        [FieldSpec("a", "x"), FieldSpec("b", "x")],
        [FieldSpec("a", "x", FieldKind.CHOICE)],
        [FieldSpec(f"a{number}", f"x{number}") for number in range(61)],
    ],
)
def test_fields_that_cannot_be_declared_are_refused(fields: list[FieldSpec]) -> None:
    assert wrong_with(fields)


def test_consistent_fields_are_accepted() -> None:
    assert (
        wrong_with([FieldSpec("income", "收入", FieldKind.MONEY), FieldSpec("a", "x", FieldKind.CHOICE, False, ("y",))])
        is None
    )


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", 2.0, ""], FieldKind.INTEGER),
        (["1.5", "2"], FieldKind.DECIMAL),
        (["2026-01-02", "2026/3/4"], FieldKind.DATE),
        (["是", "否"], FieldKind.BOOLEAN),
        (["007", "8"], FieldKind.TEXT),
        (["450100198005060021"], FieldKind.TEXT),
        (["a", "1"], FieldKind.TEXT),
        ([], FieldKind.TEXT),
    ],
)
def test_a_kind_is_guessed_from_a_sample(cells: list[object], kind: FieldKind) -> None:
    assert guess_kind(cells) is kind


@pytest.mark.parametrize(
    ("key", "text", "shown"),
    [
        ("name", "欧阳春", "欧**"),
        ("phone", "13800001234", "138****1234"),
        ("address", "南宁市青秀区某路17号", "南宁市青秀区…"),
        ("备注", "卡号 6222 0212 3456 7890 已核", "卡号 62***************90 已核"),
        ("employer", "某学校", "某学校"),
        ("basis_reference", "SQ486399530", "SQ486399530"),
    ],
)
def test_a_preview_shows_no_number_that_can_be_called(key: str, text: str, shown: str) -> None:
    assert mask(key, text) == shown


# --- the database, the person ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("blocked", "in_other_list", "in_this_list", "known"),
    [
        (False, False, None, None),
        (True, True, 7, Known(RejectReason.DO_NOT_CALL)),
        (False, True, 7, Known(RejectReason.DUPLICATE_IN_SYSTEM)),
        (False, False, 7, Known(RejectReason.DUPLICATE_IN_FILE, 7)),
    ],
)
def test_numbers_known_to_the_database_are_rejected_with_their_reason(
    blocked: bool, in_other_list: bool, in_this_list: int | None, known: Known | None
) -> None:
    assert judge_known(blocked=blocked, in_other_list=in_other_list, in_this_list=in_this_list) == known
    assert judge_repeat(known, 3) == (known or Known(RejectReason.DUPLICATE_IN_FILE, 3))


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
def test_birth_dates_are_read_in_all_spellings(cell: object, born: date | None) -> None:
    assert read_birth(cell, TODAY) == born


@pytest.mark.parametrize(
    ("born", "age"),
    [(date(1980, 11, 23), 46), (date(1980, 11, 24), 45), (date(2004, 2, 29), 22), (None, None)],
)
def test_an_age_is_counted_in_full_years(born: date | None, age: int | None) -> None:
    assert age_on(born, TODAY) == age


def test_a_gender_is_read_in_both_languages() -> None:
    assert (read_gender("男"), read_gender("Female"), read_gender("?")) == (Gender.MALE, Gender.FEMALE, None)


def test_an_age_is_an_alternative_to_a_birth_date() -> None:
    layout = layout_of("电话", "授权依据", "授权编号", "年龄", "出生日期")
    row = read(["13800001234", "书面同意", "S", "46岁", ""], layout)
    assert isinstance(row, GoodRow)
    assert (row.birth_on, row.age) == (None, 46)
    both = read(["13800001234", "书面同意", "S", "46", "1990-01-02"], layout)
    assert isinstance(both, GoodRow)
    assert (both.birth_on, both.age) == (date(1990, 1, 2), None)
    assert [read_age(cell) for cell in (46.0, "０46", "四十", 121, "")] == [46, 46, None, None, None]


def test_an_age_that_was_given_grows_with_the_years() -> None:
    assert age_of(None, 46, date(2026, 11, 23), date(2027, 11, 22)) == 46
    assert age_of(None, 46, date(2026, 11, 23), date(2027, 11, 23)) == 47
    assert age_of(date(1980, 1, 1), 99, TODAY, TODAY) == 46
    assert age_of(None, None, TODAY, TODAY) is None


def test_a_name_is_indexed_without_spaces_width_and_case() -> None:
    assert name_key("欧阳\u3000 春") == name_key("欧阳春") == "欧阳春"
    assert name_key("Ｌi  Lei") == "lilei"
