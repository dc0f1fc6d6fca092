"""What a process runs: the engine, timed work, errands, the web."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator

import uvicorn

from callcenter.bootstrap.house import House
from callcenter.bootstrap.jobs import jobs
from callcenter.bootstrap.performers import performers
from callcenter.bootstrap.web import application
from callcenter.dialer.engine import Engine
from callcenter.dialer.settings import DialerSettings
from callcenter.kit.config import CoreSettings
from callcenter.kit.errands import ErrandRunner, Launch, in_a_process, perform
from callcenter.kit.log import set_up_logging
from callcenter.kit.tasks import keep_running
from callcenter.recordings.pipeline import RecordingPipeline
from callcenter.schedule.runner import ScheduleRunner
from callcenter.telephony.asterisk.gateway import AsteriskGateway
from callcenter.telephony.port import SwitchGateway


def engine(house: House, gateway: SwitchGateway | None = None) -> Engine:
    """The engine of this process's switch; a simulated switch may be given."""
    return Engine(
        node=house.settings.node,
        trunk=house.switch.trunk,
        database_url=house.settings.database_url.get_secret_value(),
        works=house.works,
        waker=house.waker,
        gateway=gateway or AsteriskGateway(house.switch, house.clock, random.random),
        calls=house.calls,
        agents=house.agents,
        leads=house.leads,
        recordings=house.recordings,
        pipeline=RecordingPipeline(
            house.works, house.recordings, house.calls, house.store, house.recording_settings, house.settings.node
        ),
        placing=house.placing,
        clearing=house.clearing,
        judge=house.judge,
        settings=DialerSettings(),
    )


async def serve(house: House, *, web: bool = True, with_engine: bool = True) -> None:
    """Runs the chosen roles in this process until SIGTERM or Ctrl-C."""
    async with running(house, with_engine=with_engine):
        if not web:
            await asyncio.Event().wait()
        config = uvicorn.Config(
            application(house),
            host=house.settings.http_host,
            port=house.settings.http_port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=3,
        )
        await uvicorn.Server(config).serve()


@contextlib.asynccontextmanager
async def running(
    house: House,
    *,
    with_engine: bool = True,
    gateway: SwitchGateway | None = None,
    launch: Launch = in_a_process,
) -> AsyncIterator[None]:
    """The background work of a process, as long as the block lasts."""
    loops = [asyncio.create_task(house.waker.run(), name="waker")]
    if with_engine:
        await house.store.prepare()
        runner = ScheduleRunner(house.works, house.settings.database_url.get_secret_value(), jobs(house))
        loops += [
            asyncio.create_task(keep_running("engine", engine(house, gateway).run), name="engine"),
            asyncio.create_task(keep_running("schedule", runner.run), name="schedule"),
            asyncio.create_task(
                keep_running("errands", ErrandRunner(house.works, house.waker, launch).run), name="errands"
            ),
        ]
    try:
        yield
    finally:
        for task in loops:
            task.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        await house.close()


async def perform_errand(house: House, errand_id: int) -> None:
    """One errand, in this process."""
    await perform(house.works, house.settings.database_url.get_secret_value(), performers(house), errand_id)


def start_logging(settings: CoreSettings) -> None:
    set_up_logging(json=settings.log_json, level=settings.log_level)
