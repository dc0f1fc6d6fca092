"""What a customer's class changes, for the rooms above: callbacks, attempts, pauses between them."""

from datetime import timedelta

from callcenter.classes import repository
from callcenter.classes.types import NO_EFFECTS, ClassEffects
from callcenter.kit.work import Work


class ClassEffectsService:
    """Reads the class that steers a lead. Without one nothing is changed."""

    async def of(self, work: Work, lead_id: int) -> ClassEffects:
        found = await repository.find_effects(work.session, lead_id)
        if found is None:
            return NO_EFFECTS
        grace = found.callback_grace_minutes
        return ClassEffects(
            rank=found.rank,
            callback_grace=None if grace is None else timedelta(minutes=grace),
            most_attempts=found.most_attempts,
            retry_factor=1.0 if found.retry_factor is None else found.retry_factor,
        )
