"""Reads everything a plan is made from, and writes nothing (requirement D4)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from callcenter.allocation import repository
from callcenter.allocation.errors import DayNotWorked, DayPast
from callcenter.allocation.quotas import Quotas
from callcenter.allocation.repository import Held
from callcenter.allocation.rules.planning import Hand
from callcenter.allocation.types import AssignmentState, Roster
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignRules
from callcenter.kit.clock import business_date
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.leads.types import StockLead

NOT_ELIGIBLE = "not_eligible"
OVER_QUOTA = "over_quota"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a run is made from."""

    rules: CampaignRules
    on: date
    provisional: bool
    seed: int
    hands: Sequence[Hand]
    """As they are once ``returning`` has returned."""
    names: Mapping[int, str]
    returning: Mapping[str, Sequence[int]]
    """Why → assignments that return to the stock first."""
    back: Sequence[StockLead]
    """Their leads, as far as they may be called."""
    stock: Sequence[StockLead]
    """Those of the stock that go first, as many as are needed at most."""
    stock_by_class: Mapping[str, int]
    """What lies in the stock, ``back`` included."""

    @property
    def candidates(self) -> Sequence[StockLead]:
        return [*self.stock, *self.back]

    @property
    def daily_need(self) -> int:
        return sum(hand.quota for hand in self.hands)


class Gatherer:
    def __init__(self, leads: LeadService, campaigns: CampaignService, roster: Roster, quotas: Quotas) -> None:
        self._leads = leads
        self._campaigns = campaigns
        self._roster = roster
        self._quotas = quotas

    async def inputs(self, work: Work, campaign_id: int, on: date, seed: int) -> Inputs:
        """Refused for days that are past or not worked."""
        if on < business_date(work.now):
            raise DayPast(f"{on} is past: nothing is allotted for it")
        rules = await self._campaigns.rules(work, campaign_id)
        day = (await self._campaigns.calendar(work)).day(on)
        if not day.working:
            raise DayNotWorked(f"{on} is not worked ({day.reason}): nothing is allotted for it")
        hands, names, held = await self.hands(work, campaign_id, on)
        returning = await self._returning(work, campaign_id, on, hands, held)
        gone = [each for found in returning.values() for each in found]
        hands = await self._less(work, hands, gone)
        back = await self._leads.callable_among(work, [each.lead_id for each in gone])
        by_class = Counter(await self._leads.stock_by_class(work, campaign_id))
        by_class.update(lead.customer_class for lead in back)
        return Inputs(
            rules=rules,
            on=on,
            provisional=day.provisional,
            seed=seed,
            hands=hands,
            names=names,
            returning={why: [each.id for each in found] for why, found in returning.items()},
            back=back,
            stock=await self._leads.callable_stock(work, campaign_id, sum(hand.room for hand in hands), seed),
            stock_by_class=by_class,
        )

    async def hands(
        self, work: Work, campaign_id: int, on: date, without: Collection[int] = ()
    ) -> tuple[Sequence[Hand], Mapping[int, str], Sequence[Held]]:
        """Those who work on the day with what they hold; their names; and everything that anybody holds."""
        duty = [each for each in await self._roster.rostered(work, on) if each.card.id not in without]
        book = await self._quotas.book(work, campaign_id)
        held = await repository.list_held(work.session)
        done = await repository.count_done(work.session, on)
        on_duty = {each.card.id for each in duty}
        classes = await self._classes(work, [each for each in held if each.agent_id in on_duty])
        hands = [
            Hand(
                agent_id=each.card.id,
                quota=book.quota(each.card.id, on, each.part),
                held=classes[each.card.id],
                done=done.get(each.card.id, 0),
                part=each.part,
            )
            for each in duty
        ]
        return hands, {each.card.id: each.card.name for each in duty}, held

    async def _returning(
        self, work: Work, campaign_id: int, on: date, hands: Sequence[Hand], held: Sequence[Held]
    ) -> Mapping[str, Sequence[Held]]:
        """Open assignments of the campaign that their agents cannot keep for that day, by why."""
        limits = await self._limits(work, hands, on)
        waiting: dict[int, list[Held]] = defaultdict(list)
        for each in held:
            if each.campaign_id == campaign_id and each.state is AssignmentState.OPEN:
                waiting[each.agent_id].append(each)
        return {
            NOT_ELIGIBLE: [each for agent, mine in waiting.items() if agent not in limits for each in mine],
            OVER_QUOTA: [
                each
                for hand in hands
                for each in excess_of(waiting.get(hand.agent_id, ()), hand.carried + hand.done - limits[hand.agent_id])
            ],
        }

    async def _limits(self, work: Work, hands: Sequence[Hand], on: date) -> Mapping[int, int]:
        """Agent → the largest quota in any campaign that runs: what is held in one counts in all."""
        books = [await self._quotas.book(work, rules.campaign_id) for rules in await self._quotas.running(work)]
        return {
            hand.agent_id: max(hand.quota, *(book.quota(hand.agent_id, on, hand.part) for book in books))
            if books
            else hand.quota
            for hand in hands
        }

    async def _less(self, work: Work, hands: Sequence[Hand], gone: Sequence[Held]) -> Sequence[Hand]:
        if not gone:
            return hands
        classes = await self._classes(work, gone)
        return [
            Hand(hand.agent_id, hand.quota, dict(Counter(hand.held) - classes[hand.agent_id]), hand.done, hand.part)
            for hand in hands
        ]

    async def _classes(self, work: Work, held: Sequence[Held]) -> Mapping[int, Counter[str]]:
        """Agent → class → leads."""
        kinds = {lead.id: lead for lead in await self._leads.as_stock(work, [each.lead_id for each in held])}
        found: dict[int, Counter[str]] = defaultdict(Counter)
        for each in held:
            found[each.agent_id][kinds[each.lead_id].customer_class] += 1
        return found


def excess_of(held: Iterable[Held], excess: int) -> Sequence[Held]:
    """Which open ones an agent gives up who holds too many: the last of the day, those not tried yet first."""
    if excess <= 0:
        return []
    waiting = [each for each in held if each.state is AssignmentState.OPEN]
    return sorted(waiting, key=lambda each: (each.attempts > 0, -each.position, -each.id))[:excess]
