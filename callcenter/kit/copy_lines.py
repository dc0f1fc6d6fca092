"""The text format of PostgreSQL's COPY: a line per row. Pure, so that a process without a database can write it."""

from collections.abc import Sequence

NULL = "\0"
"""Stands for a null in a row: no text that the server can hold has this character."""

_NULL = NULL.encode()
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def lines_of(rows: Sequence[Sequence[str]], ends: Sequence[str] = ()) -> bytes:
    """Returns rows of equally many values, each with the values of ``ends`` behind its own."""
    if not rows:
        return b""
    end = "".join("\t" + _escaped(value) for value in ends) + "\n"
    lines = (end.join(["\t".join(row) for row in rows]) + end).encode()
    # Hardly a value holds what the format needs itself: that is seen of all rows at once.
    tabs = len(rows) * (len(rows[0]) - 1 + len(ends))
    if b"\\" in lines or b"\r" in lines or lines.count(b"\n") != len(rows) or lines.count(b"\t") != tabs:
        lines = (end.join(["\t".join(map(_escaped, row)) for row in rows]) + end).encode()
    return lines.replace(_NULL, b"\\N")


def array_of(values: Sequence[str]) -> str:
    """Returns an array of words: letters, digits and colons alone."""
    return "{" + ",".join(values) + "}"


def without_lines(lines: bytes, firsts: frozenset[bytes]) -> bytes:
    """Leaves out the rows whose first value is one of these."""
    kept = [line for line in lines.split(b"\n") if line.partition(b"\t")[0] not in firsts]
    return b"\n".join(kept)


def _escaped(value: str) -> str:
    return value.translate(_ESCAPES)
