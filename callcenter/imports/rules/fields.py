"""Further fields of a list: what may be declared, and what a cell of each kind holds. Pure (requirement L4)."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from callcenter.imports.rules.columns import OPTIONAL_FIELDS
from callcenter.imports.types import Column, FieldKind, FieldSpec
from callcenter.leads.rules.person import written_date

MOST_FIELDS = 60
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_RESERVED = frozenset(column.value for column in Column if column not in OPTIONAL_FIELDS)
_MOST_DIGITS = 15
_FIGURE = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?", re.ASCII)
_CURRENCY = re.compile(r"^(?:人民币|rmb|cny|¥|￥)\s*|\s*(?:元|圆|rmb|cny)$", re.IGNORECASE)
_TRUE = frozenset({"是", "有", "真", "y", "yes", "true", "1", "√"})
_FALSE = frozenset({"否", "无", "没有", "假", "n", "no", "false", "0", "×"})

Value = str | int | float | bool


class Invalid:
    """Stands for a cell that does not hold what its field declares."""


INVALID = Invalid()


def wrong_with(fields: Sequence[FieldSpec]) -> str | None:
    """Returns what is wrong with a declaration; None when nothing is."""
    if len(fields) > MOST_FIELDS:
        return f"a list has at most {MOST_FIELDS} further fields"
    keys: set[str] = set()
    titles: set[str] = set()
    for number, spec in enumerate(fields, start=1):
        if not _KEY.fullmatch(spec.key) or spec.key in _RESERVED:
            return f"field {number}: the key is lower-case letters, digits and underscores, and no known column"
        if not spec.title.strip():
            return f"field {number}: name the title of its column"
        if spec.key in keys or spec.title in titles:
            return f"field {number}: its key or title stands there twice"
        if spec.kind is FieldKind.CHOICE and not spec.choices:
            return f"field {number}: name the choices"
        keys.add(spec.key)
        titles.add(spec.title)
    return None


def read_value(spec: FieldSpec, cell: object) -> Value | Invalid | None:
    """Reads the cell as a value of that field; None for an empty one."""
    text = _text_of(cell)
    if not text:
        return INVALID if spec.required else None
    match spec.kind:
        case FieldKind.TEXT:
            return text
        case FieldKind.DATE:
            return _date(cell, text)
        case FieldKind.BOOLEAN:
            return _boolean(text)
        case FieldKind.CHOICE:
            return next((choice for choice in spec.choices if choice.lower() == text.lower()), INVALID)
        case FieldKind.INTEGER:
            figure = _figure(text)
            return INVALID if figure is None or figure != figure.to_integral_value() else int(figure)
        case FieldKind.DECIMAL:
            figure = _figure(text)
            return INVALID if figure is None else float(figure)
        case FieldKind.MONEY:
            return _fen(text)


def _text_of(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**_MOST_DIGITS:
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return " ".join(unicodedata.normalize("NFKC", str(cell)).split())


def _date(cell: object, text: str) -> str | Invalid:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    read = written_date(text)
    return INVALID if read is None else read.isoformat()


def _boolean(text: str) -> bool | Invalid:
    plain = text.lower()
    return True if plain in _TRUE else False if plain in _FALSE else INVALID


def _figure(text: str) -> Decimal | None:
    if not _FIGURE.fullmatch(text):
        return None
    try:
        figure = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return figure if len(figure.as_tuple().digits) <= _MOST_DIGITS else None


def _fen(text: str) -> int | Invalid:
    plain = _CURRENCY.sub("", _CURRENCY.sub("", text))
    tens_of_thousands = plain.endswith("万")
    figure = _figure(plain.removesuffix("万").strip())
    if figure is None:
        return INVALID
    fen = figure * 100 * (10_000 if tens_of_thousands else 1)
    return INVALID if fen != fen.to_integral_value() or abs(fen) >= 10**_MOST_DIGITS else int(fen)


def guess_kind(cells: Sequence[object]) -> FieldKind:
    """Returns the kind that every cell of a sample fits; text where none does, or the sample is empty."""
    there = [cell for cell in cells if _text_of(cell)]
    if not there:
        return FieldKind.TEXT
    for kind in (FieldKind.BOOLEAN, FieldKind.INTEGER, FieldKind.DECIMAL, FieldKind.DATE):
        spec = FieldSpec("guess", "guess", kind)
        if all(not isinstance(read_value(spec, cell), Invalid) for cell in there) and not _is_code(there):
            return kind
    return FieldKind.TEXT


def _is_code(cells: Sequence[object]) -> bool:
    """Returns whether these figures are codes and no numbers: they begin with a zero, or are long."""
    return any(
        text.isdigit() and (len(text) > 9 or (text.startswith("0") and text != "0")) for text in map(_text_of, cells)
    )
