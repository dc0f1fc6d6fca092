"""Ends previews by a limit: no customer waits on a screen for an agent who does not dial (law 12)."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from callcenter.agents.service import AgentService
from callcenter.agents.types import AgentState, PauseCode
from callcenter.dialer.queue import CustomerQueue
from callcenter.dialer.rules.wrap_up import preview_ends_at
from callcenter.dialer.settings import DialerSettings
from callcenter.kit.log import get_logger
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works

log = get_logger(__name__)

T = TypeVar("T")


async def one_by_one(works: Works, claims: Iterable[T], end: Callable[[Work, T], Awaitable[bool]]) -> int:
    """Ends each claim in a transaction of its own, so that an error with one keeps no other; returns how many."""
    ended = 0
    for claim in claims:
        try:
            async with works.begin() as work:
                ended += await end(work, claim)
        except Exception:
            log.exception("a claim could not be ended")
    return ended


class PreviewService:
    """Pauses seats that have shown a customer too long without a call, and releases the customer."""

    def __init__(self, *, agents: AgentService, queue: CustomerQueue, settings: DialerSettings) -> None:
        self._agents = agents
        self._queue = queue
        self._settings = settings

    async def sweep(self, works: Works) -> int:
        """Ends each preview that is over; returns how many."""
        async with works.begin() as work:
            waiting = [seat.agent_id for seat in await self._agents.seats(work) if seat.state is AgentState.PREVIEW]
        return await one_by_one(works, waiting, self._end)

    async def _end(self, work: Work, agent_id: int) -> bool:
        seat = await self._agents.seat(work, agent_id, lock=True)
        if seat is None or seat.state is not AgentState.PREVIEW:
            return False
        if work.now < preview_ends_at(seat.since, self._settings.preview_for):
            return False
        await self._agents.pause(work, agent_id, PauseCode.NOT_DIALLED)
        await self._queue.let_go(work, assignment_id=seat.assignment_id, callback_id=seat.callback_id)
        await work.announce(Noted("dialer.preview_ended", f"staff:{agent_id}"))
        return True
