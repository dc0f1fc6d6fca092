"""Keeps many texts by number in little memory: in blocks in a temporary file, of which the last used are kept."""

import re
import tempfile
from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import IO, BinaryIO, cast

from callcenter.files.plain import PLAIN, PlainFeed
from callcenter.files.types import LONGEST_TEXT
from callcenter.files.xml import new_parser, shorten, unescaped

_PLAIN_TEXT = re.compile(rf'\s*<si><t(?: xml:space="preserve")?>({PLAIN})</t>', re.ASCII)
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

    def several(self, numbers: Sequence[str]) -> list[object]:
        """Returns texts by their numbers as they are written. Raises ValueError where one is no text of a cell."""
        texts: list[object] = []
        kept = self._kept
        for written in numbers:
            number = int(written)
            block = kept.get(number // _BLOCK)
            text = self[number] if block is None else block[number % _BLOCK]
            if len(text) > LONGEST_TEXT:
                raise ValueError("longer than a cell's text")
            texts.append(text)
        return texts

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
        self._parser = new_parser()
        self._feed = PlainFeed(self._parser, b"si", self._take_plain)
        self._pieces = self._feed.pieces(xml)
        self._collected: list[str] = []
        self._handle()

    def _more(self) -> bool:
        for _ in self._pieces:
            shorten(self._collected)
            return True
        return False

    def _take_plain(self, item: str) -> bool:
        """Appends a text without runs; returns False for any other, which the parser reads."""
        plain = _PLAIN_TEXT.fullmatch(item)
        if plain is None or len(plain[1]) > LONGEST_TEXT:
            return False
        self.texts.append(unescaped(plain[1]))
        return True

    def _handle(self) -> None:
        parser, feed, collected, texts = self._parser, self._feed, self._collected, self.texts
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
            elif kind == "sst":
                feed.between()

        def end(tag: str) -> None:
            nonlocal reading_aid
            kind = tag.rpartition(":")[2]
            if kind == "t":
                parser.CharacterDataHandler = ignore
            elif kind == "rPh":
                reading_aid = False
            elif kind == "si":
                feed.between()
                texts.append(unescaped("".join(collected)))

        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = ignore
