"""What rules may ask about a customer: the columns every lead has, and the further fields lists bring. Pure."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from callcenter.kit.clock import business_date
from callcenter.leads.classes.rules import Facts
from callcenter.leads.classes.types import Choice, Field, FieldKind
from callcenter.leads.rules.person import age_on
from callcenter.leads.types import BasisKind, Gender

FURTHER = "further:"
"""Stands before the key of a list's further field."""

_T, _N, _C = FieldKind.TEXT, FieldKind.NUMBER, FieldKind.CHOICE

STANDARD: tuple[Field, ...] = (
    Field("age", _N),
    Field("gender", _C, choices=tuple(Choice(each.value) for each in Gender)),
    Field("district", _T),
    Field("occupation", _T),
    Field("list_class", _T),
    Field("basis_kind", _C, choices=tuple(Choice(each.value) for each in BasisKind)),
    Field("list", _C),
    Field("source", _T),
    Field("branch", _T),
    Field("carrier", _T),
    Field("city", _T),
    Field("data_age", _N),
)
"""In the order in which the panel offers them. ``data_age``: days since the import."""

_KINDS: Mapping[str, FieldKind] = {
    "text": FieldKind.TEXT,
    "number": FieldKind.NUMBER,
    "integer": FieldKind.NUMBER,
    "money": FieldKind.NUMBER,
    "date": FieldKind.DATE,
    "choice": FieldKind.CHOICE,
    "yes_no": FieldKind.YES_NO,
}


@dataclass(frozen=True, slots=True)
class Row:
    """What is read of one lead; what no rule asks for stays None."""

    id: int
    birth_on: date | None = None
    gender: str | None = None
    district: str | None = None
    occupation: str | None = None
    word: str | None = None
    """What the list itself calls the class."""
    basis_kind: str | None = None
    list_id: int | None = None
    source: str | None = None
    branch: str | None = None
    carrier: str | None = None
    city: str | None = None
    imported_at: datetime | None = None
    fields_sealed: str | None = None


def known_fields(lists: Iterable[Sequence[Mapping[str, Any]]], names: Mapping[int, str]) -> dict[str, Field]:
    """Standard fields, and the further fields of these lists by key. ``names``: the lists a rule may name.

    Lists that give one key different kinds make it a text; choices are joined.
    """
    known = {each.key: each for each in STANDARD}
    known["list"] = Field("list", _C, choices=tuple(Choice(str(key), name) for key, name in names.items()))
    for declared in (each for fields in lists for each in fields):
        key = FURTHER + str(declared["key"])
        kind = _KINDS.get(str(declared.get("kind")), FieldKind.TEXT)
        choices = [str(each) for each in declared.get("choices") or ()] if kind is FieldKind.CHOICE else []
        if (before := known.get(key)) is not None:
            kind = kind if before.kind is kind else FieldKind.TEXT
            choices = [*(each.value for each in before.choices), *choices] if kind is FieldKind.CHOICE else []
        known[key] = Field(
            key,
            kind,
            title=str(declared.get("title") or declared["key"]),
            choices=tuple(Choice(each) for each in dict.fromkeys(choices)),
            sealed=True,
        )
    return known


def needs_opening(asked: Collection[str]) -> bool:
    return any(key.startswith(FURTHER) for key in asked)


def facts_of(row: Row, asked: Collection[str], today: date, open_: Callable[[str], str]) -> Facts:
    """Only what is ``asked``: sealed fields are opened when a rule needs one, and not otherwise."""
    facts: dict[str, Any] = {key: read(row, today) for key in asked if (read := _READ.get(key)) is not None}
    if row.fields_sealed is not None and needs_opening(asked):
        further = json.loads(open_(row.fields_sealed))
        facts |= {key: further.get(key.removeprefix(FURTHER)) for key in asked if key.startswith(FURTHER)}
    return facts


_READ: Mapping[str, Callable[[Row, date], Any]] = {
    "age": lambda row, today: age_on(row.birth_on, today),
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
