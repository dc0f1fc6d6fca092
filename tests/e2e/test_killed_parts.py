"""Each part is killed in the middle of a working day. The day goes on, no number is dialled twice, no recording is
lost, and the certificate names the calls that were cut off."""

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callcenter.audit.certificate.types import Result, SectionId
from callcenter.embedded.supervisor import Supervisor
from callcenter.rehearsal.run import Rehearsal, robots_working
from tests.e2e.conftest import a_rehearsal
from tests.support.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(420)]

TALKING = 2
"""How many conversations are going on when a part is killed."""


async def placed(rehearsal: Rehearsal) -> int:
    async with rehearsal.system.works.begin() as work:
        return (await rehearsal.system.floor.snapshot(work)).totals.placed


async def talking(rehearsal: Rehearsal) -> bool:
    async with rehearsal.system.works.begin() as work:
        return (await rehearsal.system.floor.snapshot(work)).totals.live >= TALKING


async def kill(supervisor: Supervisor, part: str) -> None:
    before = supervisor.restarts[part]
    pid = supervisor.pid(part)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await eventually(lambda: supervisor.restarts[part] == before + 1)


@pytest.fixture
async def rehearsal(tmp_path: Path) -> AsyncIterator[Rehearsal]:
    """One of its own, which is broken part by part."""
    async with a_rehearsal(tmp_path / "r", robots=5, customers=300) as running:
        yield running


async def test_every_part_is_killed_once_in_a_day_and_the_laws_hold(rehearsal: Rehearsal) -> None:
    async with robots_working(rehearsal, print):
        for part in ("switch", "server", "store", "postgres"):
            await eventually(lambda: talking(rehearsal), 90)
            supervisor = rehearsal.server if part == "server" else rehearsal.servers
            await kill(supervisor, part)
            before = await placed(rehearsal)

            async def goes_on(before: int = before) -> bool:
                return await placed(rehearsal) >= before + 5

            await eventually(goes_on, 90)
    await rehearsal.drain()
    certificate = await rehearsal.certify()
    broken = {
        section.id: [(finding.subject, finding.what) for finding in section.exceptions]
        for section in certificate.sections
        if section.result is Result.BROKEN
    }
    assert broken == {}
    assert certificate.figures.cut_off >= 1
    recordings = next(section for section in certificate.sections if section.id is SectionId.RECORDING)
    named = [note.what for note in recordings.notes if "cut off" in note.what]
    assert len(named) == certificate.figures.cut_off
