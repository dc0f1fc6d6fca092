"""Texts as they are delivered: every physical line ends in a row of its own, whatever stands in it."""

import io
from collections.abc import Sequence
from datetime import date

import pytest

from callcenter.files import lines
from callcenter.files.reading import blocks_of, dialect_of, examine, text_rows
from callcenter.files.types import Delimiter, Encoding, Spoil, Spoiled, TextChoice, shown
from callcenter.imports.reading import read_table
from callcenter.imports.rules.rows import BadRow, GoodRow, RowReader, RowRules
from callcenter.imports.types import Column, ReadingRequest, RejectReason
from tests.support.lists import TITLES, customer, customers, text_of

TODAY = date(2026, 11, 23)


def judged(content: bytes, text: TextChoice | None = None) -> list[GoodRow | BadRow]:
    """Returns every row below the header, judged."""
    file = io.BytesIO(content)
    request = ReadingRequest(text=text) if text else None
    table = read_table(file, examine(file), request)
    table.require_columns()
    reader = RowReader(table.layout, RowRules(TODAY))
    return [reader.read(line, cells) for line, cells in table.rows]


def good(rows: Sequence[GoodRow | BadRow]) -> list[GoodRow]:
    return [row for row in rows if isinstance(row, GoodRow)]


def bad(rows: Sequence[GoodRow | BadRow]) -> list[tuple[int, RejectReason, str]]:
    return [(row.line, row.reason, row.detail) for row in rows if isinstance(row, BadRow)]


# --- quotes ------------------------------------------------------------------------------------------------------


def test_a_stray_quote_is_text_and_takes_no_line_with_it() -> None:
    written = customers(100)
    written[11] = ",".join(customer(10, note='"身高1米8'))
    rows = judged(text_of(written))
    assert [row.line for row in rows] == list(range(2, 102))
    assert len(good(rows)) == 100


def test_two_stray_quotes_do_not_put_the_customers_between_them_into_a_note() -> None:
    written = customers(100)
    written[11] = ",".join(customer(10, note='"ok'))
    written[61] = ",".join(customer(60, note='ok"'))
    assert len(good(judged(text_of(written)))) == 100


def test_a_quote_in_the_first_column_takes_no_line_with_it() -> None:
    written = customers(20)
    written[6] = '"' + written[6]
    rows = judged(text_of(written))
    assert len(rows) == len(good(rows)) == 20
    assert good(rows)[5].phone == good(judged(text_of(customers(20))))[5].phone


def test_a_cell_that_is_quoted_as_it_should_be_may_hold_line_breaks_delimiters_and_quotes() -> None:
    written = [",".join(TITLES), '张三,13800138000,书面同意,SQ1,"第一行\r\n第二行, ""引用"""', ",".join(customer(1))]
    rows = judged(text_of(written))
    assert [(row.line, row.fields["备注"]) for row in good(rows)] == [(2, '第一行\n第二行, "引用"'), (4, "ok")]


def test_a_line_of_a_cell_that_could_be_a_row_is_one() -> None:
    """In doubt nobody vanishes: the second line is a reject with its number instead of a part of a note."""
    written = [",".join(TITLES), '张三,13800138000,书面同意,SQ1,"请打', '13900139000"', ",".join(customer(1))]
    rows = judged(text_of(written))
    assert [row.line for row in rows] == [2, 3, 4]
    assert [row.line for row in good(rows)] == [2, 4]


def test_lists_of_one_column_have_no_cell_over_two_lines() -> None:
    file = io.BytesIO('号码\n"13800000000\n13800000001"\n13800000002\n'.encode())
    dialect = dialect_of(file, examine(file))
    assert len(list(text_rows(file, dialect))) == 4


def test_a_cell_over_two_blocks_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    written = customers(60)
    written[30] = '张三,13800138000,书面同意,SQ1,"第一行\n第二行\n第三行"'
    content = text_of(written, end="\n")
    whole = judged(content)
    for size in (3, 64, 701):
        monkeypatch.setattr(lines, "_CHUNK", size)
        assert judged(content) == whole
        file = io.BytesIO(content)
        assert b"".join(block for block, _ in blocks_of(file, dialect_of(file, examine(file)))) == content


def test_a_text_formula_is_its_text() -> None:
    rows = judged(text_of([",".join(TITLES), '张三,"=""13800138000""",书面同意,="SQ1",']))
    assert [(row.phone, row.basis_reference) for row in good(rows)] == [("13800138000", "SQ1")]


# --- characters --------------------------------------------------------------------------------------------------


def test_a_character_cut_in_half_spoils_its_line_alone() -> None:
    content = text_of(customers(20)).replace("客户007".encode(), "客户007".encode()[:2] + "客户007".encode()[3:])
    rows = judged(content)
    assert len(good(rows)) == 19
    assert bad(rows) == [(9, RejectReason.UNREADABLE, Spoil.BAD_CHARACTER)]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-16-be"])
def test_padding_with_nul_costs_nobody_anything(encoding: str) -> None:
    written = customers(20)
    written[8] = written[8].replace("客户007", "客户007\x00")
    content = text_of(written, encoding=encoding) + b"\x00" * 10
    if encoding == "utf-16-be":
        content = b"\xfe\xff" + content
    assert len(good(judged(content))) == 20


def test_the_euro_sign_of_code_page_936_is_read() -> None:
    content = text_of(customers(3), encoding="gb18030").replace(b"SQ0001", b"SQ\x80001")
    assert [row.basis_reference for row in good(judged(content))] == ["SQ0000", "SQ€001", "SQ0002"]


def test_half_a_character_of_utf_16_spoils_its_line_alone() -> None:
    content = text_of(customers(5), encoding="utf-16-le").replace("客户002".encode("utf-16-le"), b"\x00\xd8" * 5)
    rows = judged(b"\xff\xfe" + content)
    assert bad(rows) == [(4, RejectReason.UNREADABLE, Spoil.BAD_CHARACTER)]
    assert len(good(rows)) == 4


def test_utf_16_without_a_mark_and_with_an_odd_end_is_read() -> None:
    rows = judged(text_of(customers(5), encoding="utf-16-le") + b"a")
    assert len(good(rows)) == 5
    assert [(line, reason) for line, reason, _ in bad(rows)] == [(7, RejectReason.UNREADABLE)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_in_any_of_the_usual_ways(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_CHUNK", 17)
    assert [row.line for row in good(judged(text_of(customers(4), end=end)))] == [2, 3, 4, 5]


def test_a_line_or_a_cell_beyond_every_list_spoils_its_row_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_CHUNK", 300_000)
    written = customers(4)
    written[2] = ",".join(customer(1, note="长" * 40_000))
    written[3] = "x" * 3_000_000
    written[4] += "," * 600
    rows = judged(text_of(written))
    assert bad(rows) == [
        (3, RejectReason.UNREADABLE, Spoil.TOO_LONG),
        (4, RejectReason.UNREADABLE, Spoil.TOO_LONG),
        (5, RejectReason.UNREADABLE, Spoil.TOO_WIDE),
    ]
    assert all(len(text) <= 4_000 for row in rows if isinstance(row, BadRow) for text in row.row.values())


# --- what is guessed, and what a person says --------------------------------------------------------------------------

PLAIN = customers(20)
SIGNS = {Delimiter.TAB: "\t", Delimiter.SEMICOLON: ";", Delimiter.BAR: "|"}


@pytest.mark.parametrize("above", [[], [""], ["2026年11月客户名单"], ["客户名单,2026年11月"], ["a;b;c;d;e;f;g"]])
@pytest.mark.parametrize("delimiter", list(SIGNS))
def test_the_delimiter_is_that_of_most_lines_not_of_the_first(delimiter: Delimiter, above: list[str]) -> None:
    written = [*above, *(line.replace(",", SIGNS[delimiter]) for line in PLAIN)]
    for encoding in ("utf-8", "gb18030", "utf-16"):
        assert len(good(judged(text_of(written, encoding=encoding)))) == 20


def test_delimiters_within_quoted_titles_do_not_count() -> None:
    written = ['"姓名;客户","手机号（必填）","授权依据;方式","授权编号;a;b;c","备注"', *PLAIN[1:]]
    assert len(good(judged(text_of(written)))) == 20


def test_what_a_person_says_of_a_text_is_done() -> None:
    content = text_of([line.replace(",", ";") for line in PLAIN], encoding="gb18030")
    file = io.BytesIO(content)
    examined = examine(file)
    assert dialect_of(file, examined).delimiter is Delimiter.SEMICOLON
    assert dialect_of(file, examined, TextChoice(Encoding.UTF_8, Delimiter.BAR)) == (
        dialect_of(file, examined, TextChoice.of("utf-8", "bar"))
    )
    table = read_table(file, examined, ReadingRequest(text=TextChoice(None, Delimiter.BAR)))
    assert table.layout.missing
    assert len(good(judged(content, TextChoice(Encoding.GB18030, Delimiter.SEMICOLON)))) == 20


def test_a_row_is_shown_as_far_as_it_can_be() -> None:
    assert shown(Spoiled(Spoil.BAD_CHARACTER, ["a"])) == ["a"]
    assert shown(["b"]) == ["b"]


# --- words and numbers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "placeholder",
    ["无", "#N/A", "-", "null", "0", "N/A", "待补", "/", "NULL", "none", "同上", "——", "０００", " 。", "暂无。"],
)
def test_a_placeholder_is_no_evidence(placeholder: str) -> None:
    rows = judged(text_of([",".join(TITLES), ",".join(customer(1, evidence=placeholder))]))
    assert [(line, reason) for line, reason, _ in bad(rows)] == [(2, RejectReason.NO_LEGAL_BASIS)]


@pytest.mark.parametrize("reference", ["SQ1", "2026-0", "号1", "A0"])
def test_a_short_reference_is_evidence(reference: str) -> None:
    assert good(judged(text_of([",".join(TITLES), ",".join(customer(1, evidence=reference))])))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1.3912345678E10", "13912345678"),
        ("1.391234567E10", "13912345670"),
        ("1.3912345678E+10", "13912345678"),
        ("8.613912345678E12", "13912345678"),
        ("1.38001E+10", RejectReason.DIGITS_LOST),
        ("1.38E+10", RejectReason.DIGITS_LOST),
        ("1.39123456789E10", RejectReason.DIGITS_LOST),
    ],
)
def test_a_number_in_scientific_notation_is_read_where_no_digit_is_lost(written: str, read: str) -> None:
    (row,) = judged(text_of([",".join(TITLES), ",".join(customer(1, phone=written))]))
    assert (row.phone if isinstance(row, GoodRow) else row.reason) == read


def test_figures_beyond_every_number_bring_nothing_down() -> None:
    titles = "姓名,手机号,授权依据,授权编号,年龄,出生日期,授权有效期"
    rows = judged(text_of([titles, f"张三,13800138000,书面同意,A1,{'9' * 5000},{'8' * 5000},"]))
    assert [row.age for row in good(rows)] == [None]


def test_a_basis_ends_on_its_last_day() -> None:
    titles = "姓名,手机号,授权依据,授权编号,授权有效期"
    rows = judged(
        text_of(
            [
                titles,
                *(
                    f"张三,1380013800{n},书面同意,A1,{on}"
                    for n, on in enumerate(["2026-11-23", "2026-11-22", "", "长期"])
                ),
            ]
        )
    )
    assert [(row.line, row.basis_valid_until) for row in good(rows)] == [(2, TODAY), (4, None)]
    assert [(line, reason) for line, reason, _ in bad(rows)] == [
        (3, RejectReason.NO_LEGAL_BASIS),
        (5, RejectReason.NO_LEGAL_BASIS),
    ]


def test_titles_hold_nothing_that_a_database_does_not() -> None:
    file = io.BytesIO(text_of(["姓\x00名,手机号,授权依据", "张三,13800138000,书面同意"]))
    assert read_table(file, examine(file)).layout.known[Column.NAME] == 0
