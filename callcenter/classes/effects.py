"""What a customer's class changes, for the rooms above: callbacks, attempts, pauses between them."""

from datetime import timedelta

from callcenter.classes import repository
from callcenter.classes.types import NO_EFFECTS, ClassEffects
from callcenter.kit.work import Work
from callcenter.leads.ordering import LeadOrdering


class ClassEffectsService:
    """Reads the effects of the class a lead is ordered by."""

    def __init__(self, ordering: LeadOrdering) -> None:
        self._ordering = ordering

    async def of(self, work: Work, lead_id: int) -> ClassEffects:
        """Returns what the class of a lead changes; NO_EFFECTS for a lead without one."""
        value = await repository.find_class(work.session, self._ordering.class_id_of(lead_id))
        if value is None:
            return NO_EFFECTS
        grace = value.callback_grace_minutes
        return ClassEffects(
            rank=value.rank,
            callback_grace=None if grace is None else timedelta(minutes=grace),
            most_attempts=value.most_attempts,
            retry_factor=1.0 if value.retry_factor is None else value.retry_factor,
        )
