"""What a scheme decides by: its rules prepared, the leads they read, batch by batch."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from callcenter.classes import repository
from callcenter.classes.errors import RulesInvalid, RulesNotFound
from callcenter.classes.fields import Row, facts_of, known_fields, money_keys, needs_opening
from callcenter.classes.models import ClassRuleSet, ClassValue
from callcenter.classes.repository import Given
from callcenter.classes.rules import Decision, Prepared, decide, findings, prepare, word_of
from callcenter.classes.stored import findings_out, rules_from
from callcenter.classes.types import ClassSource, Field, Rule
from callcenter.kit.work import Work
from callcenter.leads.lists import LeadLists
from callcenter.leads.ordering import LeadOrdering
from callcenter.leads.types import LeadListCard, LeadScope

_BATCH = 5_000
_LISTS_TO_NAME = 200
"""A rule may name one of the newest lists."""

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "age": ("birth_on", "age_given", "imported_at"),
    "gender": ("gender",),
    "district": ("district",),
    "occupation": ("occupation",),
    "basis_kind": ("basis_kind",),
    "carrier": ("carrier",),
    "city": ("city",),
    "data_age": ("imported_at",),
}
"""Field → the columns of a lead it is made of."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """One lead, and the class it has in the scheme now."""

    row: Row
    class_id: int | None = None
    source: ClassSource | None = None
    rule_set_id: int | None = None
    rule_no: int | None = None


@dataclass(frozen=True)
class Ruling:
    """Everything a scheme decides by, prepared for many customers."""

    scheme_id: int
    rule_set: ClassRuleSet | None
    rules: tuple[Prepared, ...]
    ids: Mapping[str, int]
    """Class code → id."""
    codes: Mapping[int, str]
    words: Mapping[str, str]
    """What lists may write → class code."""
    default: str | None
    lists: Mapping[int, LeadListCard]
    money: Mapping[int, frozenset[str]]
    """List → its further fields that are kept in fen."""
    asked: frozenset[str]
    """Fields its rules need."""

    def code(self, class_id: int | None) -> str | None:
        """Returns the code of a class of this scheme."""
        return None if class_id is None else self.codes[class_id]

    def decide(self, row: Row, today: date, open_: Callable[[str, str], str]) -> Decision:
        """Returns the class of this lead, unless a person set it."""
        listed = self.words.get(word_of(row.word)) if row.word else None
        money = self.money.get(row.list_id or 0, ())
        facts = facts_of(row, self.asked, today, open_, money) if self.rules else {}
        return decide(self.rules, facts, listed=listed, default=self.default)

    def rule_set_id(self, decision: Decision) -> int | None:
        """Returns the version that decided; None where no rule did."""
        return self.rule_set.id if decision.source is ClassSource.RULE and self.rule_set is not None else None


async def ruling_of(
    work: Work,
    lead_lists: LeadLists,
    scheme_id: int,
    version: int | None = None,
    drafted: Sequence[Mapping[str, Any]] | None = None,
) -> Ruling:
    """Prepares that version, drafted rules, or the rules in force.

    Raises RulesNotFound, and RulesInvalid when they do not fit today's classes and fields.
    """
    session = work.session
    if version is not None:
        rule_set = await repository.find_rule_set(session, scheme_id, version)
        if rule_set is None:
            raise RulesNotFound(f"scheme {scheme_id} has no rules of version {version}")
    else:
        rule_set = None if drafted is not None else await repository.find_active(session, scheme_id)
    rules = rules_from(drafted if drafted is not None else rule_set.rules if rule_set else [])
    lists = await lead_lists.page(work, limit=None)
    classes = await repository.list_classes(session, [scheme_id])
    known = fields_of(lists)
    require_sound(rules, known, classes)
    prepared = prepare(rules, known)
    return Ruling(
        scheme_id=scheme_id,
        rule_set=rule_set,
        rules=prepared,
        asked=frozenset[str]().union(*(rule.fields for rule in prepared)),
        ids={value.code: value.id for value in classes},
        codes={value.id: value.code for value in classes},
        words=_words(classes),
        default=next((value.code for value in classes if value.is_default), None),
        lists={lead_list.id: lead_list for lead_list in lists},
        money={lead_list.id: keys for lead_list in lists if (keys := money_keys(lead_list.fields))},
    )


def fields_of(lists: Sequence[LeadListCard]) -> dict[str, Field]:
    """Returns what rules may ask about, by key. ``lists``: the newest first."""
    names = {lead_list.id: lead_list.name for lead_list in lists[:_LISTS_TO_NAME]}
    return known_fields([lead_list.fields for lead_list in lists], names)


def require_sound(rules: Sequence[Rule], known: Mapping[str, Field], classes: Sequence[ClassValue]) -> None:
    """Raises RulesInvalid with every problem that is found."""
    if problems := findings(rules, known, {value.code for value in classes}):
        raise RulesInvalid(f"{len(problems)} problems in the rules: mend them first", findings=findings_out(problems))


async def scanned(
    work: Work, ordering: LeadOrdering, ruling: Ruling, scope: LeadScope, after: int = 0
) -> Sequence[Scanned]:
    """Returns the next batch of leads behind an id, with those columns alone that the rules ask for."""
    columns = {name for key in ruling.asked for name in _COLUMNS.get(key, ())}
    if needs_opening(ruling.asked):
        columns |= {"line", "fields_sealed"}
    leads = await ordering.scan(work, scope, columns, after, _BATCH)
    if not leads:
        return []
    given = await repository.list_given(work.session, ruling.scheme_id, [lead["id"] for lead in leads])
    return [_scanned(lead, ruling.lists.get(lead["list_id"]), given.get(lead["id"])) for lead in leads]


def _scanned(lead: Any, lead_list: LeadListCard | None, given: Given | None) -> Scanned:
    source, branch = (lead_list.source, lead_list.branch) if lead_list else (None, None)
    row = Row(**lead, source=source, branch=branch)
    return Scanned(row) if given is None else Scanned(row, *given)


def _words(classes: Sequence[ClassValue]) -> dict[str, str]:
    return {word_of(word): value.code for value in classes for word in (value.name_en, value.code, value.name_zh)}
