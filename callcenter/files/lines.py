"""The physical lines of a text: cut out of its bytes, counted, decoded one by one where one of them is damaged.

Every line ends at a line feed, a carriage return, or both. No byte of a character in UTF-8 or GB18030 is either of
them, so lines are cut before they are decoded, and a damaged character spoils its own line alone. UTF-16 has no such
property: it is turned into UTF-8 as it is read, and half a character stays behind as bytes that UTF-8 does not have.
Everything here blocks and belongs into a thread.
"""

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from callcenter.files.types import Encoding

LONGEST_LINE = 1 << 20
"""Bytes. What is longer is cut off there, and one byte behind it, by which it is known."""

_CHUNK = 1 << 18
_EURO = "callcenter-euro"


def decode(data: bytes, encoding: Encoding) -> str:
    """Decodes bytes that ``chunks`` has given. Raises UnicodeDecodeError."""
    if encoding is Encoding.GB18030:
        return data.decode("gb18030", _EURO)
    return data.decode("utf-8")


def decode_loosely(data: bytes, encoding: Encoding) -> str:
    """Decodes bytes for people to look at: what is no character becomes a replacement mark."""
    return data.decode("gb18030" if encoding is Encoding.GB18030 else "utf-8", "replace").replace("\0", "")


def chunks(file: BinaryIO, encoding: Encoding) -> Iterator[bytes]:
    """Yields the text in pieces of whole lines, in UTF-8 or GB18030; each line ends with a feed.

    NULs are left out: programs pad with them. A line past ``LONGEST_LINE`` is cut off.
    """
    file.seek(0)
    rest = b""
    skipping = False
    for piece in _as_bytes(file, encoding):
        data = rest + piece
        # A carriage return at the very end may be half of a line break: it waits for the next piece.
        end = max(data.rfind(b"\n"), data.rfind(b"\r", 0, len(data) - 1)) + 1
        whole, rest = data[:end], data[end:]
        if whole:
            whole = _with_feeds(whole)
            if skipping:
                whole = whole[whole.index(b"\n") + 1 :]
                skipping = False
            if whole:
                yield _shortened(whole)
        if len(rest) > LONGEST_LINE:
            if not skipping:
                yield rest[: LONGEST_LINE + 1] + b"\n"
            skipping, rest = True, rest[-1:]
    if rest.strip(b"\0") and not skipping:
        yield _shortened(_with_feeds(rest if rest.endswith((b"\n", b"\r")) else rest + b"\n"))


def _with_feeds(data: bytes) -> bytes:
    if b"\0" in data:
        data = data.replace(b"\0", b"")
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data


def _shortened(data: bytes) -> bytes:
    if len(data) <= LONGEST_LINE:
        return data
    return b"".join(line[: LONGEST_LINE + 1] + b"\n" for line in data.split(b"\n")[:-1])


def _as_bytes(file: BinaryIO, encoding: Encoding) -> Iterator[bytes]:
    if encoding is Encoding.UTF_16:
        yield from _from_utf_16(file)
        return
    piece = file.read(_CHUNK)
    if encoding is Encoding.UTF_8:
        piece = piece.removeprefix(codecs.BOM_UTF8)
    while piece:
        yield piece
        piece = file.read(_CHUNK)


def _from_utf_16(file: BinaryIO) -> Iterator[bytes]:
    head = file.read(2)
    name = "utf-16-be" if head == codecs.BOM_UTF16_BE else "utf-16-le"
    # A half of a character passes both decoder and encoder, and is found as no UTF-8 when its line is decoded.
    decoder = codecs.getincrementaldecoder(name)("surrogatepass")
    piece = b"" if head in (codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE) else head
    while True:
        piece += file.read(_CHUNK)
        if not piece:
            break
        yield decoder.decode(piece).encode("utf-8", "surrogatepass")
        piece = b""
    if decoder.getstate()[0]:
        yield b"\xff"  # the file ends within a character


def _euro(error: UnicodeError) -> tuple[str, int]:
    """Reads the one byte that code page 936 has beyond GB18030: 0x80 is the euro sign."""
    if isinstance(error, UnicodeDecodeError) and error.object[error.start] == 0x80:
        return "€", error.start + 1
    raise error


codecs.register_error(_EURO, _euro)
