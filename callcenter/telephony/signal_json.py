"""Writes signals as JSON and reads them back, every kind, without loss. Pure.

The form is the kind's name and its fields: ``{"kind": "CustomerHungUp", "at": "2026-…", "call_id": "…", "cause": 16}``.
Kinds are found among the subclasses of ``Signal``, and values are read by the types of their fields, so that a new kind
needs nothing here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, get_args, get_type_hints
from uuid import UUID

from callcenter.telephony.events import Signal

_KIND = "kind"


class UnknownSignal(ValueError):  # noqa: N818 - says what was read
    """The document is of no kind that this version knows, or lacks one of its fields."""


def kinds(of: type[Signal] = Signal) -> Iterator[type[Signal]]:
    """Yields every kind of signal that the process knows, those that only group others included."""
    for kind in of.__subclasses__():
        # A dataclass with slots is made twice; the first one is never used.
        if is_dataclass(kind) and "__slots__" in vars(kind):
            yield kind
            yield from kinds(kind)


def to_json(signal: Signal) -> dict[str, Any]:
    """Returns a signal in values that JSON has."""
    named = {field.name: _written(getattr(signal, field.name)) for field in fields(signal)}
    return {_KIND: type(signal).__name__, **named}


def from_json(document: Mapping[str, Any]) -> Signal:
    """Returns the signal that was written. Raises UnknownSignal."""
    kind = {kind.__name__: kind for kind in kinds()}.get(document.get(_KIND, ""))
    if kind is None:
        raise UnknownSignal(f"{document.get(_KIND)!r} is no kind of signal")
    hints = get_type_hints(kind)
    try:
        return kind(**{field.name: _read(hints[field.name], document[field.name]) for field in fields(kind)})
    except (KeyError, ValueError, TypeError) as error:
        raise UnknownSignal(f"a {kind.__name__} cannot be read: {type(error).__name__}") from error


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return {str(name): _written(inner) for name, inner in value.items()}
    return value


def _read(hint: Any, value: Any) -> Any:
    """Returns a value as the field's type; text, numbers and mappings are as JSON has them."""
    for one in get_args(hint) or (hint,):
        if value is not None and isinstance(one, type):
            if issubclass(one, datetime):
                return datetime.fromisoformat(value)
            if issubclass(one, UUID | StrEnum):
                return one(value)
    return value
