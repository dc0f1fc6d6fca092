"""Defines the event by which any room adds an act to the audit trail (requirement S3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from callcenter.kit.events import Event


@dataclass(frozen=True, slots=True)
class Noted(Event):
    """An act for the audit trail. No personal data in ``facts``; actor and instant are those of the work."""

    act: str
    """Verb in the past tense with its room: ``leads.number_revealed``."""
    subject: str
    """Kind and id: ``lead:17``."""
    facts: Mapping[str, Any] = field(default_factory=dict)
