"""Reads what is plain in a part of a workbook without the XML parser, which then reads the rest.

A sheet is a million rows of one shape, and a parser that calls a function for each tag takes most of the time of an
import. Here the part is cut behind each item (a row, a shared text). An item that a strict pattern describes from its
first character to its last is complete, well-formed XML, and is taken by itself; every other goes through the parser,
in its place. The parser sees the same document without some complete elements, so whatever it refuses in the rest it
refuses as before. It is bypassed only while it has just closed an item, or has just opened what holds them.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import IO, Any

from callcenter.files.xml import LONGEST_TOKEN, PIECE, Feed

PLAIN = r"[^<>&\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]*"
"""Characters that stand for themselves in any text of XML. A line's end is left to the parser, which replaces it."""

_ATTRIBUTES = re.compile(rf'(?: ([A-Za-z][\w:.]*)="([^"\t\n{PLAIN[2:-2]}]*)")*', re.ASCII)
_ATTRIBUTE = re.compile(r' ([A-Za-z][\w:.]*)="([^"]*)"', re.ASCII)


@lru_cache(maxsize=256)
def plain_attributes(text: str) -> dict[str, str] | None:
    """Returns the attributes of a tag by name; None where they are not plain, or one is given twice."""
    if len(text) > 1000 or not _ATTRIBUTES.fullmatch(text):
        return None
    pairs = _ATTRIBUTE.findall(text)
    attributes = dict(pairs)
    return attributes if len(attributes) == len(pairs) else None


class PlainFeed:
    """Feeds a parser with a part of a workbook but for the items that ``take`` takes.

    The parser's handlers call ``between`` when they have seen what holds the items open, or an item close, and
    ``of_encoding`` with the encoding that the part declares.
    """

    def __init__(self, parser: Any, item: bytes, take: Callable[[str], bool]) -> None:
        self._parser = parser
        self._feed = Feed(parser)
        self._begins, self._ends = b"<" + item, b"</" + item + b">"
        self._cut = self._ends.decode()
        self._take = take
        self._fed = 0
        self._between = -1
        self._bypassing: bool | None = None
        """None: not yet; False: not any more."""
        self._rest = b""
        self._utf_8 = True
        parser.XmlDeclHandler = self._declared

    def between(self) -> None:
        """Notes that an item may follow the tag that is being read."""
        self._between = self._parser.CurrentByteIndex

    def _declared(self, _version: object, encoding: str | None, _standalone: object) -> None:
        self._utf_8 = encoding is None or encoding.upper() == "UTF-8"

    def pieces(self, xml: IO[bytes]) -> Iterator[None]:
        """Parses a part piece by piece, yields behind each."""
        while piece := xml.read(PIECE):
            self._next(piece)
            yield
        self._parse(self._rest)
        self._feed(b"")
        yield

    def _next(self, piece: bytes) -> None:
        if self._bypassing is False:
            self._parse(piece)
            return
        data = self._rest + piece
        if self._bypassing is None:
            begins = data.find(self._begins)
            if begins >= 0:
                self._bypassing = self._parse(data[:begins]) and self._utf_8
                data = data[begins:]
        if self._bypassing:
            end = data.rfind(self._ends)
            if end >= 0:
                end += len(self._ends)
                self._items(data[:end])
                data = data[end:]
        if self._bypassing is False or len(data) > LONGEST_TOKEN:
            self._bypassing = False
            self._parse(data)
            data = b""
        self._rest = data

    def _items(self, data: bytes) -> None:
        try:
            items = data.decode().split(self._cut)
        except UnicodeDecodeError:  # the parser says where
            self._bypassing = False
            self._parse(data)
            return
        items.pop()
        for number, item in enumerate(items):
            if not self._take(item) and not self._parse(f"{item}{self._cut}".encode()):
                self._bypassing = False
                self._parse("".join(f"{later}{self._cut}" for later in items[number + 1 :]).encode())
                return

    def _parse(self, data: bytes) -> bool:
        """Parses data; returns whether it ends with a tag behind which an item may follow."""
        if data:
            self._feed(data)
        began, self._fed = self._fed, self._fed + len(data)
        # Behind the beginning of that tag nothing else has begun: no comment, no section of characters.
        return self._between >= began and data.count(b"<", self._between - began) == 1
