"""Builds the live floor: every agent session, and the day's totals."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from callcenter.agents.service import AgentService
from callcenter.agents.types import AgentState, DeskDuty, Seat
from callcenter.alerts.rules import STANDSTILL
from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertCard
from callcenter.allocation.service import AllocationService
from callcenter.allocation.types import AgentDay
from callcenter.calls.output import SuccessesView
from callcenter.calls.service import CallService
from callcenter.calls.types import CallCard, CallTally, Successes
from callcenter.campaigns.types import WindowVerdict
from callcenter.dialer.rules.waiting import WaitingCode, engine_waits_for, waiting_for
from callcenter.eligibility.windows import WindowService
from callcenter.floor.rules import floor_verbs
from callcenter.floor.schemas import (
    FloorAbsent,
    FloorCall,
    FloorEngine,
    FloorLine,
    FloorOwed,
    FloorSeat,
    FloorSnapshot,
    FloorStandstill,
    FloorToday,
    FloorTotals,
    FloorWindow,
)
from callcenter.health.service import HealthService
from callcenter.health.types import EngineHealth
from callcenter.kit.clock import at_business_time, business_date
from callcenter.kit.work import Work
from callcenter.lines.service import LineService
from callcenter.people.service import PeopleService
from callcenter.people.types import StaffCard

Tally = dict[int, CallTally]
"""Per agent, of today."""


@dataclass(frozen=True, slots=True)
class FloorRows:
    """The agents of a scope."""

    seats: list[FloorSeat]
    absent: list[FloorAbsent]
    tally: Tally


@dataclass(frozen=True, slots=True)
class RecordingTotals:
    stored: int
    """Recordings stored today."""
    incidents_open: int


@dataclass(frozen=True, slots=True)
class ComplaintTotals:
    """Customers who complained: called back, waiting with time left, waiting past their time (requirement X3)."""

    due: int
    done: int
    overdue: int


class SeatBoard:
    """Builds the rows of the floor: state and today's results of each agent of the actor's scope (requirement S1)."""

    def __init__(
        self,
        *,
        agents: AgentService,
        people: PeopleService,
        calls: CallService,
        allocation: AllocationService,
        health: HealthService,
        alerts: AlertService,
    ) -> None:
        self._agents = agents
        self._people = people
        self._calls = calls
        self._allocation = allocation
        self._health = health
        self._alerts = alerts

    def engines(self) -> Sequence[EngineHealth]:
        """Returns how each engine keeps up, as this process knows."""
        return self._health.engines()

    async def standstill(self, work: Work) -> Sequence[AlertCard]:
        """Returns the open alerts that say why calls are not dialled, whatever the actor's other rights."""
        return await self._alerts.list_of_kinds(work, STANDSTILL)

    async def rows(self, work: Work, window: WindowVerdict | None) -> FloorRows:
        """Returns the agents of the scope who are logged on, those who are not though leads wait for them today, and
        today's counts of all.

        ``window``: of calls to leads. The number of statements is the same for any number of agents.
        """
        today = business_date(work.now)
        tally = await self._calls.tally(work, at_business_time(today, 0))
        seats = await self._agents.seats(work)
        days = await self._allocation.days(work, today)
        people = await self._within(work, {*tally, *days, *(seat.agent_id for seat in seats)})
        tally = {agent_id: own for agent_id, own in tally.items() if agent_id in people}
        seats = [seat for seat in seats if seat.agent_id in people]
        calls = await self._calls.cards(work, [seat.call_id for seat in seats if seat.call_id])
        shown = []
        for seat in seats:
            day = days.get(seat.agent_id, AgentDay())
            code, until = self._waiting(seat, window, day.next_due_at, work.now)
            shown.append(
                FloorSeat(
                    agent_id=seat.agent_id,
                    name=people[seat.agent_id].name,
                    state=seat.state,
                    since=seat.since,
                    pause_code=seat.pause_code,
                    leg=seat.leg_state,
                    robot=seat.robot_number is not None,
                    call=_call_view(calls.get(seat.call_id)) if seat.call_id else None,
                    waiting=code,
                    waiting_until=until,
                    today=_today(tally.get(seat.agent_id, CallTally()), day),
                    help_since=seat.help_since,
                    allowed=floor_verbs(seat, calls[seat.call_id].state if seat.call_id in calls else None),
                )
            )
        here = {seat.agent_id for seat in seats}
        absent = [
            FloorAbsent(
                agent_id=agent_id, name=people[agent_id].name, today=_today(tally.get(agent_id, CallTally()), day)
            )
            for agent_id, day in sorted(days.items())
            if agent_id in people and agent_id not in here and day.next_due_at is not None
        ]
        return FloorRows(shown, absent, tally)

    def _waiting(
        self, seat: Seat, window: WindowVerdict | None, next_due_at: datetime | None, now: datetime
    ) -> tuple[WaitingCode | None, datetime | None]:
        """Returns why a ready agent is offered no customer, as the agent's own desk says it.

        Complaint staff wait for callbacks, which no statement of the board counts: for them only the engine is named.
        """
        if seat.state is not AgentState.READY:
            return None, None
        engine = self._health.engine(seat.node)
        if code := engine_waits_for(engine.keeping if engine else None):
            return code, None
        return (None, None) if seat.duty is DeskDuty.COMPLAINTS else waiting_for(window, next_due_at, now)

    async def owed(self, work: Work) -> list[FloorOwed]:
        """Returns the dispositions that agents of the scope owe, logged on or not."""
        owed = await self._calls.owed(work)
        people = await self._within(work, {one.call.agent_id for one in owed}) if owed else {}
        return [
            FloorOwed(
                call_id=one.call.id,
                agent_id=one.call.agent_id,
                name=people[one.call.agent_id].name,
                kind=one.call.kind,
                ended_at=one.call.ended_at,
                since=one.since,
                until=one.until,
            )
            for one in owed
            if one.call.agent_id in people
        ]

    async def _within(self, work: Work, agent_ids: Collection[int]) -> dict[int, StaffCard]:
        people = await self._people.cards(work, agent_ids)
        return {id_: card for id_, card in people.items() if work.actor.scope.includes_branch(card.branch)}


class FloorService:
    """Reads; never decides."""

    def __init__(
        self,
        *,
        board: SeatBoard,
        windows: WindowService,
        lines: LineService,
        recording_totals: Callable[[Work], Awaitable[RecordingTotals]],
        complaint_totals: Callable[[Work], Awaitable[ComplaintTotals]],
        rehearsal: bool,
    ) -> None:
        self._board = board
        self._windows = windows
        self._lines = lines
        self._recording_totals = recording_totals
        self._complaint_totals = complaint_totals
        self._rehearsal = rehearsal

    async def snapshot(self, work: Work) -> FloorSnapshot:
        """Returns the state of each logged-on agent of the actor's scope, and its totals of today (T3, S1)."""
        window = await self._windows.first_window(work)
        rows = await self._board.rows(work, window)
        live = sum(1 for seat in rows.seats if seat.call and seat.call.answered_at)
        return FloorSnapshot(
            now=work.now,
            rehearsal=self._rehearsal,
            seats=rows.seats,
            absent=rows.absent,
            totals=await self._totals(work, rows.tally, live=live),
            window=FloorWindow(
                open=bool(window and window.open),
                until=window.until if window else None,
                opens_at=window.opens_at if window else None,
            ),
            owed=await self._board.owed(work),
            lines=[FloorLine.of(trunk) for trunk in await self._lines.out_of_use(work)],
            engines=[FloorEngine.of(engine) for engine in self._board.engines()],
            standstill=[FloorStandstill.of(alert) for alert in await self._board.standstill(work)],
        )

    async def _totals(self, work: Work, tally: Tally, *, live: int) -> FloorTotals:
        recordings = await self._recording_totals(work)
        complaints = await self._complaint_totals(work)
        return FloorTotals(
            placed=sum(own.dialled for own in tally.values()),
            answered=sum(own.answered for own in tally.values()),
            successes=SuccessesView.of(
                Successes(
                    passed=sum(own.successes.passed for own in tally.values()),
                    open=sum(own.successes.open for own in tally.values()),
                    failed=sum(own.successes.failed for own in tally.values()),
                )
            ),
            live=live,
            recordings_stored=recordings.stored,
            incidents_open=recordings.incidents_open,
            complaints_due=complaints.due,
            complaints_done=complaints.done,
            complaints_overdue=complaints.overdue,
        )


def _today(own: CallTally, day: AgentDay) -> FloorToday:
    return FloorToday(
        calls=own.dialled,
        answered=own.answered,
        successes=SuccessesView.of(own.successes),
        assigned=day.assigned,
        done=day.done,
    )


def _call_view(call: CallCard | None) -> FloorCall | None:
    return FloorCall(state=call.state, kind=call.kind, answered_at=call.answered_at) if call else None
