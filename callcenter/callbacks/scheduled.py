"""The callbacks room's scheduled tasks: promises of people who are not there, and promises that may not be kept now."""

from callcenter.callbacks.service import CallbackService
from callcenter.kit.work import Work


async def open_promises_of_absent(work: Work, callbacks: CallbackService) -> None:
    """Opens today's promises of agents who are not there to the team."""
    await callbacks.open_absent_to_team(work)


async def put_off_closed_promises(work: Work, callbacks: CallbackService) -> None:
    """Puts off the promises that are due while no call may be placed.

    An offer does the same; but at noon or on a day off no agent is ready, and the grace would be over before a call
    may be placed (requirement C7).
    """
    await callbacks.put_off_closed(work)
