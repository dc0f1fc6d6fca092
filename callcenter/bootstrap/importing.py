"""Runs jobs from the command line, with a progress bar: imports by the panel's uploads, an index of numbers, seals."""

import asyncio
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from callcenter.audit.types import RESEAL
from callcenter.bootstrap.job_handlers import run_job
from callcenter.bootstrap.system import System
from callcenter.customers.id_numbers import KIND
from callcenter.dnc.types import ImportOrder
from callcenter.imports.types import ImportRequest
from callcenter.kit.jobs import OPEN, JobCard, JobState

_LOOK_EVERY = 0.2


async def import_from_cli(
    system: System, file: Path, request: ImportRequest, *, source: str, dry_run: bool, screen: Console | None
) -> JobCard:
    """Uploads the file, requests the import and runs it; returns the ended job. Discards a file not imported."""
    with file.open("rb") as stream:
        async with system.works.begin() as work:
            upload = await system.intake.upload(work, file_name=file.name, file=stream, source=source)
    done: JobCard | None = None
    try:
        async with system.works.begin() as work:
            order = system.intake.order_dry_run if dry_run else system.intake.order_import
            job = await order(work, upload.id, request)
        done = await _follow(system, job.id, screen)
        return done
    finally:
        if dry_run or done is None or done.state is not JobState.DONE:
            async with system.works.begin() as work:
                await system.intake.discard(work, upload.id)


async def deliver_from_cli(
    system: System, file: Path, order: ImportOrder, *, keeps_term: bool, screen: Console | None
) -> JobCard:
    """Uploads a do-not-call list and imports it; returns the ended job. Discards a file not imported.

    Where a list of the order's name is in use, the file is its next delivery; with ``keeps_term`` for the term that the
    list has had.
    """
    with file.open("rb") as stream:
        async with system.works.begin() as work:
            delivery, _ = await system.deliveries.upload(work, file_name=file.name, file=stream)
    done: JobCard | None = None
    try:
        async with system.works.begin() as work:
            for one in await system.external_lists.lists(work):
                if one.name == order.name.strip() and one.withdrawn_at is None:
                    term_days = one.term_days if keeps_term else order.term_days
                    order = replace(order, list_id=one.id, term_days=term_days)
            job = await system.deliveries.request_import(work, delivery.id, order)
        done = await _follow(system, job.id, screen)
        return done
    finally:
        if done is None or done.state is not JobState.DONE:
            async with system.works.begin() as work:
                await system.deliveries.discard(work, delivery.id)


async def index_from_cli(system: System, *, screen: Console | None) -> JobCard:
    """Requests the index of identity numbers and runs the job, or follows the one that is open; returns it ended."""
    async with system.works.begin() as work:
        open_jobs = await system.jobs.list(work, {KIND}, states=OPEN, limit=1)
        job = open_jobs[0] if open_jobs else await system.id_numbers.order(work)
    return await _follow(system, job.id, screen)


async def reseal_from_cli(system: System, *, screen: Console | None) -> JobCard:
    """Requests that everything is sealed again and runs the job, or follows the one that is open; returns it ended."""
    async with system.works.begin() as work:
        open_jobs = await system.jobs.list(work, {RESEAL}, states=OPEN, limit=1)
        job = open_jobs[0] if open_jobs else await system.resealing.order(work)
    return await _follow(system, job.id, screen)


async def _follow(system: System, job_id: int, screen: Console | None) -> JobCard:
    """Runs the job in this process, or follows its progress when a running server has claimed it first."""
    performing = asyncio.create_task(run_job(system, job_id))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    shown = screen is not None and screen.is_terminal
    try:
        with Progress(*columns, console=screen, transient=True, disable=not shown) as bar:
            task = bar.add_task("rows", total=None)
            while (job := await _card(system, job_id)).state in OPEN:
                bar.update(task, completed=job.done, total=job.total)
                await asyncio.wait([performing], timeout=_LOOK_EVERY)
                if performing.done():
                    performing.result()
                    await asyncio.sleep(_LOOK_EVERY)
                    performing = asyncio.create_task(run_job(system, job_id))
            return job
    except asyncio.CancelledError:  # Ctrl-C
        async with system.works.begin() as work:
            if (await system.jobs.card(work, job_id)).state in OPEN:
                await system.jobs.cancel(work, job_id)
        raise
    finally:
        await asyncio.gather(performing, return_exceptions=True)


async def _card(system: System, job_id: int) -> JobCard:
    async with system.works.begin() as work:
        return await system.jobs.card(work, job_id)
