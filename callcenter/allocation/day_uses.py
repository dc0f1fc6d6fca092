"""Answers which allocation runs rest on a day, for the person who changes the calendar."""

from collections.abc import Sequence
from datetime import date

from callcenter.allocation import run_repository
from callcenter.calendar.types import DayUse
from callcenter.kit.work import Work


class RunsOfDay:
    """Implements ``calendar.port.DayUses``."""

    async def resting_on(self, work: Work, on: date) -> Sequence[DayUse]:
        """Returns the runs that allocated leads for a date, the newest first."""
        runs = await run_repository.list_runs_on(work.session, on)
        return [DayUse(run.id, run.campaign_id) for run in runs]
