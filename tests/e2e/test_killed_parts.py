"""Each part is killed in the middle of a working day. The day goes on, no number is dialled twice, no recording is
lost, and the certificate names the calls that were cut off."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import UUID

import psutil
import pytest
from sqlalchemy import text

from callcenter.audit.certificate.types import Certificate, Result, SectionId
from callcenter.calls.types import RecordingFacts
from callcenter.rehearsal.run import Rehearsal, robots_working
from callcenter.supervision.supervisor import Supervisor
from callcenter.telephony.asterisk import provision
from tests.e2e.conftest import a_rehearsal
from tests.support.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

TALKING = 2
"""How many conversations are going on when a part is killed."""
BACK = 180.0
"""Seconds until a part is back on a machine that does other work too."""


async def number(rehearsal: Rehearsal, statement: str) -> int:
    """Returns the one number that a statement yields."""
    async with rehearsal.system.works.begin() as work:
        return int(await work.session.scalar(text(statement)) or 0)


async def placed(rehearsal: Rehearsal) -> int:
    async with rehearsal.system.works.begin() as work:
        return (await rehearsal.system.floor.snapshot(work)).totals.placed


async def conversations(rehearsal: Rehearsal) -> dict[UUID, RecordingFacts] | None:
    """Returns the conversations that are going on; None while there are too few."""
    async with rehearsal.system.works.begin() as work:
        calls = await rehearsal.system.calls.open_calls(work, rehearsal.system.settings.node)
    talking = {call.call_id: call for call in calls if call.answered_at is not None}
    return talking if len(talking) >= TALKING else None


async def customers(rehearsal: Rehearsal) -> set[str]:
    """Returns the channels of customers that are up in the switch; those of agents stay between conversations."""
    node = rehearsal.deployment.node
    process = await asyncio.create_subprocess_exec(
        *provision.console(node.box.argv, node.folder, "core show channels concise"),
        env=node.command().whole_environment(),
        stdout=asyncio.subprocess.PIPE,
    )
    answer, _ = await process.communicate()
    lines = [line.split("!") for line in answer.decode().splitlines() if "!" in line]
    return {fields[-1] for fields in lines if "Up" in fields and not fields[-1].startswith("leg-")}


async def kill(supervisor: Supervisor, part: str) -> Callable[[], Awaitable[int]]:
    """Kills a part's process; returns what waits until it is back."""
    before, pid = supervisor.restarts[part], supervisor.pid(part)
    assert pid is not None
    process = psutil.Process(pid)
    os.kill(pid, signal.SIGKILL)
    await eventually(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)

    async def back() -> int:
        return await eventually(lambda: supervisor.restarts[part] == before + 1 and supervisor.restarts[part], BACK)

    return back


async def goes_on(rehearsal: Rehearsal, statement: str, more: int = 1) -> None:
    """Waits until a number has grown."""
    before = await number(rehearsal, statement)

    async def grown() -> bool:
        return await number(rehearsal, statement) >= before + more

    await eventually(grown, BACK)


async def certificate_of(rehearsal: Rehearsal) -> Certificate:
    """Waits until all is settled; returns the certificate, which must hold."""
    await rehearsal.drain()
    certificate = await rehearsal.certify()
    broken = {
        section.id: [(finding.subject, finding.what) for finding in section.exceptions]
        for section in certificate.sections
        if section.result is Result.BROKEN
    }
    assert broken == {}
    return certificate


@pytest.fixture
def printed() -> list[str]:
    """What the rehearsal says."""
    return []


@pytest.fixture
async def rehearsal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, printed: list[str]) -> AsyncIterator[Rehearsal]:
    """One of its own, which is broken part by part; two processes serve its web, and conversations last 9 to 36 s."""
    monkeypatch.setenv("CALLCENTER_WEB_WORKERS", "2")
    async with a_rehearsal(tmp_path / "r", robots=5, customers=300, pace=3, printed=printed) as running:
        yield running


WORK = {
    "web1": "SELECT count(*) FROM call WHERE disposition IS NOT NULL",
    "engine": "SELECT count(*) FROM call WHERE dialled_at IS NOT NULL",
    "recorder": "SELECT count(*) FROM recording WHERE stored_at IS NOT NULL",
    "office": "SELECT extract(epoch FROM max(ended_at)) FROM scheduled_task WHERE name = 'recordings.reconcile'",
}
"""Part → a number that grows by its work."""


async def test_a_part_of_the_system_that_is_killed_touches_no_other_and_no_call(
    rehearsal: Rehearsal, printed: list[str]
) -> None:
    service, talking_on = rehearsal.service, 0
    async with robots_working(rehearsal, print):
        for part, its_work in WORK.items():
            held = await eventually(lambda: conversations(rehearsal), BACK)
            voices = await customers(rehearsal)
            others = {name: service.pid(name) for name in service.restarts if name != part}
            back = await kill(service, part)
            assert voices & await customers(rehearsal), "the voices go on while the part is dead"
            await back()
            assert {name: service.pid(name) for name in others} == others
            await goes_on(rehearsal, its_work)
            await goes_on(rehearsal, WORK["engine"], 3)
            if part != "engine":  # its end of a call that is over before the engine is back is an estimate
                for call_id in held:
                    talking_on += await ended_as_it_was_heard(rehearsal, call_id)
            [died] = [line for line in printed if line.startswith(f"{part}: 意外退出 died")]
            assert f"{part} killed by SIGKILL; its log: {rehearsal.deployment.folder / 'log' / f'{part}.log'}" in died
            assert f"{part}: 已重启 restarted (restart number 1)" in printed
    assert talking_on >= 3 * TALKING
    await certificate_of(rehearsal)
    again = "SELECT count(*) - count(DISTINCT call_id) FROM call_signal WHERE kind = 'CustomerDialled'"
    assert await number(rehearsal, again) == 0, "a call is dialled once, whatever was killed"
    assert all(count == (name in WORK) for name, count in service.restarts.items())


async def ended_as_it_was_heard(rehearsal: Rehearsal, call_id: UUID) -> bool:
    """Waits for the end of a conversation, which the switch must have reported."""

    async def ended() -> RecordingFacts | None:
        async with rehearsal.system.works.begin() as work:
            facts = await rehearsal.system.calls.recording_facts(work, call_id)
        return facts if facts and facts.ended else None

    facts = await eventually(ended, BACK)
    assert not facts.end_estimated
    return True


async def test_every_server_is_killed_once_in_a_day_and_the_laws_hold(rehearsal: Rehearsal) -> None:
    async with robots_working(rehearsal, print):
        for part in ("switch", "store", "postgres"):
            await eventually(lambda: conversations(rehearsal), BACK)
            back = await kill(rehearsal.servers, part)
            await back()
            before = await placed(rehearsal)

            async def more(before: int = before) -> bool:
                return await placed(rehearsal) >= before + 5

            await eventually(more, BACK)
    certificate = await certificate_of(rehearsal)
    assert certificate.figures.cut_off >= 1
    recordings = next(section for section in certificate.sections if section.id is SectionId.RECORDING)
    noted = [note.what for note in recordings.notes if "cut off" in note.what]
    assert len(noted) == certificate.figures.cut_off
    assert sum(rehearsal.service.restarts.values()) == 0, "no part of the system dies of a server's death"
