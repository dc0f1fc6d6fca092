"""Carries out effects outside the process; each is a row until it has happened (law 8).

At most once (a dial command): the row is marked *started* and committed before the act. A crash in between leaves it
*started*; the next start of the runner marks it *lost* and announces ``EffectLost``. At least once (an upload, a mail):
retried with growing delays until it succeeds, so the executor must be safe to repeat.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from callcenter.kit.effects import Delivery, EffectFailed, EffectLost, EffectState, OutboxEntry, queue_topic
from callcenter.kit.log import get_logger, mask_digits
from callcenter.kit.outbox_transitions import EFFECT, EffectFact
from callcenter.kit.wake import Waker
from callcenter.kit.work import Works

log = get_logger(__name__)

Executor = Callable[[dict[str, Any]], Awaitable[None]]
"""Carries out one effect, outside any transaction."""


def retry_delay(attempts: int) -> timedelta:
    """Returns one second after the first failure, doubling, at most five minutes."""
    return timedelta(seconds=min(300, 2 ** min(attempts - 1, 9)))


class OutboxRunner:
    """Carries out the effects of one queue, in order of their due time, as soon as they are announced.

    Effects of one queue may overlap: each is run as a task, at most ``width`` at once.
    Several runners may share a queue while they run. But a runner that starts, or that has lost its database for a
    moment, takes every *started* effect for one that a crash left behind, those of other runners included: where that
    can happen, run them under a leader's lock.
    """

    def __init__(
        self, works: Works, waker: Waker, queue: str, executors: Mapping[str, Executor], *, width: int = 16
    ) -> None:
        self._works = works
        self._waker = waker
        self._queue = queue
        self._executors = executors
        self._width = width
        self._running: dict[asyncio.Task[None], int] = {}
        self._unsure = True
        """Whether there may be *started* rows without a task of this runner."""

    async def run(self) -> None:
        """Runs until cancelled. First marks effects that a crash left behind as lost, or makes them due again."""
        with self._waker.listen(queue_topic(self._queue)) as wake:  # before the first claim, so that no effect waits
            try:
                while True:
                    room = self._width - len(self._running)
                    entries = await self._claim_if_possible()
                    for entry in entries:
                        task = asyncio.create_task(self._perform(entry))
                        self._running[task] = entry.id
                        task.add_done_callback(self._running.pop)
                    if len(entries) < max(1, room):  # else there may be more that are due
                        await wake.wait(timeout=1.0)
            finally:
                for task in self._running:
                    task.cancel()
                await asyncio.gather(*self._running, return_exceptions=True)

    async def _claim_if_possible(self) -> list[OutboxEntry]:
        """Claims the due effects; returns none while the database fails.

        A failed claim must not end the runner: its end cancels the running effects, and those that are delivered at
        most once would be lost.
        """
        try:
            if self._unsure:
                await self._take_over()
                self._unsure = False
            return await self._claim(self._width - len(self._running))
        except Exception as failure:
            log.warning("effects not claimed yet", queue=self._queue, error=type(failure).__name__)
            # The connection may have died between the commit of the claim and its answer: then there are *started*
            # rows that this runner does not know.
            self._unsure = True
            return []

    async def _take_over(self) -> None:
        """Puts back, or marks as lost, the *started* effects without a task of this runner."""
        here = list(self._running.values())
        async with self._works.begin() as work:
            await work.session.execute(
                update(OutboxEntry)
                .where(
                    col(OutboxEntry.queue) == self._queue,
                    col(OutboxEntry.state) == EffectState.STARTED,
                    col(OutboxEntry.delivery) == Delivery.AT_LEAST_ONCE,
                    col(OutboxEntry.id).not_in(here),
                )
                .values(state=EFFECT.target(EffectFact.PUT_BACK))
            )
            lost = await work.session.execute(
                update(OutboxEntry)
                .where(
                    col(OutboxEntry.queue) == self._queue,
                    col(OutboxEntry.state) == EffectState.STARTED,
                    col(OutboxEntry.id).not_in(here),
                )
                .values(state=EFFECT.target(EffectFact.LOST), ended_at=work.now)
                .returning(col(OutboxEntry.id), col(OutboxEntry.kind), col(OutboxEntry.payload))
            )
            for entry_id, kind, payload in lost.all():
                log.warning("effect lost in a crash", entry=entry_id, kind=kind)
                await work.announce(EffectLost(self._queue, kind, payload))

    async def _claim(self, room: int) -> list[OutboxEntry]:
        if room <= 0:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
            return await self._claim(self._width - len(self._running))
        async with self._works.begin() as work:
            due = (
                select(OutboxEntry.id)
                .where(
                    col(OutboxEntry.queue) == self._queue,
                    col(OutboxEntry.state).in_(EFFECT.sources(EffectFact.CLAIMED)),
                    col(OutboxEntry.due_at) <= work.now,
                )
                .order_by(col(OutboxEntry.due_at), col(OutboxEntry.id))
                .limit(room)
                .with_for_update(skip_locked=True)  # another runner of this queue is claiming those
            )
            claimed = await work.session.scalars(
                update(OutboxEntry)
                .where(col(OutboxEntry.id).in_(due))
                .values(state=EFFECT.target(EffectFact.CLAIMED), attempts=OutboxEntry.attempts + 1)
                .returning(OutboxEntry)
            )
            return sorted(claimed, key=lambda entry: (entry.due_at, entry.id))

    async def _perform(self, entry: OutboxEntry) -> None:
        error: str | None = None
        try:
            await self._executors[entry.kind](entry.payload)
        except Exception as failure:
            error = mask_digits(f"{type(failure).__name__}: {failure}")
            log.warning("effect failed", kind=entry.kind, entry=entry.id, error=error, attempts=entry.attempts)
        while True:  # the effect has happened: write that down, however long the database is unavailable
            try:
                return await self._record(entry.id, error)
            except Exception as failure:
                log.warning("end of effect not written yet", entry=entry.id, error=type(failure).__name__)
                await asyncio.sleep(1)

    async def _record(self, entry_id: int, error: str | None) -> None:
        async with self._works.begin() as work:
            if error is None:
                await work.session.execute(
                    update(OutboxEntry)
                    .where(col(OutboxEntry.id) == entry_id)
                    .where(col(OutboxEntry.state).in_(EFFECT.sources(EffectFact.SUCCEEDED)))
                    .values(state=EFFECT.target(EffectFact.SUCCEEDED), ended_at=work.now, error=None)
                )
                return
            row = await work.session.get_one(OutboxEntry, entry_id)
            row.error = error
            if row.delivery is Delivery.AT_LEAST_ONCE:
                EFFECT.move(row, EffectFact.PUT_BACK)
                row.due_at = work.now + retry_delay(row.attempts)
                return
            EFFECT.move(row, EffectFact.GIVEN_UP)
            row.ended_at = work.now
            await work.announce(EffectFailed(row.queue, row.kind, row.payload, error))
