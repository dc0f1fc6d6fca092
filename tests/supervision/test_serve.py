"""``callcenter serve`` as an operator runs it: real processes on a real database; switch and store do not answer."""

import asyncio
import base64
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import httpx
import psutil
import pytest

from callcenter.embedded.process import free_ports
from callcenter.migrations.starting import newest
from tests.support.processes import environment
from tests.support.servers import processes_of
from tests.support.settings import VAULT
from tests.support.waiting import eventually

pytestmark = [pytest.mark.db, pytest.mark.timeout(600)]

PARTS = ["engine", "office", "recorder", "web"]
LACKING = "CALLCENTER_SWITCH_AMI_SECRET"
START = 240.0
"""Seconds that the start of all parts may take on a machine with other work."""


class Served:
    """One run of the command in a folder of its own."""

    def __init__(self, folder: Path, database_url: str, **settings: str) -> None:
        self.folder = folder
        self.port = free_ports(1)[0]
        self.environment = {
            **os.environ,
            **environment(database_url, folder / "spool"),
            "CALLCENTER_HTTP_PORT": str(self.port),
            "CALLCENTER_LOG_DIR": str(folder / "log"),
            **settings,
        }
        self.process: asyncio.subprocess.Process | None = None

    async def start(self, *roles: str) -> None:
        (self.folder / "spool").mkdir(exist_ok=True)
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "callcenter", "serve", *roles),
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    async def ask(self, path: str) -> httpx.Response | None:
        with contextlib.suppress(httpx.HTTPError):
            async with httpx.AsyncClient(timeout=30) as http:
                return await http.get(f"http://127.0.0.1:{self.port}{path}")
        return None

    async def answers(self, path: str, status: int) -> bool:
        answer = await self.ask(path)
        return answer is not None and answer.status_code == status

    async def ended(self) -> tuple[int, str]:
        """Returns exit code and output, when the command has ended."""
        assert self.process
        output, _ = await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode, output.decode()

    def roles(self) -> Mapping[str, list[int]]:
        """Returns role → ids of its processes, for the children of the command that runs."""
        assert self.process
        by_role: dict[str, list[int]] = {}
        for child in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):
                words = child.cmdline()
                if "--role" in words:
                    by_role.setdefault(words[words.index("--role") + 1], []).append(child.pid)
        return by_role

    def log_of(self, part: str) -> str:
        return (self.folder / "log" / f"{part}.log").read_text()


async def test_each_part_is_a_process_that_comes_back_and_all_stop_together(tmp_path: Path, database_url: str) -> None:
    served = Served(tmp_path, database_url, CALLCENTER_WEB_WORKERS="2")
    await served.start()
    await eventually(lambda: served.answers("/readyz", 200), START)
    await eventually(lambda: len(served.roles().get("web", [])) == 2, START)
    assert sorted(served.roles()) == PARTS
    assert sorted(file.name for file in (tmp_path / "log").glob("*.log")) == [
        "engine.log",
        "office.log",
        "recorder.log",
        "web1.log",
        "web2.log",
    ]
    await eventually(lambda: "leading" in served.log_of("engine"), START)
    await eventually(lambda: "waiting for database and store" in served.log_of("recorder"), START)

    # One web worker dies: no connection is refused meanwhile, because the socket is the supervisor's.
    before = served.roles()
    killed = before["web"][0]
    os.kill(killed, signal.SIGKILL)
    for _ in range(20):
        answer = await served.ask("/healthz")
        assert answer is not None
        assert answer.status_code == 200
    await eventually(lambda: len(served.roles().get("web", [])) == 2 and killed not in served.roles()["web"], START)
    assert {role: served.roles()[role] for role in ("engine", "office", "recorder")} == {
        role: before[role] for role in ("engine", "office", "recorder")
    }

    assert served.process
    served.process.send_signal(signal.SIGTERM)
    code, output = await served.ended()
    assert code == 0
    assert "part died" in output
    assert "killed by SIGKILL" in output
    assert output.count("part stopped") == 5
    assert "part killed" not in output
    assert processes_of(tmp_path) == []


async def test_no_part_outlives_a_supervisor_that_is_killed(tmp_path: Path, database_url: str) -> None:
    served = Served(tmp_path, database_url)
    await served.start()
    await eventually(lambda: sorted(served.roles()) == PARTS, START)
    await eventually(lambda: served.answers("/healthz", 200), START)
    assert served.process
    served.process.kill()
    await served.process.wait()
    await eventually(lambda: processes_of(tmp_path) == [], 60)


async def test_the_parts_wait_for_a_database_that_comes_later(tmp_path: Path, database_url: str) -> None:
    port, real = free_ports(1)[0], urlsplit(database_url)
    monitored = free_ports(1)[0]
    served = Served(
        tmp_path, database_url.replace(f":{real.port}/", f":{port}/"), CALLCENTER_HEALTH_PORT=str(monitored)
    )
    await served.start()
    await eventually(lambda: served.answers("/healthz", 200), START)
    answer = await served.ask("/readyz")
    assert answer is not None
    assert answer.status_code == 503
    assert answer.json()["database"] is False
    await eventually(lambda: "waiting for database and store" in served.log_of("engine"), START)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{monitored}", timeout=30) as engine:
        said = await engine.get("/readyz")
    assert (said.status_code, said.json()["leading"]) == (503, False)
    assert "waits for its database" in said.json()["problems"][0]

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward_reader, onward_writer = await asyncio.open_connection(real.hostname, real.port)

        async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError):
                while data := await source.read(65536):
                    target.write(data)
                    await target.drain()
            target.close()

        await asyncio.gather(copy(reader, onward_writer), copy(onward_reader, writer))

    async with await asyncio.start_server(forward, "127.0.0.1", port):
        await eventually(lambda: served.answers("/readyz", 200), START)
        await eventually(lambda: "leading" in served.log_of("engine"), START)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{monitored}", timeout=30) as engine:
            about = (await engine.get("/readyz")).json()
        assert (about["ready"], about["leading"]) == (False, True)
        assert "no link to switch n1: no call is dialled at it" in about["problems"]
        assert served.process
        served.process.send_signal(signal.SIGINT)
        code, output = await served.ended()
    assert (code, "part died" in output) == (0, False)


async def test_one_sentence_says_why_it_cannot_begin(tmp_path: Path, database_url: str) -> None:
    lacking = Served(tmp_path, database_url)
    del lacking.environment[LACKING]
    await lacking.start()
    code, output = await lacking.ended()
    assert code == 2
    assert output.splitlines() == [f"callcenter: settings are missing or wrong: {LACKING} (field required)"]

    taken = Served(tmp_path, database_url, CALLCENTER_HTTP_PORT=str(lacking.port))
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", lacking.port):
        await taken.start()
        code, output = await taken.ended()
    assert code == 2
    assert output.splitlines()[-1].startswith(f"callcenter: port {lacking.port} of 127.0.0.1 cannot be used")

    connection = await asyncpg.connect(database_url)
    foreign = Served(tmp_path, database_url, CALLCENTER_INDEX_KEY=base64.b64encode(bytes(range(100, 132))).decode())
    values = VAULT.check_values().items()
    await connection.executemany(
        "INSERT INTO installation_note VALUES ($1, $2, now())", [(f"key:{name}", value) for name, value in values]
    )
    await foreign.start("--role", "web")
    code, output = await foreign.ended()
    assert code == 2
    assert "CALLCENTER_INDEX_KEY is not the key of this database" in output.splitlines()[-1]

    old = Served(tmp_path, database_url)
    await connection.execute("UPDATE alembic_version SET version_num = '0001'")
    await old.start("--role", "office")
    code, output = await old.ended()
    await connection.execute("UPDATE alembic_version SET version_num = $1", newest())
    await connection.close()
    assert code == 2
    assert output.splitlines()[-1].endswith(
        f"at revision 0001 and this release needs {newest()}: run callcenter migrate"
    )
    assert processes_of(tmp_path) == []
