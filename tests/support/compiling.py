"""Compiled statements, kept for all tests of a process.

Every test has engines of its own, and an engine would compile each statement of the system anew: a third of the
processor time of a usual test. All engines of a test run speak to the same server with the same settings, so what one
has compiled is right for all.
"""

from typing import Any

from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import LRUCache

from callcenter.kit import db

_MOST_STATEMENTS = 5000


def compile_once() -> None:
    """Lets the engines that are made from now on share their compiled statements; a dialect is a part of their keys."""
    compiled: LRUCache[Any, Any] = LRUCache(_MOST_STATEMENTS)

    def create(*arguments: Any, **options: Any) -> AsyncEngine:
        engine = create_async_engine(*arguments, **options)
        engine.sync_engine._compiled_cache = compiled
        return engine

    vars(db)["create_async_engine"] = create
    for name, method in (("__eq__", _is_of_the_same_kind), ("__hash__", _hash_of_kind)):
        setattr(PGDialect_asyncpg, name, method)


def _is_of_the_same_kind(dialect: object, other: object) -> bool:
    return type(dialect) is type(other)


def _hash_of_kind(dialect: object) -> int:
    return hash(type(dialect))
