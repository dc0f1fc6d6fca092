"""Raises an alarm, or ends the call, when the recorder of a conversation stops: law 3, requirement C9."""

import time
from datetime import timedelta
from uuid import UUID

from callcenter.agents.service import AgentService
from callcenter.alerts.conditions import Condition, Patience, looked
from callcenter.alerts.rules import switch_subject
from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.calls.service import CallService
from callcenter.dialer.following import lock_seat_of
from callcenter.dialer.switch import Switch
from callcenter.kit.tasks import every
from callcenter.recordings.stopping import GrowingFiles, StoppingService
from recordings_policy import RecorderStopped

LOOK_EVERY = 0.1
"""Seconds. The alarm is due within two: a last growth is seen one look late, and that it was the last one another."""
_PATIENCE = Patience(before_cleared=timedelta(minutes=1))
"""A call that the policy ends is over at once; the alert lasts long enough for the leader to see it."""


class RecorderWatch:
    """Looks at the recorders of one switch's conversations."""

    def __init__(
        self,
        *,
        switch: Switch,
        alerts: AlertService,
        calls: CallService,
        agents: AgentService,
        files: GrowingFiles,
        stopping: StoppingService,
    ) -> None:
        self._switch = switch
        self._alerts = alerts
        self._calls = calls
        self._agents = agents
        self._files = files
        self._stopping = stopping
        self._noted: frozenset[UUID] = frozenset()
        """Conversations that go on, and whose recorder was seen to stop: one that writes again leaves a gap."""
        self._condition = Condition()

    async def run(self) -> None:
        """Looks until cancelled."""
        await every(LOOK_EVERY, self.look, "recorder watch")

    async def look(self) -> None:
        """Looks once. Without a stopped recorder nothing is read from the database or written to it."""
        talking = frozenset(self._switch.talking)
        self._noted &= talking
        for call_id in self._files.look(talking, time.monotonic()) - self._noted:
            await self._act(call_id)
            self._noted |= {call_id}
        await self._renew_alert()

    async def _act(self, call_id: UUID) -> None:
        async with self._switch.works.begin() as work:
            # The session first, as every transaction that changes a call: two of them never wait for each other.
            await lock_seat_of(work, self._calls, self._agents, call_id)
            if await self._stopping.note(work, call_id) is RecorderStopped.END:
                await self._calls.hang_up(work, call_id)

    async def _renew_alert(self) -> None:
        before = self._condition
        after = looked(before, bool(self._noted), _PATIENCE, self._switch.works.clock.now())
        if after.raised is not before.raised:
            node = self._switch.node
            async with self._switch.works.begin() as work:
                if after.raised:
                    facts = {"node": node, "count": len(self._noted)}
                    await self._alerts.raise_(work, AlertKind.RECORDING_STOPPED, switch_subject(node), facts)
                else:
                    await self._alerts.clear(work, AlertKind.RECORDING_STOPPED, switch_subject(node))
        self._condition = after  # after the commit: what could not be written is written by the next look
