"""Judges one row of a list by itself: a customer who might be called, or the reason why not. Pure.

The order of the reasons is that of ``RejectReason``: the number first, then the legal basis, then the further fields.
What needs the database (do-not-call, duplicates) is judged after that, by ``judge_known``. A million rows pass here:
rows are tuples, what repeats from row to row is read once, plain ASCII takes the short way.
Source: requirements L2, L4, L9.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from callcenter.files.types import Cells, Spoiled, written
from callcenter.imports.rules.columns import OPTIONAL_FIELDS, Layout
from callcenter.imports.rules.fields import Invalid, Value, read_value
from callcenter.imports.types import Column, RejectReason, RowWarning
from callcenter.leads.rules.person import district_key, read_age, read_birth, read_day, read_gender
from callcenter.leads.rules.phone import read_phone
from callcenter.leads.rules.placeholders import is_placeholder
from callcenter.leads.types import BasisKind, Gender, NumberProblem

BASES: Mapping[str, BasisKind] = {
    **{kind.value: kind for kind in BasisKind},
    **dict.fromkeys(("书面同意", "书面授权", "纸质授权"), BasisKind.WRITTEN_CONSENT),
    **dict.fromkeys(("录音同意", "电话同意", "口头同意"), BasisKind.RECORDED_CONSENT),
    **dict.fromkeys(("电子同意", "电子授权", "线上同意", "线上授权", "短信同意"), BasisKind.ELECTRONIC_CONSENT),
    **dict.fromkeys(("既有关系", "既有客户", "存量客户", "合同关系"), BasisKind.EXISTING_RELATION),
}
ACCEPTED: Mapping[Column, Sequence[str]] = {
    Column.BASIS: [word for word in BASES if not word.isascii()],
    Column.GENDER: ("男", "女"),
    Column.BIRTH: ("1980-05-06",),
    Column.VALID_UNTIL: ("2027-12-31",),
}
"""Words that stand in these columns as they are understood; dates as an example."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")
OF_AGE = 18
_INEXACT = 1e15
"""From here on a spreadsheet's number has lost digits."""
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
    basis_valid_until: date | None
    fields: Mapping[str, Value]
    """Further fields by key, typed as declared; undeclared columns by title, as text."""
    warnings: tuple[RowWarning, ...]
    cells: Sequence[object]
    """The row as it stood."""


class BadRow(NamedTuple):
    line: int
    reason: RejectReason
    row: Mapping[str, str]
    """The whole row as it stood, by title."""
    detail: str = ""
    """Title of the column, where a further field is invalid; how the row is spoiled, where it is unreadable."""


@dataclass(frozen=True, slots=True)
class RowRules:
    """What decides about rows beside the file itself."""

    today: date
    allow_landlines: bool = False
    districts: frozenset[str] | None = None
    """Those that some region serves, as ``district_key`` writes them; None: nothing is known of regions."""


@dataclass(slots=True)
class RowReader:
    """Judges the rows of one table, each by itself."""

    layout: Layout
    rules: RowRules
    _places: tuple[int, ...] = ()
    _kept: tuple[tuple[str, int], ...] = ()
    """Key and place of the columns that go into the fields as text."""
    _width: int = field(default=0)
    _used: frozenset[int] = frozenset()
    _of_age: date = date.min
    """Who was born later is a minor."""

    def __post_init__(self) -> None:
        known = self.layout.known
        self._places = tuple(known.get(column, -1) for column in Column)
        self._kept = (
            *((column.value, known[column]) for column in OPTIONAL_FIELDS if column in known),
            *((title, place) for place, title in self.layout.extra.items()),
        )
        self._of_age = _years_before(self.rules.today, OF_AGE)
        self._used = frozenset((*known.values(), *self.layout.extra, *(place for _, place in self.layout.fields)))
        self._width = 1 + max(self._used, default=-1)

    def read(self, line: int, cells: Cells | Spoiled) -> GoodRow | BadRow:
        """Returns the row as a customer, or the first reason why it cannot become one."""
        if type(cells) is Spoiled:
            if cells.places is None or cells.places & self._used:
                return self._bad(line, RejectReason.UNREADABLE, cells.cells, cells.why.value)
            cells = cells.cells
        full = cells if len(cells) >= self._width else [*cells, *[""] * (self._width - len(cells))]
        name, phone, gender, birth, age, district, address, occupation, klass, basis, reference, until, *_ = (
            self._places
        )
        number = read_phone(full[phone] if phone >= 0 else "", allow_landlines=self.rules.allow_landlines)
        if isinstance(number, NumberProblem):
            return self._bad(line, RejectReason(number.value), cells)
        kind = BASES.get(read_word(full[basis]).lower()) if basis >= 0 else None
        evidence = read_text(full[reference]) if reference >= 0 else ""
        if kind is None or is_placeholder(evidence):
            return self._bad(line, RejectReason.NO_LEGAL_BASIS, cells)
        valid_until = read_day(full[until]) if until >= 0 else None
        if until >= 0 and (valid_until is None or valid_until < self.rules.today) and written(full[until]).strip():
            return self._bad(line, RejectReason.NO_LEGAL_BASIS, cells, self.layout.titles[until])
        warnings: list[RowWarning] = []
        fields: Mapping[str, Value] = _NO_FIELDS
        if self._kept or self.layout.fields:
            read = self._fields(full, warnings)
            if isinstance(read, str):
                return self._bad(line, RejectReason.FIELD_INVALID, cells, read)
            fields = read
        called = read_text(full[name]) if name >= 0 else ""
        if is_placeholder(called):
            warnings.append(RowWarning.NO_NAME)
        born, years = self._born(full[birth] if birth >= 0 else "", full[age] if age >= 0 else "", warnings)
        place = read_word(full[district]) if district >= 0 else ""
        if place and self.rules.districts is not None and district_key(place) not in self.rules.districts:
            warnings.append(RowWarning.DISTRICT_UNKNOWN)
        return GoodRow(
            line,
            number,
            called,
            read_gender(read_word(full[gender])) if gender >= 0 else None,
            born,
            years,
            place,
            read_text(full[address]) if address >= 0 else "",
            read_word(full[occupation]) if occupation >= 0 else "",
            read_word(full[klass]) if klass >= 0 else "",
            kind,
            evidence,
            valid_until,
            fields,
            tuple(warnings),
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

    def _born(self, birth: object, age: object, warnings: list[RowWarning]) -> tuple[date | None, int | None]:
        """Returns the birth date, else the age in full years."""
        born = read_birth(birth, self.rules.today)
        if born is not None:
            if born > self._of_age:
                warnings.append(RowWarning.MINOR)
            return born, None
        if written(birth).strip():
            warnings.append(RowWarning.BIRTH_UNREADABLE)
        years = read_age(age)
        if years is None and written(age).strip():
            warnings.append(RowWarning.AGE_UNREADABLE)
        elif years is not None and years < OF_AGE:
            warnings.append(RowWarning.MINOR)
        return None, years

    def _fields(self, cells: Sequence[object], warnings: list[RowWarning]) -> dict[str, Value] | str:
        """Returns the further fields; or the title of the first that does not hold what it should."""
        values: dict[str, Value] = {}
        for spec, place in self.layout.fields:
            value = read_value(spec, cells[place])
            if isinstance(value, Invalid):
                return spec.title
            if value is not None:
                values[spec.key] = value
        for key, place in self._kept:
            cell = cells[place]
            if isinstance(cell, float) and abs(cell) >= _INEXACT:
                warnings.append(RowWarning.DIGITS_LOST)
            elif text := written(cell).strip():
                values.setdefault(key, text)
        return values


def _years_before(today: date, years: int) -> date:
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # 29 February
        return today.replace(year=today.year - years, day=28)


class Known(NamedTuple):
    """What is known against a row's number."""

    reason: RejectReason
    repeats_line: int | None = None
    """Of a duplicate in the file: where the number stands first."""


def judge_known(*, blocked: bool, in_other_list: bool = False, in_this_list: int | None = None) -> Known | None:
    """Returns what is known against a number; None when it may become a lead.

    ``blocked``: it may not be called; ``in_other_list``: the campaign has it from another list; ``in_this_list``: the
    line before this one where it stands in the same file.
    """
    if blocked:
        return Known(RejectReason.DO_NOT_CALL)
    if in_other_list:
        return Known(RejectReason.DUPLICATE_IN_SYSTEM)
    return None if in_this_list is None else Known(RejectReason.DUPLICATE_IN_FILE, in_this_list)


def judge_repeat(first: Known | None, first_line: int) -> Known:
    """Returns what is known against a row whose number stands before it in the same part of the file."""
    return first or Known(RejectReason.DUPLICATE_IN_FILE, first_line)


def read_text(cell: object) -> str:
    """Returns a cell as one line, without control characters, full-width forms made plain."""
    text = cell if type(cell) is str else written(cell)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return (text if text.isprintable() else _CONTROL.sub(" ", text)).strip()


_remembered = lru_cache(maxsize=8192)(read_text)


def read_word(cell: object) -> str:
    """Does the same for a column whose words repeat from row to row: each word is read once."""
    return _remembered(cell) if type(cell) is str else read_text(cell)
