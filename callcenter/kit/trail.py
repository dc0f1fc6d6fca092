"""Announces acts that must leave a trace: by any room, written by audit (requirement S3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from callcenter.kit.events import Event


@dataclass(frozen=True, slots=True)
class Noted(Event):
    """Says that somebody did something worth remembering. No personal data in ``facts``; who and when: the work."""

    act: str
    """Verb in the past tense with its room: ``leads.number_revealed``."""
    subject: str
    """Kind and id: ``lead:17``."""
    facts: Mapping[str, Any] = field(default_factory=dict)
