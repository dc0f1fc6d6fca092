"""Keeps tables of history as they were written: the database itself refuses to change or remove a row (law 11).

What can be changed is kept as rows with an instant from which each holds; nothing that was judged by a row may find
another one there later. A sealed text of a row may be sealed again (``audit.seals``), which changes nothing it says.
``keep`` joins the guard to a table, ``statements`` are the same for a migration.
"""

from typing import Any

from sqlalchemy import DDL, event
from sqlmodel import SQLModel

from callcenter.kit.db import BOUND

_FUNCTION = """
    CREATE OR REPLACE FUNCTION history_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        -- A text may be sealed again, and neither be written nor removed afterwards.
        IF TG_OP = 'UPDATE' AND TG_NARGS = 1 THEN
            IF to_jsonb(NEW) - TG_ARGV[0] = to_jsonb(OLD) - TG_ARGV[0]
                    AND (to_jsonb(NEW) ->> TG_ARGV[0] = '') = (to_jsonb(OLD) ->> TG_ARGV[0] = '') THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'law 11: what was in force stays as it was: % of % refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END $$
"""


def statements(table: str, sealed: str = "") -> tuple[str, ...]:
    """Returns what makes the guard of a table, in order. ``sealed``: its column of sealed texts."""
    argument = f"'{sealed}'" if sealed else ""
    return (
        _FUNCTION,
        f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION history_stays({argument})",
        f"CREATE TRIGGER {table}_stays_whole BEFORE TRUNCATE ON {table} EXECUTE FUNCTION history_stays()",
    )


def keep(model: type[SQLModel]) -> None:
    """Makes the guard together with the table of a model."""
    table = SQLModel.metadata.tables[str(model.__tablename__)]
    sealed = [column.name for column in table.columns if BOUND in column.info]
    for statement in statements(table.name, *sealed):
        ddl: Any = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        event.listen(table, "after_create", ddl)
