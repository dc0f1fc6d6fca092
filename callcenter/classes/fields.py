"""Says what rules may ask about a customer: the columns every lead has, and the further fields of lists. Pure."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from callcenter.classes.rules import Facts
from callcenter.classes.types import Choice, Field, RuleFieldKind
from callcenter.imports.types import FieldKind as Declared
from callcenter.kit.clock import business_date
from callcenter.leads.rules.person import age_of
from callcenter.leads.types import LEAD_FIELDS, BasisKind, Gender

FURTHER = "further:"
"""Stands before the key of a list's further field."""

_T, _N, _C = RuleFieldKind.TEXT, RuleFieldKind.NUMBER, RuleFieldKind.CHOICE

STANDARD: tuple[Field, ...] = (
    Field("age", _N),
    Field("gender", _C, choices=tuple(Choice(gender.value) for gender in Gender)),
    Field("district", _T),
    Field("occupation", _T),
    Field("list_class", _T),
    Field("basis_kind", _C, choices=tuple(Choice(kind.value) for kind in BasisKind)),
    Field("list", _C),
    Field("source", _T),
    Field("branch", _T),
    Field("carrier", _T),
    Field("city", _T),
    Field("data_age", _N),
)
"""In the order in which the panel offers them. ``data_age``: days since the import."""

USUAL: tuple[Field, ...] = tuple(
    Field(FURTHER + key, kind, sealed=True)
    for key, kind in (
        ("income", _N),
        ("policies", _N),
        ("employer", _T),
        ("household", _T),
        ("claims", _T),
        ("preferences", _T),
        ("risk", _T),
        ("service_feedback", _T),
        ("referral_source", _T),
    )
)
"""Further fields that need no declaration: columns of the import that stand among the sealed fields."""

_KINDS: Mapping[Declared, RuleFieldKind] = {
    Declared.TEXT: _T,
    Declared.INTEGER: _N,
    Declared.DECIMAL: _N,
    Declared.MONEY: _N,
    Declared.DATE: RuleFieldKind.DATE,
    Declared.BOOLEAN: RuleFieldKind.YES_NO,
    Declared.CHOICE: _C,
}
"""Money is stored in fen and asked about in yuan."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is read of one lead; what no rule asks for stays None."""

    id: int
    birth_on: date | None = None
    age_given: int | None = None
    gender: str | None = None
    district: str | None = None
    occupation: str | None = None
    word: str | None = None
    """What the list itself calls the class."""
    basis_kind: str | None = None
    list_id: int | None = None
    line: int | None = None
    source: str | None = None
    branch: str | None = None
    carrier: str | None = None
    city: str | None = None
    imported_at: datetime | None = None
    fields_sealed: str | None = None


def known_fields(lists: Iterable[Sequence[Mapping[str, Any]]], names: Mapping[int, str]) -> dict[str, Field]:
    """Returns standard fields, and the further fields of these lists, by key. ``names``: the lists a rule may name.

    Where lists differ about a key, a number, date or choice goes before a text: what cannot be read as one is unknown.
    """
    known = {field.key: field for field in STANDARD}
    known["list"] = Field("list", _C, choices=tuple(Choice(str(key), name) for key, name in names.items()))
    declared: dict[str, Field] = {}
    for spec in (spec for fields in lists for spec in fields):
        field = _declared(spec)
        before = declared.get(field.key)
        declared[field.key] = field if before is None else _joined(before, field)
    return known | {field.key: field for field in USUAL} | declared


def money_keys(fields: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Returns the further fields this list keeps in fen."""
    return frozenset(FURTHER + spec["key"] for spec in fields if spec["kind"] == Declared.MONEY)


def _declared(spec: Mapping[str, Any]) -> Field:
    kind = _KINDS[Declared(spec["kind"])]
    return Field(
        FURTHER + spec["key"],
        kind,
        title=spec["title"],
        choices=tuple(Choice(choice) for choice in spec.get("choices") or ()) if kind is _C else (),
        sealed=True,
        money=spec["kind"] == Declared.MONEY,
    )


def _joined(one: Field, other: Field) -> Field:
    if one.kind is not other.kind:
        if _T in (one.kind, other.kind):
            return other if one.kind is _T else one
        return replace(one, kind=_T, choices=(), money=False)
    return replace(one, choices=tuple(dict.fromkeys((*one.choices, *other.choices))), money=one.money or other.money)


def needs_opening(asked: Collection[str]) -> bool:
    """Returns whether a field that is asked about stands among the sealed ones."""
    return any(key.startswith(FURTHER) for key in asked)


def facts_of(
    row: Row, asked: Collection[str], today: date, open_: Callable[[str, str], str], money: Collection[str] = ()
) -> Facts:
    """Returns what is ``asked`` of one lead: sealed fields are opened when a rule needs one, and not otherwise.

    ``money``: the fields the lead's list keeps in fen.
    """
    facts: dict[str, Any] = {key: read(row, today) for key in asked if (read := _READ.get(key)) is not None}
    if row.fields_sealed is not None and needs_opening(asked):
        further = json.loads(open_(row.fields_sealed, LEAD_FIELDS.at(row)))
        facts |= {key: further.get(key.removeprefix(FURTHER)) for key in asked if key.startswith(FURTHER)}
        facts |= {key: facts[key] / 100 for key in money if isinstance(facts.get(key), int)}
    return facts


_READ: Mapping[str, Callable[[Row, date], Any]] = {
    "age": lambda row, today: age_of(row.birth_on, row.age_given, _imported_on(row, today), today),
    "gender": lambda row, _: row.gender,
    "district": lambda row, _: row.district,
    "occupation": lambda row, _: row.occupation,
    "list_class": lambda row, _: row.word,
    "basis_kind": lambda row, _: row.basis_kind,
    "list": lambda row, _: row.list_id,
    "source": lambda row, _: row.source,
    "branch": lambda row, _: row.branch,
    "carrier": lambda row, _: row.carrier,
    "city": lambda row, _: row.city,
    "data_age": lambda row, today: None if row.imported_at is None else (today - business_date(row.imported_at)).days,
}


def _imported_on(row: Row, today: date) -> date:
    return today if row.imported_at is None else business_date(row.imported_at)
