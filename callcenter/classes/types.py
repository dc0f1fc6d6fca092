"""What a class is, what sets it, and its effects (requirement L5)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from callcenter.campaigns.types import RetryEffects
from callcenter.kit.places import Binding
from callcenter.leads.types import UNRANKED

RULES_NOTE = Binding("class_rule_set.note", ("scheme_id", "version"))
RULES_WHY = Binding("class_rule_set.activated_why", ("scheme_id", "version"))
CLASS_REASON = Binding("lead_class.reason", ("lead_id", "scheme_id"))


class RuleFieldKind(StrEnum):
    """What a condition may ask of a field."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    """One of a fixed set of values, compared exactly."""
    YES_NO = "yes_no"


class Operator(StrEnum):
    EQUALS = "equals"
    ONE_OF = "one_of"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BETWEEN = "between"
    """Both ends included."""
    CONTAINS = "contains"
    KNOWN = "known"
    EMPTY = "empty"


class Match(StrEnum):
    """How many of a rule's conditions have to hold."""

    ALL = "all"
    ANY = "any"


class RuleSetState(StrEnum):
    SAVED = "saved"
    """Never in force yet."""
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    """Was in force; may be put in force again."""


class ClassSource(StrEnum):
    """What gave a customer the class."""

    MANUAL = "manual"
    """A named person, with a reason; no rule changes it."""
    RULE = "rule"
    LIST = "list"
    """The list names it in its class column."""
    DEFAULT = "default"
    """Nothing else decided."""


class RuleProblem(StrEnum):
    """What is wrong with a rule. Each has a sentence in the panel."""

    UNKNOWN_CLASS = "unknown_class"
    NO_CONDITION = "no_condition"
    UNKNOWN_FIELD = "unknown_field"
    OPERATOR_UNFIT = "operator_unfit"
    """The field is of a kind that cannot be asked this."""
    VALUE_MISSING = "value_missing"
    VALUE_UNFIT = "value_unfit"
    """Not a number, not a date, not a text: not what the field holds."""
    RANGE_BACKWARDS = "range_backwards"
    NOT_A_CHOICE = "not_a_choice"


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str = ""
    """What people call it where that is data (a list's name); empty where the panel has the word."""


@dataclass(frozen=True, slots=True)
class Field:
    """Something a rule may ask about."""

    key: str
    kind: RuleFieldKind
    title: str = ""
    """As the lists name a further field; empty for standard fields, for which the panel has the word."""
    choices: tuple[Choice, ...] = ()
    sealed: bool = False
    """Has to be opened to be read: asked only when a rule needs it."""
    money: bool = False
    """Asked about in yuan."""


@dataclass(frozen=True, slots=True)
class Condition:
    field: str
    operator: Operator
    value: Any = None
    """A text, number, ISO date or yes/no; a list for ``one_of``; two ends for ``between``; nothing for the rest."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The first rule of a set whose conditions hold gives its class."""

    class_code: str
    conditions: tuple[Condition, ...]
    match: Match = Match.ALL
    name: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem and where it stands; both places count from 1."""

    rule: int
    problem: RuleProblem
    condition: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassEffects(RetryEffects):
    """What the class of a customer changes; each None leaves the campaign's or the system's own number."""

    rank: int = UNRANKED
    """The smaller, the earlier."""
    callback_grace: timedelta | None = None
    """How long a promised callback is its agent's alone."""


NO_EFFECTS = ClassEffects()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassDraft:
    """One class of a scheme, and its effects."""

    code: str
    name_zh: str
    name_en: str
    callback_grace_minutes: int | None = None
    most_attempts: int | None = None
    retry_factor: float | None = None
    first_call_days: int | None = None
    """Service level: a lead of this class should be called for the first time within so many days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassCard(ClassDraft):
    id: int
    rank: int
    default: bool


@dataclass(frozen=True, slots=True)
class SchemeCard:
    id: int
    key: str
    name_zh: str
    name_en: str
    active_version: int | None
    """Of its rules; None while no rules are in force."""
    classes: Sequence[ClassCard]
    """By rank."""

    @property
    def default_code(self) -> str | None:
        return next((card.code for card in self.classes if card.default), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSetCard:
    """One version of a scheme's rules; never changed."""

    version: int
    rules: Sequence[Rule]
    note: str
    active: bool
    created_at: datetime
    created_by: int | None
    activated_at: datetime | None
    """When it was last put in force."""
    activated_by: int | None
    activated_why: str


@dataclass(frozen=True, slots=True)
class ClassFigure:
    code: str | None
    """None: customers without a class in the scheme."""
    leads: int
    overdue: int
    """In the stock for longer than the class's service level allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadClassCard:
    """The class of one customer in one scheme."""

    scheme_id: int
    scheme_key: str
    scheme_zh: str
    scheme_en: str
    code: str
    name_zh: str
    name_en: str
    source: ClassSource
    rule_version: int | None
    rule_no: int | None
    reason: str
    """Why a person set it; empty otherwise."""
    set_at: datetime
    set_by: int | None


@dataclass(frozen=True, slots=True)
class Move:
    """So many customers from one class to another."""

    source: str | None
    target: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Example:
    lead_id: int
    source: str | None
    target: str | None
    rule_no: int | None
    name_masked: str
    phone_masked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What applying a set of rules would change; nothing was written."""

    scheme_id: int
    version: int | None
    total: int
    moved: int
    manual: int
    """Customers whose class a person set: no rule touches them."""
    moves: Sequence[Move]
    by_rule: dict[int, int] = field(default_factory=dict)
    """Rule number → customers it decides."""
    examples: Sequence[Example] = ()
