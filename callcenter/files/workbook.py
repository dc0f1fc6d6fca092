"""Workbooks as a stream: the rows of an XLSX one after the other, however many, in a few megabytes.

An XLSX is a zip of XML. The sheet is unpacked and parsed piece by piece (``sheet.py``). Texts that cells share stand in
a part of their own, in the order in which they first occur: they go into a temporary file in blocks, of which the last
used are kept (``texts.py``). Other formats (XLS, ODS, XLSB) have no such stream; a library reads them whole,
and only up to a size.
Everything here blocks and belongs into a thread.
Source: requirement L1.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import BinaryIO
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook

from callcenter.files.errors import FileTooLarge, FileUnreadable, SheetMissing
from callcenter.files.package import Package
from callcenter.files.sheet import SheetParser
from callcenter.files.types import Row
from callcenter.files.xml import UNREADABLE

_WHOLE_LIMIT = 64 << 20
"""Unpacked bytes of a workbook that has to be read whole."""
_OTHER_ZIPS = ("xl/workbook.bin", "content.xml")
_DIMENSION = re.compile(rb'<(?:\w+:)?dimension ref="[A-Z]+\d+:[A-Z]+(\d+)"')


class Workbook:
    """Reads a workbook of any kind from an open file, which stays the caller's to close.

    Raises FileUnreadable for what is damaged or encrypted, FileTooLarge for what would have to be read whole.
    """

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        self._file = file
        self._zip: zipfile.ZipFile | None = None
        try:
            if zipfile.is_zipfile(file):
                self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
            raise FileUnreadable(UNREADABLE) from error

    @cached_property
    def _package(self) -> "Package | None":
        """The parts of an XLSX; None for a format that has to be read whole."""
        if self._zip is None:
            return None
        if any(name in self._zip.NameToInfo for name in _OTHER_ZIPS):
            return None
        with _readable():
            return Package(self._zip)

    @cached_property
    def _whole(self) -> CalamineWorkbook:
        size = sum(info.file_size for info in self._zip.infolist()) if self._zip else self._file.seek(0, 2)
        if size > _WHOLE_LIMIT:
            raise FileTooLarge("a workbook of this kind and size is not taken: save it as XLSX or CSV")
        self._file.seek(0)
        try:
            return CalamineWorkbook.from_filelike(self._file)
        except CalamineError as error:
            raise FileUnreadable(UNREADABLE) from error

    @property
    def sheets(self) -> Sequence[str]:
        """Names of the sheets in the workbook's order; at least one."""
        names = list(self._package.sheets) if self._package else list(self._whole.sheet_names)
        if not names:
            raise FileUnreadable("this workbook has no sheet")
        return names

    def rows_about(self, sheet: str | None) -> int | None:
        """Returns how many rows the sheet declares; None where it declares nothing."""
        if self._package is None:
            return None
        with _readable(), self._package.open(self._part_of(sheet)) as xml:
            dimension = _DIMENSION.search(xml.read(4096))
        return int(dimension[1]) if dimension else None

    def rows(self, sheet: str | None = None) -> Iterator[Row]:
        """Yields the rows of a sheet, by default the first; rows without a value may be left out."""
        if self._package is None:
            yield from self._whole_rows(sheet)
            return
        try:
            with _readable(), self._package.open(self._part_of(sheet)) as xml:
                yield from SheetParser(self._package).rows(xml)
        finally:
            self._package.forget_texts()

    def _part_of(self, sheet: str | None) -> str:
        assert self._package is not None
        name = self.sheets[0] if sheet is None else sheet
        if name not in self._package.sheets:
            raise SheetMissing("this workbook has no such sheet: choose one of its sheets", sheets=list(self.sheets))
        return self._package.sheets[name]

    def _whole_rows(self, sheet: str | None) -> Iterator[Row]:
        name = self.sheets[0] if sheet is None else sheet
        if name not in self.sheets:
            raise SheetMissing("this workbook has no such sheet: choose one of its sheets", sheets=list(self.sheets))
        try:
            cells = self._whole.get_sheet_by_name(name)
            first = cells.start[0] if cells.start else 0
            yield from enumerate(cells.iter_rows(), start=first + 1)
        except CalamineError as error:
            raise FileUnreadable(UNREADABLE) from error


class _readable:  # noqa: N801 - reads as a word: with _readable()
    """Turns whatever a damaged zip or XML raises into FileUnreadable."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, expat.ExpatError | zipfile.BadZipFile | KeyError | ValueError | EOFError | OSError):
            raise FileUnreadable(UNREADABLE) from error
        if isinstance(error, RuntimeError | NotImplementedError):  # zipfile: encrypted, unknown compression
            raise FileUnreadable(UNREADABLE) from error
