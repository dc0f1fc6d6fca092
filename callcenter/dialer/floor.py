"""The live floor: every seat, and the day's totals."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from callcenter.agents.service import AgentService
from callcenter.allocation.service import AllocationService
from callcenter.callbacks.service import CallbackService
from callcenter.calls.service import CallService
from callcenter.dialer import schemas as view
from callcenter.dialer.judge import Judge
from callcenter.kit.clock import at_business_time, business_date
from callcenter.kit.work import Work
from callcenter.people.service import PeopleService


@dataclass(frozen=True, slots=True)
class RecordingTotals:
    stored: int
    incidents_open: int


class FloorService:
    """Reads; never decides."""

    def __init__(
        self,
        *,
        agents: AgentService,
        people: PeopleService,
        allocation: AllocationService,
        calls: CallService,
        callbacks: CallbackService,
        judge: Judge,
        recording_totals: Callable[[Work], Awaitable[RecordingTotals]],
        rehearsal: bool,
    ) -> None:
        self._agents = agents
        self._people = people
        self._allocation = allocation
        self._calls = calls
        self._callbacks = callbacks
        self._judge = judge
        self._recording_totals = recording_totals
        self._rehearsal = rehearsal

    async def snapshot(self, work: Work) -> view.FloorSnapshot:
        on = business_date(work.now)
        since = at_business_time(on, 0)
        seats = await self._agents.seats(work)
        cards = await self._people.cards(work, [seat.agent_id for seat in seats])
        calls = await self._calls.cards(work, [seat.call_id for seat in seats if seat.call_id])
        tally = await self._calls.tally(work, since)
        rows: list[view.FloorSeat] = []
        for seat in seats:
            call = calls.get(seat.call_id) if seat.call_id else None
            placed, answered, successes = tally.get(seat.agent_id, (0, 0, 0))
            progress = await self._allocation.progress(work, seat.agent_id, on)
            rows.append(
                view.FloorSeat(
                    agent_id=seat.agent_id,
                    name=cards[seat.agent_id].name,
                    state=seat.state,
                    since=seat.since,
                    pause_code=seat.pause_code,
                    mode=seat.mode,
                    leg=seat.leg_state,
                    robot=seat.robot_number is not None,
                    call=view.FloorCall(state=call.state, kind=call.kind, answered_at=call.answered_at)
                    if call
                    else None,
                    today=view.FloorToday(
                        calls=placed,
                        answered=answered,
                        successes=successes,
                        assigned=progress.assigned,
                        done=progress.done,
                    ),
                )
            )
        totals = await self._totals(work, tally, live=sum(1 for row in rows if row.call and row.call.answered_at))
        window = await self._judge.any_window(work)
        return view.FloorSnapshot(
            now=work.now,
            rehearsal=self._rehearsal,
            seats=rows,
            totals=totals,
            window=view.FloorWindow(
                open=bool(window and window.open),
                until=window.until if window else None,
                opens_at=window.opens_at if window else None,
            ),
        )

    async def _totals(self, work: Work, tally: dict[int, tuple[int, int, int]], *, live: int) -> view.FloorTotals:
        recordings = await self._recording_totals(work)
        meter = await self._callbacks.meter(work)
        return view.FloorTotals(
            placed=sum(row[0] for row in tally.values()),
            answered=sum(row[1] for row in tally.values()),
            successes=sum(row[2] for row in tally.values()),
            live=live,
            recordings_stored=recordings.stored,
            incidents_open=recordings.incidents_open,
            complaints_due=meter.due,
            complaints_done=meter.done,
        )
