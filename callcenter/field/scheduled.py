"""The field room's scheduled task: visits of people who are not there."""

from callcenter.field.service import FieldServices
from callcenter.kit.work import Work


async def reroute_absent(work: Work, field: FieldServices) -> None:
    """Routes planned visits to others whose field agent is not there on their day."""
    await field.hand_overs.reroute_absent(work)
