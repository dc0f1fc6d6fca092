"""Starts what a process runs: the engine, the recorder, scheduled tasks and jobs, the web."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Collection
from functools import partial
from typing import Any

import uvicorn

from callcenter.bootstrap.parts import ALL_PARTS, Part
from callcenter.bootstrap.scheduled import scheduled_tasks
from callcenter.bootstrap.system import System
from callcenter.bootstrap.web import application
from callcenter.calls.types import engine_queue
from callcenter.desk.types import CLEAR_SCREEN
from callcenter.dialer.commands import Commands, DialCommand
from callcenter.dialer.engine import Engine, Loop
from callcenter.dialer.following import CallFollower
from callcenter.dialer.seats import SeatServer
from callcenter.dialer.settings import DialerSettings
from callcenter.dialer.signals import SignalTaker
from callcenter.dialer.sweep import Sweeper
from callcenter.dialer.switch import Switch
from callcenter.kit.config import CoreSettings
from callcenter.kit.jobs import JobRunner, Launch, in_a_process
from callcenter.kit.leader import lead
from callcenter.kit.log import set_up_logging
from callcenter.kit.outbox import Executor, OutboxRunner
from callcenter.kit.tasks import keep_running
from callcenter.recordings.pipeline import RecordingPipeline
from callcenter.schedule.runner import ScheduleRunner
from callcenter.telephony.asterisk.gateway import AsteriskGateway
from callcenter.telephony.port import SwitchGateway


def engine(system: System, gateway: SwitchGateway | None = None) -> Engine:
    """Returns the engine of this process's switch; a simulated switch may be given."""
    calls, agents, node = system.calls, system.agents, system.settings.node
    switch = Switch(
        node=node,
        trunk=system.switch.trunk,
        gateway=gateway or AsteriskGateway(system.switch, system.clock, random.random),
        works=system.works,
        settings=DialerSettings(),
        lag=system.lag,
    )
    dial = DialCommand(
        switch=switch,
        calls=calls,
        agents=agents,
        eligibility=system.eligibility,
        leads=system.leads,
        arming=system.recordings.arming,
    )
    follower = CallFollower(switch=switch, calls=calls, signals=system.call_signals, agents=agents)
    sweeper = Sweeper(switch=switch, calls=calls, follower=follower, legs=system.legs, dial=dial)
    executors = {**Commands(switch=switch, legs=system.legs, dial=dial).executors, CLEAR_SCREEN: _clear_screen(system)}
    return Engine(
        database_url=system.settings.database_url.get_secret_value(),
        switch=switch,
        loops={
            "signals": SignalTaker(switch=switch, legs=system.legs, calls=follower, sweeper=sweeper).run,
            "outbox": OutboxRunner(system.works, system.waker, engine_queue(node), executors).run,
            "seats": SeatServer(
                switch=switch, waker=system.waker, agents=agents, legs=system.legs, placing=system.placing
            ).run,
        },
        sweeper=sweeper,
    )


def recorder(system: System) -> RecordingPipeline:
    """Returns the pipeline that encodes and stores what this node's switch records."""
    return RecordingPipeline(
        system.works, system.recordings, system.calls, system.store, system.recording_settings, system.settings.node
    )


def _clear_screen(system: System) -> Executor:
    async def clear_screen(order: dict[str, Any]) -> None:
        async with system.works.begin() as work:
            await system.clearing.clear(work, order)

    return clear_screen


async def serve(system: System, parts: Collection[Part] = ALL_PARTS) -> None:
    """Runs the chosen parts in this process until SIGTERM or Ctrl-C."""
    async with running(system, parts):
        if Part.WEB not in parts:
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
    parts: Collection[Part] = ALL_PARTS,
    *,
    gateway: SwitchGateway | None = None,
    launch: Launch = in_a_process,
) -> AsyncIterator[None]:
    """Runs the background work of these parts until the block ends; the web has none."""
    async with system.works.begin() as work:  # before anything is judged: what is judged by is known from then on
        await system.rule_sets.note(work)
        await system.calendar.note_edition(work)
    url = system.settings.database_url.get_secret_value()
    loops: dict[str, Loop] = {}
    if Part.ENGINE in parts:
        loops["engine"] = engine(system, gateway).run
    if Part.RECORDER in parts:
        await system.store.prepare()
        loops["recorder"] = partial(lead, url, f"recorder:{system.settings.node}", recorder(system).run)
    if Part.OFFICE in parts:
        loops["schedule"] = ScheduleRunner(system.works, url, scheduled_tasks(system)).run
        loops["jobs"] = JobRunner(system.works, system.waker, launch).run
    loops["heart"] = partial(system.heart.run, system.settings.node, [part.value for part in parts])
    tasks = [asyncio.create_task(system.waker.run(), name="waker")]
    tasks += [asyncio.create_task(keep_running(name, loop), name=name) for name, loop in loops.items()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await system.close()


def start_logging(settings: CoreSettings) -> None:
    set_up_logging(json=settings.log_json, level=settings.log_level)
