"""The part of an import that needs no database: rows read, judged each by itself, sealed, ready to be copied.

A file is taken a portion at a time. This runs in a thread or in a process of its own (``workers``); it imports nothing
that is large, and holds nothing between two portions.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from json import JSONEncoder
from typing import NamedTuple

from callcenter.dnc.keys import indexer
from callcenter.dnc.types import KeyKind
from callcenter.files.delimited import rows_of_block
from callcenter.files.reading import is_blank
from callcenter.files.types import Dialect, Row
from callcenter.imports.ranges import origin
from callcenter.imports.rules.columns import Layout
from callcenter.imports.rules.rows import BadRow, GoodRow, Known, RowReader, RowRules
from callcenter.imports.types import Column, RejectReason, RowWarning
from callcenter.kit.copy_lines import array_of, line_of
from callcenter.kit.crypto import Vault
from callcenter.leads.rules.person import id_number_key, name_key

_as_json = JSONEncoder(ensure_ascii=False).encode

Portion = tuple[bytes | Sequence[Row], int]
"""Complete records of a text, or rows of a sheet; the number of the first line of a text, else 0."""


@dataclass(frozen=True, slots=True)
class Judging:
    """What is to be known of a file and its import for judging its rows."""

    layout: Layout
    rules: RowRules
    dialect: Dialect | None
    """None for a workbook."""
    header_row: int
    """Rows up to it are no customers."""
    list_id: int
    hash_kinds: Sequence[KeyKind] = ()
    """Of the external lists in force, beside numbers."""


class Judged(NamedTuple):
    """What a portion holds."""

    staged: bytes
    """Rows that may become leads, with different numbers, as ``leads.incoming`` stages them."""
    candidates: int
    """How many they are."""
    rejects: bytes
    """Rows that become none, as they are copied into the table of rejects."""
    reasons: Counter[RejectReason]
    """Of those rejects."""
    repeats: Mapping[int, int]
    """Line whose number stands before it in the portion → line where it does."""
    odd: Mapping[int, tuple[RowWarning, ...]]
    """What is odd about a row that may become a lead, by its line."""


REJECT_COLUMNS = ("list_id", "line", "reason", "detail", "repeats_line", "row_sealed")
"""In this order rejects are copied."""


class RowJudge:
    """Judges portions of one file."""

    def __init__(self, judging: Judging, vault: Vault) -> None:
        self._judging = judging
        self._vault = vault
        self._reader = RowReader(judging.layout, judging.rules)
        self._keys = indexer(judging.hash_kinds, vault.index)

    def judge(self, portion: Portion) -> Judged:
        """Returns what a portion holds. Blocks."""
        index, read = self._vault.index, self._reader.read
        good: list[GoodRow] = []
        bad: list[tuple[BadRow, int | None]] = []
        indexes: dict[str, int] = {}
        repeats: dict[int, int] = {}
        odd: dict[int, tuple[RowWarning, ...]] = {}
        for line, cells in self._rows(portion):
            row = read(line, cells)
            if type(row) is BadRow:
                bad.append((row, None))
                continue
            assert isinstance(row, GoodRow)
            first = indexes.setdefault(index(row.phone), line)
            if first == line:
                good.append(row)
                if row.warnings:
                    odd[line] = row.warnings
            else:
                repeats[line] = first
        reasons = Counter(row.reason for row, _ in bad)
        staged = self._staged(good, list(indexes))
        return Judged(staged, len(good), self._rejects(bad), reasons, repeats, odd)

    def reject(self, portion: Portion, known: Mapping[int, Known]) -> bytes:
        """Returns rows of a portion as rejects, by what is known against their numbers. Blocks."""
        rows = ((line, cells) for line, cells in self._rows(portion) if line in known)
        bad: list[tuple[BadRow, int | None]] = []
        for line, cells in rows:
            row = self._reader.read(line, cells)
            assert isinstance(row, GoodRow), "only rows that might have become leads have a number that is known"
            reason, repeats_line = known[line]
            bad.append((BadRow(line, reason, self._reader.as_it_stood(row.cells)), repeats_line))
        return self._rejects(bad)

    def _rows(self, portion: Portion) -> Iterator[Row]:
        content, first = portion
        if isinstance(content, bytes):
            dialect, header_row = self._judging.dialect, self._judging.header_row
            assert dialect is not None
            for line, cells in rows_of_block(content, first, dialect):
                if line > header_row and not is_blank(cells):
                    yield line, cells
        else:
            yield from content

    def _rejects(self, bad: Sequence[tuple[BadRow, int | None]]) -> bytes:
        if not bad:
            return b""
        list_id = str(self._judging.list_id)
        sealed = self._vault.seal_many([_as_json(row.row) for row, _ in bad])
        lines = (
            line_of(
                (
                    list_id,
                    str(row.line),
                    row.reason.value,
                    row.detail,
                    None if repeats_line is None else str(repeats_line),
                    row_sealed,
                )
            )
            for (row, repeats_line), row_sealed in zip(bad, sealed, strict=True)
        )
        return "".join(lines).encode()

    def _staged(self, good: Sequence[GoodRow], indexes: Sequence[str]) -> bytes:
        """Returns the rows as ``leads.incoming.COLUMNS`` and its list keys name them."""
        vault = self._vault
        names = vault.seal_many([row.name for row in good])
        phones = vault.seal_many([row.phone for row in good])
        addresses = vault.seal_many([row.address for row in good])
        with_fields = vault.seal_many([_as_json(row.fields) for row in good if row.fields])
        fields = iter(with_fields)
        hashed = bool(self._judging.hash_kinds)
        lines: list[str] = []
        for row, name, phone, address, phone_index in zip(good, names, phones, addresses, indexes, strict=True):
            carrier, city = origin(row.phone)
            id_number = row.fields.get(Column.ID_NUMBER) if row.fields else None
            lines.append(
                line_of(
                    (
                        str(row.line),
                        name,
                        vault.index(name_key(row.name)) if row.name else "",
                        phone,
                        phone_index,
                        row.phone[-4:],
                        carrier,
                        city,
                        address,
                        row.gender.value if row.gender else None,
                        row.birth_on.isoformat() if row.birth_on else None,
                        None if row.age is None else str(row.age),
                        row.district,
                        row.occupation,
                        row.customer_class,
                        row.basis_kind.value,
                        row.basis_reference,
                        row.basis_valid_until.isoformat() if row.basis_valid_until else None,
                        next(fields) if row.fields else None,
                        vault.index(id_number_key(str(id_number))) if id_number else None,
                        array_of(self._keys(row.phone)) if hashed else None,
                    )
                )
            )
        return "".join(lines).encode()
