"""Defines the event by which any room adds an act to the audit trail (requirement S3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from callcenter.kit.events import Event


@dataclass(frozen=True, slots=True)
class Noted(Event):
    """Says that somebody did something worth remembering. Who and when: the work.

    ``facts`` hold codes, ids and figures, for the trail can be neither erased nor sealed anew. A text that a person
    types is among them only where its form says so (``kit.reasons.IN_TRAIL``). What may speak of a person, an agent's
    health for instance, is kept with the row it belongs to; ``tests/architecture/test_trail.py`` lists both.
    """

    act: str
    """Verb in the past tense with its room: ``leads.number_revealed``."""
    subject: str
    """Kind and id: ``lead:17``."""
    facts: Mapping[str, Any] = field(default_factory=dict)
