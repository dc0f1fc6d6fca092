"""Lists the scheduled tasks."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from callcenter.allocation.scheduled import allocate_next_working_day, watch_allocation
from callcenter.audit.scheduled import check_trail, note_facts, note_head
from callcenter.bootstrap.system import System
from callcenter.calendar.scheduled import watch_calendar
from callcenter.callbacks.scheduled import open_promises_of_absent, put_off_closed_promises
from callcenter.complaints.scheduled import take_late_evidence
from callcenter.dialer.scheduled import log_off_inactive
from callcenter.field.scheduled import reroute_absent
from callcenter.kit.clock import business_date
from callcenter.kit.work import Work, Works
from callcenter.recordings import scheduled as recordings_scheduled
from callcenter.schedule.tasks import Daily, Every, ScheduledTask
from callcenter.schedule.watch import ScheduleWatch


def scheduled_tasks(system: System) -> list[ScheduledTask]:
    """Returns the table of scheduled tasks."""
    works, run_at = system.works, system.allocation_settings.run_at
    tasks = [
        ScheduledTask(
            "allocation.next_working_day",
            Daily(run_at.hour, run_at.minute),
            lambda due_at: allocate_next_working_day(works, system.campaigns, system.runs, business_date(due_at)),
        ),
        ScheduledTask(
            "calendar.watch",
            Daily(9),
            lambda _: _in_work(works, lambda work: watch_calendar(work, system.calendar, system.alerts)),
        ),
        ScheduledTask(
            "allocation.watch",
            Every(timedelta(minutes=1)),
            lambda _: watch_allocation(works, system.quotas, system.leftovers, system.allocation_watch),
            remembered=False,
        ),
        ScheduledTask(
            "alerts.watch_commands",
            Every(timedelta(minutes=1)),
            lambda _: _in_work(works, system.command_watch.look),
            remembered=False,
        ),
        ScheduledTask(
            "alerts.watch_floods",
            Every(timedelta(minutes=1)),
            lambda _: _in_work(works, system.flood_watch.look),
            remembered=False,
        ),
        ScheduledTask(
            "alerts.watch_proofs",
            Daily(8),
            lambda _: _in_work(works, system.proof_watch.look),
        ),
        ScheduledTask(
            "messages.send_alerts",
            Every(timedelta(seconds=15)),
            lambda _: _in_work(works, system.alert_messages.plan),
            remembered=False,
        ),
        ScheduledTask(
            "dialer.sweep_screens",
            Every(timedelta(seconds=15)),
            lambda _: _sweep_screens(works, system),
            remembered=False,
        ),
        ScheduledTask(
            "dialer.end_wrap_ups",
            Every(timedelta(seconds=10)),
            lambda _: _end_screens(works, system),
            remembered=False,
        ),
        ScheduledTask(
            "dialer.give_up_lost_nodes",
            Every(timedelta(seconds=10)),
            lambda _: system.lost_nodes.run(works),
            remembered=False,
        ),
        ScheduledTask("audit.check_trail", Daily(2, 30), lambda _: check_trail(works, system.checks)),
        ScheduledTask("audit.note_head", Every(timedelta(hours=1)), lambda _: note_head(works, system.checks)),
        ScheduledTask(
            "audit.note_facts",
            Every(timedelta(minutes=15)),
            lambda _: note_facts(works, system.fact_notes),
            remembered=False,
        ),
        ScheduledTask("imports.sweep_uploads", Daily(4), lambda _: _in_work(works, system.intake.sweep)),
        ScheduledTask(
            "callbacks.open_to_team",
            Every(timedelta(minutes=1)),
            lambda _: _in_work(works, lambda work: open_promises_of_absent(work, system.callbacks)),
            remembered=False,
        ),
        ScheduledTask(
            "callbacks.put_off_closed",
            Every(timedelta(minutes=1)),
            lambda _: _in_work(works, lambda work: put_off_closed_promises(work, system.callbacks)),
            remembered=False,
        ),
        ScheduledTask(
            "field.reroute_absent",
            Every(timedelta(minutes=5)),
            lambda _: _in_work(works, lambda work: reroute_absent(work, system.field)),
            remembered=False,
        ),
        ScheduledTask(
            "quality.release_expired",
            Every(timedelta(minutes=1)),
            lambda _: _in_work(works, system.quality.release_expired),
            remembered=False,
        ),
        ScheduledTask("people.sweep", Daily(3), lambda _: _in_work(works, system.people.sweep)),
        ScheduledTask(
            "recordings.reconcile",
            Every(timedelta(seconds=30)),
            lambda _: recordings_scheduled.reconcile(works, system.recordings),
            remembered=False,
        ),
        ScheduledTask(
            "recordings.keep_locked",
            Every(timedelta(minutes=1)),
            lambda _: recordings_scheduled.keep_locked(works, system.recordings),
            remembered=False,
        ),
        ScheduledTask(
            "recordings.inspect_objects",
            Daily(2),
            lambda _: recordings_scheduled.inspect_objects(works, system.recordings),
        ),
        ScheduledTask("recordings.rehash", Daily(3), lambda _: recordings_scheduled.rehash(works, system.rehashing)),
        ScheduledTask(
            "recordings.delete_expired_packs",
            Every(timedelta(minutes=10)),
            lambda _: recordings_scheduled.delete_expired_packs(works, system.exports),
            remembered=False,
        ),
        ScheduledTask(
            "complaints.late_evidence",
            Every(timedelta(minutes=1)),
            lambda _: take_late_evidence(works, system.complaints),
            remembered=False,
        ),
    ]
    tasks.append(
        ScheduledTask(
            "eligibility.watch_caller_ids",
            Every(timedelta(minutes=1)),
            lambda _: _in_work(works, system.caller_ids.look),
            remembered=False,
        )
    )
    tasks.append(
        ScheduledTask(
            "campaigns.put_scripts_in_force",
            Every(timedelta(minutes=1)),
            lambda _: _in_work(works, system.script_reviews.put_in_force),
            remembered=False,
        )
    )
    watch = ScheduleWatch(tuple(tasks), system.alerts)
    # The last one: in a system that has just started, all others have run once before it looks.
    tasks.append(
        ScheduledTask(
            "schedule.watch",
            Every(timedelta(minutes=1)),
            lambda _: _in_work(works, watch.look),
            remembered=False,
        )
    )
    return tasks


async def _end_screens(works: Works, system: System) -> None:
    await system.wrap_ups.sweep(works)
    await system.previews.sweep(works)


async def _sweep_screens(works: Works, system: System) -> None:
    await log_off_inactive(works, system.agents, system.people)
    await system.wrap_ups.give_up(works)
    await system.screens.run(works)


async def _in_work(works: Works, act: Callable[[Work], Awaitable[None]]) -> None:
    async with works.begin() as work:
        await act(work)
