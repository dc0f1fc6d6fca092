"""What this room asks of the field room above it: in which districts a visit would not wait for the dispatcher."""

from typing import Protocol

from callcenter.kit.work import Work


class Districts(Protocol):
    """Answers which districts some region serves."""

    async def served(self, work: Work) -> frozenset[str] | None:
        """Returns the districts as ``leads.rules.person.district_key`` writes them; None where there is no region."""
        ...
