"""The people of the stories told about callbacks, complaints, quality and field: staff, customers, whole calls."""

import itertools
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from uuid import UUID

import callcenter.allocation.models  # noqa: F401 - a call refers to its table
from callcenter.calls.service import CallService
from callcenter.calls.signals import CallSignals
from callcenter.calls.types import CallKind, CallPlan, Disposition, DispositionDetails, Outcome
from callcenter.campaigns.models import Campaign
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Work
from callcenter.leads.models import Lead, LeadList
from callcenter.leads.types import BasisKind
from callcenter.people.models import Staff
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

_NUMBERS = itertools.count(1)


@dataclass
class Cast:
    """Makes rows; each method takes the story's transaction."""

    vault: Vault
    calls: CallService
    campaign_id: int = 0
    _list_id: int = 0
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def staff(self, work: Work, role: Role = Role.AGENT, *, name: str = "", region_id: int | None = None) -> int:
        number = next(self._numbers)
        row = Staff(
            login=f"{role.value}-{number}",
            name=name or f"{role.value} {number}",
            password_hash="unused",
            role=role,
            branch="main",
            region_id=region_id,
            created_at=work.now,
        )
        work.session.add(row)
        await work.session.flush()
        return row.id

    async def campaign(self, work: Work) -> int:
        if not self.campaign_id:
            row = Campaign(
                name="Autumn",
                product="life",
                company_full_name="Example Life",
                legal_opens=time(8),
                legal_closes=time(21),
                shifts=[["10:00", "12:00"]],
                quota=30,
                ring_seconds=30,
                wrap_up_seconds=60,
                caller_id="02100000000",
                trunk="carrier",
                cap_per_day=1,
                cap_per_7_days=3,
                max_attempts=3,
                created_at=work.now,
            )
            work.session.add(row)
            await work.session.flush()
            self.campaign_id = row.id
        return self.campaign_id

    async def lead(self, work: Work, *, district: str = "Pudong", name: str = "张三") -> int:
        campaign_id = await self.campaign(work)
        if not self._list_id:
            leads = LeadList(
                campaign_id=campaign_id, name="list", file_name="list.csv", sha256="0" * 64, imported_at=work.now
            )
            work.session.add(leads)
            await work.session.flush()
            self._list_id = leads.id
        number = next(self._numbers)
        phone = f"+861990000{number:04d}"
        row = Lead(
            campaign_id=campaign_id,
            list_id=self._list_id,
            line=number,
            name_sealed=self.vault.seal(name),
            phone_sealed=self.vault.seal(phone),
            phone_index=self.vault.index(phone),
            phone_last4=phone[-4:],
            address_sealed=self.vault.seal("1 Example Road"),
            birth_on=date(1980, 1, 1),
            district=district,
            basis_kind=BasisKind.EXISTING_RELATION,
            basis_reference="contract 1",
            imported_at=work.now,
        )
        work.session.add(row)
        await work.session.flush()
        return row.id

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
        """A whole call from the plan to the hang-up, told by the switch's signals."""
        call_id = UUID(int=next(_NUMBERS))
        verdict = {"allowed": True, "rule": "none", "reason": "story"}
        await self.calls.plan(
            work,
            CallPlan(
                id=call_id,
                kind=kind,
                agent_id=agent_id,
                lead_id=lead_id,
                campaign_id=await self.campaign(work),
                assignment_id=None,
                callback_id=callback_id,
                node="n1",
                leg_id=f"leg-{agent_id}",
                phone_index="0" * 64,
                caller_id="02100000000",
                trunk="carrier",
                ring_seconds=30,
                verdict=verdict,
            ),
        )
        if outcome is Outcome.NOT_PLACED:
            await self.calls.refuse(work, call_id, verdict)
            return call_id
        assert await self.calls.begin_dialling(work, call_id, verdict)
        at = work.now
        signals: list[CallSignal] = [
            CustomerDialled(at=at, call_id=call_id, channel="c"),
            CustomerRinging(at=at, call_id=call_id),
        ]
        match outcome:
            case Outcome.ANSWERED:
                signals += [
                    CustomerAnswered(at=at + timedelta(seconds=5), call_id=call_id),
                    CustomerHungUp(at=at + timedelta(seconds=65), call_id=call_id, cause=16, sip_code=None),
                ]
            case Outcome.BUSY:
                signals += [CustomerHungUp(at=at, call_id=call_id, cause=17, sip_code=486)]
            case Outcome.NO_ANSWER:
                signals += [DialFinished(at=at, call_id=call_id, status=DialStatus.NO_ANSWER, cause=19)]
            case _:
                raise AssertionError(f"no story ends with {outcome}")
        for signal in signals:
            await CallSignals().take(work, signal)
        assert (await self.calls.card(work, call_id)).outcome is outcome
        return call_id

    async def dispose(
        self, work: Work, call_id: UUID, disposition: Disposition, details: DispositionDetails | None = None
    ) -> None:
        await self.calls.dispose(work, call_id, disposition, details or DispositionDetails(note="as agreed"))
