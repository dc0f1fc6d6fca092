"""Files as they are delivered: encodings, delimiters, titles above the header, files that are no lists."""

import codecs
import io

import pytest

from callcenter.files.errors import FileUnreadable
from callcenter.files.reading import examine
from callcenter.imports.errors import ColumnMissing
from callcenter.imports.reading import Remembered, read_table
from callcenter.imports.types import Column, FieldSpec, MappingFrom, ReadingRequest

TEXT = "姓名,手机号,授权依据,授权编号\r\n王五,13800001234,书面同意,SQ1\r\n"


def rows_of(content: bytes) -> list[tuple[int, list[object]]]:
    file = io.BytesIO(content)
    table = read_table(file, examine(file))
    table.require_columns()
    rows = [(line, list(cells)) for line, cells in table.rows]
    assert not file.closed, "the file belongs to the caller"
    return rows


ROW = (2, ["王五", "13800001234", "书面同意", "SQ1"])


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8"),
        (TEXT.encode("gb18030"), "gb18030"),
        (TEXT.encode("utf-16"), "utf-16"),
        (TEXT.replace(",", "\t").encode("utf-16"), "utf-16"),
        (TEXT.replace(",", ";").encode("gb18030"), "gb18030"),
    ],
)
def test_each_encoding_is_found(content: bytes, encoding: str) -> None:
    assert examine(io.BytesIO(content)).encoding == encoding
    assert rows_of(content) == [ROW]


def test_a_character_on_the_border_of_two_chunks_does_not_change_the_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callcenter.files.lines._CHUNK", 7)
    assert examine(io.BytesIO(TEXT.encode())).encoding == "utf-8"
    assert examine(io.BytesIO(TEXT.encode("gb18030"))).encoding == "gb18030"


def test_a_file_is_known_by_its_bytes() -> None:
    assert examine(io.BytesIO(TEXT.encode())) == examine(io.BytesIO(TEXT.encode()))
    assert examine(io.BytesIO(TEXT.encode())).sha256 != examine(io.BytesIO(TEXT.encode("gb18030"))).sha256


def test_line_numbers_are_those_of_the_file() -> None:
    content = '名单,,,\n\n姓名,手机号,授权依据,授权编号\n"王\n五",1,,\n,,,\n赵六,2,,\n'
    assert rows_of(content.encode()) == [(4, ["王\n五", "1", "", ""]), (7, ["赵六", "2", "", ""])]


@pytest.mark.parametrize(
    "content", [b"\xff\xff\xff", bytes(range(128, 256)) * 9, b"PK\x03\x04nothing", b"\xd0\xcf\x11\xe0nothing"]
)
def test_files_that_are_no_lists_are_refused(content: bytes) -> None:
    with pytest.raises(FileUnreadable):
        rows_of(content)


@pytest.mark.parametrize("content", [b"", b"\n\n", "姓名,地址\n王,路\n".encode(), b"13800001234\n" * 20])
def test_a_list_without_a_phone_title_is_refused(content: bytes) -> None:
    with pytest.raises(ColumnMissing):
        rows_of(content)


STRANGE = "名单\n姓名,号甲,授,编\n王五,1,2,3\n".encode()
MAPPING = {Column.PHONE: "号甲", Column.BASIS: "授"}


def test_a_header_is_found_by_the_mapping_that_is_given() -> None:
    file = io.BytesIO(STRANGE)
    table = read_table(file, examine(file), ReadingRequest(mapping=MAPPING))
    assert (table.header_row, table.mapping_from, table.layout.missing) == (2, MappingFrom.GIVEN, ())
    assert table.layout.known == {Column.PHONE: 1, Column.BASIS: 2}
    assert table.layout.extra == {0: "姓名", 3: "编"}, "what the mapping leaves out is no known column"


def test_a_remembered_mapping_is_used_where_its_titles_exist() -> None:
    remembered = Remembered(MAPPING, (FieldSpec("serial", "编"), FieldSpec("gone", "别的", required=True)))
    file = io.BytesIO(STRANGE)
    table = read_table(file, examine(file), None, remembered)
    assert (table.header_row, table.mapping_from, table.layout.missing) == (2, MappingFrom.REMEMBERED, ())
    assert table.fields == (FieldSpec("serial", "编"),)
    assert table.layout.extra == {}, "with declared fields nothing else is kept"
    other = io.BytesIO(TEXT.encode())
    assert read_table(other, examine(other), None, remembered).mapping_from is MappingFrom.GUESSED


def test_a_header_row_that_is_given_is_used() -> None:
    file = io.BytesIO(b"a,b\nphone,basis\n1,2\n")
    table = read_table(file, examine(file), ReadingRequest(header_row=2))
    assert (table.header_row, list(table.rows)) == (2, [(3, ["1", "2"])])
    for empty in (9, 4):
        with pytest.raises(ColumnMissing, match="choose another"):
            read_table(file, examine(file), ReadingRequest(header_row=empty))
