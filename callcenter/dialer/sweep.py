"""Compares what the database believes with what the switch holds (requirement C10)."""

from datetime import datetime, timedelta
from uuid import UUID

from callcenter.agents.legs import LegService
from callcenter.calls.service import CallService
from callcenter.calls.types import SwitchHolds, engine_queue
from callcenter.dialer.certainty import CertainTaker
from callcenter.dialer.following import CallFollower
from callcenter.dialer.switch import Switch
from callcenter.dialer.types import DISCONNECT_LEG
from callcenter.kit.effects import Delivery, Effect
from callcenter.kit.log import get_logger
from callcenter.telephony import events as tel
from callcenter.telephony.port import SwitchUnavailable

log = get_logger(__name__)


class Sweeper:
    """Reconciles after each log-in to the switch, and ends calls whose end no signal reported."""

    def __init__(
        self,
        *,
        switch: Switch,
        certain: CertainTaker,
        calls: CallService,
        follower: CallFollower,
        legs: LegService,
    ) -> None:
        self._switch = switch
        self._certain = certain
        self._calls = calls
        self._follower = follower
        self._legs = legs
        self._missing: set[UUID] = set()
        """Open calls the last sweep did not find in the switch."""
        self._swept_at: datetime | None = None
        """When the last sweep had read the switch's state."""

    async def reconcile(self) -> None:
        """Takes over what the switch holds, whatever the database believes, while signals wait.

        After each log-in. What fails is logged and stays owed; the sweep tries it again as long as the link is up.
        """
        switch, link = self._switch, self._switch.link
        if link.up_since is None:
            return
        # Before the switch is asked: a call taken up after this was dialled after the log-in, and is left alone.
        dialling = frozenset(switch.dialling)
        # A call commanded a moment ago may have no channel yet, though its command is taken: it is left to the sweep.
        grace_began = switch.works.clock.now() - timedelta(seconds=switch.settings.sweep_grace_seconds)
        try:
            state = await switch.gateway.read_state()
        except SwitchUnavailable as error:
            log.warning("state of the switch not read", node=switch.node, error=error.detail)
            return
        switch.talking = set(state.answered)
        async with switch.works.begin() as work:
            orphans = await self._legs.reconcile(work, switch.node, state.legs, state.phones)
            for leg_id in orphans:
                order = {"leg_id": leg_id}
                await work.enqueue(Effect(engine_queue(switch.node), DISCONNECT_LEG, order, Delivery.AT_LEAST_ONCE))
            holds = SwitchHolds(state.calls | dialling, state.answered)
            divergence = await self._calls.compare(
                work, switch.node, holds, before=link.up_since, channel_by=grace_began
            )
        for call_id in divergence.answered:
            answered = tel.CustomerAnswered(at=link.up_since, call_id=call_id)
            await self._certain.take(answered, self._follower.take)
        await self._follower.end_unseen(divergence.gone, link.heard_until)
        if switch.link is link:  # else the stream of signals has broken off meanwhile, and owes the next one
            switch.link = link.reconciled()

    async def sweep(self) -> None:
        """Ends calls that the switch does not know in two consecutive sweeps.

        A call ends so only when its end is not among signals that still wait: no signal came during this sweep, or one
        that is newer than the first of the two sweeps has been taken, and so all before it.
        """
        switch = self._switch
        if switch.link.due:
            async with switch.order:
                if switch.link.due:
                    await self.reconcile()
        if not switch.link.ready:
            return
        quiet, batches = not switch.order.locked(), switch.batches
        old_enough = await self._old_calls()
        if not old_enough:
            self._missing.clear()
            return
        dialling = frozenset(switch.dialling)
        state = await switch.gateway.read_state()
        missing = old_enough - state.calls - dialling
        quiet = quiet and batches == switch.batches
        ended = missing & self._missing if quiet or self._has_caught_up() else frozenset()
        self._missing, self._swept_at = missing, switch.works.clock.now()
        await self._follower.end_unseen(ended, None)

    def _has_caught_up(self) -> bool:
        """Returns whether a signal newer than the last sweep has been taken."""
        taken_until = self._switch.taken_until
        return taken_until is not None and self._swept_at is not None and taken_until > self._swept_at

    async def _old_calls(self) -> set[UUID]:
        """Returns the open calls the switch must know by now."""
        switch = self._switch
        async with switch.works.begin() as work:
            grace, now = switch.settings.sweep_grace_seconds, work.now
            return {
                call.call_id
                for call in await self._calls.open_calls(work, switch.node)
                if call.dialled_at and (now - call.dialled_at).total_seconds() > grace
            }
