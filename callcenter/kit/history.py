"""Keeps tables of history as they were written: the database itself refuses to change or remove a row (law 11).

What can be changed is kept as rows with an instant from which each holds; nothing that was judged by a row may find
another one there later. ``keep`` joins the guard to a table, ``statements`` are the same for a migration.
"""

from typing import Any

from sqlalchemy import DDL, event
from sqlmodel import SQLModel

_FUNCTION = """
    CREATE OR REPLACE FUNCTION history_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'law 11: what was in force stays as it was: % of % refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END $$
"""


def statements(table: str) -> tuple[str, ...]:
    """Returns what makes the guard of a table, in order."""
    return (
        _FUNCTION,
        f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION history_stays()",
        f"CREATE TRIGGER {table}_stays_whole BEFORE TRUNCATE ON {table} EXECUTE FUNCTION history_stays()",
    )


def keep(model: type[SQLModel]) -> None:
    """Makes the guard together with the table of a model."""
    table = SQLModel.metadata.tables[str(model.__tablename__)]
    for statement in statements(table.name):
        ddl: Any = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        event.listen(table, "after_create", ddl)
