"""The callbacks room's scheduled task: promises of people who are not there."""

from callcenter.callbacks.service import CallbackService
from callcenter.kit.work import Work


async def open_promises_of_absent(work: Work, callbacks: CallbackService) -> None:
    """Opens today's promises of agents who are not there to the team."""
    await callbacks.open_absent_to_team(work)
