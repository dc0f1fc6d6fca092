"""Previews and applies a scheme's rules over all leads, in bounded memory.

Applying is all or nothing. One transaction decides batch by batch and writes to a table of its own, which no other
transaction sees; then it puts the version in force and changes the leads. While it decides, no lead is locked. While it
writes, leads that change are locked until the commit; those that agents hold come last, so that these agents wait
as briefly as possible.
A crash or a cancellation leaves everything as it was.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from callcenter.campaigns.service import CampaignService
from callcenter.classes import repository, transitions
from callcenter.classes.models import ClassRuleSet
from callcenter.classes.rules import Decision
from callcenter.classes.ruling import Ruling, Scanned, ruling_of, scanned
from callcenter.classes.types import RULES_WHY, ClassSource
from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.jobs import JobCard, Report
from callcenter.kit.log import get_logger
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.leads.lists import LeadLists
from callcenter.leads.ordering import LeadOrdering
from callcenter.leads.types import LeadScope

log = get_logger(__name__)

APPLY = "classes.apply"
PREVIEW = "classes.preview"
APPLY_ORDER = "classes.apply_order"

_ONE_AT_A_TIME = "leads.classes"
"""Lock: each application sees the rules, and which scheme orders which campaign, as the last one left them."""

_WRITTEN_AT_ONCE = 50_000
_EXAMPLES_PER_MOVE = 3
_MOST_EXAMPLES = 30
_EVERYBODY = LeadScope()

Decided = tuple[Scanned, Decision]


@dataclass
class Tally:
    """Counts what rules would change."""

    total: int = 0
    moved: int = 0
    manual: int = 0
    moves: Counter[tuple[str | None, str | None]] = field(default_factory=Counter)
    by_rule: Counter[int] = field(default_factory=Counter)
    examples: list[dict[str, Any]] = field(default_factory=list)

    def take(self, ruling: Ruling, scanned: Scanned, decision: Decision) -> None:
        """Counts one lead."""
        before, after = ruling.code(scanned.class_id), decision.class_code
        self.total += 1
        self.manual += decision.source is ClassSource.MANUAL
        if decision.rule_no is not None:
            self.by_rule[decision.rule_no] += 1
        self.moves[before, after] += 1
        if before == after:
            return
        self.moved += 1
        if self.moves[before, after] <= _EXAMPLES_PER_MOVE and len(self.examples) < _MOST_EXAMPLES:
            example = {"lead_id": scanned.row.id, "source": before, "target": after, "rule_no": decision.rule_no}
            self.examples.append(example)

    def result(self) -> dict[str, Any]:
        """Returns ids and figures, no personal data, as the job's result."""
        moves = sorted(self.moves.items(), key=lambda move: -move[1])
        return {
            "total": self.total,
            "moved": self.moved,
            "manual": self.manual,
            "moves": [{"source": source, "target": target, "count": count} for (source, target), count in moves],
            "by_rule": {str(number): count for number, count in sorted(self.by_rule.items())},
            "examples": self.examples,
        }


class Applier:
    """Runs the jobs of classes."""

    def __init__(
        self, works: Works, vault: Vault, campaigns: CampaignService, lists: LeadLists, ordering: LeadOrdering
    ) -> None:
        self._works = works
        self._vault = vault
        self._campaigns = campaigns
        self._lists = lists
        self._ordering = ordering

    async def preview(self, job: JobCard, report: Report) -> Mapping[str, Any]:
        """Params: ``scheme_id``, and ``version`` or ``rules``; neither: the rules in force."""
        scheme_id, version = job.params["scheme_id"], job.params.get("version")
        tally = Tally()
        async with self._works.begin(job.actor) as work:
            ruling = await ruling_of(work, self._lists, scheme_id, version, job.params.get("rules"))
            total = await self._ordering.count(work, _EVERYBODY)
            async for batch in self._decided(work, ruling, _EVERYBODY):
                for scanned, decision in batch:
                    tally.take(ruling, scanned, decision)
                await report(tally.total, total, moved=tally.moved)
        return {"scheme_id": scheme_id, "version": version, **tally.result()}

    async def apply(self, job: JobCard, report: Report) -> Mapping[str, Any]:
        """Params: ``scheme_id``; ``version`` to put in force and ``reason_sealed``; ``list_id`` or ``campaign_id``."""
        params = job.params
        scheme_id, version = params["scheme_id"], params.get("version")
        scope = LeadScope(list_id=params.get("list_id"), campaign_id=params.get("campaign_id"))
        tally = Tally()
        slices: list[tuple[int, int]] = []
        staged = 0
        async with self._works.begin(job.actor) as work:
            await work.lock(_ONE_AT_A_TIME)
            ruling = await ruling_of(work, self._lists, scheme_id, version)
            total = await self._ordering.count(work, scope)
            await repository.make_stage(work.session)
            async for batch in self._decided(work, ruling, scope):
                for scanned, decision in batch:
                    tally.take(ruling, scanned, decision)
                new = [_staged(ruling, *lead) for lead in batch if _differs(ruling, *lead)]
                await repository.stage(work.session, new)
                staged += len(new)
                _extend(slices, batch[0][0].row.id, batch[-1][0].row.id)
                await report(tally.total, total, moved=tally.moved)
            if version is not None and ruling.rule_set is not None:
                await self._put_in_force(work, ruling.rule_set, params["reason_sealed"], tally.moved)
            await work.lock(writing_lock(scheme_id))
            rule_set_id = None if ruling.rule_set is None else ruling.rule_set.id
            campaigns = await self._campaigns_of(work, scheme_id, scope.campaign_id)
            for within in slices:
                staff_id = work.actor.staff_id
                await repository.write_staged(work.session, scheme_id, rule_set_id, within, work.now, staff_id)
                await self._write_order(work, scheme_id, campaigns, within, assigned=False)
                await report(tally.total, total, moved=tally.moved)
            for within in slices:  # leads that agents hold come last: their agents wait as briefly as possible
                await self._write_order(work, scheme_id, campaigns, within)
            figures = {"leads": tally.total, "moved": tally.moved, "list": scope.list_id, "campaign": scope.campaign_id}
            await work.announce(Noted("leads.classes_applied", f"class_scheme:{scheme_id}", figures))
        log.info("classes applied", scheme=scheme_id, leads=tally.total, moved=tally.moved, written=staged)
        return {"scheme_id": scheme_id, "version": version, **tally.result()}

    async def apply_order(self, job: JobCard, report: Report) -> Mapping[str, Any]:
        """Brings leads in line after ranks or names changed, or a campaign lost its scheme; classes stay.

        Params: ``scheme_id`` (its campaigns), or None with ``campaign_id`` (no scheme orders that one any more).
        """
        scheme_id, campaign_id = job.params["scheme_id"], job.params.get("campaign_id")
        async with self._works.begin(job.actor) as work:
            await work.lock(_ONE_AT_A_TIME)
            if scheme_id is not None:
                await work.lock(writing_lock(scheme_id))
                campaigns: Sequence[int] = await self._campaigns_of(work, scheme_id, campaign_id)
            else:
                ordered = await self._campaigns.class_schemes(work)
                campaigns = [] if campaign_id in ordered else [job.params["campaign_id"]]
            done = 0
            for campaign in campaigns:
                for within in _slices(await self._ordering.bounds(work, LeadScope(campaign_id=campaign))):
                    await self._write_order(work, scheme_id, [campaign], within)
                    done += 1
                    await report(done)
        return {"scheme_id": scheme_id, "campaigns": list(campaigns)}

    async def _put_in_force(self, work: Work, rule_set: ClassRuleSet, why_sealed: str, moved: int) -> None:
        before = await repository.find_active(work.session, rule_set.scheme_id)
        why = self._vault.open(why_sealed, RULES_WHY.at(rule_set))
        facts = {"version": rule_set.version, "before": before.version if before else None, "moved": moved, "why": why}
        if before is not None and before.id != rule_set.id:
            transitions.replace(before)
            await work.session.flush()  # before the next is in force: an index permits one
        transitions.put_in_force(rule_set, at=work.now, by=work.actor.staff_id, why_sealed=why_sealed)
        await work.session.flush()
        await work.announce(Noted("leads.class_rules_activated", f"class_scheme:{rule_set.scheme_id}", facts))

    async def _campaigns_of(self, work: Work, scheme_id: int, campaign_id: int | None) -> list[int]:
        return [
            campaign
            for campaign, scheme in (await self._campaigns.class_schemes(work)).items()
            if scheme == scheme_id and campaign_id in (None, campaign)
        ]

    async def _write_order(
        self,
        work: Work,
        scheme_id: int | None,
        campaigns: Sequence[int],
        within: tuple[int, int],
        *,
        assigned: bool = True,
    ) -> None:
        """Writes class and rank of a scheme into the leads of its campaigns; None: no scheme orders them."""
        classes = repository.order_of(scheme_id or 0, within)
        await self._ordering.write(work, classes, campaigns, within, assigned=assigned)

    async def _decided(self, work: Work, ruling: Ruling, scope: LeadScope) -> AsyncIterator[Sequence[Decided]]:
        """Yields every lead of the scope with what the scheme decides for it, a batch at a time, by id."""
        today, after = business_date(work.now), 0
        while leads := await scanned(work, self._ordering, ruling, scope, after):
            yield [
                (
                    lead,
                    Decision(ruling.code(lead.class_id), ClassSource.MANUAL)
                    if lead.source is ClassSource.MANUAL
                    else ruling.decide(lead.row, today, self._vault.open),
                )
                for lead in leads
            ]
            after = leads[-1].row.id


def writing_lock(scheme_id: int) -> str:
    """Names the lock that is held while classes of a scheme are written, by a person or by the rules."""
    return f"leads.classes.write:{scheme_id}"


def _differs(ruling: Ruling, scanned: Scanned, decision: Decision) -> bool:
    if decision.source is ClassSource.MANUAL:
        return False
    class_id = None if decision.class_code is None else ruling.ids[decision.class_code]
    wanted = (class_id, decision.source, ruling.rule_set_id(decision), decision.rule_no)
    return wanted != (scanned.class_id, scanned.source, scanned.rule_set_id, scanned.rule_no)


def _staged(ruling: Ruling, scanned: Scanned, decision: Decision) -> tuple[int, int | None, str | None, int | None]:
    class_id = None if decision.class_code is None else ruling.ids[decision.class_code]
    return scanned.row.id, class_id, None if decision.source is None else decision.source.value, decision.rule_no


def _extend(slices: list[tuple[int, int]], low: int, high: int) -> None:
    """Joins neighbouring batches until a slice is large enough to be written at once."""
    if slices and high - slices[-1][0] < _WRITTEN_AT_ONCE:
        slices[-1] = (slices[-1][0], high)
    else:
        slices.append((low, high))


def _slices(ends: tuple[int, int] | None) -> list[tuple[int, int]]:
    """Parts a span of ids into slices that are written at once."""
    if ends is None:
        return []
    low, high = ends
    return [(at, min(at + _WRITTEN_AT_ONCE - 1, high)) for at in range(low, high + 1, _WRITTEN_AT_ONCE)]
