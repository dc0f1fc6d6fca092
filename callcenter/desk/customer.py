"""Builds the customer's part of the screen: masked card, script, and whether the call may be placed."""

from dataclasses import dataclass

from callcenter.agents.types import AgentState, Seat
from callcenter.allocation.service import AllocationService
from callcenter.callbacks.service import CallbackService
from callcenter.calls.types import CallKind
from callcenter.campaigns.service import CampaignService
from callcenter.customers.agent_card import AgentCards
from callcenter.desk.schemas import CaseView, LeadView, ScriptView, StatementView, VerdictView
from callcenter.dialer.queue import CustomerQueue
from callcenter.dialer.rules.mode import dial_mode
from callcenter.dialer.settling import SettlingService
from callcenter.eligibility.service import EligibilityService
from callcenter.eligibility.types import Subject
from callcenter.kit.work import Work
from callcenter.people.service import PeopleService


class LeadSection:
    """Shows the masked customer (requirement D7), with the results of earlier calls."""

    def __init__(
        self,
        *,
        cards: AgentCards,
        allocation: AllocationService,
        callbacks: CallbackService,
        settling: SettlingService,
        campaigns: CampaignService,
    ) -> None:
        self._cards = cards
        self._allocation = allocation
        self._callbacks = callbacks
        self._settling = settling
        self._campaigns = campaigns

    async def of(self, work: Work, subject: Subject) -> LeadView:
        """Returns the customer as the campaign's setting shows them to agents (requirement L4)."""
        rules = await self._campaigns.rules(work, subject.campaign_id)
        card = await self._cards.of(work, subject.lead_id, rules.agent_fields)
        attempts, last_note, promise_note, case = 0, "", "", None
        if subject.assignment_id is not None:
            assignment = await self._allocation.card(work, subject.assignment_id)
            attempts, last_note = assignment.attempts, self._settling.note_of(assignment)
        if subject.callback_id is not None:
            callback = await self._callbacks.card(work, subject.callback_id)
            attempts = callback.attempts
            if callback.case_id is None:
                promise_note = callback.note
            else:
                case = CaseView(id=callback.case_id, category=callback.subject, text=callback.note)
        return LeadView(
            kind=subject.kind,
            mode=dial_mode(subject.kind, rules.mode),
            name=card.name_masked,
            phone=card.phone_masked,
            facts=list(card.facts),
            attempts=attempts,
            last_note=last_note,
            promise_note=promise_note,
            case=case,
        )


class ScriptSection:
    """Shows the campaign's script."""

    def __init__(self, campaigns: CampaignService, people: PeopleService) -> None:
        self._campaigns = campaigns
        self._people = people

    async def of(self, work: Work, campaign_id: int, agent_id: int) -> ScriptView | None:
        """Returns the script, with the names filled in that the agent must say by law (requirement C8)."""
        script = await self._campaigns.script(work, campaign_id)
        if script is None:
            return None
        rules = await self._campaigns.rules(work, campaign_id)
        agent = await self._people.card(work, agent_id)
        words = {"company": rules.company_full_name, "agent": agent.name, "licence": agent.licence_number or "—"}

        def filled(text: str) -> str:
            for key, word in words.items():
                text = text.replace("{" + key + "}", word)
            return text

        return ScriptView(
            title=script.title,
            version=script.version,
            statements=[
                StatementView(
                    key=statement.key,
                    text=filled(statement.text),
                    text_en=filled(statement.text_en) if statement.text_en else None,
                    mandatory=statement.mandatory,
                )
                for statement in script.statements
            ],
        )


@dataclass(frozen=True, slots=True)
class CustomerViews:
    """The parts of the snapshot about the customer; all None while the screen is empty."""

    lead: LeadView | None = None
    script: ScriptView | None = None
    verdict: VerdictView | None = None


class CustomerSection:
    """Collects the views of the customer on the screen."""

    def __init__(
        self, *, queue: CustomerQueue, eligibility: EligibilityService, lead: LeadSection, script: ScriptSection
    ) -> None:
        self._queue = queue
        self._eligibility = eligibility
        self._lead = lead
        self._script = script

    async def of(self, work: Work, seat: Seat) -> CustomerViews:
        """Returns the customer on this seat's screen."""
        subject = await self._queue.subject_of(work, seat)
        if subject is None:
            return CustomerViews()
        lead = await self._lead.of(work, subject)
        script = None
        if subject.kind is not CallKind.COMPLAINT:  # an owed callback never turns into marketing (requirement X3)
            script = await self._script.of(work, subject.campaign_id, seat.agent_id)
        verdict = None
        if seat.state is AgentState.PREVIEW:
            answer = await self._eligibility.verdict(work, subject)
            verdict = VerdictView(allowed=answer.allowed, rule=answer.rule.value, reason=answer.reason)
        return CustomerViews(lead, script, verdict)
