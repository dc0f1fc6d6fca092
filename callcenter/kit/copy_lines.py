"""The text format of PostgreSQL's COPY: a line per row. Pure, so that a process without a database can write it."""

from collections.abc import Sequence

_NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def line_of(values: Sequence[str | None]) -> str:
    """Returns one row; None is a null."""
    line = "\t".join([_NULL if value is None else value for value in values])
    # Hardly a value holds what the format needs itself: that is seen of the whole line at once.
    if (
        line.count("\t") == len(values) - 1
        and "\n" not in line
        and "\r" not in line
        and line.count("\\") == values.count(None)
    ):
        return line + "\n"
    return "\t".join([_NULL if value is None else value.translate(_ESCAPES) for value in values]) + "\n"


def array_of(values: Sequence[str]) -> str:
    """Returns an array of words: letters, digits and colons alone."""
    return "{" + ",".join(values) + "}"
