"""Takes what the switch reports: about calls, about agents' legs and phones, about the link itself.

What it reports is written down before anything else happens, and tried again until the database takes it. What our own
code cannot take is kept aside (``keeping``), and is taken again when a person orders that.
"""

from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

from callcenter.agents.legs import LegService
from callcenter.dialer.certainty import CertainTaker
from callcenter.dialer.following import CallFollower
from callcenter.dialer.keeping import KeptSignals
from callcenter.dialer.rejoining import RejoinService
from callcenter.dialer.rules.presence import as_it_is
from callcenter.dialer.sweep import Sweeper
from callcenter.dialer.switch import Switch
from callcenter.kit.log import get_logger
from callcenter.kit.passing import may_pass
from callcenter.telephony import events as tel
from callcenter.telephony.port import SwitchUnavailable

log = get_logger(__name__)

_MOST_TOGETHER = 100
"""Signals of one transaction: each locks a seat, and a long transaction keeps the agents waiting."""


def runs_of(batch: Sequence[tel.Signal]) -> list[list[tel.Signal]]:
    """Parts a batch into signals of calls that follow each other, and each other signal by itself; in their order."""
    runs: list[list[tel.Signal]] = []
    for signal in batch:
        of_call = isinstance(signal, tel.CallSignal)
        if of_call and runs and isinstance(runs[-1][-1], tel.CallSignal) and len(runs[-1]) < _MOST_TOGETHER:
            runs[-1].append(signal)
        else:
            runs.append([signal])
    return runs


class SignalTaker:
    """Takes the signals of one switch, in the order in which they come."""

    def __init__(
        self,
        *,
        switch: Switch,
        certain: CertainTaker,
        legs: LegService,
        calls: CallFollower,
        sweeper: Sweeper,
        rejoining: RejoinService,
    ) -> None:
        self._switch = switch
        self._certain = certain
        self._legs = legs
        self._calls = calls
        self._sweeper = sweeper
        self._rejoining = rejoining

    async def run(self) -> None:
        """Takes batch after batch until the gateway's stream breaks off."""
        switch = self._switch
        try:
            # Closed at once, not when it is collected: else a later run of the gateway loses its link to this end.
            async with aclosing(switch.gateway.run()) as batches:
                async for batch in batches:
                    switch.batches += 1
                    with switch.lag.taking(min(signal.at for signal in batch)):
                        async with switch.order:
                            for together in runs_of(batch):
                                await self._take_together(together)
        finally:
            switch.link = switch.link.link_down(None)

    async def take_again(self, signal: tel.Signal) -> None:
        """Takes a signal that was kept aside; raises what keeps it from being taken.

        Its phone or leg may have come and gone since, and its link too: of these the switch's present state is taken.
        A call's signal is taken as it is: the journal knows it if it was taken meanwhile.
        """
        switch = self._switch
        match signal:
            case tel.PhoneRegistered() | tel.PhoneUnregistered() | tel.AgentLegUp() | tel.AgentLegDown():
                await self._take(as_it_is(signal, await switch.gateway.read_state(), switch.works.clock.now()))
            case tel.LinkUp() | tel.LinkDown():
                if switch.link.due:
                    await self._sweeper.reconcile()
            case tel.UnreadEvent():
                for read in await switch.gateway.read_event(signal):
                    await self.take_again(read)
            case _:
                await self._take(signal)

    async def _take_together(self, signals: Sequence[tel.Signal]) -> None:
        """Takes signals of calls that came at once in one transaction; one by one where that fails, so that a signal
        that breaks our code takes no other with it."""
        switch = self._switch
        calls = [signal for signal in signals if isinstance(signal, tel.CallSignal)]
        taken = len(calls) > 1 and await self._took_all(calls)
        for signal in signals:
            if not taken:
                await self._certain.take(signal, self._take)
            switch.taken_until = max(switch.taken_until or signal.at, signal.at)
            switch.lag.taken(signal.at)
            switch.follow(signal)

    async def _took_all(self, signals: Sequence[tel.CallSignal]) -> bool:
        try:
            await self._calls.take_all(signals)
        except Exception as error:
            log.warning("signals are taken one by one", count=len(signals), error=type(error).__name__)
            return False
        return True

    async def _take(self, signal: tel.Signal) -> None:
        switch = self._switch
        match signal:
            case tel.CallSignal():
                await self._calls.take(signal)
            case tel.LinkUp():
                switch.link = switch.link.link_up(signal.at)
                log.info("switch connected", node=switch.node, restarted=signal.restarted)
                await self._sweeper.reconcile()
            case tel.LinkDown():
                switch.link = switch.link.link_down(signal.at)
                log.warning("switch lost", node=switch.node, reason=signal.reason)
            case tel.UnreadEvent():
                for read in await switch.gateway.read_event(signal):
                    await self._take(read)
            case _:
                async with switch.works.begin() as work:
                    await self._legs.take_signal(work, switch.node, signal)
                    if isinstance(signal, tel.AgentLegUp):
                        await self._rejoining.leg_up(work, signal.leg_id)


class KeptSignalTaker:
    """Carries out the order to take signals again that were kept aside."""

    def __init__(self, *, switch: Switch, kept: KeptSignals, signals: SignalTaker) -> None:
        self._switch = switch
        self._kept = kept
        self._signals = signals

    async def __call__(self, payload: dict[str, Any]) -> None:
        """Takes the signals ``ids`` in their order; what passes by itself, or a lost link, leaves the rest to the next
        try. Safe to repeat."""
        for kept_id in payload["ids"]:
            async with self._switch.order:
                await self._take(kept_id)

    async def _take(self, kept_id: int) -> None:
        works = self._switch.works
        async with works.begin() as work:
            sealed = await self._kept.sealed(work, kept_id)
        if sealed is None:
            return
        try:
            await self._signals.take_again(self._kept.read(*sealed))
        except Exception as error:
            if may_pass(error) or isinstance(error, SwitchUnavailable):
                raise
            log.exception("signal could not be taken again", kept=kept_id)
            async with works.begin() as work:
                await self._kept.failed_again(work, kept_id, error)
        else:
            async with works.begin() as work:
                await self._kept.taken(work, self._switch.node, kept_id)
