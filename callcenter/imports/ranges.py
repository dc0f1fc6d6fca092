"""Gives hints on a number by its first digits: the carrier, and the city it was issued in.

``phonenumbers`` knows this for the whole world, as Python source that takes seconds and 130 MB to import. Here the
lines of mainland China are picked out of that source, and kept in two arrays with a place per range of 10 000 numbers.
Numbers are ported between carriers and people move: nothing is decided by a hint.
"""

import ast
import importlib.util
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

_ENTRY = re.compile(rb"'86(1\d{1,8}|[2-9]\d{1,3})':\{[^}]*?'zh': ?u?\(?('[^']*')")
_FIRST, _RANGES, _PREFIX = 1_000_000, 1_000_000, 7


@dataclass
class _Table:
    """Names by the first seven digits of a mobile number, and by area code."""

    names: list[str] = field(default_factory=lambda: [""])
    by_range: "array[int]" = field(default_factory=lambda: array("H", bytes(2 * _RANGES)))
    by_area: dict[str, int] = field(default_factory=dict)

    def of_mobile(self, number: str) -> str:
        return self.names[self.by_range[int(number[:_PREFIX]) - _FIRST]]

    def of_landline(self, number: str) -> str:
        """``number`` with its area code, without the zero before it."""
        for digits in (2, 3):
            if name := self.by_area.get(number[:digits]):
                return self.names[name]
        return ""


class Origin(NamedTuple):
    carrier: str
    city: str


def origin(number: str) -> Origin:
    """Returns hints on a number that ``read_phone`` returned; empty texts where nothing is known."""
    return _origin(number[:_PREFIX])


@lru_cache(maxsize=65_536)
def _origin(start: str) -> Origin:
    if start.startswith("0"):
        return Origin("", _table("geodata").of_landline(start[1:]))
    return Origin(_table("carrierdata").of_mobile(start), _table("geodata").of_mobile(start))


@cache
def _table(package: str) -> _Table:
    table = _Table()
    known: dict[str, int] = {}
    entries = sorted(_entries(package), key=lambda entry: len(entry[0]))  # a longer prefix knows better
    for prefix, name in entries:
        place = known.get(name)
        if place is None:
            place = known[name] = len(table.names)
            table.names.append(name)
        if prefix.startswith("1") and prefix != "10":
            span = 10 ** (_PREFIX - len(prefix))
            start = int(prefix) * span - _FIRST
            table.by_range[start : start + span] = array("H", [place]) * span
        else:
            table.by_area[prefix] = place
    return table


def _entries(package: str) -> Iterator[tuple[str, str]]:
    spec = importlib.util.find_spec("phonenumbers")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    for folder in folders:
        for file in sorted((Path(folder) / package).glob("data*.py")):
            for prefix, literal in _ENTRY.findall(file.read_bytes()):
                if len(prefix) <= _PREFIX:
                    yield prefix.decode(), _text_of(literal)


@cache
def _text_of(literal: bytes) -> str:
    """Reads a name of the file; cached, because a few hundred names occur many times each."""
    return str(ast.literal_eval(literal.decode()))
