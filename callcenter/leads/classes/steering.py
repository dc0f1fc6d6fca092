"""What a customer's class changes, for the rooms above: callbacks, attempts, pauses between them."""

from datetime import timedelta

from callcenter.kit.work import Work
from callcenter.leads.classes import repository
from callcenter.leads.classes.types import NOT_STEERED, Steer


class SteeringService:
    """Reads the class that steers a lead. Without one nothing is changed."""

    async def of(self, work: Work, lead_id: int) -> Steer:
        found = await repository.find_steering(work.session, lead_id)
        if found is None:
            return NOT_STEERED
        grace = found.callback_grace_minutes
        return Steer(
            rank=found.rank,
            callback_grace=None if grace is None else timedelta(minutes=grace),
            most_attempts=found.most_attempts,
            retry_factor=1.0 if found.retry_factor is None else found.retry_factor,
        )
