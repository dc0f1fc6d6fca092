"""Use cases of a call: plan, dial, end, dispose, look up. Announces CallPlanned … CallDisposed."""

import dataclasses
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from callcenter.calls import lifecycle, repository
from callcenter.calls.cards import card_of, dial_order_of, owed_of, recording_facts_of, times_of
from callcenter.calls.dispositions import (
    DISPOSITIONS,
    disposition_after_limit,
    dispositions_for,
    missing_details,
)
from callcenter.calls.errors import AlreadyOnCall, CallNotFound, DetailsMissing, NotDisposable
from callcenter.calls.models import HeldCall
from callcenter.calls.open_calls import OpenCall, OpenCalls
from callcenter.calls.transitions import CALL, Fact
from callcenter.calls.types import (
    SEALED_DETAILS,
    CallCard,
    CallDisposed,
    CallPlan,
    CallPlanned,
    CallState,
    CallTally,
    CallTimes,
    DialOrder,
    Disposition,
    DispositionDetails,
    Divergence,
    Outcome,
    OwedDisposition,
    RecordingFacts,
    SuccessVerdict,
    SwitchHolds,
    TrunkDay,
    TrunkLoad,
    plans_topic,
)
from callcenter.calls.visit_times import VisitTimes
from callcenter.kit.clock import at_business_time
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Work


class CallService:
    """Writes calls on request of our side; what the switch reports is written by ``CallSignals``."""

    def __init__(self, vault: Vault, visit_times: VisitTimes, open_calls: OpenCalls) -> None:
        self._vault = vault
        self._open_calls = open_calls
        self._visit_times = visit_times

    # -- requests

    async def plan(self, work: Work, plan: CallPlan) -> CallCard:
        """Writes the row of a call; the engine of its switch dials it after the commit (laws 1 and 8).

        Raises AlreadyOnCall: the agent, the customer or the number is in a call that has not ended (law 2). Unique
        indexes decide that, so of two calls planned at the same moment, by whatever engine, one is refused.
        """
        [call] = await self._add(work, [plan])
        await work.notify(plans_topic(plan.node))
        return card_of(call)

    async def place(self, work: Work, plans: Sequence[CallPlan]) -> list[DialOrder]:
        """Does the same for calls that their engine dials with the commit of this transaction: dialled at once."""
        calls = await self._add(work, plans, Fact.COMMANDED)
        for call in calls:
            work.after_commit(partial(self._open_calls.remember, OpenCall(call, frozenset())))
        return [dial_order_of(call) for call in calls]

    async def _add(self, work: Work, plans: Sequence[CallPlan], *facts: Fact) -> list[HeldCall]:
        calls = [HeldCall(**_values_of(plan), state=CALL.initial, planned_at=work.now) for plan in plans]
        for call in calls:
            for fact in facts:
                CALL.move(call, fact)
                call.dialled_at = work.now
        if len(await repository.add(work, calls)) != len(calls):
            raise AlreadyOnCall("this agent or this number is in a call that has not ended", rule="C4")
        for call in calls:
            await work.announce(CallPlanned(call_id=call.id, agent_id=call.agent_id))
        return calls

    async def begin_dialling(self, work: Work, call_id: UUID, verdict: dict[str, Any]) -> bool:
        """Marks a planned call as dialled, with the verdict of this moment; False when it is not planned any more."""
        call = await lifecycle.lock(work, call_id)
        if not await lifecycle.apply(work, call, Fact.COMMANDED, work.now):
            return False
        call.verdict, call.dialled_at = verdict, work.now
        work.after_commit(lambda: self._open_calls.remember(OpenCall(call, frozenset())))
        return True

    async def refuse(self, work: Work, call_id: UUID, verdict: dict[str, Any] | None = None) -> None:
        """Ends a call that was never given to the switch. ``verdict``: of this moment, where it was not dialled."""
        call = await lifecycle.lock(work, call_id)
        if call.dialled_at is None and verdict is not None:
            call.verdict = verdict
        await lifecycle.apply(work, call, Fact.REFUSED, work.now)

    async def give_up_plan(self, work: Work, call_id: UUID) -> bool:
        """Ends a call that was never given to the switch, and will not be; False when it was given, or has ended."""
        call = await lifecycle.lock(work, call_id)
        return call.state is CallState.PLANNED and await lifecycle.apply(work, call, Fact.REFUSED, work.now)

    async def take_to_leg(self, work: Work, call_id: UUID, leg_id: str) -> bool:
        """Notes that a conversation goes on at another leg of its agent; False when it is over, or at this leg."""
        call = await lifecycle.lock(work, call_id)
        if call.state is not CallState.ANSWERED or call.leg_id == leg_id:
            return False
        call.leg_id = leg_id
        return True

    async def hang_up(self, work: Work, call_id: UUID) -> None:
        """Ends a call on our side's request: at once when the customer is not dialled yet, else by the switch."""
        call = await lifecycle.lock(work, call_id)
        if call.state is CallState.ENDED:
            return
        call.hung_up_by_us = True
        if call.state is CallState.PLANNED:
            await lifecycle.apply(work, call, Fact.REFUSED, work.now)
        else:
            await lifecycle.order_hang_up(work, call)

    async def dispose(
        self, work: Work, call_id: UUID, disposition: Disposition, details: DispositionDetails
    ) -> CallCard:
        """Sets what came of the call (requirement C6). Announces CallDisposed, once.

        Raises NotDisposable, DetailsMissing, VisitInThePast, VisitTimeUnconfirmed.
        """
        call = await lifecycle.lock(work, call_id)
        if call.disposed_at is not None:
            raise NotDisposable("this call has its disposition already")
        allowed = dispositions_for(call.kind, call.outcome)
        if disposition not in allowed:
            raise NotDisposable(
                f"{disposition} does not fit this call", rule="C6", allowed=[item.value for item in allowed]
            )
        if missing := missing_details(disposition, details):
            raise DetailsMissing(f"{disposition} needs {', '.join(missing)}", fields=list(missing))
        if details.visit_at is not None and DISPOSITIONS[disposition].is_success:
            await self._visit_times.require(work, details.visit_at, confirmed=details.visit_time_confirmed)
        return await self._set(work, call, disposition, details)

    async def owe_disposition(self, work: Work, call_id: UUID) -> CallCard | None:
        """Marks a conversation whose wrap-up is over: its agent owes the disposition, and can still set it.

        Returns None when it has its disposition already.
        """
        call = await lifecycle.lock(work, call_id)
        if call.disposed_at is not None or call.outcome is None:
            return None
        call.disposition_owed_at = call.disposition_owed_at or work.now
        return card_of(call)

    async def owed(self, work: Work, agent_id: int | None = None) -> list[OwedDisposition]:
        """Returns the dispositions that are owed, by an agent or by all, the oldest first."""
        return [owed_of(call) for call in await repository.owed(work, agent_id)]

    async def leave_undisposed(self, work: Work, call_id: UUID) -> None:
        """Ends the wait for a disposition of an agent who is gone. A call that has its disposition stays as it is.

        Announces CallDisposed with what the system knows: the customer answered, and what came of it is unknown.
        """
        call = await lifecycle.lock(work, call_id)
        if call.disposed_at is None and call.outcome is not None:
            await self._set(work, call, disposition_after_limit(), DispositionDetails())

    async def _set(self, work: Work, call: HeldCall, disposition: Disposition, details: DispositionDetails) -> CallCard:
        assert call.outcome is not None, "a disposition fits no call without an outcome"
        call.disposition, call.disposed_at = disposition, work.now
        call.details = self._sealed(call, details)
        await work.announce(
            CallDisposed(
                call_id=call.id,
                kind=call.kind,
                agent_id=call.agent_id,
                lead_id=call.lead_id,
                campaign_id=call.campaign_id,
                assignment_id=call.assignment_id,
                callback_id=call.callback_id,
                outcome=call.outcome,
                disposition=disposition,
                details=details,
                at=work.now,
            )
        )
        return card_of(call)

    # -- one call, or some

    async def card(self, work: Work, call_id: UUID) -> CallCard:
        """Returns one call. Raises CallNotFound."""
        call = await repository.find(work, call_id)
        if call is None:
            raise CallNotFound("there is no such call")
        return card_of(call)

    async def cards(self, work: Work, call_ids: Iterable[UUID]) -> dict[UUID, CallCard]:
        """Returns those of the calls that exist, by id."""
        return {call.id: card_of(call) for call in await repository.many(work, call_ids)}

    async def recording_facts(self, work: Work, call_id: UUID) -> RecordingFacts | None:
        """Returns what the recordings room needs to know of a call."""
        call = await repository.find(work, call_id)
        return recording_facts_of(call) if call else None

    async def times(self, work: Work, call_id: UUID) -> CallTimes | None:
        """Returns the moments of a call that its recording is heard by."""
        call = await repository.find(work, call_id)
        return times_of(call) if call else None

    async def answered_since(self, work: Work, since: datetime) -> list[RecordingFacts]:
        """Returns every ended call that was answered since an instant."""
        return [recording_facts_of(call) for call in await repository.answered_since(work, since)]

    async def open_calls(self, work: Work, node: str) -> list[RecordingFacts]:
        """Returns the calls of a node that have not ended."""
        return [recording_facts_of(call) for call in await repository.open_of_node(work, node)]

    async def agents_of(self, work: Work, call_ids: Collection[UUID]) -> set[int]:
        """Returns whose calls these are; unknown calls are left out."""
        return await repository.agents_of(work, call_ids)

    async def hold(self, work: Work, call_ids: Collection[UUID]) -> None:
        """Locks these calls until the transaction ends, in the order of their ids."""
        await repository.hold(work, call_ids)

    async def planned(self, work: Work, node: str) -> Sequence[tuple[UUID, int]]:
        """Returns the calls of a node that wait to be dialled, each with its agent, the oldest first."""
        return await repository.planned(work, node)

    async def compare(
        self, work: Work, node: str, holds: SwitchHolds, *, before: datetime, channel_by: datetime
    ) -> Divergence:
        """Compares the open calls commanded before an instant with those the switch holds (requirement C10).

        ``channel_by``: a call commanded later than that, whose channel was not reported yet, counts as held.
        """
        commanded = [
            (call, call.dialled_at)
            for call in await repository.open_of_node(work, node)
            if call.state is not CallState.PLANNED and call.dialled_at is not None and call.dialled_at <= before
        ]
        return Divergence(
            gone=tuple(
                call.id
                for call, dialled_at in commanded
                if call.id not in holds.calls and (call.channel is not None or dialled_at <= channel_by)
            ),
            answered=tuple(
                call.id for call, _ in commanded if call.id in holds.calls & holds.answered and call.answered_at is None
            ),
        )

    async def dial_order(self, work: Work, call_id: UUID) -> DialOrder | None:
        """Locks the call and returns what its dialling needs to know; None when it is not planned any more."""
        call = await repository.find(work, call_id, lock=True)
        return dial_order_of(call) if call and call.state is CallState.PLANNED else None

    def note(self, card: CallCard) -> str:
        """Returns the agent's note in clear."""
        return self._opened(card, "note")

    def visit_address(self, card: CallCard) -> str:
        """Returns the address agreed for the visit in clear."""
        return self._opened(card, "visit_address")

    # -- counts and checks

    async def latest_of_trunk(self, work: Work, trunk: str, count: int) -> list[Outcome]:
        """Returns how the latest calls ended that say something of a trunk, the newest first (requirement C13)."""
        return await repository.latest_of_trunk(work, trunk, count)

    async def loads_of_trunks(self, work: Work, trunks: Collection[str], since: datetime) -> dict[str, TrunkLoad]:
        """Returns what each of these trunks carries now; one that carries nothing is left out."""
        return {
            trunk: TrunkLoad(open_calls=open_calls, began=began)
            for trunk, open_calls, began in await repository.loads_of_trunks(work, trunks, since)
        }

    async def days_of_trunks(self, work: Work, day: date) -> dict[str, TrunkDay]:
        """Returns how the calls of each trunk went on a business date."""
        begins, ends = at_business_time(day, 0), at_business_time(day + timedelta(days=1), 0)
        return {
            trunk: TrunkDay(calls=calls, answered=answered, refused=refused, open_calls=open_calls)
            for trunk, calls, answered, refused, open_calls in await repository.days_of_trunks(work, begins, ends)
        }

    async def is_within(self, work: Work, *, lead_id: int | None = None, call_id: UUID | None = None) -> bool:
        """Returns whether the call or the customer is within the actor's scope: an agent's own calls, a branch's."""
        return await repository.is_within(work, lead_id=lead_id, call_id=call_id)

    async def judge_success(self, work: Work, call_id: UUID, verdict: SuccessVerdict) -> None:
        """Writes what quality has decided about a success: one that it refuses counts as none from now on."""
        await repository.judge_success(work, call_id, verdict)

    async def tally(self, work: Work, since: datetime) -> dict[int, CallTally]:
        """Returns per agent the calls since an instant."""
        return await repository.tally(work, since)

    def _opened(self, card: CallCard, name: str) -> str:
        sealed = card.details.get(name)
        return self._vault.open(sealed, SEALED_DETAILS[name].at(card)) if sealed else ""

    def _sealed(self, call: HeldCall, details: DispositionDetails) -> dict[str, Any]:
        """Returns the details as they are stored in JSON."""
        stored: dict[str, Any] = {}
        for name, value in dataclasses.asdict(details).items():
            if binding := SEALED_DETAILS.get(name):
                stored[name] = self._vault.seal(value, binding.at(call)) if value else ""
            else:
                stored[name] = value.isoformat() if isinstance(value, datetime) else value
        return stored


def _values_of(plan: CallPlan) -> dict[str, Any]:
    return {field.name: getattr(plan, field.name) for field in dataclasses.fields(plan)}
