"""Delimited text as rows: every physical line belongs to exactly one row, and one line's damage stays its own.

A quoted cell may hold line breaks, and a stray quote looks like the beginning of one. A cell goes on to the next line
only where all of this holds; else its quote is text, and the next line is a row of its own:

- its line has an odd number of quotes, and so have the lines up to its end taken together;
- it ends within ``_LONGEST_CELL`` lines;
- the record has several cells, no more than the table, and no quote in a wrong place;
- no line of the cell looks like a row: none has half as many cells as the table, or holds a long figure.

Pure. Source: requirements L1, L2.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from callcenter.files.lines import LONGEST_LINE, decode, decode_loosely
from callcenter.files.types import LONGEST_TEXT, MOST_COLUMNS, Cells, Delimiter, Dialect, Row, Spoil, Spoiled

SHOWN = 2_000
"""Characters that are kept of an unreadable line."""

_LONGEST_CELL = 32
_LONG_FIGURE = re.compile(r"[0-9]{7}|[0-9A-Fa-f]{32}")
_FORMULA_TEXT = re.compile(r'\s*=\s*"([^"]*)"\s*')


def rows_of_block(block: bytes, first: int, dialect: Dialect) -> Iterator[Row]:
    """Yields the rows of complete records, one per record: those of a block that ``complete`` has cut.

    ``first``: the number of its first line.
    """
    encoding, delimiter = dialect.encoding, dialect.delimiter.sign
    if b'"' not in block:
        try:
            text = decode(block, encoding)
        except UnicodeDecodeError:
            text = ""
        if text and len(block) <= LONGEST_LINE:
            for line, written in enumerate(text.split("\n")[:-1], first):
                cells = written.split(delimiter)
                yield line, cells if len(cells) <= MOST_COLUMNS and len(written) <= LONGEST_TEXT else _checked(cells)
            return
    lines = block.split(b"\n")[:-1]
    at = 0
    while at < len(lines):
        end = record_end(lines, at, dialect) or at + 1
        yield first + at, _cells(lines[at:end], dialect)
        at = end


def complete(block: bytes, dialect: Dialect, *, last: bool) -> int:
    """Returns how many bytes of a block are complete records; a cell may go on behind a block that is not the last."""
    if last or b'"' not in block:
        return len(block)
    lines = block.split(b"\n")[:-1]
    at = 0
    while at < len(lines):
        if lines[at].count(b'"') % 2 == 0:
            at += 1
            continue
        end = record_end(lines, at, dialect)
        if end is None:
            return sum(len(line) + 1 for line in lines[:at])
        at = end
    return len(block)


def record_end(lines: Sequence[bytes], at: int, dialect: Dialect) -> int | None:
    """Returns the line behind the record that begins at ``at``; None where the lines at hand do not say it."""
    quotes = lines[at].count(b'"')
    if quotes % 2 == 0:
        return at + 1
    for here in range(at + 1, at + _LONGEST_CELL):
        if here == len(lines):
            return None
        quotes += lines[here].count(b'"')
        if quotes % 2 == 0:
            return here + 1 if _is_record(lines[at : here + 1], dialect) else at + 1
    return at + 1


def count_cells(line: str, delimiter: Delimiter) -> int:
    """Counts the cells of one line taken by itself."""
    return len(_line_cells(line, delimiter.sign))


def _is_record(lines: Sequence[bytes], dialect: Dialect) -> bool:
    """Returns whether lines are one record, and no row could have been taken into one of its cells."""
    try:
        text = decode(b"\n".join(lines), dialect.encoding)
    except UnicodeDecodeError:
        return False
    cells = _strictly(text, dialect.delimiter.sign)
    if cells is None or not 1 < len(cells) <= dialect.width:
        return False
    return not any(_looks_like_a_row(line, dialect) for cell in cells if "\n" in cell for line in cell.split("\n"))


def _looks_like_a_row(line: str, dialect: Dialect) -> bool:
    """Returns whether a line of a cell could as well be a row of the table; in doubt it is one."""
    cells = line.count(dialect.delimiter.sign) + 1
    return cells >= max(2, (dialect.width + 1) // 2) or _LONG_FIGURE.search(line) is not None


def _cells(lines: Sequence[bytes], dialect: Dialect) -> Cells | Spoiled:
    data = b"\n".join(lines)
    if len(data) > LONGEST_LINE:
        return Spoiled(Spoil.TOO_LONG, [decode_loosely(data[: 4 * SHOWN], dialect.encoding)[:SHOWN]])
    try:
        text = decode(data, dialect.encoding)
    except UnicodeDecodeError:
        loose = decode_loosely(data, dialect.encoding)
        cells = _line_cells(loose, dialect.delimiter.sign)[:MOST_COLUMNS]
        return Spoiled(Spoil.BAD_CHARACTER, cells)
    if len(lines) > 1:
        return _checked(_strictly(text, dialect.delimiter.sign) or [text])
    return _checked(_line_cells(text, dialect.delimiter.sign))


def _checked(cells: list[str]) -> Cells | Spoiled:
    if len(cells) > MOST_COLUMNS:
        return Spoiled(Spoil.TOO_WIDE, cells[:MOST_COLUMNS])
    too_long = frozenset(place for place, cell in enumerate(cells) if len(cell) > LONGEST_TEXT)
    return Spoiled(Spoil.TOO_LONG, [cell[:SHOWN] for cell in cells], too_long) if too_long else cells


def _line_cells(line: str, delimiter: str) -> list[str]:
    """Returns the cells of one line; a quote that nothing closes is text."""
    if '"' not in line:
        return line.split(delimiter)
    cells = _strictly(line, delimiter)
    if cells is None:
        cells = _leniently(line, delimiter)
    return [_plain(cell) if '"' in cell else cell for cell in cells]


def _strictly(text: str, delimiter: str) -> list[str] | None:
    """Returns the cells of exactly one record that is quoted as it should be; None for anything else."""
    try:
        records = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return records[0] if len(records) == 1 else None


def _leniently(line: str, delimiter: str) -> list[str]:
    """Returns the cells of a line whose quotes are not all in their place."""
    quoted = _quoted(delimiter)
    cells: list[str] = []
    at = 0
    while True:
        if match := quoted.match(line, at):
            cells.append(match[1].replace('""', '"'))
            end = match.end()
        else:
            end = line.find(delimiter, at)
            end = len(line) if end < 0 else end
            cells.append(line[at:end])
        if end >= len(line):
            return cells
        at = end + len(delimiter)


@cache
def _quoted(delimiter: str) -> re.Pattern[str]:
    return re.compile(rf'"((?:[^"]++|"")*+)"(?={re.escape(delimiter)}|\Z)')


def _plain(cell: str) -> str:
    """Takes a text out of the formula that keeps a spreadsheet from computing with it: ``="13800138000"``."""
    match = _FORMULA_TEXT.fullmatch(cell)
    return match[1] if match else cell


# --- what the first lines say ---------------------------------------------------------------------------------------


def guess_delimiter(head: Sequence[str]) -> Delimiter:
    """Returns the delimiter by which the most lines have the same number of cells; among equals, the most cells."""
    return max(Delimiter, key=lambda delimiter: _agreement(head, delimiter))


def width_of(head: Sequence[str], delimiter: Delimiter) -> int:
    """Returns how many cells most of the first lines have."""
    return _agreement(head, delimiter)[2]


def _agreement(head: Sequence[str], delimiter: Delimiter) -> tuple[int, int, int]:
    """Returns how many lines have the usual number of cells; how often two in a row do; that number, 1 where none."""
    counts = [count_cells(line, delimiter) for line in head if line.strip()]
    several = [count for count in counts if count > 1]
    if not several:
        return (0, 0, 1)
    usual = max(several, key=lambda count: (several.count(count), count))
    in_a_row = sum(one == other == usual for one, other in pairwise(counts))
    return (several.count(usual), in_a_row, usual)
