"""Ports for servers: rows are found however many single ports are taken, and none is given twice."""

from functools import lru_cache
from pathlib import Path

import pytest

from callcenter.embedded import process


def test_rows_of_ports_are_found_beside_many_single_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_reserved", set())
    with (tmp_path / "ports").open("w") as locks:  # other runs on this machine lose no port to this test
        monkeypatch.setattr(process, "_locks", lru_cache(locks.fileno))
        singles = process.free_ports(300)
        rows = [process.free_port_range(400) for _ in range(20)]
    given = [*singles, *(port for first in rows for port in range(first, first + 400))]
    assert len(given) == len(set(given))
    assert all(first % 2 == 0 for first in rows)
