"""Workbooks as a stream: the rows of an XLSX one after the other, however many, in a few megabytes.

An XLSX is a zip of XML. The sheet is unpacked and parsed piece by piece. Texts that cells share stand in a part of
their own, in the order in which they first occur: they go into a temporary file in blocks, of which the last used are
kept. Cells become what a spreadsheet shows: texts, floats, truth values, dates. Other formats (XLS, ODS, XLSB) have no
such stream; a library reads them whole, and only up to a size.
Everything here blocks and belongs into a thread.
Source: requirement L1.
"""

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import IO, Any, BinaryIO
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook

from callcenter.imports.errors import FileTooLarge, FileUnreadable, SheetMissing
from callcenter.imports.texts import SharedTexts

SheetRow = tuple[int, Sequence[object]]
"""Number of the sheet's row, from 1, and its cells."""

_PIECE = 1 << 16
_MOST_COLUMNS = 512
_LONGEST_TEXT = 1 << 20
_WHOLE_LIMIT = 64 << 20
"""Unpacked bytes of a workbook that has to be read whole."""
_OTHER_ZIPS = ("xl/workbook.bin", "content.xml")
_DATE_IDS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Number formats every spreadsheet program has without declaring them, and that show dates or times."""
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[dmyhsDMYHS]")
_DURATION = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DIMENSION = re.compile(rb'<(?:\w+:)?dimension ref="[A-Z]+\d+:[A-Z]+(\d+)"')
_UNREADABLE = "this workbook cannot be read: save it again as XLSX without a password"


class Workbook:
    """A workbook of any kind in an open file, which stays its caller's."""

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        self._file = file
        self._zip: zipfile.ZipFile | None = None
        try:
            if zipfile.is_zipfile(file):
                self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
            raise FileUnreadable(_UNREADABLE) from error

    @cached_property
    def _parts(self) -> "_Parts | None":
        """Of an XLSX; None for what has to be read whole."""
        if self._zip is None:
            return None
        if any(name in self._zip.NameToInfo for name in _OTHER_ZIPS):
            return None
        with _readable():
            return _Parts(self._zip)

    @cached_property
    def _whole(self) -> CalamineWorkbook:
        size = sum(info.file_size for info in self._zip.infolist()) if self._zip else self._file.seek(0, 2)
        if size > _WHOLE_LIMIT:
            raise FileTooLarge("a workbook of this kind and size is not taken: save it as XLSX or CSV")
        self._file.seek(0)
        try:
            return CalamineWorkbook.from_filelike(self._file)
        except CalamineError as error:
            raise FileUnreadable(_UNREADABLE) from error

    @property
    def sheets(self) -> Sequence[str]:
        names = list(self._parts.sheets) if self._parts else list(self._whole.sheet_names)
        if not names:
            raise FileUnreadable("this workbook has no sheet")
        return names

    def rows_about(self, sheet: str | None) -> int | None:
        """How many rows the sheet says it has; None where it does not say."""
        if self._parts is None:
            return None
        with _readable(), self._parts.open(self._part_of(sheet)) as xml:
            found = _DIMENSION.search(xml.read(4096))
        return int(found[1]) if found else None

    def rows(self, sheet: str | None = None) -> Iterator[SheetRow]:
        """The rows of a sheet, the first by default; rows without a value may be left out."""
        if self._parts is None:
            yield from self._whole_rows(sheet)
            return
        try:
            with _readable(), self._parts.open(self._part_of(sheet)) as xml:
                yield from _SheetParser(self._parts).rows(xml)
        finally:
            self._parts.forget_texts()

    def _part_of(self, sheet: str | None) -> str:
        assert self._parts is not None
        name = self.sheets[0] if sheet is None else sheet
        if name not in self._parts.sheets:
            raise SheetMissing("this workbook has no such sheet: choose one of its sheets", sheets=list(self.sheets))
        return self._parts.sheets[name]

    def _whole_rows(self, sheet: str | None) -> Iterator[SheetRow]:
        name = self.sheets[0] if sheet is None else sheet
        if name not in self.sheets:
            raise SheetMissing("this workbook has no such sheet: choose one of its sheets", sheets=list(self.sheets))
        try:
            found = self._whole.get_sheet_by_name(name)
            first = found.start[0] if found.start else 0
            yield from enumerate(found.iter_rows(), start=first + 1)
        except CalamineError as error:
            raise FileUnreadable(_UNREADABLE) from error


class _readable:  # noqa: N801 - reads as a word: with _readable()
    """What a broken zip or XML raises becomes the one refusal."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, expat.ExpatError | zipfile.BadZipFile | KeyError | ValueError | EOFError | OSError):
            raise FileUnreadable(_UNREADABLE) from error
        if isinstance(error, RuntimeError | NotImplementedError):  # zipfile: encrypted, unknown compression
            raise FileUnreadable(_UNREADABLE) from error


class _Parts:
    """The parts of an XLSX: where its sheets are, which styles show dates, the texts its cells share."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._package = package
        book = self._target("", "/officeDocument") or "xl/workbook.xml"
        self._book = book
        targets = {key: target for key, _, target in self._relations(book)}
        self.sheets: dict[str, str] = {}
        self.epoch = datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet knows no zone
        for tag, attributes in self._elements(book):
            if tag == "sheet":
                relation = next((value for name, value in attributes.items() if name.rpartition(":")[2] == "id"), "")
                if relation in targets and "worksheet" in targets[relation]:
                    self.sheets[attributes["name"]] = targets[relation]
            elif tag == "workbookPr" and attributes.get("date1904") in ("1", "true"):
                self.epoch = datetime(1904, 1, 1)  # noqa: DTZ001

    def open(self, part: str) -> IO[bytes]:
        return self._package.open(part)

    @cached_property
    def texts(self) -> SharedTexts:
        """Read as far as the cells ask for them."""
        part = self._target(self._book, "/sharedStrings")
        return SharedTexts(lambda: False) if part is None else _TextsParser(self.open(part)).texts

    def forget_texts(self) -> None:
        texts: SharedTexts | None = self.__dict__.pop("texts", None)
        if texts is not None:
            texts.close()

    @cached_property
    def shows(self) -> Mapping[str, str]:
        """Index of a cell's style → ``date`` or ``duration``; other styles are left out."""
        part = self._target(self._book, "/styles")
        if part is None:
            return {}
        codes: dict[str, str] = {}
        found: dict[str, str] = {}
        within, number = False, 0
        for tag, attributes in self._elements(part):
            if tag == "numFmt":
                codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
            elif tag in ("cellXfs", "cellStyles", "dxfs"):
                within = tag == "cellXfs"
            elif tag == "xf" and within:
                if kind := _shown(attributes.get("numFmtId", "0"), codes):
                    found[str(number)] = kind
                number += 1
        return found

    def _target(self, of: str, kind: str) -> str | None:
        return next((target for _, what, target in self._relations(of) if what.endswith(kind)), None)

    def _relations(self, of: str) -> Iterator[tuple[str, str, str]]:
        """Id, kind and part of what a part refers to."""
        folder, name = posixpath.split(of)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations not in self._package.NameToInfo:
            return
        for tag, attributes in self._elements(relations):
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes["Target"]
                part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
                yield attributes["Id"], attributes["Type"], part.lstrip("/")

    def _elements(self, part: str) -> Iterator[tuple[str, dict[str, str]]]:
        """The elements of a small part, without their prefixes."""
        found: list[tuple[str, dict[str, str]]] = []
        parser = _parser()
        parser.StartElementHandler = lambda tag, attributes: found.append((tag.rpartition(":")[2], attributes))
        with self.open(part) as xml:
            while piece := xml.read(_PIECE):
                parser.Parse(piece, False)
                yield from found
                found.clear()


def _shown(format_id: str, codes: Mapping[str, str]) -> str | None:
    code = codes.get(format_id)
    if code is None:
        if format_id == "46":
            return "duration"
        return "date" if format_id.isdigit() and int(format_id) in _DATE_IDS else None
    plain = _QUOTED.sub("", code.partition(";")[0])
    if _DURATION.search(plain):
        return "duration"
    return "date" if _DATE_LETTERS.search(plain.replace("General", "")) else None


def _parser() -> Any:
    """An expat parser that takes no document type: nothing is expanded, nothing is fetched."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise FileUnreadable(_UNREADABLE)

    parser.StartDoctypeDeclHandler = refuse
    return parser


class _TextsParser:
    """The part with the shared texts: ``si`` holds ``t``, or runs ``r`` with one each; ``rPh`` tells how to read it."""

    def __init__(self, xml: IO[bytes]) -> None:
        self.texts = SharedTexts(self._more)
        self._xml = xml
        self._parser = _parser()
        self._collected: list[str] = []
        self._handle()

    def _more(self) -> bool:
        piece = self._xml.read(_PIECE)
        self._parser.Parse(piece, not piece)
        _limit(self._collected)
        return bool(piece)

    def _handle(self) -> None:
        parser, collected, texts = self._parser, self._collected, self.texts
        ignore: Callable[[str], object] = len
        reading_aid = False

        def start(tag: str, _attributes: object) -> None:
            nonlocal reading_aid
            kind = tag.rpartition(":")[2]
            if kind == "t":
                if not reading_aid:
                    parser.CharacterDataHandler = collected.append
            elif kind == "rPh":
                reading_aid = True
            elif kind == "si":
                collected.clear()

        def end(tag: str) -> None:
            nonlocal reading_aid
            kind = tag.rpartition(":")[2]
            if kind == "t":
                parser.CharacterDataHandler = ignore
            elif kind == "rPh":
                reading_aid = False
            elif kind == "si":
                texts.append(_unescaped("".join(collected)))

        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = ignore


class _SheetParser:
    """One sheet. Its handlers run several times per cell: they are closures over local names, and do little."""

    def __init__(self, parts: _Parts) -> None:
        self._parts = parts

    def rows(self, xml: IO[bytes]) -> Iterator[SheetRow]:
        parser = _parser()
        found: list[SheetRow] = []
        collected: list[str] = []
        self._handle(parser, found, collected)
        while piece := xml.read(_PIECE):
            parser.Parse(piece, False)
            _limit(collected)
            yield from found
            found.clear()
        parser.Parse(b"", True)
        yield from found

    def _handle(self, parser: Any, found: list[SheetRow], collected: list[str]) -> None:
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
                    found.append((number, cells))
                    cells = []
            elif tag == aid_tag:
                reading_aid = False

        def first(tag: str, _attributes: object) -> None:
            """The root tells the prefix all the sheet's elements have."""
            nonlocal v_tag, t_tag, c_tag, row_tag, aid_tag
            prefix = tag.rpartition(":")[0]
            if prefix:
                v_tag, t_tag, c_tag, row_tag, aid_tag = (f"{prefix}:{each}" for each in ("v", "t", "c", "row", "rPh"))
            parser.StartElementHandler = start

        parser.StartElementHandler, parser.EndElementHandler = first, end
        parser.CharacterDataHandler = ignore

    def _converter(self) -> Callable[[str | None, str | None, str], object]:
        """What a cell of that kind and style holds."""
        texts, shows, epoch = self._parts.texts, self._parts.shows, self._parts.epoch

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
            return _unescaped(text)  # inlineStr, str (a formula's text), e (an error's name)

        return convert


def _moment(serial: float, shown: str, epoch: datetime) -> object:
    """A day number as a date; with a fraction as an instant or, below one, as a time of day."""
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
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _limit(collected: Sequence[str]) -> None:
    if sum(map(len, collected)) > _LONGEST_TEXT:
        raise FileUnreadable("a cell of this workbook holds more than a megabyte")
