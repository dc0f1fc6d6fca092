"""Customer lists as they come: text in UTF-8 (with or without BOM), UTF-16 or GB18030, or a workbook.

Text is read line by line and never held whole. A workbook is unpacked by the library that reads it; its rows are then
taken one at a time. Everything here blocks and belongs into a thread.
Source: requirement L1.
"""

import codecs
import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from python_calamine import CalamineError, CalamineWorkbook

from callcenter.leads.errors import ColumnMissing, FileUnreadable
from callcenter.leads.intake.rules.columns import Layout, read_header
from callcenter.leads.intake.rules.rows import is_blank

Row = tuple[int, Sequence[object]]
"""Line (or sheet row), counted from 1, and its cells."""

_CHUNK = 1 << 20
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
    encoding: str | None
    """None for a workbook."""


def examine(file: BinaryIO) -> Examined:
    """Hashes the file and finds its encoding: the first that decodes all of it. Refuses what nothing decodes."""
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    digest = hashlib.sha256()
    if head.startswith(_WORKBOOKS):
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
        return Examined(digest.hexdigest(), None)
    marked = next((name for bom, name in _BOMS if head.startswith(bom)), None)
    candidates = {name: codecs.getincrementaldecoder(name)() for name in ([marked] if marked else _ENCODINGS)}
    while True:
        chunk = file.read(_CHUNK)
        digest.update(chunk)
        for name, decoder in list(candidates.items()):
            try:
                if "\x00" in decoder.decode(chunk, final=not chunk):
                    del candidates[name]
            except UnicodeDecodeError:
                del candidates[name]
        if not candidates:
            raise FileUnreadable("this is neither a text in UTF-8 or GB18030 nor a workbook: save it as CSV or XLSX")
        if not chunk:
            return Examined(digest.hexdigest(), next(iter(candidates)))


def read_table(file: BinaryIO, examined: Examined) -> tuple[Layout, Iterator[Row]]:
    """The layout by the header, and the rows below it that are not blank."""
    file.seek(0)
    rows = _sheet_rows(file) if examined.encoding is None else _text_rows(file, examined.encoding)
    for _, (_, cells) in zip(range(_HEADER_WITHIN), rows, strict=False):
        if layout := read_header(cells):
            if layout.missing:
                names = ", ".join(layout.missing)
                raise ColumnMissing(f"the header names no column for: {names}", columns=list(layout.missing))
            return layout, rows
    raise ColumnMissing("no header with a phone column within the first rows", columns=["phone"])


def _text_rows(file: BinaryIO, encoding: str) -> Iterator[Row]:
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        first = text.readline()
        text.seek(0)
        reader = csv.reader(text, delimiter=max(_DELIMITERS, key=first.count))
        line = 1
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise FileUnreadable(f"line {line}: {error}", line=line) from error
            if not is_blank(cells):
                yield line, cells
            line = reader.line_num + 1
    finally:
        if not file.closed:
            text.detach()  # the file belongs to the caller


def _sheet_rows(file: BinaryIO) -> Iterator[Row]:
    try:
        workbook = CalamineWorkbook.from_filelike(file)
        if not workbook.sheet_names:
            raise FileUnreadable("this workbook has no sheet")
        sheet = workbook.get_sheet_by_index(0)
        first = sheet.start[0] if sheet.start else 0
        for row, cells in enumerate(sheet.iter_rows(), start=first + 1):
            if not is_blank(cells):
                yield row, cells
    except CalamineError as error:
        raise FileUnreadable("this workbook cannot be read: save it again as XLSX without a password") from error
