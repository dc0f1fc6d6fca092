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
from callcenter.imports.types import REJECTED_ROW, Column, RejectReason, RowWarning
from callcenter.kit.copy_lines import NULL, array_of, lines_of
from callcenter.kit.crypto import Vault
from callcenter.kit.places import line_places
from callcenter.leads.rules.person import id_number_key, name_key
from callcenter.leads.types import LEAD_ADDRESS, LEAD_FIELDS, LEAD_NAME, NUMBER

_as_json = JSONEncoder(ensure_ascii=False).encode
_NUMBER_STEM = NUMBER.stem

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
    of_list: Sequence[str] | None
    """What every lead of the list holds, as ``leads.incoming.OF_LIST`` names it; None: nothing will be written."""
    hash_kinds: Sequence[KeyKind] | None = None
    """Of the external lists in force, beside numbers; None where none is in force."""


class Judged(NamedTuple):
    """What a portion holds."""

    numbers: bytes
    """The numbers of the rows that may become leads, different from one another, as ``leads.incoming`` stages them."""
    leads: bytes
    """Those rows, as they are copied into the table of leads."""
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
        self._keys = indexer(judging.hash_kinds or (), vault.index)

    def judge(self, portion: Portion) -> Judged:
        """Returns what a portion holds. Blocks."""
        read = self._reader.read
        good: list[GoodRow] = []
        bad: list[tuple[BadRow, int | None]] = []
        lines: dict[str, int] = {}
        repeats: dict[int, int] = {}
        odd: dict[int, tuple[RowWarning, ...]] = {}
        for line, cells in self._rows(portion):
            row = read(line, cells)
            if type(row) is BadRow:
                bad.append((row, None))
                continue
            assert isinstance(row, GoodRow)
            first = lines.setdefault(row.phone, line)
            if first == line:
                good.append(row)
                if row.warnings:
                    odd[line] = row.warnings
            else:
                repeats[line] = first
        reasons = Counter(row.reason for row, _ in bad)
        indexes = self._vault.index_many(list(lines))
        writes_phones = self._judging.of_list is not None or self._judging.hash_kinds is not None
        phones = self._vault.seal_many(list(lines), list(map(_NUMBER_STEM.__add__, indexes))) if writes_phones else []
        return Judged(
            self._numbers(good, indexes, phones),
            self._leads(good, indexes, phones),
            len(good),
            self._rejects(bad),
            reasons,
            repeats,
            odd,
        )

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
        if not bad or self._judging.of_list is None:
            return b""
        list_id = str(self._judging.list_id)
        places = line_places(REJECTED_ROW, self._judging.list_id, [row.line for row, _ in bad])
        sealed = self._vault.seal_many([_as_json(row.row) for row, _ in bad], places)
        rows = [
            (
                list_id,
                str(row.line),
                row.reason,
                row.detail,
                NULL if repeats_line is None else str(repeats_line),
                row_sealed,
            )
            for (row, repeats_line), row_sealed in zip(bad, sealed, strict=True)
        ]
        return lines_of(rows)

    def _numbers(self, good: Sequence[GoodRow], indexes: Sequence[str], sealed: Sequence[str]) -> bytes:
        """Returns the rows as ``leads.incoming.NUMBERS`` names them, with ``LISTED`` where lists are in force."""
        if self._judging.hash_kinds is None:
            return lines_of([(str(row.line), index) for row, index in zip(good, indexes, strict=True)])
        return lines_of(
            [
                (str(row.line), index, phone, array_of(self._keys(row.phone)))
                for row, index, phone in zip(good, indexes, sealed, strict=True)
            ]
        )

    def _leads(self, good: Sequence[GoodRow], indexes: Sequence[str], phones: Sequence[str]) -> bytes:
        """Returns the rows as ``leads.incoming.COLUMNS`` names them, and what every lead of the list holds."""
        of_list = self._judging.of_list
        if of_list is None:
            return b""
        vault = self._vault
        list_id, with_fields = self._judging.list_id, [row for row in good if row.fields]
        in_file = [row.line for row in good]
        names = vault.seal_many([row.name for row in good], line_places(LEAD_NAME, list_id, in_file))
        addresses = vault.seal_many([row.address for row in good], line_places(LEAD_ADDRESS, list_id, in_file))
        places = line_places(LEAD_FIELDS, list_id, [row.line for row in with_fields])
        fields = iter(vault.seal_many([_as_json(row.fields) for row in with_fields], places))
        name_indexes = vault.index_many([name_key(row.name) for row in good])
        rows: list[tuple[str, ...]] = []
        for row, name, name_index, phone, phone_index, address in zip(
            good, names, name_indexes, phones, indexes, addresses, strict=True
        ):
            line, digits, called, gender, born, age, district, _, work, klass, kind, evidence, until, more, _, _ = row
            carrier, city = origin(digits)
            id_number = more.get(Column.ID_NUMBER) if more else None
            rows.append(
                (
                    str(line),
                    name,
                    name_index if called else "",
                    phone,
                    phone_index,
                    digits[-4:],
                    carrier,
                    city,
                    address,
                    gender or NULL,
                    born.isoformat() if born else NULL,
                    NULL if age is None else str(age),
                    district,
                    work,
                    klass,
                    kind,
                    evidence,
                    until.isoformat() if until else NULL,
                    next(fields) if more else NULL,
                    vault.index(id_number_key(str(id_number))) if id_number else NULL,
                )
            )
        return lines_of(rows, of_list)
