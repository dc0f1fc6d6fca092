"""What the parsers of an XLSX share: an expat parser that is safe, the refusals, the escapes of its texts."""

import re
from typing import Any
from xml.parsers import expat

from callcenter.files.errors import FileTooCostly, FileUnreadable
from callcenter.files.types import LONGEST_TEXT

TOO_COSTLY = "this workbook would take too much to read: save it again as CSV, or as XLSX with the one sheet alone"
UNREADABLE = "this workbook cannot be read: save it again as XLSX without a password"
PIECE = 1 << 16
"""Bytes that are unpacked and parsed at a time."""

LONGEST_TOKEN = 1 << 18
"""Bytes of one tag, attribute or comment. A parser that is fed in pieces reads an unfinished one anew with each."""

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def new_parser() -> Any:
    """Returns an expat parser that refuses a document type: nothing is expanded, nothing is fetched."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise FileUnreadable(UNREADABLE)

    parser.StartDoctypeDeclHandler = refuse
    return parser


class Feed:
    """Parses pieces of a document. Raises FileTooCostly for a tag or comment without end."""

    def __init__(self, parser: Any) -> None:
        self._parser = parser
        self._fed = 0

    def __call__(self, piece: bytes) -> None:
        """Parses the next piece; an empty one ends the document."""
        self._parser.Parse(piece, not piece)
        self._fed += len(piece)
        # The index is that of the last token that was begun; what lies behind it waits for its end.
        if piece and self._fed - self._parser.CurrentByteIndex > LONGEST_TOKEN:
            raise FileTooCostly(TOO_COSTLY)


def unescaped(text: str) -> str:
    """Replaces the escapes of a workbook's text: ``_x000A_`` is a line feed. What is no character stays as it is."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(escape: re.Match[str]) -> str:
    code = int(escape[1], 16)
    return escape[0] if code == 0 or 0xD800 <= code < 0xE000 else chr(code)


def shorten(collected: list[str]) -> None:
    """Cuts a text that grows past what a cell holds: no more of it is kept in memory, and it is known as too long."""
    if sum(map(len, collected)) > LONGEST_TEXT:
        collected[:] = ["".join(collected)[: LONGEST_TEXT + 1]]
