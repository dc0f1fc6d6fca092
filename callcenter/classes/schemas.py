"""What the endpoints of classes take and return."""

from collections.abc import Mapping
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from callcenter.classes.stored import rules_from, rules_to
from callcenter.classes.types import (
    ClassDraft,
    ClassSource,
    LeadClassCard,
    Match,
    Operator,
    Rule,
    RuleFieldKind,
    RuleSetCard,
)
from callcenter.kit.jobs import JobCard, JobState
from callcenter.kit.output import Output
from callcenter.kit.reasons import IN_TRAIL

Code = Field(min_length=1, max_length=40, pattern=r"^[a-z0-9_]+$", examples=["high_value"])
Name = Field(min_length=1, max_length=40)
Reason = Field(default="", max_length=300, description=IN_TRAIL)


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class SchemeIn(BaseModel):
    key: str = Code
    name_zh: str = Name
    name_en: str = Name


class SchemeNames(BaseModel):
    name_zh: str = Name
    name_en: str = Name


class DefaultIn(BaseModel):
    code: str | None = Field(description="the class of customers nothing else is known about; null: none")


class ClassIn(BaseModel):
    code: str = Code
    name_zh: str = Name
    name_en: str = Name
    callback_grace_minutes: int | None = Field(
        default=None, ge=0, le=10_080, description="how long a promised callback is its agent's alone"
    )
    most_attempts: int | None = Field(default=None, ge=1, le=20, description="calls for one lead")
    retry_factor: float | None = Field(
        default=None, gt=0, le=20, description="the pause before the next attempt × this"
    )
    first_call_days: int | None = Field(default=None, ge=1, le=365, description="first call within so many days")

    def draft(self) -> ClassDraft:
        return ClassDraft(**self.model_dump())


class OrderIn(BaseModel):
    codes: list[str] = Field(max_length=100)


class ConditionBody(Output):
    field: str = Field(max_length=100, examples=["age", "further:income"])
    operator: Operator
    value: str | float | bool | list[str | float] | None = Field(
        default=None, description="a list for one_of, two ends for between, nothing for known and empty"
    )


class RuleBody(Output):
    class_code: str
    name: str = Field(default="", max_length=80)
    match: Match = Match.ALL
    conditions: list[ConditionBody] = Field(max_length=20)


def rules_of(body: list[RuleBody]) -> list[Rule]:
    return rules_from([rule.model_dump() for rule in body])


class RulesIn(BaseModel):
    rules: list[RuleBody] = Field(max_length=100)
    note: str = Field(default="", max_length=300)


class PreviewIn(BaseModel):
    version: int | None = Field(default=None, ge=1)
    rules: list[RuleBody] | None = Field(default=None, max_length=100, description="drafted, not kept")


class ApplyIn(BaseModel):
    version: int | None = Field(default=None, ge=1, description="put in force; null: the rules in force, anew")
    reason: str = Reason


class ManualClassIn(BaseModel):
    scheme_id: int = Field(ge=1)
    code: str | None = Field(description="null: as the rules say")
    reason: str = Reason


class ClassOut(_Out):
    code: str
    name_zh: str
    name_en: str
    rank: int = Field(description="1 is allocated and called first")
    default: bool
    callback_grace_minutes: int | None
    most_attempts: int | None
    retry_factor: float | None
    first_call_days: int | None


class SchemeOut(_Out):
    id: int
    key: str
    name_zh: str
    name_en: str
    active_version: int | None = Field(description="of its rules; null while none is in force")
    classes: list[ClassOut]


class SchemeList(BaseModel):
    items: list[SchemeOut]


class FigureOut(_Out):
    code: str | None = Field(description="null: customers without a class in the scheme")
    leads: int
    overdue: int = Field(description="in the stock for longer than first_call_days")


class FigureList(BaseModel):
    items: list[FigureOut]


class FieldChoiceOut(_Out):
    value: str
    label: str


class RuleFieldOut(_Out):
    key: str
    kind: RuleFieldKind
    title: str = Field(description="as the lists name it; empty for standard fields")
    choices: list[FieldChoiceOut]
    money: bool = Field(description="asked about in yuan")
    operators: list[Operator]


class FieldList(BaseModel):
    items: list[RuleFieldOut]


class RuleSetOut(BaseModel):
    version: int
    rules: list[RuleBody]
    note: str
    active: bool
    created_at: AwareDatetime
    created_by: str
    activated_at: AwareDatetime | None
    activated_by: str
    activated_why: str

    @classmethod
    def of(cls, card: RuleSetCard, names: Mapping[int, str]) -> "RuleSetOut":
        return cls(
            version=card.version,
            rules=[RuleBody.model_validate(rule) for rule in rules_to(card.rules)],
            note=card.note,
            active=card.active,
            created_at=card.created_at,
            created_by=_name(names, card.created_by),
            activated_at=card.activated_at,
            activated_by=_name(names, card.activated_by),
            activated_why=card.activated_why,
        )


class RuleSetList(BaseModel):
    items: list[RuleSetOut]


class JobRef(_Out):
    """Watched and cancelled at ``/jobs/{id}``."""

    id: int
    kind: str
    state: JobState

    @classmethod
    def of(cls, card: JobCard) -> "JobRef":
        return cls.model_validate(card)


class MoveOut(_Out):
    source: str | None
    target: str | None
    count: int


class ExampleOut(_Out):
    lead_id: int
    source: str | None
    target: str | None
    rule_no: int | None
    name_masked: str
    phone_masked: str


class ClassPreviewOut(_Out):
    scheme_id: int
    version: int | None
    total: int
    moved: int
    manual: int = Field(description="customers whose class a person set: no rule touches them")
    moves: list[MoveOut]
    by_rule: dict[int, int] = Field(description="rule number → customers it decides")
    examples: list[ExampleOut]


class LeadClassOut(BaseModel):
    scheme_id: int
    scheme_zh: str
    scheme_en: str
    code: str
    name_zh: str
    name_en: str
    source: ClassSource
    rule_version: int | None
    rule_no: int | None
    reason: str
    set_at: AwareDatetime
    set_by: str

    @classmethod
    def of(cls, card: LeadClassCard, names: Mapping[int, str]) -> "LeadClassOut":
        facts: dict[str, Any] = {name: getattr(card, name) for name in cls.model_fields if name != "set_by"}
        return cls(**facts, set_by=_name(names, card.set_by))


class LeadClassList(BaseModel):
    items: list[LeadClassOut]


def _name(names: Mapping[int, str], staff_id: int | None) -> str:
    """Empty: the system."""
    return "" if staff_id is None else names.get(staff_id, "")
