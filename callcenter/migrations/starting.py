"""Decides whether a process may work on a database: its revision, its tables and its keys must be this process's.

Each question has one sentence as its answer, and costs one or two statements at the start of a process.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.kit.crypto import UndecipherableError, Vault
from callcenter.kit.installation import ALL_BOUND, BOUND_NOTE, InstallationNote, KeyTrouble, key_trouble
from callcenter.leads.types import NUMBER
from callcenter.migrations import schema
from callcenter.supervision.command import StartError

_KEY = "key:"
_TABLES = "tables"
_TROUBLE: Mapping[KeyTrouble, str] = {
    KeyTrouble.FOREIGN_INDEX: (
        "CALLCENTER_INDEX_KEY is not the key of this database: no number on the do-not-call list would be found;"
        " restore the key from the escrow"
    ),
    KeyTrouble.FOREIGN_FIELD: (
        "key {key} of CALLCENTER_FIELD_KEYS is not the key {key} of this database: nothing it has encrypted could be"
        " read; restore the key from the escrow"
    ),
    KeyTrouble.LACKING_FIELD: (
        "CALLCENTER_FIELD_KEYS lacks key {key}, with which rows of this database may be encrypted: restore it from the"
        " escrow, behind the active key"
    ),
}
_OLD_ROWS = (
    ("lead", "SELECT phone_sealed, phone_index FROM lead ORDER BY id DESC LIMIT 1"),
    ("dnc_entry", "SELECT phone_sealed, phone_index FROM dnc_entry WHERE phone_sealed IS NOT NULL LIMIT 1"),
)
"""Tables with a number and its index, which show the keys of a database that has none noted yet."""


def newest() -> str:
    """Returns the newest revision of this release, by the names of its files."""
    return max(path.name[:4] for path in (Path(__file__).parent / "versions").glob("[0-9]*.py"))


async def present_revision(session: AsyncSession) -> str | None:
    """Returns the revision of a database; None where nothing was migrated yet."""
    known = await session.scalar(text("SELECT to_regclass('alembic_version')"))
    revision: str | None = await session.scalar(text("SELECT max(version_num) FROM alembic_version")) if known else None
    return revision


def require_known_revision(present: str | None) -> None:
    """Raises StartError if a newer release has migrated this database."""
    if present is not None and present > newest():
        raise StartError(
            f"the database is at revision {present} and this release knows only {newest()}: install the release that"
            " has migrated it, or restore the backup from before"
        )


async def require_ready(session: AsyncSession, vault: Vault) -> None:
    """Raises StartError unless this release and these keys belong to the database; the first keys are noted."""
    await require_current(session)
    await _require_noted_tables(session)
    await note_keys(session, vault)
    if await session.scalar(select(InstallationNote.value).where(col(InstallationNote.name) == BOUND_NOTE)):
        vault.refuse_unbound()


async def require_current(session: AsyncSession) -> None:
    """Raises StartError unless the database has this release's revision."""
    present = await present_revision(session)
    require_known_revision(present)
    if present is None:
        raise StartError("the database is empty or is not one of this system: run callcenter migrate to fill it")
    if present < newest():
        raise StartError(
            f"the database is at revision {present} and this release needs {newest()}: run callcenter migrate"
        )


async def _require_noted_tables(session: AsyncSession) -> None:
    noted = await session.scalar(select(InstallationNote.value).where(col(InstallationNote.name) == _TABLES))
    if noted != schema.digest(await schema.read_async(session)):
        raise StartError(
            "tables were changed since callcenter migrate ran last: run it again, it names what is not as it must be"
        )


async def note_tables(session: AsyncSession) -> None:
    """Notes the present form of the tables, against which every start compares."""
    value = schema.digest(await schema.read_async(session))
    row = insert(InstallationNote).values(name=_TABLES, value=value, noted_at=datetime.now(UTC))
    await session.execute(
        row.on_conflict_do_update(index_elements=["name"], set_={"value": value, "noted_at": row.excluded.noted_at})
    )


async def note_all_bound(session: AsyncSession) -> None:
    """Notes of a database that was made now that none of its values can be one of no place."""
    row = insert(InstallationNote).values(name=BOUND_NOTE, value=ALL_BOUND, noted_at=datetime.now(UTC))
    await session.execute(row.on_conflict_do_nothing())


async def note_keys(session: AsyncSession, vault: Vault) -> None:
    """Compares the keys with those of the database and notes new ones. Raises StartError when they do not belong to it.

    In a database without notes (of an earlier release, or empty) a number that is there must be found by its index.
    """
    if not await session.scalar(text("SELECT to_regclass('installation_note')")):
        await _require_keys_of_old_rows(session, vault)
        return
    given = vault.check_values()
    noted = await _noted(session)
    if not noted:
        await _require_keys_of_old_rows(session, vault)
    _refuse(noted, given)
    if new := given.keys() - noted.keys():
        rows = [{"name": _KEY + name, "value": given[name], "noted_at": datetime.now(UTC)} for name in sorted(new)]
        await session.execute(insert(InstallationNote).values(rows).on_conflict_do_nothing())
        _refuse(await _noted(session), given)  # another process may have noted other keys at the same moment


def _refuse(noted: Mapping[str, str], given: Mapping[str, str]) -> None:
    if trouble := key_trouble(noted, given):
        kind, key_id = trouble
        raise StartError(_TROUBLE[kind].format(key=key_id))


async def _noted(session: AsyncSession) -> dict[str, str]:
    rows = await session.execute(
        select(InstallationNote.name, InstallationNote.value).where(col(InstallationNote.name).startswith(_KEY))
    )
    return {name.removeprefix(_KEY): value for name, value in rows}


async def _require_keys_of_old_rows(session: AsyncSession, vault: Vault) -> None:
    for table, question in _OLD_ROWS:
        if not await session.scalar(
            text(
                "SELECT true FROM information_schema.columns WHERE table_name = :table AND column_name = 'phone_sealed'"
                " AND table_schema = current_schema()"
            ),
            {"table": table},
        ):
            continue
        for sealed, index in await session.execute(text(question)):
            try:
                found = vault.index(vault.open(sealed, NUMBER.place(index))) == index
            except UndecipherableError:
                raise StartError(
                    f"CALLCENTER_FIELD_KEYS cannot decrypt the rows of table {table}: restore the keys with which this"
                    " database was written from the escrow"
                ) from None
            if not found:
                raise StartError(_TROUBLE[KeyTrouble.FOREIGN_INDEX])
