"""Customer lists as they come: text in UTF-8 (with or without BOM), UTF-16 or GB18030, or a workbook.

Rows are read one at a time and never held together. Everything here blocks and belongs into a thread.
Source: requirement L1.
"""

import codecs
import csv
import hashlib
import io
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from callcenter.imports.errors import ColumnMissing, FileUnreadable
from callcenter.imports.rules.columns import Layout, fits, is_header, lay_out, plain_title, read_titles
from callcenter.imports.rules.rows import is_blank
from callcenter.imports.types import Column, FieldSpec, MappingFrom, ReadingRequest
from callcenter.imports.workbook import Workbook

Row = tuple[int, Sequence[object]]
"""Line (or sheet row), counted from 1, and its cells."""

_CHUNK = 1 << 20
_LONGEST_LINE = 1 << 20
_HEADER_WITHIN = 10
"""A header stands within the first rows: above it there may be a title."""
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ENCODINGS = ("utf-8", "gb18030")
_DELIMITERS = ",\t;|"


@dataclass(frozen=True, slots=True)
class Examined:
    """What one pass over the bytes has shown."""

    sha256: str
    size: int
    encoding: str | None
    """None for a workbook."""
    sheets: tuple[str, ...] = ()
    lines: int | None = None
    """Of a text; about as many as it has rows."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """How the last list of the same source was read."""

    mapping: Mapping[Column, str]
    fields: Sequence[FieldSpec] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A header that was found or pointed at, and the rows below it."""

    sheet: str | None
    header_row: int | None
    """None: no row looks like a header; then the first one stands for it."""
    layout: Layout
    mapping_from: MappingFrom
    fields: Sequence[FieldSpec] | None
    rows: Iterator[Row]
    rows_about: int | None
    """How many rows there are below the header, as far as that can be told beforehand."""

    def require(self) -> None:
        """Refuses a table without the columns that a list cannot do without."""
        missing = list(self.layout.missing)
        if self.header_row is None:
            raise ColumnMissing("no header with a phone column within the first rows", columns=missing)
        if missing:
            raise ColumnMissing(f"the header names no column for: {', '.join(missing)}", columns=missing)


def examine(file: BinaryIO) -> Examined:
    """Hashes the file and finds its encoding: the first that decodes all of it. Refuses what nothing decodes."""
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    digest = hashlib.sha256()
    size = 0
    if head.startswith(_WORKBOOKS):
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
        return Examined(digest.hexdigest(), size, None, tuple(Workbook(file).sheets))
    marked = next((name for bom, name in _BOMS if head.startswith(bom)), None)
    candidates = {name: codecs.getincrementaldecoder(name)() for name in ([marked] if marked else _ENCODINGS)}
    lines = 0
    while True:
        chunk = file.read(_CHUNK)
        digest.update(chunk)
        size += len(chunk)
        lines += chunk.count(b"\n")
        for name, decoder in list(candidates.items()):
            try:
                if "\x00" in decoder.decode(chunk, final=not chunk):
                    del candidates[name]
            except UnicodeDecodeError:
                del candidates[name]
        if not candidates:
            raise FileUnreadable("this is neither a text in UTF-8 or GB18030 nor a workbook: save it as CSV or XLSX")
        if not chunk:
            return Examined(digest.hexdigest(), size, next(iter(candidates)), lines=lines)


def read_table(
    file: BinaryIO, examined: Examined, request: ReadingRequest | None = None, remembered: Remembered | None = None
) -> Table:
    """The table in the file, read as wished; else as remembered, if its titles fit; else by its titles."""
    request = request or ReadingRequest()
    file.seek(0)
    sheet, about = None, examined.lines
    if examined.encoding is None:
        workbook = Workbook(file)
        sheet = request.sheet if request.sheet is not None else workbook.sheets[0]
        about = workbook.rows_about(sheet)
        rows = _not_blank(workbook.rows(sheet))
    else:
        rows = _not_blank(_text_rows(file, examined.encoding))
    if request.header_row is None:
        rows, header_row = _find_header(rows, request, remembered)
    else:
        rows, header_row = _go_to(rows, request.header_row), request.header_row
    line, cells = next(rows, (None, ()))
    if request.header_row is not None and line != request.header_row:
        raise ColumnMissing("there is nothing in the row that is to be the header: choose another", columns=["phone"])
    titles = read_titles(cells)
    known = remembered if remembered is not None and fits(titles, remembered.mapping) else None
    fields = request.fields if request.fields is not None else _still_there(known, titles)
    mapping: Mapping[Column, str | None] | None
    if request.mapping is not None:
        mapping, source = request.mapping, MappingFrom.GIVEN
    elif known is not None:
        mapping, source = dict(known.mapping), MappingFrom.REMEMBERED
    else:
        mapping, source = None, MappingFrom.GUESSED
    about = None if about is None else max(0, about - (header_row or 1))
    return Table(sheet, header_row, lay_out(titles, mapping, fields), source, fields, rows, about)


def _find_header(
    rows: Iterator[Row], request: ReadingRequest, remembered: Remembered | None
) -> tuple[Iterator[Row], int | None]:
    """The rows from the header on, and its line; all the rows and None where nothing looks like a header."""
    head = list(itertools.islice(rows, _HEADER_WITHIN))
    given = {plain_title(title) for title in (request.mapping or {}).values() if title}
    for place, (line, cells) in enumerate(head):
        titles = read_titles(cells)
        if given:
            found = given <= {plain_title(title) for title in titles}
        else:
            found = is_header(cells) or (remembered is not None and fits(titles, remembered.mapping))
        if found:
            return itertools.chain(head[place:], rows), line
    return itertools.chain(head, rows), None


def _go_to(rows: Iterator[Row], line: int) -> Iterator[Row]:
    return itertools.dropwhile(lambda row: row[0] < line, rows)


def _still_there(remembered: Remembered | None, titles: Sequence[str]) -> Sequence[FieldSpec] | None:
    if remembered is None or remembered.fields is None:
        return None
    there = {plain_title(title) for title in titles}
    return tuple(spec for spec in remembered.fields if plain_title(spec.title) in there)


def _not_blank(rows: Iterator[Row]) -> Iterator[Row]:
    return (row for row in rows if not is_blank(row[1]))


def _text_rows(file: BinaryIO, encoding: str) -> Iterator[Row]:
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        first = text.readline(_LONGEST_LINE)
        text.seek(0)
        reader = csv.reader(_lines(text), delimiter=max(_DELIMITERS, key=first.count))
        line = 1
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise FileUnreadable(f"line {line}: {error}", line=line) from error
            yield line, cells
            line = reader.line_num + 1
    finally:
        if not file.closed:
            text.detach()  # the file belongs to the caller


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise FileUnreadable("a line of this text is longer than a megabyte: is it a customer list?")
        yield line
