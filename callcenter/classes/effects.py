"""What a customer's class changes, for the rooms above: callbacks, attempts, pauses between them."""

from datetime import timedelta

from callcenter.classes import repository
from callcenter.classes.models import ClassValue
from callcenter.classes.types import NO_EFFECTS, ClassEffects
from callcenter.kit.cache import Cached
from callcenter.kit.work import Work
from callcenter.leads.ordering import LeadOrdering

_EFFECTS: Cached[int, ClassEffects] = Cached(ClassValue)
"""By class."""


class ClassEffectsService:
    """Reads the effects of the class a lead is ordered by."""

    def __init__(self, ordering: LeadOrdering) -> None:
        self._ordering = ordering

    async def of(self, work: Work, lead_id: int) -> ClassEffects:
        """Returns what the class of a lead changes; NO_EFFECTS for a lead without one."""
        return await self.of_class(work, await self._ordering.class_id_of(work, lead_id))

    async def of_class(self, work: Work, class_id: int | None) -> ClassEffects:
        """Returns what a class changes; NO_EFFECTS for None."""
        if class_id is None:
            return NO_EFFECTS

        async def read() -> ClassEffects:
            value = await repository.find_class(work.session, class_id)
            return NO_EFFECTS if value is None else _effects_of(value)

        return await work.cached(_EFFECTS, class_id, read)


def _effects_of(value: ClassValue) -> ClassEffects:
    grace = value.callback_grace_minutes
    return ClassEffects(
        rank=value.rank,
        callback_grace=None if grace is None else timedelta(minutes=grace),
        most_attempts=value.most_attempts,
        retry_factor=1.0 if value.retry_factor is None else value.retry_factor,
    )
