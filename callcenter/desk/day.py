"""Builds the agent's part of the screen: today's counts, and why a ready agent gets no customer."""

from callcenter.agents.types import AgentState, DeskDuty, Seat
from callcenter.allocation.service import AllocationService
from callcenter.callbacks.service import CallbackService
from callcenter.calls.output import SuccessesView
from callcenter.calls.service import CallService
from callcenter.calls.types import CallTally
from callcenter.desk.rules import engine_waits_for, staff_waits_for, waiting_for
from callcenter.desk.schemas import EngineView, TodayView, WaitingView
from callcenter.eligibility.windows import WindowService
from callcenter.health.service import HealthService
from callcenter.kit.clock import at_business_time, business_date
from callcenter.kit.work import Work


class DaySection:
    """Shows the agent's counts, and what a ready agent waits for."""

    def __init__(
        self,
        *,
        allocation: AllocationService,
        calls: CallService,
        callbacks: CallbackService,
        windows: WindowService,
        health: HealthService,
    ) -> None:
        self._allocation = allocation
        self._calls = calls
        self._callbacks = callbacks
        self._windows = windows
        self._health = health

    async def today(self, work: Work, agent_id: int, duty: DeskDuty) -> TodayView:
        """Returns the agent's counts of this business date."""
        on = business_date(work.now)
        progress = await self._allocation.progress(work, agent_id, on)
        tally = await self._calls.tally(work, at_business_time(on, 0))
        own = tally.get(agent_id, CallTally())
        return TodayView(
            quota=progress.quota,
            assigned=progress.assigned,
            done=progress.done,
            successes=SuccessesView.of(own.successes),
            calls=own.dialled,
            answered=own.answered,
            callbacks_due=await self._callbacks.count_due(work, agent_id, duty),
        )

    def engine(self, seat: Seat) -> EngineView | None:
        """Returns how the engine of the agent's switch keeps up; asks this process's memory."""
        engine = self._health.engine(seat.node)
        return EngineView(keeping=engine.keeping, since=engine.since) if engine else None

    async def waiting(self, work: Work, seat: Seat) -> WaitingView | None:
        """Returns why a ready agent is offered no customer; None for an agent who is not ready."""
        if seat.state is not AgentState.READY:
            return None
        engine = self.engine(seat)
        if code := engine_waits_for(engine.keeping if engine else None):
            return WaitingView(code=code)
        if seat.duty is DeskDuty.COMPLAINTS:
            due = await self._callbacks.count_due(work, seat.agent_id, seat.duty)
            code, until = staff_waits_for(await self._windows.service_window(work), due)
            return WaitingView(code=code, until=until)
        window = await self._windows.first_window(work)
        next_due_at = await self._allocation.next_due_at(work, seat.agent_id, business_date(work.now))
        code, until = waiting_for(window, next_due_at, work.now)
        return WaitingView(code=code, until=until)
