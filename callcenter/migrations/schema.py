"""Compares the tables of a database with the models of this release: columns, constraints, indexes, triggers.

PostgreSQL itself makes both texts that are compared: the models' tables are created in a schema of their own, read and
undone again. So a CHECK of an enum's values, an index and a trigger are compared as well as a column.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncSession

_REFERENCE = "callcenter_models"
"""The schema in which the models' tables are created for a moment."""

Schema = Mapping[tuple[str, str, str], str]
"""Kind, table and name of each thing → its definition."""

_CATALOG = r"""
    WITH space AS (SELECT oid FROM pg_namespace WHERE nspname = current_schema()),
    tables AS (
        SELECT oid, relname FROM pg_class
        WHERE relnamespace = (SELECT oid FROM space) AND relkind = 'r' AND relname <> 'alembic_version'
    )
    SELECT 'column' AS kind, tables.relname AS of_table, attname::text AS name,
        format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' not null' ELSE '' END
            || CASE attidentity WHEN '' THEN '' ELSE ' identity ' || attidentity::text END AS definition
    FROM tables JOIN pg_attribute ON attrelid = tables.oid WHERE attnum > 0 AND NOT attisdropped
    UNION ALL
    SELECT 'constraint', tables.relname, conname::text, pg_get_constraintdef(pg_constraint.oid)
    FROM tables JOIN pg_constraint ON conrelid = tables.oid WHERE contype IN ('c', 'f', 'p', 'u')
    UNION ALL
    SELECT 'index', tables.relname, indexes.relname::text, pg_get_indexdef(indexes.oid)
    FROM tables JOIN pg_index ON indrelid = tables.oid JOIN pg_class indexes ON indexes.oid = indexrelid
    UNION ALL
    SELECT 'trigger', tables.relname, tgname::text, pg_get_triggerdef(pg_trigger.oid) || ' ' || tgenabled::text
    FROM tables JOIN pg_trigger ON tgrelid = tables.oid WHERE NOT tgisinternal
    UNION ALL
    SELECT 'function', '', proname::text, md5(btrim(regexp_replace(prosrc, '\s+', ' ', 'g')))
    FROM pg_proc WHERE pronamespace = (SELECT oid FROM space)
"""

_CAST = re.compile(r"::[a-z_]+(?: [a-z_]+)*(?:\(\d+\))?(?:\[\])?")


def difference(reference: Schema, actual: Schema) -> list[str]:
    """Returns what the tables lack or have otherwise than the models say, a few words each.

    A further table or index of the operator does no harm; a further column, constraint or trigger may refuse our rows.
    """
    tables = {table for _, table, _ in reference}
    lacking = [f"{_named(key)} is missing" for key in reference if key not in actual]
    other = [f"{_named(key)} differs" for key in reference if key in actual and reference[key] != actual[key]]
    further = [
        f"{_named(key)} is unknown"
        for key in actual
        if key not in reference and key[1] in tables and key[0] in ("column", "constraint", "trigger")
    ]
    return sorted(lacking) + sorted(other) + sorted(further)


def _named(key: tuple[str, str, str]) -> str:
    kind, table, name = key
    return f"{kind} {table}.{name}" if table else f"{kind} {name}"


def digest(schema: Schema) -> str:
    """Returns 64 hexadecimal digits that change with any change of the tables."""
    lines = sorted("\t".join((*key, definition)) for key, definition in schema.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def read(connection: Connection) -> Schema:
    """Reads the tables of the current schema."""
    space: str = connection.execute(text("SELECT current_schema()")).scalar_one()
    return _schema(connection.execute(text(_CATALOG)), space)


async def read_async(session: AsyncSession) -> Schema:
    """Reads the tables of the current schema: two statements."""
    space: str = (await session.execute(text("SELECT current_schema()"))).scalar_one()
    return _schema(await session.execute(text(_CATALOG)), space)


def _schema(rows: Iterable[Sequence[str]], space: str) -> Schema:
    """Leaves out of the definitions what says nothing of the tables.

    That is the schema's own name, and casts with their parentheses: a table that was restored from a dump shows them in
    other places.
    """
    return {
        (kind, table, name): definition if kind == "column" else _without_casts(definition.replace(f"{space}.", ""))
        for kind, table, name, definition in rows
    }


def _without_casts(definition: str) -> str:
    return re.sub(r"[()]", "", _CAST.sub("", definition))


def of_models(connection: Connection) -> Schema:
    """Creates the models' tables in a schema of their own, reads them and undoes all of it."""
    from callcenter.tables import metadata

    connection.rollback()
    connection.execute(text(f"CREATE SCHEMA {_REFERENCE}"))
    connection.execute(text(f"SET LOCAL search_path TO {_REFERENCE}"))
    metadata.create_all(connection, checkfirst=False)
    try:
        return read(connection)
    finally:
        connection.rollback()
