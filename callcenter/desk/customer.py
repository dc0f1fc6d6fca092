"""Builds the customer's part of the screen: masked card, the script's key, and whether the call may be placed."""

from dataclasses import dataclass
from hashlib import sha256

from callcenter.agents.errors import NotNow
from callcenter.agents.types import AgentState
from callcenter.calls.types import CallKind
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignRules
from callcenter.customers.agent_card import AgentCards
from callcenter.desk.reading import ScreenReader, ScreenRows
from callcenter.desk.rules import offer_still_holds
from callcenter.desk.schemas import CaseView, LeadView, ScriptView, StatementView, VerdictView
from callcenter.dialer.queue import subject_of
from callcenter.dialer.rules.mode import dial_mode
from callcenter.dialer.settling import SettlingService
from callcenter.eligibility.service import EligibilityService
from callcenter.eligibility.types import RuleId, Subject
from callcenter.kit.work import Work
from callcenter.people.service import PeopleService
from callcenter.people.types import StaffCard


class LeadSection:
    """Shows the masked customer (requirement D7), with the results of earlier calls."""

    def __init__(self, cards: AgentCards, settling: SettlingService) -> None:
        self._cards = cards
        self._settling = settling

    async def of(self, work: Work, subject: Subject, rules: CampaignRules, shown: ScreenRows) -> LeadView:
        """Returns the customer as the campaign's setting shows them to agents (requirement L4)."""
        card = await self._cards.of(work, subject.lead_id, rules.agent_fields)
        attempts, last_note, promise_note, case = 0, "", "", None
        if shown.assignment is not None:
            attempts, last_note = shown.assignment.attempts, self._settling.note_of(shown.assignment)
        if (callback := shown.callback) is not None:
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
    """Shows the campaign's script, with the names filled in that the agent must say by law (requirement C8).

    A snapshot carries its key alone. The browser fetches the script when it has none with that key: another version,
    another company's name, another name or licence of the agent make another key.
    """

    def __init__(self, campaigns: CampaignService, people: PeopleService, screens: ScreenReader) -> None:
        self._campaigns = campaigns
        self._people = people
        self._screens = screens

    async def key(self, work: Work, rules: CampaignRules, subject: Subject, agent_id: int) -> str | None:
        """Returns the key of the script that belongs to a customer; None without one.

        An owed callback never turns into marketing (requirement X3), so it has none.
        """
        if subject.kind is CallKind.COMPLAINT or rules.script_id is None:
            return None
        words = _words(rules, await self._people.card(work, agent_id))
        digest = sha256("\n".join(words.values()).encode()).hexdigest()
        return f"{rules.script_id}-{digest[:12]}"

    async def of_screen(self, work: Work, agent_id: int) -> ScriptView:
        """Returns the script that belongs to the customer on the screen. Raises NotNow where there is none."""
        shown = await self._screens.read(work, agent_id)
        subject = subject_of(agent_id, shown.assignment, shown.callback) if shown.seat else None
        if subject is not None:
            rules = await self._campaigns.rules(work, subject.campaign_id)
            key = await self.key(work, rules, subject, agent_id)
            script = await self._campaigns.script(work, subject.campaign_id) if key else None
            if key is not None and script is not None:
                words = _words(rules, await self._people.card(work, agent_id))
                return ScriptView(
                    key=key,
                    title=script.title,
                    version=script.version,
                    statements=[
                        StatementView(
                            key=statement.key,
                            text=_filled(statement.text, words),
                            text_en=_filled(statement.text_en, words) if statement.text_en else None,
                            mandatory=statement.mandatory,
                        )
                        for statement in script.statements
                    ],
                )
        raise NotNow("no customer with a script is on the screen", allowed=[])


def _words(rules: CampaignRules, agent: StaffCard) -> dict[str, str]:
    return {"company": rules.company_full_name, "agent": agent.name, "licence": agent.licence_number or "—"}


def _filled(text: str, words: dict[str, str]) -> str:
    for key, word in words.items():
        text = text.replace("{" + key + "}", word)
    return text


@dataclass(frozen=True, slots=True)
class CustomerViews:
    """The parts of the snapshot about the customer; all None while the screen is empty."""

    lead: LeadView | None = None
    script_key: str | None = None
    verdict: VerdictView | None = None


class CustomerSection:
    """Collects the views of the customer on the screen."""

    def __init__(
        self, *, campaigns: CampaignService, eligibility: EligibilityService, lead: LeadSection, script: ScriptSection
    ) -> None:
        self._campaigns = campaigns
        self._eligibility = eligibility
        self._lead = lead
        self._script = script

    async def of(self, work: Work, agent_id: int, shown: ScreenRows, *, judge: bool) -> CustomerViews:
        """Returns the customer on this screen. ``judge``: by the rules as they are now, and not by the offer."""
        subject = subject_of(agent_id, shown.assignment, shown.callback)
        if subject is None:
            return CustomerViews()
        rules = await self._campaigns.rules(work, subject.campaign_id)
        verdict = None
        if shown.seat is not None and shown.seat.state is AgentState.PREVIEW:
            if judge or not offer_still_holds(shown.seat.since, work.now):
                answer = await self._eligibility.verdict(work, subject)
                verdict = VerdictView(allowed=answer.allowed, rule=answer.rule.value, reason=answer.reason)
            else:
                verdict = VerdictView(allowed=True, rule=RuleId.NONE.value, reason="every rule held at the offer")
        return CustomerViews(
            lead=await self._lead.of(work, subject, rules, shown),
            script_key=await self._script.key(work, rules, subject, agent_id),
            verdict=verdict,
        )
