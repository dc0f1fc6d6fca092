"""Takes what the switch reports of calls, and finds calls whose end it never reported. Never refuses (law 7)."""

import dataclasses
from datetime import datetime
from uuid import UUID

from callcenter.calls import lifecycle, repository
from callcenter.calls.cards import evidence_of
from callcenter.calls.models import Call
from callcenter.calls.rules import is_certain, outcome_of
from callcenter.calls.transitions import Fact
from callcenter.calls.types import CallAnswered, CallState, Outcome
from callcenter.kit.work import Work
from callcenter.telephony import events as tel


class CallSignals:
    """Lets calls follow what the switch reports, late, twice and out of order as it may come."""

    async def take(self, work: Work, signal: tel.CallSignal) -> None:
        """Writes a signal into the journal and lets its call follow it; one that is known already changes nothing."""
        call = await repository.find(work, signal.call_id, lock=True)
        if call is None:
            return
        facts = {name: value for name, value in dataclasses.asdict(signal).items() if name not in ("at", "call_id")}
        if not await repository.journal(work, call.id, signal, facts):
            return
        await self._follow(work, call, signal)
        if call.state is CallState.ENDED:
            if call.end_estimated and isinstance(signal, tel.CustomerHungUp):
                call.ended_at, call.end_estimated = signal.at, False
            _refine_outcome(call)

    async def end_lost(self, work: Work, call_id: UUID, alive_at: datetime | None = None) -> None:
        """Ends a call that the switch does not hold any more, though no signal reported its end, or not all of it.

        Where the end of the customer's channel was not reported, the last sign of life stands for it, and is marked as
        an estimate. ``alive_at``: until then the end would have been reported, so the call lived at least as long.
        """
        call = await lifecycle.lock(work, call_id)
        if call.state is CallState.ENDED:
            return
        if call.hung_up_at is not None:
            await lifecycle.apply(work, call, Fact.OVER, call.hung_up_at)
            return
        last_signal_at = await repository.last_sign_of_life(work, call.id)
        call.end_estimated = True
        await lifecycle.apply(work, call, Fact.LOST, max(filter(None, (last_signal_at, alive_at, call.dialled_at))))

    async def _follow(self, work: Work, call: Call, signal: tel.CallSignal) -> None:
        match signal:
            case tel.RecordingStarted():
                call.recording_started_at = signal.at
            case tel.CustomerDialled():
                call.channel = signal.channel
                if call.hung_up_by_us:  # the request came before there was anything to hang up
                    await lifecycle.order_hang_up(work, call)
            case tel.CustomerEarlyMedia():
                await lifecycle.apply(work, call, Fact.RANG, signal.at)
            case tel.CustomerRinging():
                call.ringing_at = signal.at
                await lifecycle.apply(work, call, Fact.RANG, signal.at)
            case tel.CustomerAnswered():
                call.answered_at = signal.at
                if await lifecycle.apply(work, call, Fact.ANSWERED, signal.at):
                    await work.announce(CallAnswered(call_id=call.id, agent_id=call.agent_id, at=signal.at))
            case tel.CustomerHungUp():
                call.hangup_cause, call.sip_code, call.hung_up_at = signal.cause, signal.sip_code, signal.at
                await self._end_when_certain(work, call, signal.at)
            case tel.DialFinished():
                call.dial_status = signal.status
                if call.hangup_cause is None:
                    call.hangup_cause = signal.cause
                await self._end_when_certain(work, call, call.hung_up_at or signal.at)

    async def _end_when_certain(self, work: Work, call: Call, at: datetime) -> None:
        """Ends the call once no usual signal can change its outcome, by which its lead is settled for good."""
        if is_certain(evidence_of(call)):
            await lifecycle.apply(work, call, Fact.OVER, at)


def _refine_outcome(call: Call) -> None:
    """Takes what a late signal says of how the call ended; it never reopens a call nor touches a refusal."""
    if call.dialled_at is None or (call.outcome is Outcome.NOT_PLACED and call.dial_status is None):
        return
    better = outcome_of(evidence_of(call))
    if better is not Outcome.UNKNOWN:
        call.outcome = better
