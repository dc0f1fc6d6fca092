"""Rows in the text format of COPY: whatever a cell holds, it arrives as that cell."""

import pytest

from callcenter.kit.copy_lines import NULL, array_of, lines_of, without_lines

BACK = {"\\\\": "\\", "\\n": "\n", "\\r": "\r", "\\t": "\t"}


def read(lines: bytes) -> list[list[str | None]]:
    """Reads rows as the server does: at line feeds, then at tabs, then the escapes of each value."""
    assert lines.endswith(b"\n")
    return [[value_of(value) for value in line.split("\t")] for line in lines.decode().split("\n")[:-1]]


def value_of(written: str) -> str | None:
    if written == "\\N":
        return None
    value, at = "", 0
    while at < len(written):
        pair = written[at : at + 2]
        value += BACK.get(pair, written[at])
        at += 2 if pair in BACK else 1
    return value


@pytest.mark.parametrize(
    "cell", ["plain", "", "\\N", "\\", "a\\tb", "a\tb", "a\nb", "a\rb", "\\.", "王\u2028五", "\\\\N"]
)
def test_a_cell_arrives_as_it_is(cell: str) -> None:
    rows = [("1", "x", NULL), ("2", cell, "y"), ("3", NULL, cell)]
    assert read(lines_of(rows)) == [["1", "x", None], ["2", cell, "y"], ["3", None, cell]]
    assert read(lines_of(rows, ("7", "a\tb"))) == [
        ["1", "x", None, "7", "a\tb"],
        ["2", cell, "y", "7", "a\tb"],
        ["3", None, cell, "7", "a\tb"],
    ]


def test_cells_that_only_together_have_as_many_tabs_and_line_feeds_as_their_rows_are_escaped() -> None:
    """The quick look counts over all rows: a cell of tabs must not make up for one that is missing."""
    rows = [("1", "a\nb"), ("2", "c\t")]
    assert read(lines_of(rows)) == [["1", "a\nb"], ["2", "c\t"]]


def test_no_rows_are_no_bytes() -> None:
    assert lines_of([]) == lines_of([], ("x",)) == b""


def test_rows_are_left_out_by_their_first_value_alone() -> None:
    lines = lines_of([("1", "2"), ("2", "1"), ("12", NULL), ("3", "a\nb")])
    assert read(without_lines(lines, frozenset((b"1", b"3")))) == [["2", "1"], ["12", None]]
    assert without_lines(lines, frozenset((b"1", b"2", b"3", b"12"))) == b""


def test_an_array_is_written_in_braces() -> None:
    assert array_of([]) == "{}"
    assert array_of(["ab", "sm3:cd"]) == "{ab,sm3:cd}"
