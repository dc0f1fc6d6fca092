"""Cuts a transaction off at any statement or at its commit, as a crash would."""

from sqlalchemy import event

from callcenter.kit.db import Database


class CutOffError(Exception):
    """The system stops here."""


class Scissors:
    """Cuts the work of a connection off before a statement, or at the commit."""

    def __init__(self, database: Database) -> None:
        self._left: int | None = None
        event.listen(database.engine.sync_engine, "before_cursor_execute", self._statement)
        event.listen(database.engine.sync_engine, "commit", self._commit)

    def after(self, statements: int) -> None:
        self._left = statements

    def rest(self) -> None:
        self._left = None

    def _statement(self, *_: object) -> None:
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                self._cut()

    def _commit(self, *_: object) -> None:
        if self._left is not None:
            self._cut()

    def _cut(self) -> None:
        self._left = None
        raise CutOffError
