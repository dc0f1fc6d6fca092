"""One sheet of an XLSX as rows. Cells become what a spreadsheet shows: texts, floats, truth values, dates."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from functools import lru_cache
from math import isfinite
from typing import IO, Any

from callcenter.files.package import Package
from callcenter.files.plain import PLAIN, PlainFeed, plain_attributes
from callcenter.files.types import LONGEST_TEXT, MOST_COLUMNS, Row, Spoil, Spoiled
from callcenter.files.xml import new_parser, shorten, unescaped

_TAGS = ("v", "t", "c", "row", "rPh", "f")
_PLAIN_ROW = re.compile(r"\s*<row((?: [^<>]*[^<>/])?)>", re.ASCII)
_PLAIN_CELL = re.compile(
    r'<c r="([A-Z]{1,3})[0-9]{1,8}"(?: s="([0-9]{1,6})")?(?: t="([A-Za-z]{1,9})")?'
    rf'(?:/>|>(?:<v>({PLAIN})</v>|<is><t(?: xml:space="preserve")?>({PLAIN})</t></is>)?</c>)',
    re.ASCII,
)
_PARTS = 1 + _PLAIN_CELL.groups
_MOST_ROWS = 10_000_000
"""No program writes more: a row whose number is larger is counted instead."""


_Convert = Callable[[str | None, str | None, str], object]


class _CellError(Exception):
    """Says why a cell cannot be read."""

    def __init__(self, why: Spoil) -> None:
        self.why = why


class SheetParser:
    """Parses one sheet.

    The handlers run several times per cell, and a list has a million rows: they are closures over local names and do
    little.
    """

    def __init__(self, package: Package) -> None:
        self._package = package
        self._number = 0
        """Of the row before."""
        self._closed_up: list[str] = []
        """The columns of a row that had a value in each from the first on."""
        self.hidden_rows = 0
        """Rows so far that the program hides: by a filter, as a rule."""

    def rows(self, xml: IO[bytes]) -> Iterator[Row]:
        """Yields the rows of the sheet as they are parsed."""
        parser = new_parser()
        rows: list[Row] = []
        collected: list[str] = []
        convert = self._converter()
        feed = PlainFeed(parser, b"row", lambda row: self._take_plain(row, convert, rows))
        self._handle(parser, feed, convert, rows, collected)
        for _ in feed.pieces(xml):
            shorten(collected)
            yield from rows
            rows.clear()

    def _take_plain(self, row: str, convert: _Convert, rows: list[Row]) -> bool:
        """Appends a row that a few patterns describe; returns False for any other, which the parser reads.

        Cells have their reference, and a value as the format writes it; none is spoiled.
        """
        begin = _PLAIN_ROW.match(row)
        attributes = plain_attributes(begin[1]) if begin else None
        if begin is None or attributes is None:
            return False
        try:
            cells = self._plain_cells(row[begin.end() :], convert)
        except (_CellError, ValueError):
            return False
        if cells is None:
            return False
        self._number = _row_number(attributes.get("r"), self._number)
        if attributes.get("hidden") in ("1", "true"):
            self.hidden_rows += 1
        if cells:
            rows.append((self._number, cells))
        return True

    def _plain_cells(self, cells: str, convert: _Convert) -> list[object] | None:
        """Returns the cells of a row; None where a row holds anything but cells. Raises _CellError, ValueError."""
        parts = _PLAIN_CELL.split(cells)
        if any(parts[::_PARTS]):
            return None
        letters, styles, kinds, values, inline = (parts[group::_PARTS] for group in range(1, _PARTS))
        # A writer gives all texts of a list the same kind, and each row the same cells.
        if letters and letters == self._closed_up and kinds.count(kinds[0]) == len(kinds):
            if kinds[0] == "s" and None not in values:
                return self._package.texts.several(values)
            if kinds[0] == "inlineStr" and None not in inline and "_x" not in cells and len(cells) <= LONGEST_TEXT:
                return inline
        read: list[object] = []
        for letter, style, kind, value, text in zip(letters, styles, kinds, values, inline, strict=True):
            shown = text if value is None else value
            if shown is None:
                continue
            place = _place(letter)
            if place >= MOST_COLUMNS or place < len(read):
                return None
            if place > len(read):
                read.extend([""] * (place - len(read)))
            read.append(convert(kind, style, shown))
        if letters and len(read) == len(letters) and _place(letters[-1]) == len(letters) - 1:
            self._closed_up = letters
        return read

    def _handle(self, parser: Any, feed: PlainFeed, convert: _Convert, rows: list[Row], collected: list[str]) -> None:
        """Installs handlers that append complete rows to ``rows``; ``collected`` is the text of the current cell."""
        columns: dict[str, int] = {}
        ignore: Callable[[str], object] = len
        cells: list[object] = []
        place = 0
        reference = kind = style = value = None
        reading_aid = formula = False
        spoiled: dict[int, Spoil] = {}
        v_tag, t_tag, c_tag, row_tag, aid_tag, f_tag = _TAGS

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal place, reference, kind, style, value, reading_aid, formula
            if tag in (v_tag, t_tag):
                if tag == v_tag:
                    collected.clear()
                if not reading_aid:
                    parser.CharacterDataHandler = collected.append
            elif tag == c_tag:
                reference, kind, style = attributes.get("r"), attributes.get("t"), attributes.get("s")
                value = None
                collected.clear()
            elif tag == row_tag:
                self._number = _row_number(attributes.get("r"), self._number)
                place = 0
                if attributes.get("hidden") in ("1", "true"):
                    self.hidden_rows += 1
            elif tag == f_tag:
                formula = True
            elif tag == aid_tag:
                reading_aid = True
            elif tag == "sheetData":
                feed.between()

        def end(tag: str) -> None:
            nonlocal place, value, cells, reading_aid, formula
            if tag in (v_tag, t_tag):
                parser.CharacterDataHandler = ignore
                value = True
            elif tag == c_tag:
                if reference:
                    letters = reference.rstrip("0123456789")
                    here = columns.get(letters)
                    if here is None:
                        here = _column(letters)
                        if here >= 0:  # what names no column is not kept: there is no end of it
                            columns[letters] = here
                    place = place if here < 0 else here
                if value or formula:
                    text = "".join(collected) if value else ""
                    if place >= MOST_COLUMNS:
                        spoiled[place] = Spoil.TOO_WIDE
                    else:
                        gap = place - len(cells)
                        if gap > 0:
                            cells.extend([""] * gap)
                        try:
                            if formula and not text and kind != "str":
                                raise _CellError(Spoil.FORMULA_WITHOUT_VALUE)
                            cell = convert(kind, style, text)
                        except _CellError as error:
                            spoiled[place], cell = error.why, text[:LONGEST_TEXT]
                        if gap < 0:
                            cells[place] = cell
                        else:
                            cells.append(cell)
                    formula = False
                place += 1
            elif tag == row_tag:
                feed.between()
                if spoiled:
                    why = next(iter(spoiled.values()))
                    places = None if why is Spoil.TOO_WIDE else frozenset(spoiled)
                    rows.append((self._number, Spoiled(why, cells, places)))
                    spoiled.clear()
                    cells = []
                elif cells:
                    rows.append((self._number, cells))
                    cells = []
            elif tag == aid_tag:
                reading_aid = False

        def first(tag: str, _attributes: object) -> None:
            """Takes the prefix from the root element: all elements of the sheet have the same."""
            nonlocal v_tag, t_tag, c_tag, row_tag, aid_tag, f_tag
            prefix = tag.rpartition(":")[0]
            if prefix:
                v_tag, t_tag, c_tag, row_tag, aid_tag, f_tag = (f"{prefix}:{name}" for name in _TAGS)
            parser.StartElementHandler = start

        parser.StartElementHandler, parser.EndElementHandler = first, end
        parser.CharacterDataHandler = ignore

    def _converter(self) -> _Convert:
        """Returns the function from a cell's kind, style and text to what the cell shows."""
        texts, shows, epoch = self._package.texts, self._package.shows, self._package.epoch

        def convert(kind: str | None, style: str | None, text: str) -> object:
            if kind == "s":
                return shared(text)
            if kind is None or kind == "n":
                if not text:
                    return ""
                number = _figure(text)
                if number is None:
                    return text
                shown = shows.get(style or "0")
                return number if shown is None else _moment(number, shown, epoch)
            if kind == "b":
                return text == "1"
            if kind == "d":
                return _written_moment(text)
            if kind == "S":
                return shared(text)
            return checked(unescaped(text))  # inlineStr, str (a formula's text), e (an error's name)

        def shared(number: str) -> str:
            if not number:
                return ""
            try:
                return checked(texts[int(number)])
            except (ValueError, IndexError) as error:
                raise _CellError(Spoil.BAD_CELL) from error

        def checked(text: str) -> str:
            if len(text) > LONGEST_TEXT:
                raise _CellError(Spoil.TOO_LONG)
            return text

        return convert


def _row_number(given: str | None, before: int) -> int:
    """Returns the number of a row: as it is written, if it stands behind the row before; else the next."""
    if given and given.isascii() and given.isdigit() and len(given) < 9 and before < int(given) <= _MOST_ROWS:
        return int(given)
    return before + 1


def _figure(text: str) -> float | None:
    """Returns a cell's number; None for what is none, and for one that no number can hold."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _written_moment(text: str) -> object:
    """Reads a cell of the kind *date*; what is no date stays a text."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return text


def _moment(serial: float, shown: str, epoch: datetime) -> object:
    """Converts a day number into a date; with a fraction into an instant or, below one, into a time of day.

    A number that is no day stays a number: it has the format of a date by mistake.
    """
    try:
        if shown == "duration":
            return timedelta(days=serial)
        if 0 <= serial < 1:
            return (epoch + timedelta(milliseconds=round(serial * 86_400_000))).time()
        if serial < 61 and epoch.year == 1899:  # the day that never was: 29 February 1900
            serial += 1
        instant = epoch + timedelta(milliseconds=round(serial * 86_400_000))
    except OverflowError:
        return serial
    return instant.date() if instant.time() == time() else instant


@lru_cache(maxsize=4096)
def _place(letters: str) -> int:
    """Returns the place of a column whose letters are few and plain: there is an end of them."""
    return _column(letters)


def _column(letters: str) -> int:
    """Converts a column's letters into its place, from 0: ``AA`` is 26; -1 for what names no column."""
    letters = letters.replace("$", "").upper()
    if not 0 < len(letters) <= 3 or not all("A" <= letter <= "Z" for letter in letters):
        return -1
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1
