"""From an empty folder to a recorded call over a carrier that demands registration, and through stops and kills.

Only the clock is shifted, by two lines that an operator could write: the test runs at any hour, calls are placed in
the calling window of a working day. Staff, campaign, script, list and allocation come from the interface of the pages.
"""

import asyncio
import contextlib
import io
import os
import signal
import stat
import subprocess
import sys
import tomllib
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import numpy as np
import pytest
import soundfile

from callcenter.bootstrap import System, build
from callcenter.calendar.rules import WorkingCalendar
from callcenter.embedded.process import free_port_range, free_ports
from callcenter.readiness.types import Step
from callcenter.rehearsal import cast
from callcenter.rehearsal.day import choose_day
from callcenter.setup.probes.machine import ANSWERS_FILE, SETTINGS_FILE
from callcenter.setup.run import PASSWORD_FILE
from callcenter.setup.types import Question
from tests.e2e.conftest import _GRANTS_ITSELF, AGENT_TONE_HZ, Panel, a_browser
from tests.setup.first_run import PASSWORD as PASSWORD_OF_STAFF
from tests.setup.first_run import FirstRun
from tests.support.browser import HEADERS
from tests.support.servers import processes_of
from tests.support.waiting import eventually
from tests.telephony.registering import PASSWORD, Carrier, registering_carrier

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

START = 240.0
ADMINISTRATOR = "sysadmin"
OWN_PASSWORD = "horse-battery-7-staple"
NUMBER = "13900010029"
"""Answers after a ring and talks for a while."""
SERVERS = ("postgres", "store", "switch")


class Installation:
    """One folder, and the commands of its operator."""

    def __init__(self, folder: Path, carrier: Carrier) -> None:
        self.folder = folder / "d"
        self.settings = self.folder / SETTINGS_FILE
        self.answers = folder / "answers.toml"
        http, database, ami, sip, websocket, websocket_tls = free_ports(6)
        self.url = f"http://localhost:{http}"
        self.answers.touch(mode=0o600)
        self.answers.write_text(
            f"""
            servers = "here"
            organisation = "某某银行南宁分行"
            address = "{self.url}"
            network = "127.0.0.1"
            trunk = "{carrier.trunk}"
            trunk_password = "{PASSWORD}"
            caller_ids = ["{cast.CALLER_ID}"]
            administrator = "{ADMINISTRATOR}"
            seats = 5
            [ports]
            database = {database}
            store = {free_port_range(10)}
            ami = {ami}
            sip = {sip}
            websocket = {websocket}
            websocket_tls = {websocket_tls}
            sound = {free_port_range(80)}
            """
        )

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "callcenter", *words]

    async def run(self, *words: str) -> tuple[int, str]:
        """Returns exit code and output of a command."""
        process = await asyncio.create_subprocess_exec(
            *self.command(*words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        output, _ = await process.communicate()
        assert process.returncode is not None
        print(output.decode())
        return process.returncode, output.decode()

    async def set_up(self, answers: Path | None = None) -> tuple[int, str]:
        return await self.run("setup", "--data", str(self.folder), "--answers", str(answers or self.answers))

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Runs the installed system; at the end it must stop by itself."""
        with (self.folder.parent / "serve.out").open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *self.command("serve", "--env", str(self.settings)), stdout=output, stderr=output
            )
            try:
                await eventually(self.complete, START)
                yield
            finally:
                with contextlib.suppress(ProcessLookupError):
                    process.terminate()
                code = await process.wait()
        assert code == 0, (self.folder.parent / "serve.out").read_text()[-3000:]
        assert processes_of(self.folder) == []

    async def complete(self) -> bool:
        """Whether every part runs, and the engine has its switch."""
        with contextlib.suppress(httpx.HTTPError):
            async with httpx.AsyncClient(timeout=30) as http:
                answer = (await http.get(f"{self.url}/readyz")).json()
                return bool(answer["ready"] and all(part["running"] for part in answer["parts"]))
        return False

    def pid(self, server: str) -> int:
        return int((self.folder / "log" / f"{server}.pid").read_text())

    @contextlib.asynccontextmanager
    async def system(self) -> AsyncIterator[System]:
        """The parts of the system in this process, for what has no command."""
        with _environment(CALLCENTER_ENV_FILE=str(self.settings)):
            system = build()
            try:
                yield system
            finally:
                await system.close()


@contextlib.contextmanager
def _environment(**values: str) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


async def log_in(installation: Installation, login: str, password: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=installation.url, headers=HEADERS, timeout=30) as http:
        page = await http.get("/login")
        assert page.status_code == 200
        assert '<script type="module"' in page.text
        return await http.post("/api/v1/session", json={"login": login, "password": password})


async def change_password(installation: Installation, password: str) -> None:
    """The administrator logs in with the one-time password, and must change it."""
    async with httpx.AsyncClient(base_url=installation.url, headers=HEADERS, timeout=30) as http:
        answer = await http.post("/api/v1/session", json={"login": ADMINISTRATOR, "password": password})
        assert answer.json()["due"] == "password"
        assert (await http.get("/api/v1/people")).status_code == 403
        body = {"present": password, "new": OWN_PASSWORD}
        assert (await http.put("/api/v1/session/password", json=body)).status_code == 204
        assert (await http.get("/api/v1/people")).status_code == 200


def contents(folder: Path) -> dict[str, bytes]:
    """Returns the files that a run of the set-up may change."""
    names = (SETTINGS_FILE, ANSWERS_FILE, PASSWORD_FILE)
    files = [*(folder / name for name in names), *(folder / "switch").rglob("etc/*")]
    return {str(file): file.read_bytes() for file in files}


async def recorded_call(installation: Installation, folder: Path, agent: str) -> str:
    """Has an agent call the customer from a browser; returns the id of the call."""
    deployment: Any = SimpleNamespace(url=installation.url, secrets=SimpleNamespace(demo_password=PASSWORD_OF_STAFF))
    async with a_browser(folder, _GRANTS_ITSELF) as browser:
        context = await browser.new_context(locale="zh-CN")
        await context.grant_permissions(["microphone"], origin=installation.url)
        await context.add_init_script("localStorage.setItem('callcenter.rawAudio', '1')")
        desk = Panel(SimpleNamespace(deployment=deployment), context, await context.new_page())  # type: ignore[arg-type]
        await desk.log_in(agent)
        await desk.press("verb-log-on")
        await desk.state("phone-state", "up", seconds=60)
        await desk.press("verb-ready")
        await desk.state("seat-state", "preview", seconds=START)
        await desk.press("verb-call")
        await desk.state("seat-state", "on_call", "wrap_up", seconds=90)
        assert await desk.state("call-state", "answered", "ended", seconds=90) == "answered"
        await desk.state("seat-state", "wrap_up", seconds=90)
        async with installation.system() as system, system.works.begin() as work:
            person = await system.people.find_by_login(work, agent)
            seat = await system.agents.seat(work, person.id)
            assert seat
            assert seat.call_id
        assert desk.errors == []
        return str(seat.call_id)


async def sound_of(installation: Installation, call_id: str) -> tuple[float, float]:
    """Waits until the recording is stored; returns the loudest frequency of customer and agent (Hz)."""
    async with installation.system() as system:

        async def stored() -> bool:
            async with system.works.begin() as work:
                return await system.recordings.listening.stored(work, UUID(call_id))

        await eventually(stored, 120)
        async with system.works.begin() as work:
            recording = await system.recordings.listening.find(work, UUID(call_id))
        assert recording.object_key
        assert recording.version_id
        body = b"".join([part async for part in await system.store.get(recording.object_key, recording.version_id)])
    samples, rate = soundfile.read(io.BytesIO(body))
    found = []
    for side in range(2):
        middle = samples[len(samples) // 3 : 2 * len(samples) // 3, side]
        spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
        found.append(float(np.fft.rfftfreq(len(middle), 1 / rate)[int(spectrum[1:].argmax()) + 1]))
    return found[0], found[1]


async def first_steps(installation: Installation) -> FirstRun:
    """Does every step of the first run but the call, each by the person whose right it is."""
    first_run = await FirstRun.begin(installation.url, ADMINISTRATOR, OWN_PASSWORD)
    assert await first_run.missing() == [step.value for step in Step if step is not Step.LINE]
    people = await first_run.staff()
    await first_run.region()
    campaign_id = await first_run.campaign(cast.CALLER_ID)
    await first_run.script(campaign_id, people["agent_leader"])
    await first_run.list_of(campaign_id, people["data_officer"], NUMBER)
    await first_run.agents(campaign_id)
    assert await first_run.missing() == ["start", "allocation", "first_call"]
    await first_run.start(campaign_id)
    assert await first_run.allocate(campaign_id) == 1
    assert await first_run.missing() == ["first_call"]
    return first_run


async def test_an_empty_folder_becomes_a_system_that_calls_and_keeps_what_it_has(tmp_path: Path) -> None:
    with await asyncio.to_thread(_started, tmp_path / "carrier") as carrier:
        await _installed_and_used(tmp_path, carrier)


@contextlib.contextmanager
def _started(folder: Path) -> Iterator[Carrier]:
    with registering_carrier(folder, pace=2.0) as carrier:
        yield carrier


async def _installed_and_used(tmp_path: Path, carrier: Carrier) -> None:
    installation = Installation(tmp_path, carrier)
    decisions = set(tomllib.loads(installation.answers.read_text())) & set(Question)
    assert len(decisions) <= 12

    # A holiday may lie between now and the working day that is played.
    with _environment(CALLCENTER_PEOPLE_ONE_TIME_PASSWORD_HOURS="2000"):
        code, output = await installation.set_up()
    assert code == 0
    assert "0600" in f"{stat.S_IMODE(installation.settings.stat().st_mode):04o}"
    password = (installation.folder / PASSWORD_FILE).read_text().strip()
    assert password not in output
    assert PASSWORD not in output
    before = contents(installation.folder)

    code, output = await installation.set_up()
    assert (code, "nothing has changed" in output) == (0, True)
    assert contents(installation.folder) == before

    shifted = choose_day(WorkingCalendar(), datetime.now(UTC)).offset.total_seconds()
    with installation.settings.open("a") as file:
        file.write(f"CALLCENTER_REHEARSAL=true\nCALLCENTER_CLOCK_OFFSET_SECONDS={shifted}\n")
    before = contents(installation.folder)

    async with installation.serving():
        await change_password(installation, password)
        assert "bank01" in await asyncio.to_thread(carrier.asked, "pjsip show contacts")
        first_run = await first_steps(installation)
        call_id = await recorded_call(installation, tmp_path, "agent01")
        customer, spoken = await sound_of(installation, call_id)
        assert abs(customer - 469) < 20
        assert abs(spoken - AGENT_TONE_HZ) < 20
        assert await first_run.missing() == []
        await first_run.close()

        # Each server is killed as by a fault, and comes back with what it had.
        for server in SERVERS:
            killed = installation.pid(server)
            os.kill(killed, signal.SIGKILL)
            await eventually(lambda old=killed, name=server: installation.pid(name) != old, 60)  # type: ignore[misc]
            await eventually(installation.complete, START)
        assert (await sound_of(installation, call_id))[0] == customer
        with _environment(CALLCENTER_ENV_FILE=str(installation.settings)):
            assert (await installation.run("verify", "--store"))[0] == 0

        # Set up again beside the running system, it changes nothing, and refuses what needs a stop.
        code, output = await installation.set_up()
        assert (code, "nothing has changed" in output) == (0, True)
        other = tmp_path / "other.toml"
        other.touch(mode=0o600)
        other.write_text(installation.answers.read_text().replace(cast.CALLER_ID, "07715550009"))
        code, output = await installation.set_up(other)
        assert (code, "stop callcenter serve first" in output) == (2, True)
        assert contents(installation.folder) == before

    async with installation.serving():
        assert (await log_in(installation, ADMINISTRATOR, password)).status_code == 401
        assert (await log_in(installation, ADMINISTRATOR, OWN_PASSWORD)).json()["due"] is None
        assert (await sound_of(installation, call_id))[0] == customer

    # One answer changes, and only its line does.
    code, output = await installation.set_up(other)
    assert (code, "CALLCENTER_CAMPAIGNS_CALLER_IDS" in output) == (0, True)
    after = contents(installation.folder)
    assert {name for name in after if after[name] != before[name]} == {
        str(installation.folder / SETTINGS_FILE),
        str(installation.folder / ANSWERS_FILE),
    }

    await _drift_is_said(installation)


async def _drift_is_said(installation: Installation) -> None:
    command = ("switch", "check", "--node", "n1", "--env", str(installation.settings))
    assert (await installation.run(*command))[0] == 0
    pjsip = installation.folder / "switch" / "n1" / "etc" / "pjsip.conf"
    wanted = pjsip.read_text()
    pjsip.write_text(wanted.replace("expiration = 300", "expiration = 60").replace(PASSWORD, "another-password"))
    code, output = await installation.run(*command)
    assert code == 2
    assert "[carrier registration] expiration: 现为 is 60，应为 and should be 300" in output
    assert "[carrier auth] password" in output
    assert PASSWORD not in output
    assert "another-password" not in output
    code, _ = await installation.run("switch", "write", "--node", "n1", "--env", str(installation.settings))
    assert code == 0
    assert pjsip.read_text() == wanted
    assert (await installation.run(*command))[0] == 0
