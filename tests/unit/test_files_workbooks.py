"""Workbooks of every writer: a cell can spoil only its row, the sheet people see is the list."""

import io
from datetime import date

import pytest

from callcenter.files.errors import FileUnreadable
from callcenter.files.reading import examine
from callcenter.files.types import LONGEST_TEXT, Spoil
from callcenter.files.workbook import Workbook
from callcenter.imports.previewing import preview_of
from callcenter.imports.reading import read_table
from callcenter.imports.rules.rows import BadRow, GoodRow, RowReader, RowRules
from callcenter.imports.types import Preview, ReadingRequest, RejectReason, RowWarning
from tests.support.lists import DATE, DURATION, TITLES, book, cell, customer, row, sheet

TODAY = date(2026, 11, 23)
GOOD = customer(2)


def judged(content: bytes) -> list[GoodRow | BadRow]:
    file = io.BytesIO(content)
    table = read_table(file, examine(file))
    table.require_columns()
    reader = RowReader(table.layout, RowRules(TODAY))
    return [reader.read(line, cells) for line, cells in table.rows]


def reasons(content: bytes) -> list[tuple[RejectReason, str] | None]:
    """Returns of each row why it is rejected; None for a good one."""
    return [(row.reason, row.detail) if isinstance(row, BadRow) else None for row in judged(content)]


def with_phone(phone: str) -> bytes:
    odd = customer(1)
    odd[1] = phone
    return book(sheet([TITLES, odd, GOOD]), shared=["x"])


@pytest.mark.parametrize(
    ("phone", "reason"),
    [
        (cell(13800138000, style=DURATION), None),
        (cell(13800138000, style=DATE), None),
        (cell("1.3800138E10"), None),
        (cell(None, kind="s"), RejectReason.MISSING_PHONE),
        (cell("", kind="s"), RejectReason.MISSING_PHONE),
        (cell("99", kind="s"), RejectReason.UNREADABLE),
        (cell("-1", kind="s"), RejectReason.UNREADABLE),
        (cell("eins", kind="s"), RejectReason.UNREADABLE),
        (cell("9" * 5000, kind="s"), RejectReason.UNREADABLE),
        (cell("9" * 5000, kind="n"), RejectReason.MALFORMED),
        (cell("13,800,138,001", kind="n"), RejectReason.MALFORMED),
        (cell("nan", kind="n"), RejectReason.MISSING_PHONE),
        (cell("1e999", kind="n"), RejectReason.MALFORMED),
        (cell("10:30:00", kind="d"), RejectReason.MALFORMED),
        (cell("#N/A", kind="e"), RejectReason.MALFORMED),
        (cell(None, formula="B9&amp;C9"), RejectReason.UNREADABLE),
        (cell("13800138000", kind="str", formula="B9"), None),
        (cell("1380013_x0038_000"), None),
        (cell("_xD800__x0000_"), RejectReason.MALFORMED),
        (cell("1" * (LONGEST_TEXT + 9)), RejectReason.UNREADABLE),
        (cell("13800138000", kind="inlinestr"), None),
    ],
)
def test_a_cell_spoils_at_most_its_row(phone: str, reason: RejectReason | None) -> None:
    first, second = reasons(with_phone(phone))
    assert second is None
    assert (first and first[0]) == reason


def test_a_formula_without_a_value_says_so_where_it_is_needed_and_not_elsewhere() -> None:
    assert reasons(with_phone(cell(None, formula="1+1")))[0] == (RejectReason.UNREADABLE, Spoil.FORMULA_WITHOUT_VALUE)
    beyond = [*GOOD, cell(None, formula="1+1")]
    assert reasons(book(sheet([TITLES, beyond]))) == [None], "no title stands above it"


def test_a_row_with_a_cell_far_beyond_a_list_is_rejected_alone() -> None:
    far = row(3, customer(1)).replace("</row>", '<c r="XFD3"><v>1</v></c></row>')
    styled = row(4, GOOD).replace("</row>", '<c r="XFD4" s="1"/></row>')
    content = book(sheet([TITLES, customer(3)]) + far + styled)
    assert reasons(content) == [None, (RejectReason.UNREADABLE, Spoil.TOO_WIDE), None]


def test_cells_and_rows_without_a_sensible_place_are_read_in_their_order() -> None:
    rows = sheet([TITLES]) + row(3, GOOD).replace('r="3"', 'r="x"').replace('r="A3"', 'r="$A$3"').replace('"D3"', '"?"')
    rows += row(2, customer(5)).replace('<c r="A2"', '<c r="E2"/><c r="A2"')
    assert [row.line for row in judged(book(rows)) if isinstance(row, GoodRow)] == [2, 3]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_the_first_sheet_that_people_see_is_read(state: str) -> None:
    words, customers = sheet([["书面同意"]]), sheet([TITLES, GOOD])
    assert reasons(book(words, customers, states=[state, ""])) == [None]
    shown = preview(book(words, customers, states=[state, ""]))
    assert (shown.sheet, [one.hidden for one in shown.sheets]) == ("S2", [True, False])
    assert Workbook(io.BytesIO(book(words, customers, states=[state, state]))).first == "S1"


def preview(content: bytes) -> Preview:
    file = io.BytesIO(content)
    return preview_of(file, examine(file), ReadingRequest(), None, RowRules(TODAY, districts=frozenset({"青秀区"})))


def test_rows_that_a_filter_hides_are_read_and_said() -> None:
    content = book(sheet([TITLES, GOOD]) + row(3, customer(1), hidden=True))
    shown = preview(content)
    assert (shown.hidden_rows, shown.looked_at, len(shown.rows)) == (1, 2, 2)
    assert reasons(content) == [None, None]


@pytest.mark.parametrize(
    "rename",
    [
        {"xl/sharedStrings.xml": "xl/SharedStrings.xml"},
        {"xl/workbook.xml": "XL/Workbook.XML"},
        {"xl/worksheets/sheet1.xml": "xl\\worksheets\\sheet1.xml", "xl/styles.xml": "xl\\styles.xml"},
    ],
)
def test_parts_under_other_spellings_are_found(rename: dict[str, str]) -> None:
    named = [cell(0, kind="s"), *GOOD[1:]]
    rows = judged(book(sheet([TITLES, named]), shared=["张三"], rename=rename))
    assert [row.name for row in rows if isinstance(row, GoodRow)] == ["张三"]


def test_a_sheet_is_known_by_its_kind_not_by_its_folder() -> None:
    assert reasons(book(sheet([TITLES, GOOD]), folder="xl/lists")) == [None]


def test_a_workbook_that_breaks_off_names_the_last_row_that_could_be_read() -> None:
    rows = sheet([TITLES, *(customer(number) for number in range(3000))])
    content = book(rows + "<row></nonsense>")
    with pytest.raises(FileUnreadable, match=r"behind row \d+"):
        judged(content)


def test_what_is_odd_about_a_row_that_is_taken_is_said() -> None:
    titles = ["姓名", "手机号", "授权依据", "授权编号", "年龄", "区县", "身份证号"]
    rows: list[list[object]] = [
        ["张三", "13800138000", "书面同意", "A1", 999, "青秀区", "450100196102030011"],
        ["张三", "13800138001", "书面同意", "A1", 15, " 青秀区", ""],
        ["", "13800138002", "书面同意", "A1", 40, "火星区", 4.50100196102e17],
        ["李四", "13800138003", "书面同意", "A1", "", "", ""],
    ]
    shown = preview(book(sheet([titles, *rows])))
    assert [list(row.warnings) for row in shown.rows] == [
        [RowWarning.AGE_UNREADABLE],
        [RowWarning.MINOR],
        [RowWarning.DIGITS_LOST, RowWarning.NO_NAME, RowWarning.DISTRICT_UNKNOWN],
        [],
    ]
