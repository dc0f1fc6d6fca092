"""The table of timed work."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from callcenter.allocation.jobs import allocate_next_working_day, watch_allocation
from callcenter.audit.jobs import note_head
from callcenter.bootstrap.house import House
from callcenter.campaigns.jobs import watch_calendar
from callcenter.complaints.jobs import take_late_evidence
from callcenter.dialer.jobs import sweep_screens
from callcenter.kit.clock import business_date
from callcenter.kit.work import Work, Works
from callcenter.recordings import jobs as recordings_jobs
from callcenter.schedule.jobs import Daily, Every, Job


def jobs(house: House) -> list[Job]:
    """The table of timed work."""
    works = house.works
    return [
        Job(
            "allocation.next_working_day",
            Daily(20),
            lambda due_at: allocate_next_working_day(works, house.campaigns, house.allocation, business_date(due_at)),
        ),
        Job(
            "campaigns.watch_calendar",
            Daily(9),
            lambda _: _in_work(works, lambda work: watch_calendar(work, house.campaigns, house.alerts)),
        ),
        Job(
            "allocation.watch",
            Every(timedelta(minutes=1)),
            lambda _: watch_allocation(works, house.allocation, house.allocation_watch),
            remembered=False,
        ),
        Job(
            "dialer.sweep_screens",
            Every(timedelta(minutes=1)),
            lambda _: sweep_screens(works, house.allocation, house.agents),
            remembered=False,
        ),
        Job("audit.note_head", Daily(2, 30), lambda _: note_head(works, house.anchors, house.alerts)),
        Job("leads.sweep_uploads", Daily(4), lambda _: _in_work(works, house.intake.sweep)),
        Job("people.sweep", Daily(3), lambda _: _in_work(works, house.people.sweep)),
        Job(
            "recordings.reconcile",
            Every(timedelta(seconds=30)),
            lambda _: recordings_jobs.reconcile(works, house.recordings),
            remembered=False,
        ),
        Job(
            "recordings.keep_locked",
            Every(timedelta(minutes=1)),
            lambda _: recordings_jobs.keep_locked(works, house.recordings),
            remembered=False,
        ),
        Job("recordings.inspect_objects", Daily(2), lambda _: recordings_jobs.inspect_objects(works, house.recordings)),
        Job(
            "complaints.late_evidence",
            Every(timedelta(minutes=1)),
            lambda _: take_late_evidence(works, house.complaints),
            remembered=False,
        ),
    ]


async def _in_work(works: Works, act: Callable[[Work], Awaitable[None]]) -> None:
    async with works.begin() as work:
        await act(work)
