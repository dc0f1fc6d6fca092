"""What one row of a list is worth by itself: a customer who might be called, or the reason why not.

The order of the reasons is that of ``RejectReason``: the number first, then the legal basis. What needs the database
(do-not-call, duplicates) is judged after that, by ``judge_known``.
Source: requirements L2, L9.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from callcenter.leads.intake.rules.columns import Column, Layout
from callcenter.leads.rules.person import read_birth, read_gender
from callcenter.leads.rules.phone import read_phone
from callcenter.leads.types import BasisKind, Gender, RejectReason

_BASES: Mapping[str, BasisKind] = {
    **{kind.value: kind for kind in BasisKind},
    **dict.fromkeys(("书面同意", "书面授权", "纸质授权"), BasisKind.WRITTEN_CONSENT),
    **dict.fromkeys(("录音同意", "电话同意", "口头同意"), BasisKind.RECORDED_CONSENT),
    **dict.fromkeys(("电子同意", "电子授权", "线上同意", "线上授权", "短信同意"), BasisKind.ELECTRONIC_CONSENT),
    **dict.fromkeys(("既有关系", "既有客户", "存量客户", "合同关系"), BasisKind.EXISTING_RELATION),
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")


@dataclass(frozen=True, slots=True)
class GoodRow:
    """A row that can become a lead."""

    line: int
    phone: str
    """Eleven digits."""
    name: str
    gender: Gender | None
    birth_on: date | None
    district: str
    address: str
    occupation: str
    customer_class: str
    basis_kind: BasisKind
    basis_reference: str
    extra: Mapping[str, str]
    row: Mapping[str, str]
    """The whole row as it stood, by title."""


@dataclass(frozen=True, slots=True)
class BadRow:
    line: int
    reason: RejectReason
    row: Mapping[str, str]


def read_row(layout: Layout, line: int, cells: Sequence[object], today: date) -> GoodRow | BadRow:
    """Judges a row by itself."""
    row = {layout.titles[place] or f"#{place + 1}": text for place, text in _texts(layout, cells)}
    phone = read_phone(_cell(layout, cells, Column.PHONE))
    if isinstance(phone, RejectReason):
        return BadRow(line, phone, row)
    kind = _BASES.get(_text(_cell(layout, cells, Column.BASIS)).lower())
    reference = _text(_cell(layout, cells, Column.REFERENCE))
    if kind is None or not reference:
        return BadRow(line, RejectReason.NO_LEGAL_BASIS, row)
    return GoodRow(
        line=line,
        phone=phone,
        name=_text(_cell(layout, cells, Column.NAME)),
        gender=read_gender(_text(_cell(layout, cells, Column.GENDER))),
        birth_on=read_birth(_cell(layout, cells, Column.BIRTH), today),
        district=_text(_cell(layout, cells, Column.DISTRICT)),
        address=_text(_cell(layout, cells, Column.ADDRESS)),
        occupation=_text(_cell(layout, cells, Column.OCCUPATION)),
        customer_class=_text(_cell(layout, cells, Column.CLASS)),
        basis_kind=kind,
        basis_reference=reference,
        extra={title: row[title] for title in layout.extra.values() if row.get(title)},
        row=row,
    )


def judge_known(
    index: str, list_id: int, *, barred: Collection[str], earlier: Collection[str], known: Mapping[str, int]
) -> RejectReason | None:
    """What the database has against a number.

    ``barred``: numbers on the do-not-call list; ``earlier``: numbers taken from this file in the same batch; ``known``:
    numbers the campaign has, with the list they came from.
    """
    if index in barred:
        return RejectReason.DO_NOT_CALL
    if index in earlier or known.get(index) == list_id:
        return RejectReason.DUPLICATE_IN_FILE
    if index in known:
        return RejectReason.DUPLICATE_IN_SYSTEM
    return None


def is_blank(cells: Sequence[object]) -> bool:
    """True for a row nobody has written anything into."""
    return all(cell is None or not str(cell).strip() for cell in cells)


def _cell(layout: Layout, cells: Sequence[object], column: Column) -> object:
    place = layout.known.get(column)
    return "" if place is None or place >= len(cells) else cells[place]


def _texts(layout: Layout, cells: Sequence[object]) -> list[tuple[int, str]]:
    texts = [(place, _written(cell)) for place, cell in enumerate(cells[: len(layout.titles)])]
    beyond = [_written(cell) for cell in cells[len(layout.titles) :]]
    if any(beyond) and texts:  # more cells than titles: keep them with the last one
        place, text = texts[-1]
        texts[-1] = (place, " | ".join([text, *beyond]))
    return texts


def _written(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell)


def _text(cell: object) -> str:
    """A cell for a column: one line, no control characters, full-width forms made plain."""
    return _CONTROL.sub(" ", unicodedata.normalize("NFKC", _written(cell))).strip()
