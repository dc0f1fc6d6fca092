"""Takes an agent through the day, one customer at a time (requirement D7).

Runs: ``runs``; taking back and reassigning: ``returns``; quotas: ``quotas``; how long the stock lasts: ``forecasting``.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from callcenter.allocation import claiming, repository, run_repository
from callcenter.allocation.cards import card_of
from callcenter.allocation.errors import AssignmentNotFound, WrongAssignmentState
from callcenter.allocation.quota_books import QuotaBooks
from callcenter.allocation.returns import ReturnService
from callcenter.allocation.roster import Roster
from callcenter.allocation.settings import AllocationSettings
from callcenter.allocation.transitions import ASSIGNMENT, AssignmentAct
from callcenter.allocation.types import AgentDay, AgentUse, AssignmentCard, AssignmentState, End, Excess, Progress
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService


class AllocationService:
    """Offers, puts aside and ends assignments; shows how the day is used."""

    def __init__(
        self,
        leads: LeadService,
        roster: Roster,
        quota_books: QuotaBooks,
        returns: ReturnService,
        settings: AllocationSettings,
    ) -> None:
        self._leads = leads
        self._roster = roster
        self._quota_books = quota_books
        self._returns = returns
        self._settings = settings

    # --- one assignment ----------------------------------------------------------------------------------------

    async def claim_next(
        self, work: Work, agent_id: int, on: date, campaign_id: int | None = None, *, without: Collection[int] = ()
    ) -> AssignmentCard | None:
        """Puts the next customer on this agent's screen; None when no customer is due. ``without``: campaigns left out.

        An agent has one customer at a time: while one is on the screen, that one is returned again.
        """
        wanted = claiming.Wanted(on, campaign_id, without)
        return next((card_of(row) for row in await claiming.claim(work.session, [agent_id], wanted, work.now)), None)

    async def claim_for(self, work: Work, agent_ids: Sequence[int], on: date) -> list[AssignmentCard]:
        """Does the same for many agents at once; those for whom no customer is due are left out."""
        rows = await claiming.claim(work.session, agent_ids, claiming.Wanted(on), work.now)
        return [card_of(row) for row in rows]

    async def release(self, work: Work, assignment_id: int) -> None:
        """Takes it off the screen untried; it keeps its place. Raises WrongAssignmentState, AssignmentNotFound."""
        await self._put_aside(work, assignment_id, {})

    async def let_go(self, work: Work, assignment_id: int) -> bool:
        """Takes it off the screen of an agent who is gone, as ``release`` does; what has left it stays as it is."""
        moved = await repository.move(work.session, assignment_id, AssignmentAct.PUT_ASIDE, {})
        if moved is not None and (recalled := repository.recall_of(moved)):
            await self._returns.settle_recall(work, moved.id, recalled)
        return moved is not None

    async def retry(self, work: Work, assignment_id: int, due_at: datetime, note: str = "") -> None:
        """Takes it off the screen after an attempt that came to nothing; the same agent tries again from ``due_at``.

        ``note`` is sealed by the caller. Raises WrongAssignmentState, AssignmentNotFound.
        """
        await self._put_aside(work, assignment_id, {"due_at": due_at, **_note(note)}, counted=True)

    async def defer(self, work: Work, assignment_id: int, due_at: datetime, note: str = "") -> None:
        """Takes it off the screen untried until ``due_at``: no attempt was made, so none is counted.

        ``note`` is sealed by the caller. Raises WrongAssignmentState, AssignmentNotFound.
        """
        await self._put_aside(work, assignment_id, {"due_at": due_at, **_note(note)})

    async def finish(self, work: Work, assignment_id: int, end: End, note: str = "") -> None:
        """Ends an assignment that the agent is done with, and closes the lead. Safe to repeat with the same end.

        ``note`` is sealed by the caller. Raises WrongAssignmentState, AssignmentNotFound.
        """
        values = {"done_at": work.now, **repository.end_columns(end), **_note(note)}
        done = await repository.move(work.session, assignment_id, AssignmentAct.FINISHED, values)
        if done is not None:
            await self._leads.close(work, [done.lead_id])
            return
        before = await self._find(work, assignment_id)
        if before.state is not AssignmentState.DONE or not _ended_as(before, end):
            raise _wrong_state(before, AssignmentAct.FINISHED)

    async def block(self, work: Work, assignment_id: int, end: End) -> None:
        """Takes a lead on a screen, which may not be called any more, back into the stock.

        Raises WrongAssignmentState, AssignmentNotFound.
        """
        assignment = await self._find(work, assignment_id)
        await self._returns.drop(work, [assignment.lead_id], end)
        await self.release(work, assignment_id)

    async def card(self, work: Work, assignment_id: int) -> AssignmentCard:
        """Returns an assignment as it is now. Raises AssignmentNotFound."""
        return card_of(await self._find(work, assignment_id))

    async def last_of(self, work: Work, lead_id: int) -> AssignmentCard | None:
        """Returns the assignment a lead has, or had last; None when it was never allocated."""
        assignment = await repository.find_last_of_lead(work.session, lead_id)
        return None if assignment is None else card_of(assignment)

    # --- the day -----------------------------------------------------------------------------------------------

    async def forgotten(self, work: Work) -> Sequence[tuple[int, int]]:
        """Returns the assignments on a screen that were not claimed just now, each with its agent.

        The caller knows the agent sessions: it decides whether the agent still has the customer on the screen.
        """
        since = work.now - self._settings.forgotten_after
        return await repository.list_forgotten(work.session, since)

    async def on_screens(self, work: Work, lead_ids: Collection[int]) -> Sequence[int]:
        """Returns the agents who have one of these leads on the screen or in a call."""
        return await repository.list_agents_showing(work.session, lead_ids)

    async def progress(self, work: Work, agent_id: int, on: date) -> Progress:
        """Returns how far the agent is with the day."""
        held, done, fixed = await repository.count_day(work.session, agent_id, on)
        quota = await self._quota_books.set_for(work, agent_id, on) if fixed is None else fixed
        return Progress(quota=quota, assigned=held + done, done=done)

    async def days(self, work: Work, on: date) -> Mapping[int, AgentDay]:
        """Returns how far each agent is with a day, in one statement; an agent without leads is left out."""
        rows = await repository.list_use(work.session, on, None)
        return {
            row.agent_id: AgentDay(
                assigned=row.open + row.active + row.done, done=row.done, next_due_at=row.next_due_at
            )
            for row in rows
        }

    async def use(self, work: Work, on: date, campaign_id: int | None = None) -> Sequence[AgentUse]:
        """Returns how each agent uses a day, as it is now."""
        rows = await repository.list_use(work.session, on, campaign_id)
        quotas = await run_repository.list_fixed_quotas(work.session, on)
        names = await self._roster.cards(work, [row.agent_id for row in rows])
        return [
            AgentUse(
                agent_id=row.agent_id,
                name=names[row.agent_id].name,
                quota=quotas.get(row.agent_id) or await self._quota_books.set_for(work, row.agent_id, on),
                held=row.open + row.active,
                open=row.open,
                active=row.active,
                done=row.done,
                attempts=row.attempts,
                next_due_at=row.next_due_at,
            )
            for row in rows
        ]

    async def next_due_at(self, work: Work, agent_id: int, on: date, campaign_id: int | None = None) -> datetime | None:
        """Returns when the agent's earliest open assignment is due: in the past when one waits, None for none."""
        return await repository.find_next_due(work.session, agent_id, on, campaign_id)

    async def due_now(self, work: Work, agent_id: int, on: date) -> AssignmentCard | None:
        """Returns the customer that the agent would be offered now, without claiming; None when no customer is due."""
        row = await repository.find_due(work.session, agent_id, on, work.now)
        return None if row is None else card_of(row)

    async def excesses(self, work: Work) -> Sequence[Excess]:
        """Returns the agents who hold more than any quota they were allocated under: none, or law 2 is broken."""
        return [Excess(*row) for row in await repository.list_excesses(work.session)]

    # --- inside ------------------------------------------------------------------------------------------------

    async def _put_aside(
        self, work: Work, assignment_id: int, values: Mapping[str, object], *, counted: bool = False
    ) -> None:
        moved = await repository.move(work.session, assignment_id, AssignmentAct.PUT_ASIDE, values, counted=counted)
        if moved is None:
            raise _wrong_state(await self._find(work, assignment_id), AssignmentAct.PUT_ASIDE)
        if recalled := repository.recall_of(moved):
            await self._returns.settle_recall(work, moved.id, recalled)

    async def _find(self, work: Work, assignment_id: int) -> Any:
        assignment = await repository.find_assignment(work.session, assignment_id)
        if assignment is None:
            raise AssignmentNotFound(f"there is no assignment {assignment_id}")
        return assignment


def _wrong_state(row: Any, act: AssignmentAct) -> WrongAssignmentState:
    needed = " or ".join(sorted(ASSIGNMENT.sources(act)))
    state = AssignmentState(row.state).value
    return WrongAssignmentState(f"assignment {row.id} is {state}, this needs {needed}: load it again", state=state)


def _ended_as(row: Any, end: End) -> bool:
    """Returns whether an assignment has ended in this way; notes are not compared."""
    return (row.ended_as, row.end_detail) == (end.kind, end.detail)


def _note(note: str) -> Mapping[str, object]:
    return {"last_note": note} if note else {}
