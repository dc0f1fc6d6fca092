"""Runs ``pg_dump`` and ``pg_restore`` of a version that fits the server, and counts rows."""

import asyncio
import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from callcenter.backup.errors import BackupRefused
from callcenter.embedded.postgres import EmbeddedPostgres
from callcenter.embedded.process import EmbeddedError

_TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename")
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
_SAME_PLACE = ("--no-owner", "--no-privileges")
"""The restored tables belong to the account that restores them."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The programs of one version of PostgreSQL."""

    folder: Path

    async def dump(self, url: str, snapshot: str, target: Path) -> None:
        """Writes an archive of everything that the snapshot shows. Raises BackupRefused."""
        options = ("--format=custom", "--compress=6", f"--snapshot={snapshot}", f"--file={target}", *_SAME_PLACE)
        await self._run("pg_dump", url, *options)

    async def restore(self, source: Path, url: str) -> None:
        """Fills an empty database in one transaction: it is filled whole or stays empty. Raises BackupRefused."""
        await self._run("pg_restore", url, "--single-transaction", "--exit-on-error", *_SAME_PLACE, str(source))

    async def _run(self, tool: str, url: str, *options: str) -> None:
        address, password = _for_tools(url)
        # The password is not among the arguments: every account of the machine can read those.
        environment = {**os.environ, "PGPASSWORD": password, "PGCONNECT_TIMEOUT": "10"}
        process = await asyncio.create_subprocess_exec(
            *(str(self.folder / tool), f"--dbname={address}", "--no-password", *options),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment,
        )
        try:
            _, said = await process.communicate()
        except asyncio.CancelledError:
            process.terminate()
            await process.wait()
            raise
        if process.returncode:
            lines = said.decode(errors="replace").strip().splitlines()
            raise BackupRefused("tool_failed", tool=tool, why=lines[0] if lines else f"exit code {process.returncode}")


def _for_tools(url: str) -> tuple[str, str]:
    """Returns the address as libpq reads it, without the password, and the password."""
    parts = urlsplit(url)
    account, _, place = parts.netloc.rpartition("@")
    user = account.partition(":")[0]
    # asyncpg says ``ssl`` where libpq says ``sslmode``
    query = urlencode([("sslmode" if name == "ssl" else name, value) for name, value in parse_qsl(parts.query)])
    address = parts._replace(netloc=f"{user}@{place}" if user else place, query=query)
    return address.geturl(), unquote(parts.password or "")


def find_tools(server: int) -> Tools:
    """Returns programs that are as new as the server: those of the machine, else the embedded ones.

    Raises BackupRefused.
    """
    candidates = []
    if named := shutil.which("pg_dump"):
        candidates.append(Path(named).parent)
    with contextlib.suppress(EmbeddedError):  # the extra is not installed: the machine's programs have to do
        candidates.append(EmbeddedPostgres(Path(), 0, "").binaries)
    for folder in candidates:
        if (folder / "pg_restore").exists() and _version_of(folder) >= server:
            return Tools(folder)
    raise BackupRefused("tools_missing", version=server)


def _version_of(folder: Path) -> int:
    try:
        said = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return 0
    found = _VERSION.search(said.stdout)
    return int(found[1]) if found else 0


async def rows_of_tables(session: AsyncSession) -> dict[str, int]:
    """Returns how many rows each table has: table → rows."""
    names = (await session.scalars(_TABLES)).all()
    counts: dict[str, int] = {}
    for name in names:
        quoted = name.replace('"', '""')
        counts[name] = int(await session.scalar(text(f'SELECT count(*) FROM "{quoted}"')) or 0)  # noqa: S608
    return counts


async def tables_at(url: str) -> Mapping[str, int]:
    """Returns the tables of the database at a URL, with their rows."""
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1), poolclass=NullPool)
    try:
        async with AsyncSession(engine) as session:
            return await rows_of_tables(session)
    finally:
        await engine.dispose()
