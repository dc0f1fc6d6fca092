"""One sheet of an XLSX as rows. Cells become what a spreadsheet shows: texts, floats, truth values, dates."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import IO, Any

from callcenter.files.errors import FileUnreadable
from callcenter.files.package import Package
from callcenter.files.types import Row
from callcenter.files.xml import PIECE, new_parser, require_short, unescaped

_MOST_COLUMNS = 512


class SheetParser:
    """Parses one sheet.

    The handlers run several times per cell, and a list has a million rows: they are closures over local names and do
    little.
    """

    def __init__(self, package: Package) -> None:
        self._package = package

    def rows(self, xml: IO[bytes]) -> Iterator[Row]:
        """Yields the rows of the sheet as they are parsed."""
        parser = new_parser()
        rows: list[Row] = []
        collected: list[str] = []
        self._handle(parser, rows, collected)
        while piece := xml.read(PIECE):
            parser.Parse(piece, False)
            require_short(collected)
            yield from rows
            rows.clear()
        parser.Parse(b"", True)
        yield from rows

    def _handle(self, parser: Any, rows: list[Row], collected: list[str]) -> None:
        """Installs handlers that append complete rows to ``rows``; ``collected`` is the text of the current cell."""
        convert = self._converter()
        columns: dict[str, int] = {}
        ignore: Callable[[str], object] = len
        cells: list[object] = []
        number = place = 0
        reference = kind = style = value = None
        reading_aid = False
        v_tag, t_tag, c_tag, row_tag, aid_tag = "v", "t", "c", "row", "rPh"

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal number, place, reference, kind, style, value, reading_aid
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
                given = attributes.get("r")
                number = int(given) if given else number + 1
                place = 0
            elif tag == aid_tag:
                reading_aid = True

        def end(tag: str) -> None:
            nonlocal place, value, cells, reading_aid
            if tag in (v_tag, t_tag):
                parser.CharacterDataHandler = ignore
                value = True
            elif tag == c_tag:
                if reference:
                    letters = reference.rstrip("0123456789")
                    here = columns.get(letters)
                    if here is None:
                        here = columns[letters] = _column(letters)
                    place = here
                if value:
                    if place >= _MOST_COLUMNS:
                        raise FileUnreadable(f"row {number}: a list has at most {_MOST_COLUMNS} columns", row=number)
                    gap = place - len(cells)
                    if gap > 0:
                        cells.extend([""] * gap)
                    cells.append(convert(kind, style, "".join(collected)))
                place += 1
            elif tag == row_tag:
                if cells:
                    rows.append((number, cells))
                    cells = []
            elif tag == aid_tag:
                reading_aid = False

        def first(tag: str, _attributes: object) -> None:
            """Takes the prefix from the root element: all elements of the sheet have the same."""
            nonlocal v_tag, t_tag, c_tag, row_tag, aid_tag
            prefix = tag.rpartition(":")[0]
            if prefix:
                v_tag, t_tag, c_tag, row_tag, aid_tag = (f"{prefix}:{name}" for name in ("v", "t", "c", "row", "rPh"))
            parser.StartElementHandler = start

        parser.StartElementHandler, parser.EndElementHandler = first, end
        parser.CharacterDataHandler = ignore

    def _converter(self) -> Callable[[str | None, str | None, str], object]:
        """Returns the function from a cell's kind, style and text to what the cell shows."""
        texts, shows, epoch = self._package.texts, self._package.shows, self._package.epoch

        def convert(kind: str | None, style: str | None, text: str) -> object:
            if kind == "s":
                return texts[int(text)]
            if kind is None or kind == "n":
                if not text:
                    return ""
                shown = shows.get(style or "0")
                return float(text) if shown is None else _moment(float(text), shown, epoch)
            if kind == "b":
                return text == "1"
            if kind == "d":
                return datetime.fromisoformat(text).replace(tzinfo=None)
            return unescaped(text)  # inlineStr, str (a formula's text), e (an error's name)

        return convert


def _moment(serial: float, shown: str, epoch: datetime) -> object:
    """Converts a day number into a date; with a fraction into an instant or, below one, into a time of day."""
    if shown == "duration":
        return timedelta(days=serial)
    if 0 <= serial < 1:
        return (epoch + timedelta(milliseconds=round(serial * 86_400_000))).time()
    if serial < 61 and epoch.year == 1899:  # the day that never was: 29 February 1900
        serial += 1
    try:
        instant = epoch + timedelta(milliseconds=round(serial * 86_400_000))
    except OverflowError:
        return serial
    return instant.date() if instant.time() == time() else instant


def _column(letters: str) -> int:
    """Converts a column's letters into its place, from 0: ``AA`` is 26."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1
