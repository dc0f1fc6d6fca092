"""Reads the cells of an external list: numbers, or hashes of numbers. Pure, but for the file that is read.

A list has no agreed form: with or without a header, numbers in any spelling, hashes in upper or lower case, in a text
or a workbook, the column anywhere. The kind is recognised by the first rows; a person may say otherwise.
"""

import hashlib
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO, NamedTuple

from callcenter.dnc.errors import NothingRecognised
from callcenter.dnc.types import AS_IT_IS, FilePreview, FileReading, KeyKind
from callcenter.files.reading import dialect_of, text_rows, without_blanks
from callcenter.files.types import Cells, Delimiter, Examined, Row, Spoiled, TextChoice, shown, written
from callcenter.files.workbook import Workbook
from callcenter.kit.crypto import mask_phone
from callcenter.leads.rules.phone import read_phone
from callcenter.leads.types import NumberProblem

LOOKED_AT = 2000
"""Rows a preview looks at."""

NOT_A_HASH = "not_a_hash"
"""The reason of a cell that is no hash of the kind; those of a number are ``NumberProblem``s."""

_SAMPLE = 8
_FEWEST_DIGITS = 5
"""Digits from which on the first cell of a column is no title but a number, damaged or not."""
_HEX = {KeyKind.MD5: 32, KeyKind.SHA256: 64, KeyKind.SM3: 64}
_HASH = re.compile(r"[0-9a-f]+", re.ASCII)
_ALGORITHM = {KeyKind.SHA256: "sha256", KeyKind.MD5: "md5", KeyKind.SM3: "sm3"}
_TITLES = {KeyKind.SM3: ("sm3", "国密"), KeyKind.SHA256: ("sha256", "sha-256"), KeyKind.MD5: ("md5",)}


@dataclass(frozen=True, slots=True)
class Malformed:
    reason: str


def read_key(kind: KeyKind, cell: object) -> str | Malformed:
    """Reads a cell: the digits of a number, or the hash in lower case."""
    if kind is KeyKind.PHONE:
        digits = read_phone(cell, allow_landlines=True)
        return Malformed(digits.value) if isinstance(digits, NumberProblem) else digits
    text = unicodedata.normalize("NFKC", written(cell)).strip().strip("'\"").lower()
    if len(text) == _HEX[kind] and _HASH.fullmatch(text):
        return text
    return Malformed(NOT_A_HASH)


def key_text(kind: KeyKind, key: str) -> str:
    """Returns the text whose blind index is stored; a number's is the one every lead has."""
    return key if kind is KeyKind.PHONE else f"{kind.value}:{key}"


def hash_of(kind: KeyKind, digits: str) -> str:
    """Returns how a list of this kind names a number."""
    return digits if kind is KeyKind.PHONE else hashlib.new(_ALGORITHM[kind], digits.encode()).hexdigest()


def indexer(kinds: Sequence[KeyKind], index: Callable[[str], str]) -> Callable[[str], list[str]]:
    """Returns the function from a number's digits to its keys in lists of these kinds, one each."""
    return lambda digits: [index(key_text(kind, hash_of(kind, digits))) for kind in kinds]


# --- the file --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shape:
    """Where the keys stand, and of which kind they are."""

    kind: KeyKind
    column: int
    header: int | None
    """The line of the title; None: the first row is a number."""


class Read(NamedTuple):
    """What stands in one row of a file."""

    line: int
    key: str | Malformed


def look_at(file: BinaryIO, examined: Examined, file_name: str, reading: FileReading = AS_IT_IS) -> FilePreview:
    """Returns what the first rows seem to hold, the sample masked. Blocks, belongs into a thread.

    Where nothing is recognised and nothing was chosen, the other delimiters and the other sheets are tried.
    """
    found = _look_at(file, examined, file_name, reading)
    if found.kind is None:
        for other in _others(reading, found):
            again = _look_at(file, examined, file_name, other)
            if again.kind is not None:
                return again
    return found


def _others(reading: FileReading, found: FilePreview) -> Iterator[FileReading]:
    if found.delimiter is not None and reading.text.delimiter is None:
        for delimiter in Delimiter:
            if delimiter is not found.delimiter:
                yield FileReading(TextChoice(reading.text.encoding, delimiter))
    elif reading.sheet is None:
        for sheet in found.sheets:
            if not sheet.hidden and sheet.name != found.sheet:
                yield FileReading(sheet=sheet.name)


def _look_at(file: BinaryIO, examined: Examined, file_name: str, reading: FileReading) -> FilePreview:
    workbook = dialect = None
    if examined.encoding is None:
        workbook = Workbook(file)
        rows = list(itertools.islice(without_blanks(workbook.rows(reading.sheet)), LOOKED_AT))
    else:
        dialect = dialect_of(file, examined, reading.text)
        rows = list(itertools.islice(without_blanks(text_rows(file, dialect)), LOOKED_AT))
    found = FilePreview(
        rows_about=len(rows) if len(rows) < LOOKED_AT else examined.lines,
        looked_at=len(rows),
        encoding=dialect.encoding if dialect else None,
        delimiter=dialect.delimiter if dialect else None,
        sheets=workbook.sheets if workbook else (),
        sheet=(reading.sheet or workbook.first) if workbook else None,
        hidden_rows=workbook.hidden_rows if workbook else 0,
    )
    fits: Counter[tuple[int, KeyKind]] = Counter()
    for _, row in rows:
        for column, cell in enumerate(shown(row)):
            for kind in KeyKind:
                if not isinstance(read_key(kind, cell), Malformed):
                    fits[column, kind] += 1
    if not fits:
        return found
    column, best = max(fits, key=lambda place: (fits[place], -place[0]))
    kinds = [kind for kind in KeyKind if fits[column, kind] == fits[column, best]]
    line, head = rows[0][0], _cell(rows[0][1], column)
    kind = _kind_named_in(kinds, f"{file_name} {head}".lower()) or kinds[0]
    shape = Shape(kind, column, line if _is_title(head) else None)
    malformed: Counter[str] = Counter()
    sample: list[str] = []
    for _, key in keys_of(iter(rows), shape):
        if isinstance(key, Malformed):
            malformed[key.reason] += 1
        elif len(sample) < _SAMPLE:
            sample.append(mask_phone(key) if kind is KeyKind.PHONE else f"{key[:6]}…{key[-4:]}")
    about = None if found.rows_about is None else max(0, found.rows_about - (shape.header is not None))
    return replace(
        found,
        kind=kind,
        kinds=kinds,
        column=column,
        header=shape.header,
        rows_about=about,
        malformed=malformed,
        sample=sample,
    )


def _is_title(head: object) -> bool:
    """Returns whether the first cell of a column is its title: a damaged number is none, and is not passed over."""
    text = unicodedata.normalize("NFKC", written(head))
    digits = sum(letter.isdigit() for letter in text)
    return digits < _FEWEST_DIGITS and not isinstance(read_key(KeyKind.PHONE, head), str)


def _cell(row: Cells | Spoiled, column: int) -> object:
    cells = shown(row)
    return cells[column] if column < len(cells) else None


def _kind_named_in(kinds: Sequence[KeyKind], text: str) -> KeyKind | None:
    return next((kind for kind in kinds for title in _TITLES.get(kind, ()) if title in text), None)


def shape_of(preview: FilePreview, kind: KeyKind | None) -> Shape:
    """Returns where the keys stand, of the kind recognised or chosen. Raises NothingRecognised."""
    chosen = kind or preview.kind
    if chosen is None or preview.kind is None:
        raise NothingRecognised("no column of this file holds numbers, or SHA-256, MD5 or SM3 hashes of numbers")
    return Shape(chosen, preview.column, preview.header)


def keys_of(rows: Iterator[Row], shape: Shape) -> Iterator[Read]:
    """Yields what each row below the header holds."""
    for line, row in rows:
        if line == shape.header:
            continue
        if type(row) is Spoiled and (row.places is None or shape.column in row.places):
            yield Read(line, Malformed(row.why.value))
        else:
            yield Read(line, read_key(shape.kind, _cell(row, shape.column)))
