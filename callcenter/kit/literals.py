"""Parts of statements that are made once and prepared: states, instants, and a lock that is not waited for.

States are written into a statement as they are, instead of as parameters.

A prepared statement is planned once for any parameters, and then uses no partial index (``WHERE state = 'open'``): for
that the plan must know the value.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    DateTime,
    FromClause,
    ScalarSelect,
    String,
    bindparam,
    func,
    literal,
    or_,
    select,
)


def one_of(column: Any, states: Iterable[StrEnum]) -> ColumnElement[bool]:
    """Returns the condition that a column holds one of these states."""
    return or_(*(column == written(column, state) for state in states))


def written(column: Any, state: StrEnum) -> ColumnElement[Any]:
    """Returns a state as it stands in a column, written into the statement."""
    return literal(state, column.type, literal_execute=True)


def instant(name: str) -> BindParameter[datetime]:
    """Returns a parameter that is an instant, under its name."""
    return bindparam(name, type_=DateTime(timezone=True))


def takes_lock(of: FromClause | None = None) -> ScalarSelect[bool]:
    """Returns the condition that the advisory lock named by the parameter ``lock`` is free; it is held from then on.

    ``of``: rows around the statement, each with its own ``lock``. A statement that meets another holder does not wait:
    it changes nothing.
    """
    name = bindparam("lock", type_=String) if of is None else of.c.lock
    query = select(func.pg_try_advisory_xact_lock(func.hashtextextended(name, 0)))
    return (query if of is None else query.correlate(of)).scalar_subquery()
