"""What the parsers of an XLSX share: an expat parser that is safe, the refusals, the escapes of its texts."""

import re
from collections.abc import Sequence
from typing import Any
from xml.parsers import expat

from callcenter.files.errors import FileUnreadable

UNREADABLE = "this workbook cannot be read: save it again as XLSX without a password"
PIECE = 1 << 16
"""Bytes that are unpacked and parsed at a time."""

_LONGEST_TEXT = 1 << 20
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def new_parser() -> Any:
    """Returns an expat parser that refuses a document type: nothing is expanded, nothing is fetched."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise FileUnreadable(UNREADABLE)

    parser.StartDoctypeDeclHandler = refuse
    return parser


def unescaped(text: str) -> str:
    """Replaces the escapes of a workbook's text: ``_x000A_`` is a line feed."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def require_short(collected: Sequence[str]) -> None:
    """Refuses a cell whose text grows past a megabyte: it would be kept in memory."""
    if sum(map(len, collected)) > _LONGEST_TEXT:
        raise FileUnreadable("a cell of this workbook holds more than a megabyte")
