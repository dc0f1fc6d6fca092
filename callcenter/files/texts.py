"""Keeps many texts by number in little memory: in blocks in a temporary file, of which the last used are kept."""

import tempfile
from array import array
from collections import OrderedDict
from collections.abc import Callable
from typing import IO, BinaryIO, cast

from callcenter.files.xml import PIECE, Feed, new_parser, shorten, unescaped

_BLOCK = 256
_KEPT = 256
_BETWEEN = "\0"
"""XML cannot hold it, so no text does."""


class SharedTexts:
    """Holds texts that ``more`` appends on demand, a few at a time; it returns False when there are no more."""

    def __init__(self, more: Callable[[], bool]) -> None:
        self._more = more
        self._file = cast(BinaryIO, tempfile.TemporaryFile(prefix="callcenter-texts-"))  # noqa: SIM115 - as long as this
        self._starts = array("Q", [0])
        self._kept: OrderedDict[int, list[str]] = OrderedDict()
        self._filling: list[str] = []
        self._count = 0

    def append(self, text: str) -> None:
        """Adds a text under the next number, from 0."""
        self._filling.append(text.replace(_BETWEEN, " "))
        self._count += 1
        if len(self._filling) == _BLOCK:
            self._write()

    def close(self) -> None:
        """Closes the temporary file; the texts are gone."""
        self._file.close()

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: int) -> str:
        if number < 0:
            raise ValueError("no such text")
        while number >= self._count:
            if not self._more():
                raise ValueError("no such text")
        block, place = divmod(number, _BLOCK)
        if block == len(self._starts) - 1:
            return self._filling[place]
        texts = self._kept.get(block)
        if texts is None:
            texts = self._read(block)
        elif len(self._kept) == _KEPT:
            self._kept.move_to_end(block)
        return texts[place]

    def _write(self) -> None:
        self._file.seek(self._starts[-1])  # reading has moved it
        written = self._file.write(_BETWEEN.join(self._filling).encode("utf-8", "surrogatepass"))
        self._starts.append(self._starts[-1] + written)
        self._filling.clear()

    def _read(self, block: int) -> list[str]:
        if len(self._kept) == _KEPT:
            self._kept.popitem(last=False)
        start, end = self._starts[block], self._starts[block + 1]
        self._file.seek(start)
        texts = self._file.read(end - start).decode("utf-8", "surrogatepass").split(_BETWEEN)
        self._kept[block] = texts
        return texts


class TextsParser:
    """Parses the part with the shared texts.

    An ``si`` holds a ``t``, or runs ``r`` with one each; ``rPh`` holds a reading aid, which is left out.
    """

    def __init__(self, xml: IO[bytes]) -> None:
        self.texts = SharedTexts(self._more)
        self._xml = xml
        self._parser = new_parser()
        self._feed = Feed(self._parser)
        self._collected: list[str] = []
        self._ended = False
        self._handle()

    def _more(self) -> bool:
        if self._ended:
            return False
        piece = self._xml.read(PIECE)
        self._ended = not piece
        self._feed(piece)
        shorten(self._collected)
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
                texts.append(unescaped("".join(collected)))

        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = ignore
