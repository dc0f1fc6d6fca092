"""Reads the cells of an external list: numbers, or hashes of numbers. Pure, but for the file that is read.

A list has no agreed form: with or without a header, numbers in any spelling, hashes in upper or lower case, in a text
or a workbook, the column anywhere. The kind is recognised by the first rows; a person may say otherwise.
"""

import hashlib
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from callcenter.dnc.errors import NothingRecognised
from callcenter.dnc.types import FilePreview, KeyKind
from callcenter.files.reading import rows_of
from callcenter.files.types import Examined, Row
from callcenter.kit.crypto import mask_phone
from callcenter.leads.rules.phone import read_phone
from callcenter.leads.types import NumberProblem

LOOKED_AT = 2000
"""Rows a preview looks at."""

NOT_A_HASH = "not_a_hash"
"""The reason of a cell that is no hash of the kind; those of a number are ``NumberProblem``s."""

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
    text = unicodedata.normalize("NFKC", str(cell if cell is not None else "")).strip().strip("'\"").lower()
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
    header: bool


def look_at(file: BinaryIO, examined: Examined, file_name: str) -> FilePreview:
    """Returns what the first rows seem to hold, the sample masked. Blocks, belongs into a thread."""
    rows = [cells for _, cells in itertools.islice(rows_of(file, examined), LOOKED_AT)]
    fits: Counter[tuple[int, KeyKind]] = Counter()
    for cells in rows:
        for column, cell in enumerate(cells):
            for kind in KeyKind:
                if not isinstance(read_key(kind, cell), Malformed):
                    fits[column, kind] += 1
    if not fits:
        return FilePreview(None, (), 0, False, examined.lines, len(rows), {}, ())
    column, best = max(fits, key=lambda place: (fits[place], -place[0]))
    kinds = [kind for kind in KeyKind if fits[column, kind] == fits[column, best]]
    head = rows[0][column] if column < len(rows[0]) else None
    kind = _kind_named_in(kinds, f"{file_name} {head}".lower()) or kinds[0]
    header = isinstance(read_key(kind, head), Malformed)
    malformed: Counter[str] = Counter()
    sample: list[str] = []
    for cells in rows[header:]:
        cell = cells[column] if column < len(cells) else None
        key = read_key(kind, cell)
        if isinstance(key, Malformed):
            malformed[key.reason] += 1
        elif len(sample) < 8:
            sample.append(mask_phone(key) if kind is KeyKind.PHONE else f"{key[:6]}…{key[-4:]}")
    about = None if examined.lines is None else max(len(rows), examined.lines)
    if len(rows) < LOOKED_AT:
        about = len(rows)
    return FilePreview(
        kind, kinds, column, header, None if about is None else about - header, len(rows), dict(malformed), sample
    )


def _kind_named_in(kinds: Sequence[KeyKind], text: str) -> KeyKind | None:
    return next((kind for kind in kinds for title in _TITLES.get(kind, ()) if title in text), None)


def shape_of(preview: FilePreview, kind: KeyKind | None) -> Shape:
    """Returns where the keys stand, of the kind recognised or chosen. Raises NothingRecognised."""
    chosen = kind or preview.kind
    if chosen is None or preview.kind is None:
        raise NothingRecognised("no column of this file holds numbers, or SHA-256, MD5 or SM3 hashes of numbers")
    return Shape(chosen, preview.column, preview.header)


def keys_of(rows: Iterator[Row], shape: Shape) -> Iterator[str | Malformed]:
    """Yields the key of each row below the header."""
    for _, cells in itertools.islice(rows, int(shape.header), None):
        yield read_key(shape.kind, cells[shape.column] if shape.column < len(cells) else None)


def batches(keys: Iterator[str | Malformed], size: int) -> Iterator[tuple[list[str], Mapping[str, int]]]:
    """Yields the keys, and the reasons of malformed rows with their number, of ``size`` rows at a time."""
    while batch := list(itertools.islice(keys, size)):
        good = [key for key in batch if isinstance(key, str)]
        yield good, Counter(key.reason for key in batch if isinstance(key, Malformed))
