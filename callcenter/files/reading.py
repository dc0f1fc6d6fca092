"""Files as they come: text in UTF-8, UTF-16 or GB18030, or a workbook.

Rows are read one at a time and never held together. Everything here blocks and belongs into a thread.
Source: requirement L1.
"""

import codecs
import hashlib
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from callcenter.files.delimited import complete, guess_delimiter, rows_of_block, width_of
from callcenter.files.errors import FileTooLarge, FileUnreadable
from callcenter.files.lines import chunks, decode, decode_loosely
from callcenter.files.types import AS_FOUND, Dialect, Encoding, Examined, Row, Spoiled, TextChoice
from callcenter.files.workbook import Workbook

LINES = 4_000
"""Of a block."""
HEAD = 200
"""Lines by which the delimiter is guessed."""

_HEAD_LINE = 1 << 15
"""Bytes of such a line that are looked at."""
_CHUNK = 1 << 20
_SAMPLE = 1 << 16
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ENOUGH_BAD = 1000
"""Lines that cannot be read in an encoding: after so many it is compared with the others by the share of them."""

Block = tuple[bytes, int]
"""Complete records of a text, each line ended by a feed; the number of the first line."""


def examine(file: BinaryIO, *, limit: int | None = None) -> Examined:
    """Hashes the file and finds its encoding: the one in which the fewest lines are damaged.

    ``limit``: the most bytes it may have. Raises FileUnreadable for what is no text and no workbook, FileTooLarge past
    the limit.
    """
    sha256, size = _hash(file)
    if limit is not None and size > limit:
        raise FileTooLarge(f"a list has at most {limit} bytes: split it", limit=limit)
    file.seek(0)
    sample = file.read(_SAMPLE)
    if sample.startswith(_WORKBOOKS):
        return Examined(sha256, size, None, tuple(sheet.name for sheet in Workbook(file).sheets))
    if sample.startswith(_UTF_16) or _has_wide_characters(sample):
        candidates = [Encoding.UTF_16]
    elif sample.startswith(codecs.BOM_UTF8):
        candidates = [Encoding.UTF_8]
    else:
        candidates = [Encoding.UTF_8, Encoding.GB18030]
    shares: dict[Encoding, float] = {}
    for encoding in candidates:
        shares[encoding] = _share_of_bad_lines(file, encoding)
        if not shares[encoding]:
            break
    best = min(shares, key=lambda encoding: shares[encoding])
    if shares[best] > 0.5:
        raise FileUnreadable("this is no text in UTF-8, UTF-16 or GB18030, and no workbook: save it as CSV or XLSX")
    return Examined(sha256, size, best, lines=sum(chunk.count(b"\n") for chunk in chunks(file, best)))


def dialect_of(file: BinaryIO, examined: Examined, choice: TextChoice = AS_FOUND) -> Dialect:
    """Returns how a text is read: as chosen; what is left open, by its first lines."""
    encoding = choice.encoding or examined.encoding
    assert encoding is not None, "a workbook has no dialect"
    head: list[str] = []
    for chunk in chunks(file, encoding):
        head += [
            decode_loosely(line[:_HEAD_LINE], encoding) for line in chunk.split(b"\n", HEAD)[:HEAD] if line.strip()
        ]
        if len(head) >= HEAD:
            break
    delimiter = choice.delimiter or guess_delimiter(head[:HEAD])
    return Dialect(encoding, delimiter, width_of(head[:HEAD], delimiter))


def blocks_of(file: BinaryIO, dialect: Dialect, lines: int = LINES) -> Iterator[Block]:
    """Yields a text in blocks of complete records, of about so many lines each."""
    rest, first = b"", 1
    ahead = chunks(file, dialect.encoding)
    chunk = next(ahead, None)
    while chunk is not None:
        following = next(ahead, None)
        rest += chunk
        chunk = following
        while rest and (cut := _end_of_block(rest, lines, dialect, last=following is None)):
            yield rest[:cut], first
            first += rest.count(b"\n", 0, cut)
            rest = rest[cut:]


def _end_of_block(data: bytes, lines: int, dialect: Dialect, *, last: bool) -> int:
    """Returns where a block of complete records ends, of about so many lines; 0 where more has to be read first."""
    while True:
        end = _end_of_lines(data, lines)
        if end == len(data) and not last:
            return 0
        if cut := complete(data[:end], dialect, last=end == len(data)):
            return cut
        lines *= 2  # one record is longer than the block


def _end_of_lines(data: bytes, lines: int) -> int:
    """Returns where so many lines end; the end of the data where there are no more."""
    at = -1
    if data.count(b"\n") <= lines:
        return len(data)
    for _ in range(lines):
        at = data.index(b"\n", at + 1)
    return at + 1


def text_rows(file: BinaryIO, dialect: Dialect) -> Iterator[Row]:
    """Yields every row of a text, blank ones too."""
    for block, first in blocks_of(file, dialect):
        yield from rows_of_block(block, first, dialect)


def rows_of(
    file: BinaryIO, examined: Examined, choice: TextChoice = AS_FOUND, sheet: str | None = None
) -> Iterator[Row]:
    """Yields the rows that hold anything, of a text or of one sheet of a workbook (by default the first visible)."""
    if examined.encoding is None:
        return without_blanks(Workbook(file).rows(sheet))
    return without_blanks(text_rows(file, dialect_of(file, examined, choice)))


def without_blanks(rows: Iterator[Row]) -> Iterator[Row]:
    """Leaves out rows in which every cell is empty."""
    return (row for row in rows if not is_blank(row[1]))


def is_blank(cells: Sequence[object] | Spoiled) -> bool:
    """Returns whether a row holds nothing but spaces."""
    if type(cells) is Spoiled:
        return False
    return all(cell is None or not (cell.strip() if type(cell) is str else str(cell).strip()) for cell in cells)


def _hash(file: BinaryIO) -> tuple[str, int]:
    file.seek(0)
    digest = hashlib.sha256()
    size = 0
    while piece := file.read(_CHUNK):
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


def _has_wide_characters(sample: bytes) -> bool:
    """Returns whether every second byte of a text is a NUL in many places: UTF-16 without a mark, little-endian."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    return odd > len(sample) // 16 and even * 20 < odd


def _share_of_bad_lines(file: BinaryIO, encoding: Encoding) -> float:
    lines = bad = 0
    for chunk in chunks(file, encoding):
        lines += chunk.count(b"\n")
        if not _is_text(chunk, encoding):
            bad += sum(not _is_text(line, encoding) for line in chunk.split(b"\n"))
            if bad > _ENOUGH_BAD:
                break
    return bad / max(1, lines)


def _is_text(data: bytes, encoding: Encoding) -> bool:
    try:
        decode(data, encoding)
    except UnicodeDecodeError:
        return False
    return True
