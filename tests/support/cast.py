"""The people of the tests of callbacks, complaints, quality and field: staff, customers, and whole calls."""

import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from callcenter.calls.open_calls import OpenCalls
from callcenter.calls.service import CallService
from callcenter.calls.signals import CallSignals
from callcenter.calls.types import CallKind, CallPlan, Disposition, DispositionDetails, Outcome
from callcenter.kit.work import Work
from callcenter.people.types import Role
from callcenter.telephony.events import (
    CallSignal,
    CustomerAnswered,
    CustomerDialled,
    CustomerHungUp,
    CustomerRinging,
    DialFinished,
    DialStatus,
)
from tests.support.rows import Lead, make_campaign, make_lead, make_staff


@dataclass
class Cast:
    """Makes staff and customers of one campaign, and plays calls; each method works in the caller's transaction."""

    calls: CallService
    campaign_id: int = 0
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def staff(self, work: Work, role: Role = Role.AGENT, *, name: str = "", region_id: int | None = None) -> int:
        named = {"name": name} if name else {}
        return (await make_staff(work, role, region_id=region_id, **named)).id

    async def campaign(self, work: Work) -> int:
        if not self.campaign_id:
            self.campaign_id = (await make_campaign(work)).id
        return self.campaign_id

    async def lead(self, work: Work, *, district: str = "Pudong", name: str = "张三") -> int:
        await self.campaign(work)
        return (await make_lead(work, name=name, district=district)).id

    async def call(
        self,
        work: Work,
        agent_id: int,
        lead_id: int,
        outcome: Outcome = Outcome.ANSWERED,
        *,
        kind: CallKind = CallKind.LEAD,
        callback_id: int | None = None,
    ) -> UUID:
        """Plays a call from the plan to the hang-up, by the switch's signals; returns its id."""
        call_id = UUID(int=next(self._numbers))
        lead = await work.session.get_one(Lead, lead_id)
        verdict = {"allowed": True, "rule": "none", "reason": "story"}
        await self.calls.plan(
            work,
            CallPlan(
                id=call_id,
                kind=kind,
                agent_id=agent_id,
                lead_id=lead_id,
                campaign_id=lead.campaign_id,
                assignment_id=None,
                callback_id=callback_id,
                node="n1",
                leg_id=f"leg-{agent_id}",
                phone_index=lead.phone_index,
                caller_id="07715550000",
                trunk="carrier",
                ring_seconds=30,
                verdict=verdict,
            ),
        )
        if outcome is Outcome.NOT_PLACED:
            await self.calls.refuse(work, call_id, verdict)
            return call_id
        assert await self.calls.begin_dialling(work, call_id, verdict)
        await CallSignals(OpenCalls()).take(work, signals_of(call_id, outcome, work))
        assert (await self.calls.card(work, call_id)).outcome is outcome
        return call_id

    async def dispose(
        self, work: Work, call_id: UUID, disposition: Disposition, details: DispositionDetails | None = None
    ) -> None:
        await self.calls.dispose(work, call_id, disposition, details or DispositionDetails(note="as agreed"))


def signals_of(call_id: UUID, outcome: Outcome, work: Work) -> list[CallSignal]:
    """Returns what the switch reports of a call that is dialled now and ends with an outcome."""
    at = work.now
    dialled: list[CallSignal] = [
        CustomerDialled(at=at, call_id=call_id, channel="c"),
        CustomerRinging(at=at, call_id=call_id),
    ]
    match outcome:
        case Outcome.ANSWERED:
            answered_at, ended_at = at + timedelta(seconds=5), at + timedelta(seconds=65)
            return [
                *dialled,
                CustomerAnswered(at=answered_at, call_id=call_id),
                CustomerHungUp(at=ended_at, call_id=call_id, cause=16, sip_code=None),
            ]
        case Outcome.BUSY:
            return [*dialled, CustomerHungUp(at=at, call_id=call_id, cause=17, sip_code=486)]
        case Outcome.NO_ANSWER:
            return [
                *dialled,
                CustomerHungUp(at=at, call_id=call_id, cause=None, sip_code=None),
                DialFinished(at=at, call_id=call_id, status=DialStatus.NO_ANSWER, cause=None),
            ]
        case Outcome.LINE_FAULT:
            return [dialled[0], CustomerHungUp(at=at, call_id=call_id, cause=34, sip_code=503)]
    raise AssertionError(f"no story ends with {outcome}")
