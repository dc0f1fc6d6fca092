"""Builds the agent's part of the screen: today's counts, and why a ready agent gets no customer."""

from callcenter.agents.types import AgentState, DeskDuty, Seat
from callcenter.calls.output import SuccessesView
from callcenter.desk.reading import ScreenRows
from callcenter.desk.schemas import EngineView, TodayView, WaitingView
from callcenter.dialer.rules.waiting import engine_waits_for, staff_waits_for, waiting_for
from callcenter.eligibility.windows import WindowService
from callcenter.health.service import HealthService
from callcenter.kit.work import Work


class DaySection:
    """Shows the agent's counts, and what a ready agent waits for."""

    def __init__(self, windows: WindowService, health: HealthService) -> None:
        self._windows = windows
        self._health = health

    def today(self, shown: ScreenRows) -> TodayView:
        """Returns the agent's counts of this business date."""
        return TodayView(
            assigned=shown.held + shown.done,
            done=shown.done,
            successes=SuccessesView.of(shown.tally.successes),
            calls=shown.tally.dialled,
            answered=shown.tally.answered,
            callbacks_due=shown.callbacks_due,
        )

    def engine(self, seat: Seat) -> EngineView | None:
        """Returns how the engine of the agent's switch keeps up; asks this process's memory."""
        engine = self._health.engine(seat.node)
        if engine is None:
            return None
        move = self._health.may_move(seat.node)
        return EngineView(node=seat.node, keeping=engine.keeping, since=engine.since, move=move)

    async def waiting(self, work: Work, seat: Seat, shown: ScreenRows) -> WaitingView | None:
        """Returns why a ready agent is offered no customer; None for an agent who is not ready."""
        if seat.state is not AgentState.READY:
            return None
        engine = self.engine(seat)
        if code := engine_waits_for(engine.keeping if engine else None):
            return WaitingView(code=code)
        if seat.duty is DeskDuty.COMPLAINTS:
            code, until = staff_waits_for(await self._windows.service_window(work), shown.callbacks_due)
            return WaitingView(code=code, until=until)
        window = await self._windows.first_window(work)
        code, until = waiting_for(window, shown.next_due_at, work.now)
        return WaitingView(code=code, until=until)
