"""Preview and application of a scheme's rules over all leads, in bounded memory.

Applying is all or nothing: one transaction decides batch by batch into a table of its own, which nobody else sees,
then puts the version in force and writes what was decided. While it decides, no lead is locked. While it writes, the
leads that change are locked until the commit; those that agents have in hand come last, so that nobody who is calling
waits. A crash or a cancellation leaves everything as it was.
"""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from callcenter.classes import repository
from callcenter.classes.errors import RulesInvalid, RulesNotFound
from callcenter.classes.fields import Row, facts_of, known_fields, money_keys, needs_opening
from callcenter.classes.models import ClassRuleSet, ClassValue
from callcenter.classes.repository import Scanned, Scope
from callcenter.classes.rules import Decision, Prepared, decide, findings, prepare, word_of
from callcenter.classes.stored import findings_out, rules_from
from callcenter.classes.types import ClassSource, Field, Rule
from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.jobs import JobCard, Report
from callcenter.kit.log import get_logger
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.leads.models import LeadList

log = get_logger(__name__)

APPLY = "classes.apply"
PREVIEW = "classes.preview"
APPLY_ORDER = "classes.apply_order"

_ONE_AT_A_TIME = "leads.classes"
"""Lock: each application sees the rules, and which scheme steers what, as the last one left them."""

_BATCH = 5_000
_WRITTEN_AT_ONCE = 50_000
_EXAMPLES_PER_MOVE = 3
_MOST_EXAMPLES = 30

ClassSchemes = Callable[[Work], Awaitable[Mapping[int, int]]]
"""Campaign → the scheme that steers it. Campaigns are a room above: bootstrap gives the answer."""

Decided = tuple[Scanned, Decision]


@dataclass(frozen=True)
class Ruling:
    """Everything a scheme decides by, made ready."""

    scheme_id: int
    rule_set: ClassRuleSet | None
    rules: tuple[Prepared, ...]
    ids: Mapping[str, int]
    """Class code → id."""
    codes: Mapping[int, str]
    words: Mapping[str, str]
    """What lists may write → class code."""
    default: str | None
    lists: Mapping[int, LeadList]
    money: Mapping[int, frozenset[str]]
    """List → its further fields that are kept in fen."""

    asked: frozenset[str]
    """Fields its rules need."""

    def code(self, class_id: int | None) -> str | None:
        return None if class_id is None else self.codes[class_id]

    def decide(self, row: Row, today: date, open_: Callable[[str], str]) -> Decision:
        """The class of this lead, unless a person set it."""
        listed = self.words.get(word_of(row.word)) if row.word else None
        money = self.money.get(row.list_id or 0, ())
        facts = facts_of(row, self.asked, today, open_, money) if self.rules else {}
        return decide(self.rules, facts, listed=listed, default=self.default)

    def rule_set_id(self, decision: Decision) -> int | None:
        return self.rule_set.id if decision.source is ClassSource.RULE and self.rule_set is not None else None


@dataclass
class Tally:
    """What is counted while rules are tried."""

    total: int = 0
    moved: int = 0
    manual: int = 0
    moves: Counter[tuple[str | None, str | None]] = field(default_factory=Counter)
    by_rule: Counter[int] = field(default_factory=Counter)
    examples: list[dict[str, Any]] = field(default_factory=list)

    def take(self, ruling: Ruling, scanned: Scanned, decision: Decision) -> None:
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
        """Ids and figures; no personal data."""
        moves = sorted(self.moves.items(), key=lambda each: -each[1])
        return {
            "total": self.total,
            "moved": self.moved,
            "manual": self.manual,
            "moves": [{"source": source, "target": target, "count": count} for (source, target), count in moves],
            "by_rule": {str(number): count for number, count in sorted(self.by_rule.items())},
            "examples": self.examples,
        }


@dataclass(frozen=True)
class Applier:
    """Performs the jobs of classes."""

    works: Works
    vault: Vault
    class_schemes: ClassSchemes

    async def preview(self, job: JobCard, report: Report) -> Mapping[str, Any]:
        """Params: ``scheme_id``, and ``version`` or ``rules``; neither: the rules in force."""
        scheme_id, version = job.params["scheme_id"], job.params.get("version")
        tally = Tally()
        async with self.works.begin(job.actor) as work:
            ruling = await ruling_of(work, scheme_id, version, job.params.get("rules"))
            total = await repository.count_leads(work.session, Scope())
            async for batch in decided(work, self.vault, ruling, Scope()):
                for scanned, decision in batch:
                    tally.take(ruling, scanned, decision)
                await report(tally.total, total, moved=tally.moved)
        return {"scheme_id": scheme_id, "version": version, **tally.result()}

    async def apply(self, job: JobCard, report: Report) -> Mapping[str, Any]:
        """Params: ``scheme_id``; ``version`` to put in force, with ``reason``; ``list_id`` or ``campaign_id``."""
        params = job.params
        scheme_id, version = params["scheme_id"], params.get("version")
        scope = Scope(list_id=params.get("list_id"), campaign_id=params.get("campaign_id"))
        tally = Tally()
        slices: list[tuple[int, int]] = []
        staged = 0
        async with self.works.begin(job.actor) as work:
            await work.lock(_ONE_AT_A_TIME)
            ruling = await ruling_of(work, scheme_id, version)
            total = await repository.count_leads(work.session, scope)
            await repository.make_stage(work.session)
            async for batch in decided(work, self.vault, ruling, scope):
                for scanned, decision in batch:
                    tally.take(ruling, scanned, decision)
                new = [_staged(ruling, *each) for each in batch if _differs(ruling, *each)]
                await repository.stage(work.session, new)
                staged += len(new)
                _extend(slices, batch[0][0].row.id, batch[-1][0].row.id)
                await report(tally.total, total, moved=tally.moved)
            if version is not None and ruling.rule_set is not None:
                await _put_in_force(work, scheme_id, ruling.rule_set, params["reason"], tally.moved)
            await work.lock(writing_lock(scheme_id))
            rule_set_id = None if ruling.rule_set is None else ruling.rule_set.id
            campaigns = await self._campaigns_of(work, scheme_id, scope.campaign_id)
            for within in slices:
                staff_id = work.actor.staff_id
                await repository.write_staged(work.session, scheme_id, rule_set_id, within, work.now, staff_id)
                await repository.effects(work.session, scheme_id, campaigns, within, assigned=False)
                await report(tally.total, total, moved=tally.moved)
            for within in slices:
                await repository.effects(work.session, scheme_id, campaigns, within)
            figures = {"leads": tally.total, "moved": tally.moved, "list": scope.list_id, "campaign": scope.campaign_id}
            await work.announce(Noted("leads.classes_applied", f"class_scheme:{scheme_id}", figures))
        log.info("classes applied", scheme=scheme_id, leads=tally.total, moved=tally.moved, written=staged)
        return {"scheme_id": scheme_id, "version": version, **tally.result()}

    async def effects(self, job: JobCard, report: Report) -> Mapping[str, Any]:
        """Ranks or names changed, or a campaign goes without a scheme: leads are brought in line, classes stay.

        Params: ``scheme_id`` (its campaigns), or None with ``campaign_id`` (nothing steers that one any more).
        """
        scheme_id, campaign_id = job.params["scheme_id"], job.params.get("campaign_id")
        async with self.works.begin(job.actor) as work:
            await work.lock(_ONE_AT_A_TIME)
            if scheme_id is not None:
                await work.lock(writing_lock(scheme_id))
                campaigns: Sequence[int] = await self._campaigns_of(work, scheme_id, campaign_id)
            else:
                campaigns = [] if campaign_id in await self.class_schemes(work) else [job.params["campaign_id"]]
            done = 0
            for campaign in campaigns:
                for within in await _slices(work, Scope(campaign_id=campaign)):
                    await repository.effects(work.session, scheme_id, [campaign], within)
                    done += 1
                    await report(done)
        return {"scheme_id": scheme_id, "campaigns": list(campaigns)}

    async def _campaigns_of(self, work: Work, scheme_id: int, campaign_id: int | None) -> list[int]:
        return [
            campaign
            for campaign, scheme in (await self.class_schemes(work)).items()
            if scheme == scheme_id and campaign_id in (None, campaign)
        ]


async def ruling_of(
    work: Work, scheme_id: int, version: int | None = None, drafted: Sequence[Mapping[str, Any]] | None = None
) -> Ruling:
    """By that version, by drafted rules, or by the rules in force; refused when they do not fit today's classes."""
    session = work.session
    if version is not None:
        rule_set = await repository.find_rule_set(session, scheme_id, version)
        if rule_set is None:
            raise RulesNotFound(f"scheme {scheme_id} has no rules of version {version}")
    else:
        rule_set = None if drafted is not None else await repository.find_active(session, scheme_id)
    rules = rules_from(drafted if drafted is not None else rule_set.rules if rule_set else [])
    lists = await repository.list_lists(session)
    classes = await repository.list_classes(session, [scheme_id])
    known = known_fields([each.fields for each in lists], repository.names_of(lists))
    check(rules, known, classes)
    prepared = prepare(rules, known)
    return Ruling(
        scheme_id=scheme_id,
        rule_set=rule_set,
        rules=prepared,
        asked=frozenset[str]().union(*(rule.fields for rule in prepared)),
        ids={each.code: each.id for each in classes},
        codes={each.id: each.code for each in classes},
        words=_words(classes),
        default=next((each.code for each in classes if each.is_default), None),
        lists={each.id: each for each in lists},
        money={each.id: keys for each in lists if (keys := money_keys(each.fields))},
    )


def check(rules: Sequence[Rule], known: Mapping[str, Field], classes: Sequence[ClassValue]) -> None:
    """Refuses rules with findings, and says all of them."""
    if found := findings(rules, known, {each.code for each in classes}):
        raise RulesInvalid(f"{len(found)} problems in the rules: mend them first", findings=findings_out(found))


async def decided(work: Work, vault: Vault, ruling: Ruling, scope: Scope) -> AsyncIterator[Sequence[Decided]]:
    """Every lead of the scope with what the scheme decides for it, a batch at a time, by id."""
    today, after = business_date(work.now), 0
    while found := await scanned(work, ruling, scope, after):
        yield [
            (
                each,
                Decision(ruling.code(each.class_id), ClassSource.MANUAL)
                if each.source is ClassSource.MANUAL
                else ruling.decide(each.row, today, vault.open),
            )
            for each in found
        ]
        after = found[-1].row.id


async def scanned(work: Work, ruling: Ruling, scope: Scope, after: int = 0) -> Sequence[Scanned]:
    """The next batch of leads behind ``after``."""
    sealed = needs_opening(ruling.asked)
    return await repository.scan(
        work.session, ruling.scheme_id, scope, ruling.asked, ruling.lists, sealed=sealed, after=after, limit=_BATCH
    )


def writing_lock(scheme_id: int) -> str:
    """Held while classes of a scheme are written: a person's word and the rules' do not cross."""
    return f"leads.classes.write:{scheme_id}"


def _words(classes: Sequence[ClassValue]) -> dict[str, str]:
    return {word_of(word): each.code for each in classes for word in (each.name_en, each.code, each.name_zh)}


def _differs(ruling: Ruling, scanned: Scanned, decision: Decision) -> bool:
    if decision.source is ClassSource.MANUAL:
        return False
    class_id = None if decision.class_code is None else ruling.ids[decision.class_code]
    wanted = (class_id, decision.source, ruling.rule_set_id(decision), decision.rule_no)
    return wanted != (scanned.class_id, scanned.source, scanned.rule_set_id, scanned.rule_no)


def _staged(ruling: Ruling, scanned: Scanned, decision: Decision) -> tuple[int, int | None, str | None, int | None]:
    class_id = None if decision.class_code is None else ruling.ids[decision.class_code]
    return scanned.row.id, class_id, None if decision.source is None else decision.source.value, decision.rule_no


async def _put_in_force(work: Work, scheme_id: int, rule_set: ClassRuleSet, why: str, moved: int) -> None:
    before = await repository.find_active(work.session, scheme_id)
    facts = {"version": rule_set.version, "before": before.version if before else None, "moved": moved, "why": why}
    await repository.deactivate(work.session, scheme_id)
    rule_set.active = True
    rule_set.activated_at, rule_set.activated_by, rule_set.activated_why = work.now, work.actor.staff_id, why
    await work.session.flush()
    await work.announce(Noted("leads.class_rules_activated", f"class_scheme:{scheme_id}", facts))


def _extend(slices: list[tuple[int, int]], low: int, high: int) -> None:
    """Joins neighbouring batches until a slice is large enough to be written at once."""
    if slices and high - slices[-1][0] < _WRITTEN_AT_ONCE:
        slices[-1] = (slices[-1][0], high)
    else:
        slices.append((low, high))


async def _slices(work: Work, scope: Scope) -> list[tuple[int, int]]:
    ends = await repository.bounds(work.session, scope)
    if ends is None:
        return []
    low, high = ends
    return [(at, min(at + _WRITTEN_AT_ONCE - 1, high)) for at in range(low, high + 1, _WRITTEN_AT_ONCE)]
