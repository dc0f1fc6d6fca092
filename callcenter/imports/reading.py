"""The table in a customer list: where its header is, what its columns are, the rows below.

Everything here blocks and belongs into a thread. Source: requirement L1.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from callcenter.files.reading import dialect_of, text_rows, without_blanks
from callcenter.files.types import Dialect, Examined, Row, shown
from callcenter.files.workbook import Workbook
from callcenter.imports.errors import ColumnMissing
from callcenter.imports.rules.columns import Layout, fits, is_header, lay_out, plain_title, read_titles
from callcenter.imports.types import Column, FieldSpec, MappingFrom, ReadingRequest

_HEADER_WITHIN = 10
"""A header stands within the first rows: above it there may be a title."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """How the last list of the same source was read."""

    mapping: Mapping[Column, str]
    fields: Sequence[FieldSpec] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A header that was found or pointed at, and the rows below it."""

    dialect: Dialect | None
    """None for a workbook."""
    workbook: Workbook | None
    """None for a text."""
    sheet: str | None
    header_row: int | None
    """None: no row looks like a header; then the first one stands for it."""
    layout: Layout
    mapping_from: MappingFrom
    fields: Sequence[FieldSpec] | None
    rows: Iterator[Row]
    rows_about: int | None
    """How many rows there are below the header, as far as that is known beforehand."""

    def require_columns(self) -> None:
        """Raises ColumnMissing for a table without the columns that a list cannot do without."""
        missing = list(self.layout.missing)
        if self.header_row is None:
            raise ColumnMissing("no header with a phone column within the first rows", columns=missing)
        if missing:
            raise ColumnMissing(f"the header names no column for: {', '.join(missing)}", columns=missing)


def read_table(
    file: BinaryIO, examined: Examined, request: ReadingRequest | None = None, remembered: Remembered | None = None
) -> Table:
    """Finds the table in a file: as requested; else as remembered, if its titles fit; else by its titles.

    Raises FileUnreadable, SheetMissing, and ColumnMissing where nothing stands in the row that is to be the header.
    """
    request = request or ReadingRequest()
    sheet, rows_about = None, examined.lines
    workbook = dialect = None
    if examined.encoding is None:
        workbook = Workbook(file)
        sheet = request.sheet if request.sheet is not None else workbook.first
        rows_about = workbook.rows_about(sheet)
        rows = without_blanks(workbook.rows(sheet))
    else:
        dialect = dialect_of(file, examined, request.text)
        rows = without_blanks(text_rows(file, dialect))
    if request.header_row is None:
        rows, header_row = _find_header(rows, request, remembered)
    else:
        rows, header_row = _go_to(rows, request.header_row), request.header_row
    line, row = next(rows, (None, ()))
    cells = shown(row)
    if request.header_row is not None and line != request.header_row:
        raise ColumnMissing("there is nothing in the row that is to be the header: choose another", columns=["phone"])
    titles = read_titles(cells)
    fitting = remembered if remembered is not None and fits(titles, remembered.mapping) else None
    fields = request.fields if request.fields is not None else _fields_still_there(fitting, titles)
    mapping: Mapping[Column, str | None] | None
    if request.mapping is not None:
        mapping, mapping_from = request.mapping, MappingFrom.GIVEN
    elif fitting is not None:
        mapping, mapping_from = dict(fitting.mapping), MappingFrom.REMEMBERED
    else:
        mapping, mapping_from = None, MappingFrom.GUESSED
    rows_below = None if rows_about is None else max(0, rows_about - (header_row or 1))
    layout = lay_out(titles, mapping, fields)
    return Table(dialect, workbook, sheet, header_row, layout, mapping_from, fields, rows, rows_below)


def require_columns(
    file: BinaryIO, examined: Examined, request: ReadingRequest | None = None, remembered: Remembered | None = None
) -> None:
    """Raises what ``read_table`` raises, and ColumnMissing for a table without the columns a list cannot do without."""
    read_table(file, examined, request, remembered).require_columns()


def _find_header(
    rows: Iterator[Row], request: ReadingRequest, remembered: Remembered | None
) -> tuple[Iterator[Row], int | None]:
    """Returns the rows from the header on, and its line; all the rows and None where nothing looks like a header."""
    head = list(itertools.islice(rows, _HEADER_WITHIN))
    given = {plain_title(title) for title in (request.mapping or {}).values() if title}
    for place, (line, row) in enumerate(head):
        cells = shown(row)
        titles = read_titles(cells)
        if given:
            looks_right = given <= {plain_title(title) for title in titles}
        else:
            looks_right = is_header(cells) or (remembered is not None and fits(titles, remembered.mapping))
        if looks_right:
            return itertools.chain(head[place:], rows), line
    return itertools.chain(head, rows), None


def _go_to(rows: Iterator[Row], line: int) -> Iterator[Row]:
    return itertools.dropwhile(lambda row: row[0] < line, rows)


def _fields_still_there(remembered: Remembered | None, titles: Sequence[str]) -> Sequence[FieldSpec] | None:
    if remembered is None or remembered.fields is None:
        return None
    there = {plain_title(title) for title in titles}
    return tuple(spec for spec in remembered.fields if plain_title(spec.title) in there)
