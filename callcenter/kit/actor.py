"""Describes the actor of a transaction: a person who has logged in, or the system itself."""

from dataclasses import dataclass, field

from callcenter.kit.scope import ALL, OWN, Scope


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
    must_change_password: bool = False
    """True: a one-time password opened this session; the web refuses everything but the change."""

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
