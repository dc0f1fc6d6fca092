"""Counts the statements that a use case sends to the database."""

import contextlib
from collections.abc import Iterator

from sqlalchemy import event

from callcenter.kit.db import Database


@contextlib.contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Collects the statements that are sent until the block ends."""
    sent: list[str] = []

    def take(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", take)
    try:
        yield sent
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", take)
