"""What is known of a file after one pass over its bytes, and what a row of it is."""

from collections.abc import Sequence
from dataclasses import dataclass

Row = tuple[int, Sequence[object]]
"""Line of a text or row of a sheet, counted from 1, and its cells."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What one pass over the bytes of a file has shown."""

    sha256: str
    size: int
    """Bytes."""
    encoding: str | None
    """None for a workbook."""
    sheets: tuple[str, ...] = ()
    lines: int | None = None
    """Line feeds of a text: about as many as it has rows. None for a workbook."""
