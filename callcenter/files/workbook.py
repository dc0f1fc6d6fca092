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

from python_calamine import CalamineWorkbook, SheetVisibleEnum

from callcenter.files.errors import FileTooCostly, FileTooLarge, FileUnreadable, SheetMissing
from callcenter.files.package import Package
from callcenter.files.sheet import SheetParser
from callcenter.files.types import MOST_COLUMNS, Row, Sheet, Spoil, Spoiled
from callcenter.files.xml import TOO_COSTLY, UNREADABLE
from callcenter.kit.errors import Refusal

_WHOLE_LIMIT = 64 << 20
"""Unpacked bytes of a workbook that has to be read whole."""
_PACKED_BY = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The methods of the format. Others unpack a kilobyte to gigabytes."""
_BEST_RATIO = 200
"""Bytes that one packed byte may become; a sheet's become about fifteen."""
_RATIO_FROM = 4 << 20
"""Unpacked bytes up to which the ratio does not count."""
_LARGEST_PART = 2 << 30
"""Unpacked bytes of one part: two million rows or so."""
_MOST_PARTS = 5_000
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
        self._parser: SheetParser | None = None
        with _readable():
            if zipfile.is_zipfile(file):
                self._zip = zipfile.ZipFile(file)
                _require_modest(self._zip)

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
        with _readable():
            return CalamineWorkbook.from_filelike(self._file)

    @cached_property
    def sheets(self) -> Sequence[Sheet]:
        """Returns the sheets in the workbook's order; at least one."""
        if self._package:
            sheets = [Sheet(name, name in self._package.hidden) for name in self._package.sheets]
        else:
            visible = SheetVisibleEnum.Visible
            sheets = [Sheet(sheet.name, sheet.visible != visible) for sheet in self._whole.sheets_metadata]
        if not sheets:
            raise FileUnreadable("this workbook has no sheet")
        return sheets

    @property
    def first(self) -> str:
        """Returns the name of the first sheet that people see; of the first of all where every one is hidden."""
        return next((sheet.name for sheet in self.sheets if not sheet.hidden), self.sheets[0].name)

    @property
    def hidden_rows(self) -> int:
        """Returns how many of the rows that ``rows`` has yielded so far are hidden; 0 where the format does not say."""
        return self._parser.hidden_rows if self._parser else 0

    def rows_about(self, sheet: str | None) -> int | None:
        """Returns how many rows the sheet declares; None where it declares nothing."""
        if self._package is None:
            return None
        with _readable(), self._package.open(self._part_of(sheet)) as xml:
            dimension = _DIMENSION.search(xml.read(4096))
        return int(dimension[1]) if dimension else None

    def rows(self, sheet: str | None = None) -> Iterator[Row]:
        """Yields the rows of a sheet, by default the first visible; rows without a value may be left out."""
        if self._package is None:
            yield from self._whole_rows(sheet)
            return
        self._parser = SheetParser(self._package)
        at = _readable()
        try:
            with at, self._package.open(self._part_of(sheet)) as xml:
                for row in self._parser.rows(xml):
                    at.behind = row[0]
                    yield row
        finally:
            self._package.forget_texts()

    def _part_of(self, sheet: str | None) -> str:
        assert self._package is not None
        return self._package.sheets[self._named(sheet)]

    def _named(self, sheet: str | None) -> str:
        name = self.first if sheet is None else sheet
        names = [sheet.name for sheet in self.sheets]
        if name not in names:
            raise SheetMissing("this workbook has no such sheet: choose one of its sheets", sheets=names)
        return name

    def _whole_rows(self, sheet: str | None) -> Iterator[Row]:
        name = self._named(sheet)
        with _readable():
            cells = self._whole.get_sheet_by_name(name)
            first = cells.start[0] if cells.start else 0
            rows = list(cells.iter_rows())
        for number, row in enumerate(rows, start=first + 1):
            yield number, Spoiled(Spoil.TOO_WIDE, row[:MOST_COLUMNS]) if len(row) > MOST_COLUMNS else row


def _require_modest(package: zipfile.ZipFile) -> None:
    """Raises FileTooCostly for parts that no spreadsheet program writes: packed otherwise, or far beyond their size."""
    if len(package.filelist) > _MOST_PARTS:
        raise FileTooCostly(TOO_COSTLY)
    for part in package.filelist:
        packed_well = part.file_size > _BEST_RATIO * max(part.compress_size, _RATIO_FROM // _BEST_RATIO)
        if part.compress_type not in _PACKED_BY or part.file_size > _LARGEST_PART or packed_well:
            raise FileTooCostly(TOO_COSTLY)


class _readable:  # noqa: N801 - reads as a word: with _readable()
    """Turns whatever a damaged zip or XML raises into FileUnreadable, which names the last row that could be read."""

    def __init__(self) -> None:
        self.behind = 0

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        # The library that reads other formats panics in Rust: that is no Exception.
        panicked = type(error).__name__ == "PanicException"
        if error is None or isinstance(error, Refusal) or not (panicked or isinstance(error, Exception)):
            return
        if self.behind:
            raise FileUnreadable(
                f"this sheet cannot be read behind row {self.behind}: save it again as XLSX", row=self.behind
            ) from error
        raise FileUnreadable(UNREADABLE) from error
