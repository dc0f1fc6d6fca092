"""An office without telephones: panels, interface, jobs and commands on one database, without switch and store."""

import asyncio
import contextlib
import gc
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from typer.testing import CliRunner, Result

from callcenter import bootstrap, cli
from callcenter.bootstrap import System
from callcenter.bootstrap.job_handlers import run_job
from callcenter.bootstrap.listening import open_listener
from callcenter.embedded.process import free_ports
from callcenter.kit import log
from callcenter.kit.config import CoreSettings
from callcenter.kit.jobs import JobRunner
from callcenter.people.types import Role
from tests.support.browser import HEADERS, log_in
from tests.support.databases import TestDatabases
from tests.support.people import hire
from tests.support.processes import environment
from tests.support.running import running
from tests.support.waiting import eventually

LOGIN = "officer"
"""The one at the page; who logs in a second time ends the first session."""
PROGRAM = "program"
MANY = "100000"


@dataclass
class Office:
    """A running system of web and jobs with two data officers."""

    system: System
    url: str
    client: httpx.AsyncClient
    """A program's, logged in."""

    async def ask(self, method: str, path: str, **request: Any) -> Any:
        """Sends a request of the program to ``/api/v1``, which must succeed; returns the answer."""
        answer = await self.client.request(method, f"/api/v1{path}", **request)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def result(self, job_id: int) -> dict[str, Any]:
        """Waits for the end of a job, which must succeed; returns its result."""

        async def ended() -> Any:
            job = await self.ask("GET", f"/jobs/{job_id}")
            return None if job["state"] in ("queued", "running") else job

        job = await eventually(ended)
        assert job["state"] == "done", job["problem"]
        return dict(job["result"])

    async def command(self, *words: str | Path) -> dict[str, Any]:
        """Runs a command in this process, on a thread, as it brings an event loop of its own; returns its report."""
        ended: Result = await asyncio.to_thread(CliRunner().invoke, cli.app, [*map(str, words), "--json"])
        assert ended.exit_code == 0, ended.output
        return dict(json.loads(ended.stdout))


@contextlib.asynccontextmanager
async def an_office(databases: TestDatabases, spool: Path, **people: Role) -> AsyncIterator[Office]:
    """Runs the system, with further people by their log-ins; a job runs in this process instead of one of its own."""
    database_url = await databases.create()
    with pytest.MonkeyPatch.context() as patched:
        for name, value in environment(database_url, spool).items():
            patched.setenv(name, value)
        patched.setenv("CALLCENTER_RATES_UPLOADS_AN_HOUR", MANY)
        patched.setenv("CALLCENTER_SECURE_COOKIES", "false")
        patched.setattr(log, "set_up_logging", lambda **_: None)  # of the process, which is the tests'
        patched.setattr(gc, "freeze", lambda: None)
        system = bootstrap.build(CoreSettings())
        try:
            for login, role in {LOGIN: Role.DATA_OFFICER, PROGRAM: Role.DATA_OFFICER, **people}.items():
                await hire(system.works, system.people, login, role)
            async with (
                _serving(system) as url,
                httpx.AsyncClient(base_url=url, headers=HEADERS, timeout=60, trust_env=False) as client,
            ):
                answer = await log_in(client, PROGRAM)
                assert answer.status_code == 200, answer.text
                yield Office(system, url, client)
        finally:
            await system.close()
    await databases.drop(database_url)


@contextlib.asynccontextmanager
async def _serving(system: System) -> AsyncIterator[str]:
    async def here(job_id: int) -> int:
        await run_job(system, job_id)
        return 0

    port = free_ports(1)[0]
    server = uvicorn.Server(uvicorn.Config(bootstrap.application(system), log_config=None, access_log=False))
    with open_listener("127.0.0.1", port) as listener:
        jobs = JobRunner(system.works, system.waker, here)
        async with running(system.waker.run(), jobs.run()):
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            await eventually(lambda: server.started)
            yield f"http://127.0.0.1:{port}"
            server.should_exit = True
            await serving
