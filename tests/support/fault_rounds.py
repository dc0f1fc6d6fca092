"""Rounds of faults under robots: one fault at a time, chosen by a seed, in a whole rehearsal; after each the damage is
counted, at the end the certificate is made."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

import asyncpg
from sqlalchemy import text

from callcenter.audit.certificate.types import Certificate
from callcenter.embedded.asterisk import AsteriskBox
from callcenter.kit.passing import may_pass
from callcenter.rehearsal import parts
from callcenter.rehearsal.run import Options, Rehearsal, rehearsal_running, robots_working
from tests.support.faulty_link import FaultyLink
from tests.support.waiting import eventually

_READ_ONLY_SECONDS = 20.0
_MIXED_SECONDS = 20.0
_CUT_WITHIN = 20_000
"""Bytes of the switch within which the link breaks."""
_BACK = 180.0
"""Seconds until a system is whole again on a machine that does other work too."""
UNHELD_FOR = 30.0
"""Seconds after which no claim may be left whose agent is gone."""

_TWICE = """
    SELECT count(*) FROM call a JOIN call b ON a.phone_index = b.phone_index AND a.id < b.id
    WHERE a.dialled_at < coalesce(b.ended_at, 'infinity') AND b.dialled_at < coalesce(a.ended_at, 'infinity')
"""
"""Numbers with two calls at one moment."""
_ASIDE = "SELECT count(*) FROM kept_signal WHERE state = 'kept'"
_WITHOUT_OUTCOME = "SELECT count(*) FROM call WHERE state = 'ended' AND outcome IS NULL"
_OPEN = "SELECT count(*) FROM call WHERE state <> 'ended'"
_DIALLED = "SELECT count(*) FROM call WHERE dialled_at IS NOT NULL"


@dataclass
class Round:
    """One fault and what it has left."""

    fault: str
    seconds: float
    """Until calls went on."""
    twice: int
    aside: int
    unheld: int
    without_outcome: int

    @property
    def clean(self) -> bool:
        return not (self.twice or self.aside or self.unheld or self.without_outcome)


@dataclass
class Outcome:
    rounds: list[Round]
    facts: int
    """Facts that have reached an engine for certain."""
    lost: int
    """Those of them that the journal does not hold."""
    left_open: int
    certificate: Certificate

    @property
    def holds(self) -> bool:
        return not self.lost and not self.left_open and self.certificate.ok and all(one.clean for one in self.rounds)


@dataclass
class Trial:
    """A running rehearsal, and the faults that can be ordered."""

    rehearsal: Rehearsal
    link: FaultyLink
    chance: Random
    rounds: list[Round] = field(default_factory=list)

    @property
    def faults(self) -> dict[str, Callable[[], Awaitable[None]]]:
        return {
            "link cut": self._cut,
            "engine killed": lambda: self._kill("engine"),
            "recorder killed": lambda: self._kill("recorder"),
            "office killed": lambda: self._kill("office"),
            "web killed": lambda: self._kill("web"),
            "database killed": self._restart_database,
            "read-only": self._read_only,
            "events mixed": self._mix,
        }

    async def round(self, fault: str) -> Round:
        """Waits until calls go on, breaks something at a moment of chance, and counts when they go on again."""
        await self._goes_on(2)
        await asyncio.sleep(self.chance.uniform(0, 2))
        began = time.monotonic()
        await self.faults[fault]()
        await self._goes_on(3)
        seconds = time.monotonic() - began
        unheld = await self._still_unheld()
        counted = [await self._number(query) for query in (_TWICE, _ASIDE, _WITHOUT_OUTCOME)]
        done = Round(fault, seconds, counted[0] + self.link.dialled_twice, counted[1], unheld, counted[2])
        self.rounds.append(done)
        return done

    async def play(self, rounds: int, say: Callable[[str], None]) -> Outcome:
        """Plays so many rounds under robots, and counts what is left at the end."""
        async with robots_working(self.rehearsal, say):
            for number, fault in enumerate(plan(list(self.faults), rounds, self.chance), 1):
                say(f"round {number} of {rounds}: {await self.round(fault)}")
        return await self._end()

    async def _end(self) -> Outcome:
        """Waits until all is settled, compares the journal with what came over the link, certifies."""
        await self.rehearsal.drain()
        taken = self.link.taken()
        async with self.rehearsal.system.works.begin() as work:
            rows = await work.session.execute(text("SELECT call_id, key FROM call_signal"))
            journal = {(row[0], row[1]) for row in rows}
        return Outcome(
            self.rounds,
            len(taken),
            len(set(taken) - journal),
            await self._number(_OPEN),
            await self.rehearsal.certify(),
        )

    # -- the faults

    async def _cut(self) -> None:
        self.link.cut_after(self.chance.randrange(_CUT_WITHIN))
        await eventually(lambda: not self.link.waits_to_cut, _BACK)

    async def _kill(self, part: str) -> None:
        supervisor = self.rehearsal.service if part in self.rehearsal.service.restarts else self.rehearsal.servers
        before, pid = supervisor.restarts[part], supervisor.pid(part)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await eventually(lambda: supervisor.restarts[part] > before, _BACK)

    async def _restart_database(self) -> None:
        await self._kill("postgres")

    async def _read_only(self) -> None:
        await self._set("ALTER SYSTEM SET default_transaction_read_only = on")
        await asyncio.sleep(_READ_ONLY_SECONDS)
        await self._set("ALTER SYSTEM RESET default_transaction_read_only")

    async def _set(self, statement: str) -> None:
        connection = await asyncpg.connect(self.rehearsal.deployment.environment["CALLCENTER_DATABASE_URL"])
        try:
            await connection.execute(statement)
            await connection.execute("SELECT pg_reload_conf()")
        finally:
            await connection.close()

    async def _mix(self) -> None:
        self.link.mixes = True
        await asyncio.sleep(_MIXED_SECONDS)
        self.link.mixes = False

    # -- the counting

    async def _number(self, query: str) -> int:
        while True:
            try:
                async with self.rehearsal.system.works.begin() as work:
                    return int(await work.session.scalar(text(query)) or 0)
            except Exception as error:
                if not may_pass(error):
                    raise
            await asyncio.sleep(0.2)

    async def _goes_on(self, more: int) -> None:
        before = await self._number(_DIALLED)

        async def grown() -> bool:
            return await self._number(_DIALLED) >= before + more

        await eventually(grown, _BACK, every=0.3)

    async def _still_unheld(self) -> int:
        """Waits until every claim has an agent who has it on the screen; returns those that have none for too long."""
        first = await self._unheld()
        until = time.monotonic() + UNHELD_FOR
        while first and time.monotonic() < until:
            await asyncio.sleep(1)
            first &= await self._unheld()
        return len(first)

    async def _unheld(self) -> set[str]:
        system = self.rehearsal.system
        found: set[str] = set()
        async with system.works.begin() as work:
            for assignment_id, agent_id in await system.allocation.forgotten(work):
                seat = await system.agents.seat(work, agent_id)
                if seat is not None and seat.assignment_id == assignment_id:
                    continue
                if not any(one.call.assignment_id == assignment_id for one in await system.calls.owed(work, agent_id)):
                    found.add(f"assignment:{assignment_id}")
            for callback in await system.callbacks.claimed(work):
                seat = await system.agents.seat(work, callback.claimed_by) if callback.claimed_by else None
                if seat is None or seat.callback_id != callback.id:
                    found.add(f"callback:{callback.id}")
        return found


@contextlib.asynccontextmanager
async def trial(options: Options, say: Callable[[str], None]) -> AsyncIterator[Trial]:
    """Runs a rehearsal whose control link can be broken."""
    chance = Random(options.seed)
    configure = parts.configure

    async with FaultyLink(chance).listening() as link:

        def through_the_link(
            folder: Path, box: AsteriskBox, choices: parts.Choices, given: Mapping[str, str]
        ) -> parts.Deployment:
            deployment = configure(folder, box, choices, given)
            link.target = int(deployment.environment["CALLCENTER_SWITCH_AMI_PORT"])
            return replace(
                deployment, environment={**deployment.environment, "CALLCENTER_SWITCH_AMI_PORT": str(link.port)}
            )

        parts.configure = through_the_link
        try:
            async with rehearsal_running(options, say) as rehearsal:
                yield Trial(rehearsal, link, chance)
        finally:
            parts.configure = configure


def plan(faults: list[str], rounds: int, chance: Random) -> list[str]:
    """Returns the faults of so many rounds: each as often as any other, in an order of chance."""
    planned: list[str] = []
    while len(planned) < rounds:
        planned += chance.sample(faults, len(faults))
    return planned[:rounds]
