"""Workbooks as a stream: the same cells as a library that reads them whole, in little memory."""

import contextlib
import io
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from callcenter.files import texts
from callcenter.files.errors import FileTooLarge, FileUnreadable, SheetMissing
from callcenter.files.texts import SharedTexts
from callcenter.files.workbook import Workbook

DATA = Path(__file__).parents[1] / "data"

CELLS: list[object] = [
    "文字",
    " 前后空格 ",
    'a<b>&"c"\'',
    "第一行\n第二行",
    "_x000D_",
    1,
    13800001234,
    0.1,
    -2.5,
    1e-7,
    1.23456789012345e20,
    True,
    False,
    date(1980, 5, 6),
    datetime(2026, 11, 23, 10, 30),  # noqa: DTZ001 - a sheet knows no zone
    datetime(2026, 11, 23, 10, 30, 15),  # noqa: DTZ001
    time(9, 30),
    timedelta(hours=30),
    None,
    "末列",
]


def book_of(rows: Iterable[Iterable[object]], **options: object) -> io.BytesIO:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, **options})
    book.add_worksheet("空")
    sheet = book.add_worksheet("名单")
    formats = {
        date: book.add_format({"num_format": 'yyyy"年"m"月"d"日"'}),
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        time: book.add_format({"num_format": "[$-F400]h:mm:ss AM/PM"}),
        timedelta: book.add_format({"num_format": "[h]:mm"}),
    }
    red = book.add_format({"num_format": '[Red]0.00;[Blue]"days "0'})
    for row, cells in enumerate(rows):
        for place, cell in enumerate(cells):
            if type(cell) in formats:
                sheet.write_datetime(row, place, cell, formats[type(cell)])
            elif isinstance(cell, bool):
                sheet.write_boolean(row, place, cell)
            elif isinstance(cell, int | float):
                sheet.write_number(row, place, cell, red if cell == 0.1 else None)
            elif cell is not None:
                sheet.write_string(row, place, str(cell))
    book.close()
    file.seek(0)
    return file


def whole(file: io.BytesIO, sheet: str) -> list[list[object]]:
    file.seek(0)
    return [list(row) for row in CalamineWorkbook.from_filelike(file).get_sheet_by_name(sheet).iter_rows()]


def streamed(file: io.BytesIO, sheet: str | None = None) -> list[list[object]]:
    return [list(cells) for _, cells in Workbook(file).rows(sheet)]


@pytest.mark.parametrize("options", [{}, {"date_1904": True}])
def test_streamed_cells_are_those_of_a_library_that_reads_the_whole_workbook(options: dict[str, object]) -> None:
    file = book_of([CELLS, list(reversed(CELLS))], **options)
    expected = whole(file, "名单")
    rows = streamed(file, "名单")
    assert rows == expected
    assert [[type(cell) for cell in row] for row in rows] == [[type(cell) for cell in row] for row in expected]


def test_the_known_list_is_the_same_either_way() -> None:
    file = io.BytesIO((DATA / "leads_nanning_sheet.xlsx").read_bytes())
    rows = streamed(file)
    for ours, theirs in zip(rows, whole(file, "客户"), strict=True):
        assert ours == theirs[: len(ours)]
        assert not any(theirs[len(ours) :]), "only empty cells are left out"


def test_sheets_are_named_and_chosen() -> None:
    book = Workbook(book_of([["电话"]]))
    assert [sheet.name for sheet in book.sheets] == ["空", "名单"]
    assert list(book.rows()) == []
    assert list(book.rows("名单")) == [(1, ["电话"])]
    with pytest.raises(SheetMissing):
        list(book.rows("别的"))


def test_rows_keep_their_numbers_and_places() -> None:
    file = book_of([[], ["", None, "c"], [], ["a"]])
    assert list(Workbook(file).rows("名单")) == [(2, ["", "", "c"]), (4, ["a"])]
    assert Workbook(file).rows_about("名单") == 4


def xlsx(sheet: str, **parts: str) -> io.BytesIO:
    """Writes a workbook part by part, as other programs do."""
    content = {
        "xl/workbook.xml": '<workbook xmlns:r="r"><sheets><sheet name="S" r:id="i1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": (
            '<Relationships><Relationship Id="i1" Type="x/worksheet" Target="/xl/worksheets/s.xml"/>'
            '<Relationship Id="i2" Type="x/sharedStrings" Target="t.xml"/></Relationships>'
        ),
        "xl/worksheets/s.xml": sheet,
        **{name.replace("__", "/") + ".xml": text for name, text in parts.items()},
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for name, text in content.items():
            package.writestr(name, text)
    return file


def test_unusual_cells_of_a_workbook_are_read() -> None:
    sheet = (
        '<x:worksheet xmlns:x="m"><x:sheetData><x:row><x:c t="s"><x:v>0</x:v></x:c><x:c><x:v>1</x:v></x:c></x:row>'
        '<x:row r="5"><x:c r="B5" t="str"><x:f>A1&amp;"x"</x:f><x:v>合并</x:v></x:c>'
        '<x:c r="C5" t="e"><x:v>#N/A</x:v></x:c>'
        '<x:c r="D5" t="inlineStr"><x:is><x:r><x:t>富</x:t></x:r><x:r><x:t>文本</x:t></x:r></x:is></x:c>'
        '<x:c r="E5" s="1"/><x:c r="F5" t="d"><x:v>2026-01-02T00:00:00</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    shared = "<sst><si><r><t>张</t></r><r><t>三</t></r><rPh><t>zhang</t></rPh></si></sst>"
    assert list(Workbook(xlsx(sheet, xl__t=shared)).rows()) == [
        (1, ["张三", 1.0]),
        (5, ["", "合并", "#N/A", "富文本", "", datetime(2026, 1, 2)]),  # noqa: DTZ001
    ]


@pytest.mark.parametrize(
    "sheet",
    [
        "<worksheet><sheetData><row><c><v>1</v></c></row>",
        "no xml",
        "<!DOCTYPE x [<!ENTITY a 'aaaa'>]><worksheet>&a;</worksheet>",
        "<worksheet><sheetData><row><c t='inlineStr'><is><t>" + "x" * 1_200_000,
    ],
)
def test_broken_and_malicious_workbooks_are_refused(sheet: str) -> None:
    with pytest.raises(FileUnreadable):
        list(Workbook(xlsx(sheet)).rows())


def test_other_formats_are_read_whole_up_to_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        '<table:table table:name="S"><table:table-row><table:table-cell office:value-type="string">'
        "<text:p>电话</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", "<manifest/>")
        package.writestr("content.xml", content)
    assert list(Workbook(file).rows()) == [(1, ["电话"])]
    monkeypatch.setattr("callcenter.files.workbook._WHOLE_LIMIT", 100)
    with pytest.raises(FileTooLarge):
        list(Workbook(file).rows())


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), max_size=60), st.data())
def test_texts_are_found_by_number_in_any_order(given: list[str], data: st.DataObject) -> None:
    coming = iter(given)

    def more() -> bool:
        text = next(coming, None)
        if text is not None:
            rows.append(text)
        return text is not None

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(texts, "_BLOCK", 4)
        patched.setattr(texts, "_KEPT", 2)
        order = data.draw(st.permutations(range(len(given))))
        with contextlib.closing(SharedTexts(more)) as rows:
            for number in order:
                assert rows[number] == given[number]
            with pytest.raises(ValueError, match="no such text"):
                rows[len(given)]
