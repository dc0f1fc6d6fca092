"""Finds the sealed columns of all tables, as the rooms declare them (``kit.db.sealed_field``)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Column, LargeBinary, MetaData
from sqlalchemy.dialects import postgresql

from callcenter.kit.db import BOUND
from callcenter.kit.places import Binding

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class SealedColumn:
    """One column of sealed texts, or one value inside a column of JSON documents."""

    column: str
    binding: Binding
    inside: str | None = None

    @cached_property
    def name(self) -> str:
        return f"{self.column}.{self.inside}" if self.inside else self.column

    @cached_property
    def value(self) -> str:
        """Returns the SQL of the sealed value in the row ``t``; an empty text is none."""
        return f"NULLIF(t.{self.column} ->> '{self.inside}', '')" if self.inside else f"NULLIF(t.{self.column}, '')"


@dataclass(frozen=True)
class SealedTable:
    name: str
    keys: Mapping[str, str]
    """The columns of its primary key, each with its type."""
    columns: Sequence[SealedColumn]

    @cached_property
    def by(self) -> Sequence[str]:
        """Returns the columns that the bindings name, each once."""
        return tuple(dict.fromkeys(name for column in self.columns for name in column.binding.by))

    @cached_property
    def select(self) -> str:
        """Returns the columns of a SELECT from ``t``: keys, ``by``, then one sealed value after the other."""
        values = (f"{column.value} AS sealed_{number}" for number, column in enumerate(self.columns))
        keys = (f"t.{name} AS key_{number}" for number, name in enumerate(self.keys))
        return ", ".join((*keys, *(f"t.{name} AS by_{name}" for name in self.by), *values))

    def places(self, row: Any) -> list[str]:
        """Returns the places of the sealed values of a row, in the order of the columns."""
        held = row._mapping
        return [column.binding.place(*(held[f"by_{name}"] for name in column.binding.by)) for column in self.columns]

    def sealed(self, row: Any) -> list[str | None]:
        """Returns the sealed values of a row, in the order of the columns."""
        return list(row[len(self.keys) + len(self.by) :])

    def key(self, row: Any) -> tuple[Any, ...]:
        """Returns the primary key of a row."""
        return tuple(row[: len(self.keys)])


def row_name(key: Sequence[Any]) -> str:
    """Returns the key of a row as findings and the log name it."""
    return ".".join(map(str, key))


def sealed_tables(metadata: MetaData) -> list[SealedTable]:
    """Returns the tables with sealed texts. Pieces of uploads are none of them: they are gone after some days."""
    tables = []
    for table in metadata.sorted_tables:
        if columns := [one for column in table.columns for one in _of(column)]:
            keys = {key.name: key.type.compile(_DIALECT) for key in table.primary_key.columns}
            tables.append(SealedTable(table.name, keys, columns))
    return tables


def _of(column: Column[Any]) -> list[SealedColumn]:
    binding = column.info.get(BOUND)
    if binding is None or isinstance(column.type, LargeBinary):
        return []
    if isinstance(binding, Mapping):
        return [SealedColumn(column.name, one, inside) for inside, one in binding.items()]
    return [SealedColumn(column.name, binding)]
