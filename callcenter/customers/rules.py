"""Decides what of a customer is masked (requirement L7), and which corrections of the file fit (L4). Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from callcenter.customers.types import CustomerField, FileField
from callcenter.kit.crypto import mask_name
from callcenter.leads.types import Gender

_TEXT = "text"
_SAYS_NOTHING_OF_WHO = frozenset({"household", "income", "policies", "claims", "preferences", "risk"})
"""Known columns whose text helps agents and identifies no customer. All other text is masked."""
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


def mask_address(address: str) -> str:
    """Returns a mask that shows only whether there is an address."""
    return "***" if address else ""


def _in_order(specs: Iterable[str], values: Mapping[str, Any]) -> list[str]:
    declared = [key for key in specs if values.get(key) not in (None, "")]
    return declared + sorted(key for key in values if key not in declared and values[key] not in (None, ""))


def _masked(field: CustomerField) -> CustomerField:
    value = field.value
    if isinstance(value, str) and field.kind == _TEXT:
        if field.key not in _SAYS_NOTHING_OF_WHO:
            return _covered(field, f"{value[:1]}***")
        shown = _FIGURE.sub("***", value)
        return field if shown == value else _covered(field, shown)
    if field.kind == "integer" and isinstance(value, int) and abs(value) >= _LONG_NUMBER:
        return _covered(field, "***")
    return field


def _covered(field: CustomerField, shown: str) -> CustomerField:
    return CustomerField(key=field.key, title=field.title, kind=field.kind, value=shown, masked=True)
