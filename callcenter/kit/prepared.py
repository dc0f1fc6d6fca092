"""Sends statements that are compiled once, straight to the driver, inside the transaction of a session (C5).

A session of SQLAlchemy spends about five times as long on a statement as the driver does, and more where it makes
objects of rows. So the path of a call keeps its statements as ``Prepared``: written with the same expressions, compiled
when the module is read, answered with plain rows. Everything else asks the session.

What the transaction has changed and not written yet is written before: a statement sees what the code has done.
"""

import re
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import asyncpg
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Delete,
    Dialect,
    Insert,
    Select,
    Table,
    TableValuedAlias,
    Update,
    bindparam,
    column,
)
from sqlalchemy import func as function
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.type_api import TypeEngine

from callcenter.kit.cache import note_changed
from callcenter.kit.held import write_changes

_DIALECT: Dialect = dialect()  # type: ignore[no-untyped-call]
_DRIVER = "callcenter.driver"

Statement = Select[*tuple[Any, ...]] | Insert | Update | Delete
Processor = Callable[[Any], Any] | None

sent: list[Callable[[AsyncSession, str], None]] = []
"""Called with each statement that is sent; the tests count by it."""


class Prepared:
    """Sends one statement of which only the parameters change. Constants become part of its text."""

    def __init__(self, statement: Statement) -> None:
        compiled = statement.compile(dialect=_DIALECT)
        assert isinstance(compiled, SQLCompiler), "a statement, not DDL"
        given = {name for name, bind in compiled.binds.items() if bind.required}
        expanded = compiled.construct_expanded_state(dict.fromkeys(given), escape_names=False)
        places = expanded.positiontup or ()
        names = [name for name in places if name in given]
        self._parameters = [(name, _writes(compiled, name)) for name in names]

        def place(match: re.Match[str]) -> str:
            name = places[int(match[1]) - 1]
            return f"${names.index(name) + 1}" if name in given else _literal(compiled, name, expanded.parameters[name])

        self.text = re.sub(r"\$(\d+)", place, expanded.statement)
        columns = list(statement.exported_columns)
        row: Any = namedtuple("Row", [each.key or "" for each in columns], rename=True)  # type: ignore[misc]
        self._make = row._make
        readers = ((place, _from_driver(each.type)) for place, each in enumerate(columns))
        self._readers = [(place, read) for place, read in readers if read is not None]
        written = statement.table if isinstance(statement, Insert | Update | Delete) else None
        self._changes = [written.name] if isinstance(written, Table) else []

    async def all(self, session: AsyncSession, parameters: Mapping[str, Any]) -> list[Any]:
        """Sends it; returns the rows of its answer as named tuples."""
        connection = await driver_of(session)
        if self._changes:
            note_changed(session.sync_session, self._changes)
        for seen in sent:
            seen(session, self.text)
        return [self._read(record) for record in await connection.fetch(self.text, *self._values(parameters))]

    async def first(self, session: AsyncSession, parameters: Mapping[str, Any]) -> Any | None:
        """Sends it; returns the first row of its answer, None without one."""
        return next(iter(await self.all(session, parameters)), None)

    def _values(self, parameters: Mapping[str, Any]) -> list[Any]:
        values = ((parameters[name], write) for name, write in self._parameters)
        return [value if write is None else write(value) for value, write in values]

    def _read(self, record: Iterable[Any]) -> Any:
        if not self._readers:
            return self._make(record)
        values = list(record)
        for place, read in self._readers:
            values[place] = read(values[place])
        return self._make(values)


def unnested(name: str, columns: Mapping[str, TypeEngine[Any]]) -> TableValuedAlias:
    """Makes a table of parameters: each column is a list, under its own name. So one statement writes many rows."""
    lists = (bindparam(each, type_=ARRAY(type_)) for each, type_ in columns.items())
    fields: list[ColumnElement[Any]] = [column(each, type_) for each, type_ in columns.items()]
    return function.unnest(*lists).table_valued(*fields).render_derived(name=name)


def part(columns: Iterable[ColumnElement[Any]]) -> tuple[list[ColumnElement[Any]], Callable[[Iterable[Any]], Any]]:
    """Returns columns of one table, and what makes a named tuple of their values in a row of several tables."""
    chosen = list(columns)
    made: Any = namedtuple("Part", [each.key or "" for each in chosen], rename=True)  # type: ignore[misc]
    return chosen, made._make


async def driver_of(session: AsyncSession) -> "asyncpg.Connection[asyncpg.Record]":
    """Returns the driver's connection of a session, within its transaction, whose changes are written."""
    await write_changes(session)
    connection: asyncpg.Connection[asyncpg.Record] | None = session.info.get(_DRIVER)
    if connection is None:
        adapted = (await (await session.connection()).get_raw_connection()).dbapi_connection
        assert adapted is not None, "a session in use has its connection"
        async with adapted._execute_mutex:  # as the dialect begins it, at the first statement
            if adapted._transaction is None:
                await adapted._start_transaction()
        connection = session.info[_DRIVER] = adapted.driver_connection
    return connection


def _writes(compiled: SQLCompiler, name: str) -> Processor:
    """Returns what makes the driver's value of a parameter; None where that is the value itself, or one of a list."""
    bind = compiled.binds.get(name)
    return None if bind is None else bind.type.dialect_impl(_DIALECT).bind_processor(_DIALECT)


def _literal(compiled: SQLCompiler, name: str, constant: Any) -> str:
    """Writes a constant as SQL. Only then may the plan of any parameters use an index of one state."""
    write = _writes(compiled, name)
    value = constant if write is None or constant is None else write(constant)
    match value:
        case None:
            return "NULL"
        case bool() | int():
            return str(value).upper()
        case str():
            return "'" + value.replace("'", "''") + "'"
    raise TypeError(f"{name} is a {type(value).__name__}: give it as a parameter")


def _from_driver(type_: TypeEngine[Any]) -> Processor:
    return type_.dialect_impl(_DIALECT).result_processor(_DIALECT, None)
