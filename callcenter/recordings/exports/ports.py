"""Protocol of the field room above, as exports use it."""

from typing import Protocol
from uuid import UUID

from callcenter.kit.work import Work
from callcenter.recordings.exports.types import SoldPolicy


class SoldPolicies(Protocol):
    """Knows the policy that was sold in a call; ``UnderwritingService`` fulfils it."""

    async def policy_of_call(self, work: Work, call_id: UUID) -> SoldPolicy | None: ...
