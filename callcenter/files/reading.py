"""Files as they come: text in UTF-8 (with or without BOM), UTF-16 or GB18030, or a workbook.

Rows are read one at a time and never held together. Everything here blocks and belongs into a thread.
Source: requirement L1.
"""

import codecs
import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from callcenter.files.errors import FileTooLarge, FileUnreadable
from callcenter.files.types import Examined, Row
from callcenter.files.workbook import Workbook

_CHUNK = 1 << 20
_LONGEST_LINE = 1 << 20
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ENCODINGS = ("utf-8", "gb18030")
_DELIMITERS = ",\t;|"


def examine(file: BinaryIO, *, limit: int | None = None) -> Examined:
    """Hashes the file and finds its encoding: the first that decodes all of it.

    ``limit``: the most bytes it may have. Raises FileUnreadable for what nothing decodes, FileTooLarge past the limit.
    """
    examined = _examine(file)
    if limit is not None and examined.size > limit:
        raise FileTooLarge(f"a list has at most {limit} bytes: split it", limit=limit)
    return examined


def _examine(file: BinaryIO) -> Examined:
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


def rows_of(file: BinaryIO, examined: Examined, sheet: str | None = None) -> Iterator[Row]:
    """Yields the rows that hold anything, of a text or of one sheet of a workbook (by default the first)."""
    file.seek(0)
    rows = Workbook(file).rows(sheet) if examined.encoding is None else _text_rows(file, examined.encoding)
    return (row for row in rows if not is_blank(row[1]))


def is_blank(cells: Sequence[object]) -> bool:
    """Returns whether nobody has written anything into a row."""
    return all(cell is None or not (cell.strip() if type(cell) is str else str(cell).strip()) for cell in cells)


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
            raise FileUnreadable("a line of this text is longer than a megabyte: is it a list?")
        yield line
