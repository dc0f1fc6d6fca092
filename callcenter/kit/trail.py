"""Defines the event by which any room adds an act to the audit trail (requirement S3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from callcenter.kit.events import Event

SEALED = "_sealed"
"""Ends the name of a fact that the trail holds sealed: what a person has typed."""


def place_of(entry_id: int, fact: str) -> str:
    """Returns the only place at which a sealed fact of an entry can be opened."""
    return f"audit_entry.{entry_id}.{fact}"


@dataclass(frozen=True, slots=True)
class Noted(Event):
    """An act for the audit trail. Actor and instant are those of the work.

    ``facts`` hold codes, ids and figures, because the trail can neither be erased nor encrypted with new keys. A text
    that a person types is among them only when its form says so (``kit.reasons.IN_TRAIL``); the trail seals it, for its
    entry alone (``audit.types.TYPED``). Text that may be about a
    person, for example an agent's health, is kept with its own row; ``tests/architecture/test_trail.py`` lists both.
    """

    act: str
    """Verb in the past tense with its room: ``leads.number_revealed``."""
    subject: str
    """Kind and id: ``lead:17``."""
    facts: Mapping[str, Any] = field(default_factory=dict)
