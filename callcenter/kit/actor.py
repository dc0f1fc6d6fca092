"""Describes the actor of a transaction: a person who has logged in, or the system itself."""

from dataclasses import dataclass, field
from enum import StrEnum

from callcenter.kit.scope import ALL, OWN, Scope


class LogInStep(StrEnum):
    """What a log-in still lacks. Until it is done the web refuses everything else."""

    SECOND_FACTOR = "second_factor"
    """The proof of a second factor that the person has."""
    PASSWORD = "password"  # noqa: S105
    """A new password: a one-time password opened this session."""
    ENROLMENT = "enrolment"
    """A second factor: the person's role needs one, and the person has none yet."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Names a principal and the acts it may perform.

    ``staff_id`` is None for the system. ``rights`` are the values of the rights enumeration in the people room;
    ``scope`` says which rows it may see.
    """

    staff_id: int | None
    name: str
    role: str
    rights: frozenset[str] = field(default_factory=frozenset)
    scope: Scope = OWN
    due: LogInStep | None = None
    """The step that this session's log-in still lacks."""

    @property
    def label(self) -> str:
        """Returns the actor's name in the audit trail: ``staff:7`` or ``system:callcenter``, no personal data."""
        return f"staff:{self.staff_id}" if self.staff_id is not None else f"system:{self.name}"

    @property
    def id(self) -> int:
        """Returns the staff id of a person; raises AssertionError for the system, which has none."""
        if self.staff_id is None:
            raise AssertionError("the system has no staff id")
        return self.staff_id


SYSTEM = Actor(staff_id=None, name="callcenter", role="system", scope=ALL)


def session_topic(staff_id: int | None) -> str:
    """Returns the topic notified whenever a session of this person has ended."""
    return f"session:{staff_id}"
