"""The parts of an XLSX: where its sheets are, which cell styles show dates, where the shared texts stand."""

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import IO

from callcenter.files.errors import FileTooCostly
from callcenter.files.texts import SharedTexts, TextsParser
from callcenter.files.xml import PIECE, TOO_COSTLY, Feed, new_parser

_DATE_IDS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Number formats every spreadsheet program has without declaring them, and that show dates or times."""
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[dmyhsDMYHS]")
_DURATION = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)


MOST_SHEETS = 500
_LONGEST_FORMAT = 255
"""Characters of a number format: a spreadsheet's limit. What is longer is cut off there."""


class Package:
    """Finds the parts of an open XLSX: its sheets by name, the styles that show dates, the texts its cells share."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._package = package
        # Other writers use other letters and slashes for a part than the relation that names it.
        self._parts = {_plain(info.filename): info for info in package.infolist()}
        book = self._target("", "/officeDocument") or "xl/workbook.xml"
        self._book = book
        targets = {key: target for key, kind, target in self._relations(book) if kind.endswith("/worksheet")}
        self.sheets: dict[str, str] = {}
        self.hidden: set[str] = set()
        self.epoch = datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet knows no zone
        for tag, attributes in self._elements(book):
            if tag == "sheet":
                relation = next((value for name, value in attributes.items() if name.rpartition(":")[2] == "id"), "")
                if relation in targets:
                    if len(self.sheets) == MOST_SHEETS:
                        raise FileTooCostly(TOO_COSTLY)
                    name = attributes["name"].replace("\0", "")
                    self.sheets[name] = targets[relation]
                    if attributes.get("state", "visible") != "visible":
                        self.hidden.add(name)
            elif tag == "workbookPr" and attributes.get("date1904") in ("1", "true"):
                self.epoch = datetime(1904, 1, 1)  # noqa: DTZ001

    def open(self, part: str) -> IO[bytes]:
        """Opens a part for reading, unpacked as it is read."""
        return self._package.open(self._parts[_plain(part)])

    @cached_property
    def texts(self) -> SharedTexts:
        """Returns the shared texts by number, read as far as the cells ask for them."""
        part = self._target(self._book, "/sharedStrings")
        return SharedTexts(lambda: False) if part is None else TextsParser(self.open(part)).texts

    def forget_texts(self) -> None:
        """Closes the temporary file behind the shared texts; the next sheet reads them anew."""
        texts: SharedTexts | None = self.__dict__.pop("texts", None)
        if texts is not None:
            texts.close()

    @cached_property
    def shows(self) -> Mapping[str, str]:
        """Maps the index of a cell's style to ``date`` or ``duration``; other styles are left out."""
        part = self._target(self._book, "/styles")
        if part is None:
            return {}
        codes: dict[str, str] = {}
        displays: dict[str, str] = {}
        within, number = False, 0
        for tag, attributes in self._elements(part):
            if tag == "numFmt":
                codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")[:_LONGEST_FORMAT]
            elif tag in ("cellXfs", "cellStyles", "dxfs"):
                within = tag == "cellXfs"
            elif tag == "xf" and within:
                if display := _display_of(attributes.get("numFmtId", "0"), codes):
                    displays[str(number)] = display
                number += 1
        return displays

    def _target(self, of: str, kind: str) -> str | None:
        return next((target for _, what, target in self._relations(of) if what.endswith(kind)), None)

    def _relations(self, of: str) -> Iterator[tuple[str, str, str]]:
        """Yields id, kind and name of the parts that a part refers to."""
        folder, name = posixpath.split(of)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if _plain(relations) not in self._parts:
            return
        for tag, attributes in self._elements(relations):
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes["Target"]
                part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
                yield attributes["Id"], attributes["Type"], part.lstrip("/")

    def _elements(self, part: str) -> Iterator[tuple[str, dict[str, str]]]:
        """Yields the elements of a small part, without their prefixes."""
        elements: list[tuple[str, dict[str, str]]] = []
        parser = new_parser()
        parser.StartElementHandler = lambda tag, attributes: elements.append((tag.rpartition(":")[2], attributes))
        feed = Feed(parser)
        with self.open(part) as xml:
            while piece := xml.read(PIECE):
                feed(piece)
                yield from elements
                elements.clear()


def _plain(part: str) -> str:
    """Returns a part's name as it is compared."""
    return part.replace("\\", "/").lstrip("/").lower()


def _display_of(format_id: str, codes: Mapping[str, str]) -> str | None:
    """Returns ``date`` or ``duration`` for a number format that shows one, by its id and the declared format codes."""
    code = codes.get(format_id)
    if code is None:
        if format_id == "46":
            return "duration"
        return "date" if format_id.isdigit() and int(format_id) in _DATE_IDS else None
    plain = _QUOTED.sub("", code.partition(";")[0])
    if _DURATION.search(plain):
        return "duration"
    return "date" if _DATE_LETTERS.search(plain.replace("General", "")) else None
