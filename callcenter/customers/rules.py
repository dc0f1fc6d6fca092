"""Decides what of a customer is masked (requirement L7), what an agent sees and which corrections fit (L4). Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from callcenter.campaigns.agent_fields import AgentField, AgentFields, Showing
from callcenter.customers.types import CustomerField, FileField
from callcenter.kit.crypto import mask_name
from callcenter.leads.types import Gender

_TEXT = "text"
_SAYS_NOTHING_OF_WHO = frozenset({"household", "income", "policies", "claims", "preferences", "risk"})
"""Known columns whose text helps agents and identifies no customer. All other text is masked."""
_COLUMNS = frozenset(
    {
        *(AgentField.GENDER, AgentField.AGE, AgentField.BIRTH_ON, AgentField.DISTRICT, AgentField.ADDRESS),
        *(AgentField.OCCUPATION, AgentField.CUSTOMER_CLASS),
    }
)
"""Columns of the lead; the other fields are in its sealed JSON."""
_KNOWN = frozenset({*AgentField, "id_number"})
"""Keys that are no field of a list's own. No agent ever sees an identity number."""
_SHOWN = frozenset({FileField.GENDER, FileField.DISTRICT, FileField.OCCUPATION})
"""The file shows these in clear."""
_FIGURE = re.compile(r"[0-9０-９](?:[ \-]?[0-9０-９Xx]){4,}")
_LONG_NUMBER = 10**7
"""A whole number of this size or more may be a telephone, card or identity number."""


def masked_fields(declared: Sequence[Mapping[str, Any]], values: Mapping[str, Any]) -> list[CustomerField]:
    """Returns the list's fields in its order, then the others; values that could identify the customer are masked."""
    return [_masked(field) for field in clear_fields(declared, values)]


def clear_fields(declared: Sequence[Mapping[str, Any]], values: Mapping[str, Any]) -> list[CustomerField]:
    """Returns the list's fields in its order, then the others by key; empty ones are left out."""
    specs = {spec["key"]: spec for spec in declared}
    return [
        CustomerField(
            key=key,
            title=specs[key]["title"] if key in specs else None,
            kind=specs[key].get("kind", _TEXT) if key in specs else _TEXT,
            value=values[key],
            masked=False,
        )
        for key in _in_order(specs, values)
    ]


def needs_sealed_fields(fields: AgentFields) -> bool:
    """Returns whether a setting shows any field that is kept in the lead's sealed JSON."""
    return any(field not in _COLUMNS for field in fields)


def agent_facts(
    fields: AgentFields, declared: Sequence[Mapping[str, Any]], values: Mapping[str, Any]
) -> list[CustomerField]:
    """Returns what an agent sees of a customer, in the order of the card. ``declared``: the list's own fields.

    A long number in a text is covered even where the setting shows the field: it may be a telephone number (law 5).
    """
    kinds = {spec["key"]: spec.get("kind", _TEXT) for spec in declared}
    facts = []
    for field in AgentField:
        if (showing := fields.get(field)) is None:
            continue
        if field is AgentField.FURTHER:
            found = [one for one in clear_fields(declared, values) if one.key not in _KNOWN]
        else:
            value = values.get(field.value)
            kind = kinds.get(field.value, "integer" if field is AgentField.AGE else _TEXT)
            found = [] if value in (None, "") else [CustomerField(field.value, None, kind, value, masked=False)]
        facts += [_for_agent(field, one, showing) for one in found]
    return facts


def _for_agent(field: AgentField, fact: CustomerField, showing: Showing) -> CustomerField:
    if showing is Showing.CLEAR:
        return _field_without_figures(fact)
    match field:
        case AgentField.AGE:
            decade = int(fact.value) // 10 * 10
            shown = f"{decade}–{decade + 9}"
        case AgentField.BIRTH_ON:
            shown = f"{str(fact.value)[:4]}-**-**"
        case AgentField.ADDRESS:
            shown = mask_address(str(fact.value))
        case _:
            shown = f"{fact.value[:1]}***" if isinstance(fact.value, str) and fact.kind == _TEXT else "***"
    return replace(fact, kind=_TEXT, value=shown, masked=True)


def sees_in_clear(fields: AgentFields, corrected: Iterable[FileField]) -> bool:
    """Returns whether the setting shows an agent each of these fields in clear. The name is always masked."""
    shown = {field.value for field, showing in fields.items() if showing is Showing.CLEAR}
    return all(field.value in shown for field in corrected)


def correction_problem(field: FileField, value: str, today: date) -> str:
    """Returns why a field cannot hold this value; empty when it can. An empty value removes what was there."""
    if any(not character.isprintable() for character in value):
        return "it holds a character that cannot be shown"
    if field is FileField.NAME and not value:
        return "a customer has a name"
    if field is FileField.GENDER and value and value not in set(Gender):
        return "choose male or female"
    if field is FileField.BIRTH_ON and value:
        try:
            born = date.fromisoformat(value)
        except ValueError:
            return "enter a date such as 1980-05-01"
        if not date(1900, 1, 1) <= born <= today:
            return "the birth date lies between 1900 and today"
    return ""


def masked_change(field: FileField, value: str) -> str:
    """Returns an old or new value as the history of a file shows it."""
    if not value or field in _SHOWN:
        return value
    if field is FileField.NAME:
        return mask_name(value)
    if field is FileField.ADDRESS:
        return mask_address(value)
    return str(_masked(CustomerField(key=field.value, title=None, kind=_TEXT, value=value, masked=False)).value)


_DOCUMENT = re.compile(r"[0-9]{17}[0-9X]|[0-9]{15}|[A-Z]{1,2}[0-9A-Z]{5,18}")
"""An identity card (18 characters, or 15 digits of before 1999); a passport or permit, which begins with a letter."""


def id_number_malformed(key: str) -> bool:
    """Returns whether a text, as ``id_number_key`` writes it, can be the number of no document.

    The check digit is not asked: a list holds the number as it was typed, and it has to be found nevertheless.
    """
    return _DOCUMENT.fullmatch(key) is None


def without_figures(text: str) -> str:
    """Returns a text in which long numbers are covered: each may be a telephone, card or identity number."""
    return _FIGURE.sub("***", text)


def mask_address(address: str) -> str:
    """Returns a mask that shows only whether there is an address."""
    return "***" if address else ""


def _in_order(specs: Iterable[str], values: Mapping[str, Any]) -> list[str]:
    declared = [key for key in specs if values.get(key) not in (None, "")]
    return declared + sorted(key for key in values if key not in declared and values[key] not in (None, ""))


def _masked(field: CustomerField) -> CustomerField:
    value = field.value
    if isinstance(value, str) and field.kind == _TEXT and field.key not in _SAYS_NOTHING_OF_WHO:
        return _covered(field, f"{value[:1]}***")
    return _field_without_figures(field)


def _field_without_figures(field: CustomerField) -> CustomerField:
    value = field.value
    if isinstance(value, str):
        shown = value if field.kind == "date" else without_figures(value)
        return field if shown == value else _covered(field, shown)
    if field.kind == "integer" and isinstance(value, int) and abs(value) >= _LONG_NUMBER:
        return _covered(field, "***")
    return field


def _covered(field: CustomerField, shown: str) -> CustomerField:
    return CustomerField(key=field.key, title=field.title, kind=field.kind, value=shown, masked=True)
