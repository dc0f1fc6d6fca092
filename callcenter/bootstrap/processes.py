"""What a process runs: the engine, timed work, jobs, the web."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator

import uvicorn

from callcenter.bootstrap.job_handlers import job_handlers
from callcenter.bootstrap.scheduled import scheduled_tasks
from callcenter.bootstrap.system import System
from callcenter.bootstrap.web import application
from callcenter.dialer.engine import Engine
from callcenter.dialer.settings import DialerSettings
from callcenter.kit.config import CoreSettings
from callcenter.kit.jobs import JobRunner, Launch, in_a_process, perform
from callcenter.kit.log import set_up_logging
from callcenter.kit.tasks import keep_running
from callcenter.recordings.pipeline import RecordingPipeline
from callcenter.schedule.runner import ScheduleRunner
from callcenter.telephony.asterisk.gateway import AsteriskGateway
from callcenter.telephony.port import SwitchGateway


def engine(system: System, gateway: SwitchGateway | None = None) -> Engine:
    """The engine of this process's switch; a simulated switch may be given."""
    return Engine(
        node=system.settings.node,
        trunk=system.switch.trunk,
        database_url=system.settings.database_url.get_secret_value(),
        works=system.works,
        waker=system.waker,
        gateway=gateway or AsteriskGateway(system.switch, system.clock, random.random),
        calls=system.calls,
        agents=system.agents,
        leads=system.leads,
        arming=system.recordings.arming,
        pipeline=RecordingPipeline(
            system.works, system.recordings, system.calls, system.store, system.recording_settings, system.settings.node
        ),
        placing=system.placing,
        clearing=system.clearing,
        judge=system.judge,
        settings=DialerSettings(),
    )


async def serve(system: System, *, web: bool = True, with_engine: bool = True) -> None:
    """Runs the chosen roles in this process until SIGTERM or Ctrl-C."""
    async with running(system, with_engine=with_engine):
        if not web:
            await asyncio.Event().wait()
        config = uvicorn.Config(
            application(system),
            host=system.settings.http_host,
            port=system.settings.http_port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=3,
        )
        await uvicorn.Server(config).serve()


@contextlib.asynccontextmanager
async def running(
    system: System,
    *,
    with_engine: bool = True,
    gateway: SwitchGateway | None = None,
    launch: Launch = in_a_process,
) -> AsyncIterator[None]:
    """The background work of a process, as long as the block lasts."""
    loops = [asyncio.create_task(system.waker.run(), name="waker")]
    if with_engine:
        await system.store.prepare()
        runner = ScheduleRunner(system.works, system.settings.database_url.get_secret_value(), scheduled_tasks(system))
        loops += [
            asyncio.create_task(keep_running("engine", engine(system, gateway).run), name="engine"),
            asyncio.create_task(keep_running("schedule", runner.run), name="schedule"),
            asyncio.create_task(keep_running("jobs", JobRunner(system.works, system.waker, launch).run), name="jobs"),
        ]
    try:
        yield
    finally:
        for task in loops:
            task.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        await system.close()


async def run_job(system: System, job_id: int) -> None:
    """One job, in this process."""
    await perform(system.works, system.settings.database_url.get_secret_value(), job_handlers(system), job_id)


def start_logging(settings: CoreSettings) -> None:
    set_up_logging(json=settings.log_json, level=settings.log_level)
