"""What is known of a file after one pass over its bytes, how it is read, and what a row of it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple


class Encoding(StrEnum):
    """How a text was saved. A mark at its beginning belongs to each of them."""

    UTF_8 = "utf-8"
    GB18030 = "gb18030"
    """GBK and GB2312 are parts of it."""
    UTF_16 = "utf-16"
    """Little-endian, unless the mark at its beginning says otherwise."""


class Delimiter(StrEnum):
    """What parts the cells of a line."""

    COMMA = "comma"
    TAB = "tab"
    SEMICOLON = "semicolon"
    BAR = "bar"

    @property
    def sign(self) -> str:
        """Returns the character itself."""
        return _SIGNS[self]


_SIGNS = {Delimiter.COMMA: ",", Delimiter.TAB: "\t", Delimiter.SEMICOLON: ";", Delimiter.BAR: "|"}


class Spoil(StrEnum):
    """Why a row cannot be read as it stands. The rows around it can."""

    BAD_CHARACTER = "bad_character"
    """Bytes that are no character in the file's encoding."""
    TOO_LONG = "too_long"
    """A line, or a cell, beyond what a list can hold."""
    TOO_WIDE = "too_wide"
    """More columns than a list has."""
    FORMULA_WITHOUT_VALUE = "formula_without_value"
    """Written by a program that does not compute: the value is missing until a spreadsheet program saves the file."""
    BAD_CELL = "bad_cell"
    """A cell that refers to a text the workbook does not have."""


MOST_COLUMNS = 512
LONGEST_TEXT = 32_767
"""Characters of a cell: a spreadsheet's limit."""


class Spoiled(NamedTuple):
    """Stands for the cells of a row that cannot be read as it stands."""

    why: Spoil
    cells: Sequence[object]
    """As far as they can be shown."""
    places: frozenset[int] | None = None
    """The cells that are spoiled, by place from 0; None: the row as a whole."""


Cells = Sequence[object]
Row = tuple[int, Cells | Spoiled]
"""Line of a text or row of a sheet, counted from 1, and its cells."""


def shown(cells: Cells | Spoiled) -> Cells:
    """Returns the cells of a row as far as they can be shown."""
    return cells.cells if type(cells) is Spoiled else cells


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


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook."""

    name: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the lines of a text become cells."""

    encoding: Encoding
    delimiter: Delimiter
    width: int
    """Cells that most of the first lines have."""


@dataclass(frozen=True, slots=True)
class TextChoice:
    """What a person says about a text; None: as it is found."""

    encoding: Encoding | None = None
    delimiter: Delimiter | None = None

    @classmethod
    def of(cls, encoding: str | None, delimiter: str | None) -> "TextChoice":
        """Returns the choice that was kept as text."""
        return cls(
            None if encoding is None else Encoding(encoding), None if delimiter is None else Delimiter(delimiter)
        )


AS_FOUND = TextChoice()


@dataclass(frozen=True, slots=True)
class Examined:
    """What one pass over the bytes of a file has shown."""

    sha256: str
    size: int
    """Bytes."""
    encoding: Encoding | None
    """In which most lines of a text can be read. None for a workbook."""
    sheets: tuple[str, ...] = ()
    """Of a workbook, in its order."""
    lines: int | None = None
    """Line breaks of a text: about as many as it has rows. None for a workbook."""
