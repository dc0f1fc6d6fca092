"""What next, and away with it: offers a ready agent one customer, plans the call, settles what came of it."""

from datetime import datetime, timedelta
from uuid import uuid4

from callcenter.agents.errors import NotNow
from callcenter.agents.service import AgentService
from callcenter.agents.types import AgentLeft, Seat
from callcenter.allocation.service import AllocationService
from callcenter.allocation.types import AssignmentCard
from callcenter.callbacks.service import CallbackService
from callcenter.callbacks.types import CallbackCard, CallbackKind
from callcenter.calls.dispositions import DISPOSITIONS, system_disposition
from callcenter.calls.service import CallPlan, CallService
from callcenter.calls.types import CallDisposed, CallEnded, CallKind, DispositionDetails, Outcome
from callcenter.campaigns.rules import retry_of
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import DialMode
from callcenter.classes.effects import ClassEffectsService
from callcenter.dialer.errors import MayNotCall
from callcenter.dialer.judge import Judge, Subject
from callcenter.dialer.rules import blocking_rule, is_block, lead_is_spent, lead_rests_today
from callcenter.dialer.types import RuleId, Verdict
from callcenter.dnc.service import DncService
from callcenter.dnc.types import EntryDetails
from callcenter.kit.clock import at_business_time, business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService

_PUT_OFF = timedelta(minutes=5)
"""A callback a passing rule forbids is looked at again after this."""

_MOST_SPENT_PER_OFFER = 10
"""Leads closed in one go while looking for one that may be called; the next tick goes on."""


class PlacingService:
    """Between an agent who is ready and a call that is planned."""

    def __init__(
        self,
        *,
        judge: Judge,
        agents: AgentService,
        allocation: AllocationService,
        callbacks: CallbackService,
        campaigns: CampaignService,
        leads: LeadService,
        dnc: DncService,
        class_effects: ClassEffectsService,
        calls: CallService,
        vault: Vault,
    ) -> None:
        self._class_effects = class_effects
        self._vault = vault
        self._judge = judge
        self._agents = agents
        self._allocation = allocation
        self._callbacks = callbacks
        self._campaigns = campaigns
        self._leads = leads
        self._dnc = dnc
        self._calls = calls

    async def offer(self, work: Work, seat: Seat) -> Subject | None:
        """Puts the next customer on a ready agent's screen; in progressive mode the call is planned at once.

        Promises and obligations that are due come before new leads. None: there is nobody to call now.
        """
        subject = await self._next_callback(work, seat) or await self._next_lead(work, seat)
        if subject is None:
            return None
        offered = await self._agents.offer(
            work, seat.agent_id, assignment_id=subject.assignment_id, callback_id=subject.callback_id
        )
        if seat.mode is DialMode.PROGRESSIVE:
            await self.call(work, offered)
        return subject

    async def subject_of(self, work: Work, seat: Seat) -> Subject | None:
        """The customer on this seat's screen."""
        if seat.callback_id is not None:
            return _of_callback(await self._callbacks.card(work, seat.callback_id), seat.agent_id)
        if seat.assignment_id is not None:
            return _of_assignment(await self._allocation.card(work, seat.assignment_id), seat.agent_id)
        return None

    def note(self, card: AssignmentCard) -> str:
        """What the last agent wrote, opened: it may name the customer, so it is stored sealed (requirement L7)."""
        return self._vault.open(card.last_note) if card.last_note else ""

    def _sealed(self, note: str) -> str:
        return self._vault.seal(note) if note else ""

    async def call(self, work: Work, seat: Seat) -> None:
        """Plans the call to the customer on the screen; refused by the rule that forbids it."""
        subject = await self.subject_of(work, seat)
        if subject is None or seat.leg_id is None:
            raise NotNow("there is nobody on the screen to call", allowed=[])
        verdict = await self._judge.verdict(work, subject)
        if not verdict.allowed:
            raise MayNotCall(verdict.reason, rule=verdict.rule.value)
        rules = await self._campaigns.rules(work, subject.campaign_id)
        facts = await self._leads.facts(work, subject.lead_id)
        call_id = uuid4()
        await self._agents.call_begins(work, seat.agent_id, call_id)
        await self._calls.plan(
            work,
            CallPlan(
                id=call_id,
                kind=subject.kind,
                agent_id=subject.agent_id,
                lead_id=subject.lead_id,
                campaign_id=subject.campaign_id,
                assignment_id=subject.assignment_id,
                callback_id=subject.callback_id,
                node=seat.node,
                leg_id=seat.leg_id,
                phone_index=facts.phone_index,
                caller_id=rules.caller_id,
                trunk=rules.trunk,
                ring_seconds=rules.ring_seconds,
                verdict=verdict.stored(),
            ),
        )

    async def put_back(self, work: Work, seat: Seat, *, note: str = "") -> None:
        """The customer on the screen was not called: back to where it came from."""
        if seat.callback_id is not None:
            await self._callbacks.release(work, seat.callback_id, due_at=work.now + _PUT_OFF)
        if seat.assignment_id is not None:
            await self._allocation.defer(work, seat.assignment_id, work.now + _PUT_OFF, self._sealed(note))

    async def let_go(self, work: Work, subject: Subject, rule: RuleId) -> None:
        """The customer on a screen may not be called any more: nobody keeps the lead, no promise is left."""
        if subject.callback_id is not None:
            await self._callbacks.lapse(work, subject.callback_id, rule.value)
        if subject.assignment_id is not None:
            await self._block(work, subject.assignment_id, rule)

    # -- reactions

    async def left(self, work: Work, event: AgentLeft) -> None:
        """An agent logged off with a customer on the screen."""
        if event.callback_id is not None:
            await self._callbacks.release(work, event.callback_id)
        if event.assignment_id is not None:
            await self._allocation.release(work, event.assignment_id)

    async def ended(self, work: Work, event: CallEnded) -> None:
        """Wrap-up for a conversation; a call nobody answered is disposed of by the system."""
        await self._agents.call_over(work, event.agent_id, event.call_id)
        if disposition := system_disposition(event.kind, event.outcome):
            await self._calls.dispose(work, event.call_id, disposition, DispositionDetails())

    async def disposed(self, work: Work, event: CallDisposed) -> None:
        """Closes or re-plans the assignment, enters do-not-call, frees the agent."""
        rule = DISPOSITIONS[event.disposition]
        if rule.dnc_reason:  # every refusal is entered (requirement L6)
            permanent = rule.dnc_permanent or event.details.dnc_permanent
            details = EntryDetails(call_id=event.call_id, permanent=permanent)
            await self._dnc.enter_dnc(work, event.lead_id, rule.dnc_reason, details)
        if event.assignment_id is not None:
            await self._settle(work, event, event.assignment_id)
        await self._agents.disposed(work, event.agent_id, event.call_id)

    async def _settle(self, work: Work, event: CallDisposed, assignment_id: int) -> None:
        lead = await self._leads.facts(work, event.lead_id)
        do_not_call = blocking_rule(do_not_call=lead.dnc, basis_valid=lead.basis_valid)
        if do_not_call and event.outcome is not Outcome.ANSWERED:
            await self._block(work, assignment_id, do_not_call)
            return
        if event.outcome is Outcome.NOT_PLACED or event.outcome is Outcome.CANCELLED:
            await self._allocation.defer(work, assignment_id, work.now + _PUT_OFF)
            return
        if event.outcome is Outcome.UNKNOWN:  # perhaps the customer spoke: never again on the same day
            await self._allocation.retry(work, assignment_id, _tomorrow(work))
            return
        rules = await self._campaigns.rules(work, event.campaign_id)
        assignment = await self._allocation.card(work, assignment_id)
        key = event.disposition.value if event.outcome is Outcome.ANSWERED else event.outcome.value
        again_at = retry_of(
            key, assignment.attempts + 1, rules, work.now, effects=await self._class_effects.of(work, event.lead_id)
        )
        if again_at is None or do_not_call:
            await self._allocation.finish(work, assignment_id, key)
        else:
            await self._allocation.retry(work, assignment_id, again_at, self._sealed(event.details.note))

    # -- inside

    async def _next_callback(self, work: Work, seat: Seat) -> Subject | None:
        card = await self._callbacks.claim_next(work, seat.agent_id)
        if card is None:
            return None
        subject = _of_callback(card, seat.agent_id)
        verdict = await self._judge.verdict(work, subject)
        if verdict.allowed:
            return subject
        if lead_is_spent(verdict.rule) and card.kind is not CallbackKind.COMPLAINT:
            await self._callbacks.lapse(work, card.id, verdict.rule.value)
        else:
            await self._callbacks.release(work, card.id, due_at=work.now + _PUT_OFF)
        return None

    async def _next_lead(self, work: Work, seat: Seat) -> Subject | None:
        for _ in range(_MOST_SPENT_PER_OFFER):
            card = await self._allocation.claim_next(work, seat.agent_id, business_date(work.now))
            if card is None:
                return None
            subject = _of_assignment(card, seat.agent_id)
            verdict = await self._judge.verdict(work, subject)
            if verdict.allowed:
                return subject
            if not await self._set_aside(work, card.id, verdict):
                return None
        return None

    async def _block(self, work: Work, assignment_id: int, rule: RuleId) -> None:
        """Out of the agent's hands; the lead waits in the stock, where nothing blocked is allocated."""
        assignment = await self._allocation.card(work, assignment_id)
        await self._allocation.drop(work, [assignment.lead_id], rule.value)
        await self._allocation.release(work, assignment_id)

    async def _set_aside(self, work: Work, assignment_id: int, verdict: Verdict) -> bool:
        """What a refusal does to an assignment; True when it makes sense to look at the next lead."""
        if is_block(verdict.rule):
            await self._block(work, assignment_id, verdict.rule)
            return True
        if lead_is_spent(verdict.rule):
            await self._allocation.finish(work, assignment_id, verdict.rule.value)
            return True
        if lead_rests_today(verdict.rule):
            await self._allocation.defer(work, assignment_id, _tomorrow(work))
            return True
        await self._allocation.release(work, assignment_id)
        return False


def _of_callback(card: CallbackCard, agent_id: int) -> Subject:
    return Subject(
        kind=CallKind.COMPLAINT if card.kind is CallbackKind.COMPLAINT else CallKind.CALLBACK,
        agent_id=agent_id,
        lead_id=card.lead_id,
        campaign_id=card.campaign_id,
        callback_id=card.id,
    )


def _of_assignment(card: AssignmentCard, agent_id: int) -> Subject:
    return Subject(
        kind=CallKind.LEAD,
        agent_id=agent_id,
        lead_id=card.lead_id,
        campaign_id=card.campaign_id,
        assignment_id=card.id,
    )


def _tomorrow(work: Work) -> datetime:
    return at_business_time(business_date(work.now) + timedelta(days=1), 0)
