"""Judges one row of a list by itself: a customer who might be called, or the reason why not. Pure.

The order of the reasons is that of ``RejectReason``: the number first, then the legal basis, then the further fields.
What needs the database (do-not-call, duplicates) is judged after that, by ``judge_known``. A million rows pass here:
rows are tuples, what repeats from row to row is read once, plain ASCII takes the short way.
Source: requirements L2, L4, L9.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from callcenter.imports.rules.columns import OPTIONAL_FIELDS, Layout
from callcenter.imports.rules.fields import Invalid, Value, read_value
from callcenter.imports.types import Column, RejectReason
from callcenter.leads.rules.person import read_age, read_birth, read_gender
from callcenter.leads.rules.phone import read_phone
from callcenter.leads.types import BasisKind, Gender, NumberProblem

BASES: Mapping[str, BasisKind] = {
    **{kind.value: kind for kind in BasisKind},
    **dict.fromkeys(("书面同意", "书面授权", "纸质授权"), BasisKind.WRITTEN_CONSENT),
    **dict.fromkeys(("录音同意", "电话同意", "口头同意"), BasisKind.RECORDED_CONSENT),
    **dict.fromkeys(("电子同意", "电子授权", "线上同意", "线上授权", "短信同意"), BasisKind.ELECTRONIC_CONSENT),
    **dict.fromkeys(("既有关系", "既有客户", "存量客户", "合同关系"), BasisKind.EXISTING_RELATION),
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")
_NO_FIELDS: Mapping[str, Value] = {}


class GoodRow(NamedTuple):
    """A row that can become a lead."""

    line: int
    phone: str
    """Digits to dial."""
    name: str
    gender: Gender | None
    birth_on: date | None
    age: int | None
    """Full years, where the list gives no birth date."""
    district: str
    address: str
    occupation: str
    customer_class: str
    basis_kind: BasisKind
    basis_reference: str
    fields: Mapping[str, Value]
    """Further fields by key, typed as declared; columns nobody declared by title, as text."""
    cells: Sequence[object]
    """The row as it stood."""


class BadRow(NamedTuple):
    line: int
    reason: RejectReason
    row: Mapping[str, str]
    """The whole row as it stood, by title."""
    detail: str = ""
    """Title of the column, where a further field is invalid."""


@dataclass(slots=True)
class RowReader:
    """Judges the rows of one table, each by itself."""

    layout: Layout
    today: date
    allow_landlines: bool = False
    _places: tuple[int, ...] = ()
    _kept: tuple[tuple[str, int], ...] = ()
    """Key and place of the columns that go into the fields as text."""
    _width: int = field(default=0)

    def __post_init__(self) -> None:
        known = self.layout.known
        self._places = tuple(known.get(column, -1) for column in Column)
        self._kept = (
            *((column.value, known[column]) for column in OPTIONAL_FIELDS if column in known),
            *((title, place) for place, title in self.layout.extra.items()),
        )
        self._width = 1 + max(
            (*known.values(), *self.layout.extra, *(place for _, place in self.layout.fields)), default=-1
        )

    def read(self, line: int, cells: Sequence[object]) -> GoodRow | BadRow:
        """Returns the row as a customer, or the first reason why it cannot become one."""
        full = cells if len(cells) >= self._width else [*cells, *[""] * (self._width - len(cells))]
        name, phone, gender, birth, age, district, address, occupation, klass, basis, reference, *_ = self._places
        number = read_phone(full[phone] if phone >= 0 else "", allow_landlines=self.allow_landlines)
        if isinstance(number, NumberProblem):
            return self._bad(line, RejectReason(number.value), cells)
        kind = BASES.get(read_word(full[basis]).lower()) if basis >= 0 else None
        evidence = read_text(full[reference]) if reference >= 0 else ""
        if kind is None or not evidence:
            return self._bad(line, RejectReason.NO_LEGAL_BASIS, cells)
        born = read_birth(full[birth], self.today) if birth >= 0 else None
        fields: Mapping[str, Value] = _NO_FIELDS
        if self._kept or self.layout.fields:
            read = self._fields(full)
            if isinstance(read, str):
                return self._bad(line, RejectReason.FIELD_INVALID, cells, read)
            fields = read
        return GoodRow(
            line,
            number,
            read_text(full[name]) if name >= 0 else "",
            read_gender(read_word(full[gender])) if gender >= 0 else None,
            born,
            read_age(full[age]) if age >= 0 and born is None else None,
            read_word(full[district]) if district >= 0 else "",
            read_text(full[address]) if address >= 0 else "",
            read_word(full[occupation]) if occupation >= 0 else "",
            read_word(full[klass]) if klass >= 0 else "",
            kind,
            evidence,
            fields,
            cells,
        )

    def as_it_stood(self, cells: Sequence[object]) -> dict[str, str]:
        """Returns the row by title, without the columns that a workbook of rejects has in front."""
        titles = self.layout.titles
        texts = [written(cell) for cell in cells[: len(titles)]]
        beyond = [written(cell) for cell in cells[len(titles) :]]
        if any(beyond) and texts:  # more cells than titles: keep them with the last one
            texts[-1] = " | ".join([texts[-1], *beyond])
        return {
            title: text
            for place, (title, text) in enumerate(zip(titles, texts, strict=False))
            if place not in self.layout.ignored
        }

    def _bad(self, line: int, reason: RejectReason, cells: Sequence[object], detail: str = "") -> BadRow:
        return BadRow(line, reason, self.as_it_stood(cells), detail)

    def _fields(self, cells: Sequence[object]) -> dict[str, Value] | str:
        """Returns the further fields; or the title of the first that does not hold what it should."""
        values: dict[str, Value] = {}
        for spec, place in self.layout.fields:
            value = read_value(spec, cells[place])
            if isinstance(value, Invalid):
                return spec.title
            if value is not None:
                values[spec.key] = value
        for key, place in self._kept:
            if text := written(cells[place]).strip():
                values.setdefault(key, text)
        return values


def judge_known(
    index: str, list_id: int, *, listed: Collection[str], earlier: Collection[str], known: Mapping[str, int]
) -> RejectReason | None:
    """Returns what is known against a number; None when it may become a lead.

    ``listed``: numbers on the do-not-call list; ``earlier``: numbers taken from this file in the same batch; ``known``:
    numbers the campaign has, with the list they came from.
    """
    if index in listed:
        return RejectReason.DO_NOT_CALL
    if index in earlier or known.get(index) == list_id:
        return RejectReason.DUPLICATE_IN_FILE
    if index in known:
        return RejectReason.DUPLICATE_IN_SYSTEM
    return None


def written(cell: object) -> str:
    """Returns the cell as a person would have written it."""
    if type(cell) is str:
        return cell
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell)


def read_text(cell: object) -> str:
    """Returns a cell as one line, without control characters, full-width forms made plain."""
    text = cell if type(cell) is str else written(cell)
    if text.isascii() and text.isprintable():
        return text.strip()
    return _CONTROL.sub(" ", unicodedata.normalize("NFKC", text)).strip()


_remembered = lru_cache(maxsize=8192)(read_text)


def read_word(cell: object) -> str:
    """Does the same for a column whose words repeat from row to row: each word is read once."""
    return _remembered(cell) if type(cell) is str else read_text(cell)
