"""The text format of PostgreSQL's COPY: a line per row. Pure, so that a process without a database can write it."""

from collections.abc import Sequence

NULL = "\0"
"""Stands for a null in a row: no text that the server can hold has this character."""

_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def lines_of(rows: Sequence[Sequence[str]], ends: Sequence[str] = ()) -> bytes:
    """Returns rows of equally many values, each with the values of ``ends`` behind its own."""
    if not rows:
        return b""
    end = "".join("\t" + _escaped(value) for value in ends) + "\n"
    text = end.join(["\t".join(row) for row in rows]) + end
    # Hardly a value holds what the format needs itself: that is seen of all rows at once.
    tabs = len(rows) * (len(rows[0]) - 1 + len(ends))
    if "\\" in text or "\r" in text or text.count("\n") != len(rows) or text.count("\t") != tabs:
        text = end.join(["\t".join(map(_escaped, row)) for row in rows]) + end
    return text.replace(NULL, "\\N").encode()


def array_of(values: Sequence[str]) -> str:
    """Returns an array of words: letters, digits and colons alone."""
    return "{" + ",".join(values) + "}"


def without_lines(lines: bytes, firsts: frozenset[bytes]) -> bytes:
    """Leaves out the rows whose first value is one of these."""
    kept = [line for line in lines.split(b"\n") if line.partition(b"\t")[0] not in firsts]
    return b"\n".join(kept)


def _escaped(value: str) -> str:
    return value.translate(_ESCAPES)
