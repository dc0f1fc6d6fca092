"""What a file costs to read grows with its size and no faster; what is built to cost more is refused at once."""

import io
import time
from collections.abc import Callable
from datetime import date

import pytest

from callcenter.files.errors import FileTooCostly
from callcenter.files.reading import examine
from callcenter.imports.previewing import preview_of
from callcenter.imports.rules.columns import read_titles
from callcenter.imports.rules.rows import RowRules
from callcenter.imports.types import Preview, ReadingRequest
from tests.support.bombs import CELL, bombs, book, sheets_of

RULES = RowRules(date(2026, 11, 29), allow_landlines=False, districts=frozenset())
TITLES = "电话,授权依据,授权编号".encode()
STEEPEST = 3.2
"""Twice the size may cost so many times as much; four times would be quadratic."""


def read(file: io.BytesIO) -> Preview:
    """Examines and previews a file, as an upload is."""
    return preview_of(file, examine(file), ReadingRequest(), None, RULES)


def cost(work: Callable[[], object]) -> float:
    """Returns the least computing time of a few runs."""
    times: list[float] = []
    for _ in range(4):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def table(lines: int, cells: int = 3, cell: bytes = b"x") -> bytes:
    return TITLES + b"\n" + (b",".join([cell] * cells) + b"\n") * lines


GROWING: dict[str, Callable[[int], Callable[[], object]]] = {
    "equal titles": lambda n: lambda: read_titles(["A"] * (4_000 * n)),
    "titles with the numbers of equal ones": lambda n: (
        lambda: read_titles([*(f"A ({number})" for number in range(4_000 * n)), *["A"] * (2_000 * n)])
    ),
    "columns": lambda n: lambda: read(io.BytesIO(table(20, 120 * n))),
    "rows": lambda n: lambda: read(io.BytesIO(table(60_000 * n))),
    "one long line": lambda n: lambda: read(io.BytesIO(table(1, 60_000 * n, b'"a'))),
    "long first lines": lambda n: lambda: read(io.BytesIO(b'"a,' * (4_000 * n) + b"\n" + b'"a,' * 9 + b"\n")),
    "quoted cells": lambda n: lambda: read(io.BytesIO(b'a,"x\n' * (60_000 * n))),
    "rows of a sheet": lambda n: (
        lambda: read(
            book(b"".join(b'<row><c><v>%d</v></c><c t="s"><v>0</v></c></row>' % row for row in range(12_000 * n)))
        )
    ),
    "a cell of a sheet": lambda n: lambda: read(book(b"<row><c><v>" + b"1234567 " * (8_000 * n) + b"</v></c></row>")),
    "number formats": lambda n: (
        lambda: read(
            book(
                CELL,
                styles=b"".join(b'<numFmt numFmtId="%d" formatCode="%s"/>' % (i, b"[" * 255) for i in range(300 * n))
                + b"<cellXfs>%s</cellXfs>" % b"".join(b'<xf numFmtId="%d"/>' % i for i in range(300 * n)),
            )
        )
    ),
    "sheets": lambda n: lambda: read(book(sheets=sheets_of(200 * n))),
}


@pytest.mark.parametrize("what", GROWING)
def test_the_cost_grows_with_the_size(what: str) -> None:
    grown = [cost(GROWING[what](size)) for size in (1, 2)]
    assert grown[1] <= STEEPEST * grown[0] + 0.02, f"{what}: {grown[0]:.3f} s, twice the size {grown[1]:.3f} s"


@pytest.mark.parametrize("name", bombs())
def test_a_bomb_is_refused_before_it_costs(name: str) -> None:
    """Seen before: 1.6 KB took 29 s and 1.5 GB, 26 KB took 43 s."""
    file = bombs()[name]
    assert file.seek(0, 2) < 1 << 19
    began = time.process_time()
    with pytest.raises(FileTooCostly):
        read(file)
    assert time.process_time() - began < 2


def test_a_long_number_format_is_cut_off() -> None:
    """Seen before: each bracket was looked at from each bracket before it."""
    xfs = b'<cellXfs><xf numFmtId="200"/></cellXfs>'
    file = book(CELL, styles=b'<numFmt numFmtId="200" formatCode="%s"/>%s' % (b"[" * 200_000, xfs))
    assert read(file).titles == ["电话"]


@pytest.mark.parametrize("index", ["-1", "1", "99999999999999999999", "1e3", "９"])
def test_a_shared_text_that_is_not_there_spoils_its_cell_alone(index: str) -> None:
    cells = f'<row><c t="s"><v>{index}</v></c><c><v>1e300</v></c><c s="0"><v>-1e300</v></c></row>'.encode()
    preview = read(book(CELL + cells, shared=b"<si><t>x</t></si>"))
    assert [row.reason for row in preview.rows] == ["unreadable"]
