"""Takes what the switch reports of calls, and finds calls whose end it never reported. Never refuses (law 7)."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy.orm.exc import StaleDataError

from callcenter.calls import lifecycle, repository
from callcenter.calls.cards import evidence_of
from callcenter.calls.models import HeldCall
from callcenter.calls.open_calls import OpenCall, OpenCalls
from callcenter.calls.rules import is_certain, outcome_of
from callcenter.calls.transitions import Fact
from callcenter.calls.types import CallAnswered, CallState, Outcome
from callcenter.kit.held import write_changes
from callcenter.kit.work import Work
from callcenter.telephony import events as tel

_MAY_END = (tel.CustomerHungUp, tel.DialFinished)
"""Signals after which a call may have ended: then its agent's session is changed as well."""


def may_end(signal: tel.CallSignal) -> bool:
    """Returns whether a call may end by this signal."""
    return isinstance(signal, _MAY_END)


class CallSignals:
    """Lets calls follow what the switch reports, late, twice and out of order as it may come."""

    def __init__(self, open_calls: OpenCalls) -> None:
        self._open_calls = open_calls

    def known(self, call_ids: Collection[UUID]) -> list[OpenCall] | None:
        """Returns calls as this process remembers them, for ``take_known``; None where one must be read."""
        return self._open_calls.take_out(call_ids)

    async def take(self, work: Work, signals: Sequence[tel.CallSignal]) -> None:
        """Writes signals into the journal, in their order, and lets their calls follow; known ones change nothing.

        The calls are locked, unless the caller has done so.
        """
        call_ids = sorted({signal.call_id for signal in signals})
        rows = [row for call_id in call_ids if (row := await repository.find(work, call_id, lock=True)) is not None]
        keys = await repository.journal_keys(work, call_ids)
        calls = [OpenCall(row, frozenset(keys.get(row.id, ()))) for row in rows]
        fresh = _fresh(calls, signals)
        written = await repository.journal(work, fresh)
        await self._follow_all(work, calls, [signal for signal in fresh if (signal.call_id, signal.key) in written])

    async def take_known(self, work: Work, calls: Sequence[OpenCall], signals: Sequence[tel.CallSignal]) -> None:
        """Does the same for calls this process remembers, and reads nothing.

        Raises StaleDataError, here or at the end of the transaction, where another process has changed one of them.
        """
        copies = [OpenCall(repository.hold_known(work, replace(call.row)), call.keys) for call in calls]
        fresh = _fresh(copies, signals)
        if len(await repository.journal(work, fresh)) != len(fresh):
            raise StaleDataError("another process has written down a signal of these calls")
        await self._follow_all(work, copies, fresh)

    async def _follow_all(self, work: Work, calls: Sequence[OpenCall], fresh: Sequence[tel.CallSignal]) -> None:
        by_id = {call.row.id: call for call in calls}
        for signal in fresh:
            await self._follow(work, by_id[signal.call_id].row, signal)
        await write_changes(work.session)
        for call in calls:
            keys = call.keys | {signal.key for signal in fresh if signal.call_id == call.row.id}
            work.after_commit(partial(self._remember, OpenCall(call.row, keys)))

    def _remember(self, call: OpenCall) -> None:
        if call.row.state is CallState.ENDED:
            self._open_calls.forget([call.row.id])
        else:
            self._open_calls.remember(call)

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

    async def _follow(self, work: Work, call: HeldCall, signal: tel.CallSignal) -> None:
        await self._apply(work, call, signal)
        if call.state is CallState.ENDED:
            if call.end_estimated and isinstance(signal, tel.CustomerHungUp):
                call.ended_at, call.end_estimated = signal.at, False
            _refine_outcome(call)

    async def _apply(self, work: Work, call: HeldCall, signal: tel.CallSignal) -> None:
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

    async def _end_when_certain(self, work: Work, call: HeldCall, at: datetime) -> None:
        """Ends the call once no usual signal can change its outcome, by which its lead is settled for good."""
        if is_certain(evidence_of(call)):
            await lifecycle.apply(work, call, Fact.OVER, at)


def _fresh(calls: Sequence[OpenCall], signals: Sequence[tel.CallSignal]) -> list[tel.CallSignal]:
    """Returns the signals of these calls that their journals do not hold, each once, in their order."""
    known = {call.row.id: call.keys for call in calls}
    fresh: dict[tuple[UUID, str], tel.CallSignal] = {}
    for signal in signals:
        if signal.call_id in known and signal.key not in known[signal.call_id]:
            fresh.setdefault((signal.call_id, signal.key), signal)
    return list(fresh.values())


def _refine_outcome(call: HeldCall) -> None:
    """Takes what a late signal says of how the call ended; it never reopens a call nor touches a refusal."""
    if call.dialled_at is None or (call.outcome is Outcome.NOT_PLACED and call.dial_status is None):
        return
    better = outcome_of(evidence_of(call))
    if better is not Outcome.UNKNOWN:
        call.outcome = better
