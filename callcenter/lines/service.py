"""Use cases of a trunk: judge it by how calls end, let one call through as a probe, show it."""

from callcenter.agents.types import FLOOR_TOPIC
from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.calls.outcomes import OUTCOMES, LineSign
from callcenter.calls.service import CallService
from callcenter.calls.types import CallEnded
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.lines import repository
from callcenter.lines.cards import card_of
from callcenter.lines.rules import refuses_everything, wait_before_probe
from callcenter.lines.settings import LineSettings
from callcenter.lines.transitions import TRUNK, TrunkFact
from callcenter.lines.types import TrunkCard, TrunkState


class LineService:
    """Writes the state of trunks. No other code does."""

    def __init__(self, settings: LineSettings, calls: CallService, alerts: AlertService) -> None:
        self._rules = settings.probe_rules()
        self._calls = calls
        self._alerts = alerts

    async def begin_probe(self, work: Work, trunk: str, lead_id: int) -> bool:
        """Lets the call to this lead through as the probe; False when another call is it, or none is due."""
        lease_ends = work.now + self._rules.lease
        begun = await repository.claim_probe(work.session, trunk, lead_id, work.now, lease_ends)
        if begun:
            await work.notify(FLOOR_TOPIC)
        return begun

    async def judge(self, work: Work, event: CallEnded) -> None:
        """Pauses the trunk of a call that was refused, when that was one too many; takes it back after a good probe.

        Calls that are no probe and were not refused cost no statement.
        """
        sign = OUTCOMES[event.outcome].line
        if sign is LineSign.REFUSED:
            await self._refused(work, event)
        elif event.is_probe:
            await self._probed(work, event, worked=sign is LineSign.WORKS)

    async def out_of_use(self, work: Work) -> list[TrunkCard]:
        """Returns the trunks on which no customer is offered now."""
        return [card_of(row) for row in await repository.list_out_of_use(work.session)]

    async def _refused(self, work: Work, event: CallEnded) -> None:
        row = await repository.lock(work.session, event.trunk, work.now)
        row.sip_code = event.sip_code
        if row.state is TrunkState.IN_USE:
            latest = await self._calls.latest_of_trunk(work, event.trunk, self._rules.refusals)
            if not refuses_everything(latest, self._rules):
                return
            row.refusals, row.changed_at = self._rules.refusals, work.now
            TRUNK.move(row, TrunkFact.REFUSED)
            row.probe_at = work.now + wait_before_probe(row.refusals, self._rules)
            facts = {"sip_code": row.sip_code, "refusals": row.refusals}
            await work.announce(Noted("lines.paused", f"trunk:{row.name}", facts))
        elif row.state is TrunkState.PROBING and row.probe_lead_id == event.lead_id:
            row.refusals += 1
            TRUNK.move(row, TrunkFact.REFUSED)
            row.probe_lead_id = None
            row.probe_at = work.now + wait_before_probe(row.refusals, self._rules)
        else:  # a call that was under way when the trunk was paused
            row.refusals += 1
        await work.session.flush()
        await self._alerts.raise_(
            work,
            AlertKind.LINE_REFUSES,
            f"trunk:{row.name}",
            {"trunk": row.name, "refusals": row.refusals, "code": str(row.sip_code or "–")},
        )
        await work.notify(FLOOR_TOPIC)

    async def _probed(self, work: Work, event: CallEnded, *, worked: bool) -> None:
        row = await repository.lock(work.session, event.trunk, work.now)
        if row.state is not TrunkState.PROBING or row.probe_lead_id != event.lead_id:
            return
        row.probe_lead_id = None
        if not worked:  # it was never placed, or ended by us: the next call is the probe
            row.probe_at = work.now
            return
        TRUNK.move(row, TrunkFact.WORKED)
        row.refusals, row.sip_code, row.probe_at, row.changed_at = 0, None, None, work.now
        await work.session.flush()
        await self._alerts.clear(work, AlertKind.LINE_REFUSES, f"trunk:{row.name}")
        await work.announce(Noted("lines.resumed", f"trunk:{row.name}"))
        await work.notify(FLOOR_TOPIC)
