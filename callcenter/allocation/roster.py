"""Names what the allocation asks of people, so that its tests can play a roster of their own."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Protocol

from callcenter.kit.work import Work
from callcenter.people.types import Fitness, Role, StaffCard


class OnDuty(Protocol):
    """An agent who works on a day."""

    @property
    def card(self) -> StaffCard: ...

    @property
    def part(self) -> int:
        """Returns the percentage of the day, 1..100."""
        ...


class Roster(Protocol):
    """Says who works on a day. ``people.service.PeopleService`` is the one there is."""

    async def rostered(self, work: Work, on: date) -> Sequence[OnDuty]:
        """Returns those who may telephone customers on that day (requirement D2), with their part of it."""
        ...

    async def rostered_between(self, work: Work, first: date, last: date) -> Mapping[date, Sequence[OnDuty]]:
        """Returns by day, both ends included, whom ``rostered`` returns."""
        ...

    async def cards(self, work: Work, ids: Collection[int]) -> Mapping[int, StaffCard]:
        """Returns those of ``ids`` that exist."""
        ...

    async def by_role(self, work: Work, role: Role) -> Sequence[StaffCard]:
        """Returns the active staff of a role."""
        ...

    async def fitness(self, work: Work, staff_id: int) -> Fitness:
        """Returns what is known of a person's licence, training, exam and agreement."""
        ...
