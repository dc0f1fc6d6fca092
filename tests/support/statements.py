"""Counts what a system asks of its database."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.kit import prepared
from callcenter.kit.db import Database

_LONGEST = 90
"""Characters of a statement that distinguish it from others."""


@dataclass
class Statements:
    """What was sent through one pool of connections; the check of a connection before its use is not counted."""

    texts: Counter[str] = field(default_factory=Counter)
    commits: int = 0

    @property
    def count(self) -> int:
        return self.texts.total()

    def per_life(self, lives: int) -> str:
        """Returns the statements as lines, the most frequent first, for the message of a failed check."""
        lines = [f"{number / lives:6.1f}  {text}" for text, number in self.texts.most_common()]
        return "\n".join([f"{self.count / lives:.1f} statements, {self.commits / lives:.1f} commits", *lines])


@contextmanager
def counted(database: Database) -> Iterator[Statements]:
    """Counts within the block."""
    statements = Statements()
    engine = database.engine.sync_engine

    def executed(_connection: Any, _cursor: Any, text: str, *_: Any) -> None:
        statements.texts[" ".join(text.split())[:_LONGEST]] += 1

    def sent(session: AsyncSession, text: str) -> None:
        if session.bind is database.engine:
            executed(None, None, text)

    def committed(_connection: Any) -> None:
        statements.commits += 1

    prepared.sent.append(sent)
    event.listen(engine, "before_cursor_execute", executed)
    event.listen(engine, "commit", committed)
    try:
        yield statements
    finally:
        prepared.sent.remove(sent)
        event.remove(engine, "before_cursor_execute", executed)
        event.remove(engine, "commit", committed)
