"""Use cases of a call: plan, dial, take what the switch says, end, dispose. Announces CallPlanned … CallDisposed."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from callcenter.calls import repository
from callcenter.calls.dispositions import dispositions_for, missing_details
from callcenter.calls.errors import AlreadyOnCall, CallNotFound, DetailsMissing, NotDisposable
from callcenter.calls.models import Call
from callcenter.calls.rules import Evidence, outcome_of
from callcenter.calls.transitions import CALL, Fact
from callcenter.calls.types import (
    CallAnswered,
    CallCard,
    CallDisposed,
    CallEnded,
    CallKind,
    CallPlanned,
    CallState,
    Disposition,
    DispositionDetails,
    Outcome,
    RecordingFacts,
)
from callcenter.kit.crypto import Vault
from callcenter.kit.effects import Delivery, Effect
from callcenter.kit.work import Work
from callcenter.telephony import events as tel

DIAL = "calls.dial"
HANG_UP = "calls.hang_up"
"""Kinds of effect; the dialer's engine performs them."""


def engine_queue(node: str) -> str:
    """The outbox queue of the engine that commands this switch."""
    return f"engine:{node}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPlan:
    """Everything that is settled before a call is placed."""

    id: UUID
    kind: CallKind
    agent_id: int
    lead_id: int
    campaign_id: int
    assignment_id: int | None
    callback_id: int | None
    node: str
    leg_id: str
    phone_index: str
    caller_id: str
    trunk: str
    ring_seconds: int
    verdict: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Divergence:
    """Where the calls we believe open differ from the switch's."""

    gone: tuple[UUID, ...]
    """The switch does not hold them any more."""
    answered: tuple[UUID, ...]
    """The switch holds them as answered, and that signal was lost."""


class CallService:
    """The only writer of calls."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    # -- wishes

    async def plan(self, work: Work, plan: CallPlan) -> CallCard:
        """Writes the row and orders the dialling; nothing is dialled before the commit (laws 1 and 8)."""
        call = Call(**dataclasses.asdict(plan), planned_at=work.now)
        try:
            async with work.session.begin_nested():
                work.session.add(call)
        except IntegrityError as error:
            raise AlreadyOnCall("this agent or this customer is in a call that has not ended", rule="C4") from error
        await work.enqueue(Effect(engine_queue(plan.node), DIAL, {"call_id": str(plan.id)}))
        await work.announce(CallPlanned(call_id=plan.id, agent_id=plan.agent_id))
        return card_of(call)

    async def begin_dialling(self, work: Work, call_id: UUID, verdict: dict[str, Any]) -> bool:
        """planned → dialling, with the verdict of this moment; False when the call is not planned any more."""
        return await repository.claim_for_dialling(work, call_id, verdict)

    async def refuse(self, work: Work, call_id: UUID, verdict: dict[str, Any]) -> None:
        """Ends a call that was never given to the switch."""
        call = await self._locked(work, call_id)
        if call.dialled_at is None:
            call.verdict = verdict
        await self._apply(work, call, Fact.REFUSED, work.now)

    async def hang_up(self, work: Work, call_id: UUID) -> None:
        """Somebody on our side wants the call to end."""
        call = await self._locked(work, call_id)
        if call.state is CallState.ENDED:
            return
        call.hung_up_by_us = True
        if call.state is CallState.PLANNED:
            await self._apply(work, call, Fact.REFUSED, work.now)
        else:
            await self._order_hang_up(work, call)

    async def _order_hang_up(self, work: Work, call: Call) -> None:
        """Until it has been carried out: to end a call twice is harmless, a call that nobody ends is not."""
        order = {"call_id": str(call.id)}
        await work.enqueue(Effect(engine_queue(call.node), HANG_UP, order, Delivery.AT_LEAST_ONCE))

    async def dispose(
        self, work: Work, call_id: UUID, disposition: Disposition, details: DispositionDetails
    ) -> CallCard:
        """What came of the call (requirement C6). Announces CallDisposed, once."""
        call = await self._locked(work, call_id)
        if call.disposed_at is not None:
            raise NotDisposable("this call has its disposition already")
        allowed = dispositions_for(call.kind, call.outcome)
        if disposition not in allowed:
            raise NotDisposable(
                f"{disposition} does not fit this call", rule="C6", allowed=[item.value for item in allowed]
            )
        if missing := missing_details(disposition, details):
            raise DetailsMissing(f"{disposition} needs {', '.join(missing)}", fields=list(missing))
        assert call.outcome is not None
        call.disposition, call.disposed_at = disposition, work.now
        call.details = self._sealed(details)
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

    # -- facts

    async def take_signal(self, work: Work, signal: tel.CallSignal) -> None:
        """Writes down what the switch said and lets the call follow it. Never refuses (law 7)."""
        call = await repository.find(work, signal.call_id, lock=True)
        if call is None:
            return
        facts = {k: v for k, v in dataclasses.asdict(signal).items() if k not in ("at", "call_id")}
        if not await repository.journal(work, call.id, signal.key, type(signal).__name__, signal.at, facts):
            return
        match signal:
            case tel.RecordingStarted():
                call.recording_started_at = signal.at
            case tel.CustomerDialled():
                call.channel = signal.channel
                if call.hung_up_by_us:  # the wish came before there was anything to hang up
                    await self._order_hang_up(work, call)
            case tel.CustomerRinging():
                call.ringing_at = signal.at
                await self._apply(work, call, Fact.RANG, signal.at)
            case tel.CustomerAnswered():
                call.answered_at = signal.at
                if await self._apply(work, call, Fact.ANSWERED, signal.at):
                    await work.announce(CallAnswered(call_id=call.id, agent_id=call.agent_id, at=signal.at))
            case tel.CustomerHungUp():
                call.hangup_cause, call.sip_code = signal.cause, signal.sip_code
                if call.channel is not None or signal.sip_code is not None:
                    await self._apply(work, call, Fact.OVER, signal.at)
                # else nobody was dialled, so far as we know: DialFinished says how it went
            case tel.DialFinished():
                call.dial_status = signal.status
                if call.hangup_cause is None:
                    call.hangup_cause = signal.cause
                await self._apply(work, call, Fact.OVER, signal.at)
        if call.state is CallState.ENDED:
            if call.end_estimated and isinstance(signal, tel.CustomerHungUp):
                call.ended_at, call.end_estimated = signal.at, False
            self._refine(call)

    async def compare(
        self, work: Work, node: str, alive: frozenset[UUID], answered: frozenset[UUID], before: datetime
    ) -> Divergence:
        """Compares the open calls commanded before an instant with those the switch holds (requirement C10)."""
        told = [
            call
            for call in await repository.open_of_node(work, node)
            if call.state is not CallState.PLANNED and call.dialled_at is not None and call.dialled_at <= before
        ]
        return Divergence(
            gone=tuple(call.id for call in told if call.id not in alive),
            answered=tuple(call.id for call in told if call.id in alive & answered and call.answered_at is None),
        )

    async def end_lost(self, work: Work, call_ids: Iterable[UUID], alive_at: datetime | None = None) -> None:
        """Ends calls that the switch does not hold any more, though nobody told their end.

        ``alive_at``: until then the end would have been heard, so a call lived at least as long.
        """
        for call_id in call_ids:
            call = await self._locked(work, call_id)
            if call.state is not CallState.ENDED:
                await self._lose(work, call, alive_at)

    async def _lose(self, work: Work, call: Call, alive_at: datetime | None) -> None:
        """Nobody saw the end: the last sign of life stands for it, and is marked as an estimate."""
        seen = await repository.last_sign_of_life(work, call.id)
        call.end_estimated = True
        await self._apply(work, call, Fact.LOST, max(filter(None, (seen, alive_at, call.dialled_at))))

    async def _apply(self, work: Work, call: Call, fact: Fact, at: datetime) -> bool:
        """Moves the call and, when it reaches its end, decides the outcome and announces CallEnded."""
        state = CALL.move(call, fact)
        if state is None:
            return False
        if state is CallState.ENDED:
            call.ended_at = at
            if fact is Fact.REFUSED:
                call.outcome = Outcome.CANCELLED if call.hung_up_by_us else Outcome.NOT_PLACED
            elif fact is Fact.LOST:
                call.outcome = Outcome.ANSWERED if call.answered_at else Outcome.UNKNOWN
            else:
                call.outcome = outcome_of(evidence_of(call))
            await work.session.flush()
            await work.announce(
                CallEnded(
                    call_id=call.id,
                    kind=call.kind,
                    agent_id=call.agent_id,
                    lead_id=call.lead_id,
                    assignment_id=call.assignment_id,
                    callback_id=call.callback_id,
                    outcome=call.outcome,
                    at=at,
                )
            )
        return True

    def _refine(self, call: Call) -> None:
        """A late signal may say more about how the call ended; it never reopens it nor touches a refusal."""
        if call.dialled_at is None or (call.outcome is Outcome.NOT_PLACED and call.dial_status is None):
            return
        better = outcome_of(evidence_of(call))
        if better is not Outcome.UNKNOWN:
            call.outcome = better

    # -- looking

    async def card(self, work: Work, call_id: UUID) -> CallCard:
        call = await repository.find(work, call_id)
        if call is None:
            raise CallNotFound("there is no such call")
        return card_of(call)

    async def cards(self, work: Work, call_ids: Iterable[UUID]) -> dict[UUID, CallCard]:
        return {call.id: card_of(call) for call in await repository.many(work, call_ids)}

    async def recording_facts(self, work: Work, call_id: UUID) -> RecordingFacts | None:
        call = await repository.find(work, call_id)
        return recording_facts_of(call) if call else None

    async def answered_since(self, work: Work, since: datetime) -> list[RecordingFacts]:
        """Every ended call that was answered since an instant."""
        return [recording_facts_of(call) for call in await repository.answered_since(work, since)]

    async def open_calls(self, work: Work, node: str) -> list[RecordingFacts]:
        return [recording_facts_of(call) for call in await repository.open_of_node(work, node)]

    async def agent_of(self, work: Work, call_id: UUID) -> int | None:
        """Whose call this is. Whoever changes a call locks its agent's seat first, so that nobody waits in a circle."""
        return await repository.agent_of(work, call_id)

    async def stale_plans(self, work: Work, node: str, before: datetime) -> list[UUID]:
        """Calls planned before an instant that were never given to the switch."""
        calls = await repository.open_of_node(work, node)
        return [call.id for call in calls if call.state is CallState.PLANNED and call.planned_at < before]

    async def dial_order(self, work: Work, call_id: UUID) -> Call | None:
        """The planned call with everything the switch must be told; None when it is not planned any more."""
        call = await repository.find(work, call_id, lock=True)
        return call if call and call.state is CallState.PLANNED else None

    async def marketing_calls(self, work: Work, phone_index: str, since: datetime) -> list[datetime]:
        """When this number was dialled unasked since an instant, over all campaigns (requirement C3); oldest first."""
        return await repository.marketing_calls(work, phone_index, since)

    async def is_open_to(self, work: Work, lead_id: int) -> bool:
        """Whether somebody is calling this customer now, or about to."""
        return await repository.is_open_to(work, lead_id)

    async def has_called(
        self, work: Work, agent_id: int, *, lead_id: int | None = None, call_id: UUID | None = None
    ) -> bool:
        """Whether this agent has, or had, the customer or the call named."""
        return await repository.has_called(work, agent_id, lead_id, call_id)

    async def tally(self, work: Work, since: datetime) -> dict[int, tuple[int, int, int]]:
        """Per agent since an instant: calls dialled, answered, successes."""
        return await repository.tally(work, since)

    async def count_by_outcome(self, work: Work, since: datetime) -> dict[str, int]:
        """Dialled calls since an instant by outcome; ``open`` for those that go on."""
        return await repository.count_by_outcome(work, since)

    def note(self, card: CallCard) -> str:
        """The agent's note, opened."""
        sealed = card.details.get("note")
        return self._vault.open(sealed) if sealed else ""

    def visit_address(self, card: CallCard) -> str:
        """The address agreed for the visit, opened."""
        sealed = card.details.get("visit_address")
        return self._vault.open(sealed) if sealed else ""

    def _sealed(self, details: DispositionDetails) -> dict[str, Any]:
        """As JSON; what may name the customer is encrypted (requirement L7)."""
        stored: dict[str, Any] = {}
        for name, value in dataclasses.asdict(details).items():
            if name in ("note", "visit_address"):
                stored[name] = self._vault.seal(value) if value else ""
            else:
                stored[name] = value.isoformat() if isinstance(value, datetime) else value
        return stored

    async def _locked(self, work: Work, call_id: UUID) -> Call:
        call = await repository.find(work, call_id, lock=True)
        if call is None:
            raise CallNotFound("there is no such call")
        return call


def evidence_of(call: Call) -> Evidence:
    return Evidence(
        answered=call.answered_at is not None,
        rang=call.ringing_at is not None,
        dialled=call.channel is not None,
        we_hung_up=call.hung_up_by_us,
        status=call.dial_status,
        cause=call.hangup_cause,
        sip_code=call.sip_code,
    )


def card_of(call: Call) -> CallCard:
    return CallCard(
        id=call.id,
        kind=call.kind,
        state=call.state,
        outcome=call.outcome,
        disposition=call.disposition,
        agent_id=call.agent_id,
        lead_id=call.lead_id,
        campaign_id=call.campaign_id,
        assignment_id=call.assignment_id,
        callback_id=call.callback_id,
        planned_at=call.planned_at,
        dialled_at=call.dialled_at,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        details=call.details,
    )


def recording_facts_of(call: Call) -> RecordingFacts:
    return RecordingFacts(
        call_id=call.id,
        node=call.node,
        ended=call.state is CallState.ENDED,
        end_estimated=call.end_estimated,
        dialled_at=call.dialled_at,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        outcome=call.outcome,
        disposition=call.disposition,
        agent_id=call.agent_id,
        lead_id=call.lead_id,
        campaign_id=call.campaign_id,
    )
