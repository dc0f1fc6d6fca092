"""Starts what a process runs: the engine, the recorder, scheduled tasks and jobs, the web."""

import asyncio
import contextlib
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from functools import partial
from typing import Any

import uvicorn
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.bootstrap.health_port import HealthPort, Readiness
from callcenter.bootstrap.listening import listen
from callcenter.bootstrap.parts import ALL_PARTS, Part
from callcenter.bootstrap.scheduled import scheduled_tasks
from callcenter.bootstrap.starting import gate_of
from callcenter.bootstrap.system import System
from callcenter.bootstrap.web import application
from callcenter.calls.types import engine_queue
from callcenter.desk.types import CLEAR_SCREEN
from callcenter.dialer.certainty import CertainTaker
from callcenter.dialer.commands import Commands
from callcenter.dialer.dialling import Dialler, DialPreparation
from callcenter.dialer.engine import Engine, Loop
from callcenter.dialer.following import CallFollower
from callcenter.dialer.recorders import RecorderWatch
from callcenter.dialer.rejoining import RejoinService
from callcenter.dialer.seats import SeatServer
from callcenter.dialer.settings import DialerSettings
from callcenter.dialer.signals import KeptSignalTaker, SignalTaker
from callcenter.dialer.sweep import Sweeper
from callcenter.dialer.switch import Switch
from callcenter.dialer.types import TAKE_SIGNALS
from callcenter.dialer.watching import RoomToRecord, SpoolWatch
from callcenter.health.rules.parts import lock_of
from callcenter.health.settings import HealthSettings
from callcenter.kit.config import CoreSettings
from callcenter.kit.jobs import JobRunner, Launch, in_a_process
from callcenter.kit.leader import lead
from callcenter.kit.log import get_logger, set_up_logging
from callcenter.kit.outbox import Executor, OutboxRunner
from callcenter.kit.passing import may_pass
from callcenter.kit.tasks import keep_running
from callcenter.messages.types import QUEUE, SEND
from callcenter.recordings.pipeline import RecordingPipeline
from callcenter.recordings.stopping import GrowingFiles
from callcenter.recordings.store_watch import StoreWatch
from callcenter.schedule.runner import ScheduleRunner
from callcenter.storage.port import StoreUnavailable
from callcenter.supervision.beat import beat
from callcenter.supervision.command import StartError
from callcenter.supervision.run import stop_signals
from callcenter.telephony.asterisk.gateway import AsteriskGateway
from callcenter.telephony.port import SwitchGateway
from callcenter.web.connections import timed

log = get_logger(__name__)

_LONGEST_WAIT = 10.0
"""Seconds between two tries to begin while the database or the store does not answer; also the time of the first."""

Gate = Callable[[AsyncSession], Awaitable[None]]
"""Raises when this process must not begin on the database."""


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
    preparation = DialPreparation(
        calls=calls,
        agents=agents,
        eligibility=system.eligibility,
        leads=system.leads,
        arming=system.recordings.arming,
        trunks=system.trunk_chooser,
    )
    dialler = Dialler(switch=switch, waker=system.waker, calls=calls, preparation=preparation)
    follower = CallFollower(switch=switch, calls=calls, signals=system.call_signals, agents=agents)
    certain = CertainTaker(works=system.works, node=node, kept=system.kept_signals)
    sweeper = Sweeper(switch=switch, certain=certain, calls=calls, follower=follower, legs=system.legs)
    rejoining = RejoinService(agents, calls)
    signals = SignalTaker(
        switch=switch, certain=certain, legs=system.legs, calls=follower, sweeper=sweeper, rejoining=rejoining
    )
    executors: dict[str, Executor] = {
        **Commands(switch=switch, legs=system.legs).executors,
        CLEAR_SCREEN: _clear_screen(system),
        TAKE_SIGNALS: KeptSignalTaker(switch=switch, kept=system.kept_signals, signals=signals),
    }
    return Engine(
        database_url=system.settings.database_url.get_secret_value(),
        switch=switch,
        loops={
            "signals": signals.run,
            "outbox": OutboxRunner(system.works, system.waker, engine_queue(node), executors).run,
            "watch": SpoolWatch(switch=switch, alerts=system.alerts, room_to_record=_room_to_record(system)).run,
            "recorders": RecorderWatch(
                switch=switch,
                alerts=system.alerts,
                calls=calls,
                agents=agents,
                files=GrowingFiles(system.recording_settings),
                stopping=system.recordings.stopping,
            ).run,
            "seats": SeatServer(
                switch=switch,
                waker=system.waker,
                agents=agents,
                legs=system.legs,
                placing=system.placing,
                dialler=dialler,
            ).run,
            "plans": dialler.run,
        },
        sweeper=sweeper,
    )


def recorder(system: System) -> RecordingPipeline:
    """Returns the pipeline that encodes and stores what this node's switch records."""
    return RecordingPipeline(
        system.works, system.recordings, system.calls, system.store, system.recording_settings, system.settings.node
    )


def _room_to_record(system: System) -> RoomToRecord:
    def look() -> Mapping[str, int] | None:
        verdict = system.recordings.arming.ready()
        if verdict.ready:
            return None
        return {"free_mb": verdict.free_bytes >> 20, "least_mb": system.recording_settings.min_free_bytes >> 20}

    return look


def _clear_screen(system: System) -> Executor:
    async def clear_screen(order: dict[str, Any]) -> None:
        async with system.works.begin() as work:
            await system.clearing.clear(work, order)

    return clear_screen


async def serve(system: System, parts: Collection[Part] = ALL_PARTS) -> None:
    """Runs the chosen parts in this process until SIGTERM or Ctrl-C. Raises what keeps them from beginning at all."""
    listener = listen(system.settings) if Part.WEB in parts else None
    gate = gate_of(system.settings.vault)
    async with stop_signals() as stop, _beating(listener is None), running(system, parts, gate=gate):
        if listener is None:
            await stop.wait()
        else:
            await _serve_web(system, listener)


@contextlib.asynccontextmanager
async def _beating(here: bool) -> AsyncIterator[None]:
    """Beats until the block ends, if ``here``."""
    beating = asyncio.create_task(beat()) if here else None
    try:
        yield
    finally:
        if beating:
            beating.cancel()


_LARGEST_FRAME = 65_536
"""Bytes that a browser may send at once through a WebSocket; the panels send none."""


class _WebServer(uvicorn.Server):
    """Beats from the moment at which it takes requests."""

    beating: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.beating = asyncio.create_task(beat())


async def _serve_web(system: System, listener: socket.socket) -> None:
    """Serves HTTP until a stop signal, of which uvicorn learns by itself."""
    app = application(system)
    web = app.state.system.web
    http, websockets = timed(web.head_seconds, web.taking_seconds)
    config = uvicorn.Config(
        app,
        http=http,
        ws=websockets,
        ws_max_size=_LARGEST_FRAME,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=3,
    )
    server = _WebServer(config)
    try:
        await server.serve(sockets=[listener])
    finally:
        if server.beating:
            server.beating.cancel()


@contextlib.asynccontextmanager
async def running(
    system: System,
    parts: Collection[Part] = ALL_PARTS,
    *,
    gateway: SwitchGateway | None = None,
    launch: Launch = in_a_process,
    gate: Gate | None = None,
) -> AsyncIterator[None]:
    """Runs the background work of these parts until the block ends; the web has none. ``gate`` is asked first.

    Raises what keeps the parts from beginning at all, also when that shows later. What passes by itself, a database or
    a store that does not answer yet, is waited for in the background; meanwhile the web answers requests with 503.
    """
    url = system.settings.database_url.get_secret_value()
    loops: dict[str, Loop] = {}
    commander = engine(system, gateway) if Part.ENGINE in parts else None
    if commander:
        loops["engine"] = commander.run
    store_watch = StoreWatch(system.works, system.store, system.alerts, system.settings.node)
    if Part.RECORDER in parts:
        recording = partial(_together, pipeline=recorder(system).run, store=store_watch.run)
        record = system.duties.while_leading(Part.RECORDER, recording)
        loops["recorder"] = partial(lead, url, lock_of(Part.RECORDER, system.settings.node), record)
    if Part.OFFICE in parts:
        loops["schedule"] = ScheduleRunner(system.works, url, scheduled_tasks(system), system.duties).run
        sender = OutboxRunner(system.works, system.waker, QUEUE, {SEND: system.message_sender.send}, width=4)
        loops["messages"] = partial(lead, url, QUEUE, sender.run)
        loops["jobs"] = JobRunner(system.works, system.waker, launch).run
    loops["heart"] = partial(system.heart.run, system.settings.node, [part.value for part in parts])
    try:
        async with asyncio.timeout(_LONGEST_WAIT):
            await _prepare(system, parts, gate)
        prepared = True
    except Exception as error:
        if not _passes(error):
            raise
        prepared = False

    owner, refusals = asyncio.current_task(), list[StartError]()
    health = await _health_port(system, commander, lambda: prepared) if commander else None

    async def work() -> None:
        nonlocal prepared
        if not prepared:
            try:
                await _prepare_at_last(system, parts, gate, store_watch)
                prepared = True
            except StartError as refusal:
                refusals.append(refusal)
                if owner:
                    owner.cancel()
                return
        serves_web = system.duties.leading(Part.WEB) if Part.WEB in parts else contextlib.nullcontext()
        with serves_web:
            async with asyncio.TaskGroup() as group:
                for name, loop in loops.items():
                    group.create_task(keep_running(name, loop), name=name)

    tasks = [asyncio.create_task(system.waker.run(), name="waker"), asyncio.create_task(work(), name="work")]
    try:
        yield
    except asyncio.CancelledError:
        if not refusals or not owner:
            raise
        owner.uncancel()
        raise refusals[0] from None
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if health:
            health.close()
        await system.close()


async def _health_port(system: System, commander: Engine, begun: Callable[[], bool]) -> asyncio.Server | None:
    """Opens the engine's own port for monitors, where one is set."""
    port = HealthSettings().port

    def look() -> Readiness:
        leading, lacking = system.lag.report() is not None, _room_to_record(system)()
        problems = [] if begun() else ["waits for its database, or for the object store of a recorder beside it"]
        if leading and not commander.linked:
            problems.append(f"no link to switch {system.settings.node}: no call is dialled at it")
        if lacking:
            problems.append(f"no room to record ({lacking['free_mb']} MB free): no call is dialled")
        return Readiness(leading, problems)

    return await HealthPort(system.settings.http_host, port, look).open() if port else None


async def _prepare(system: System, parts: Collection[Part], gate: Gate | None) -> None:
    """Does what must be done before any loop begins."""
    async with system.works.begin() as work:
        if gate:
            await gate(work.session)
        await system.rule_sets.note(work)  # before anything is judged: what is judged by is known from then on
        await system.calendar.note_edition(work)
        if Part.ENGINE in parts:
            switch = system.switch
            await system.nodes.register(work, system.settings.node, switch.websocket_url, switch.realm)
    if Part.RECORDER in parts:
        await system.store.prepare()


async def _together(**loops: Loop) -> None:
    async with asyncio.TaskGroup() as group:
        for name, loop in loops.items():
            group.create_task(keep_running(name, loop), name=name)


async def _prepare_at_last(system: System, parts: Collection[Part], gate: Gate | None, store_watch: StoreWatch) -> None:
    """Prepares as soon as it is possible, however long that takes. Raises StartError where waiting does not help."""
    pause = 1.0
    while True:
        try:
            return await _prepare(system, parts, gate)
        except StartError:
            raise
        except Exception as error:
            # Only the name: what waits here is a database or a store, or what was found in it since.
            log.warning("waiting for database and store", error=type(error).__name__, again_in=pause)
            if isinstance(error, StoreUnavailable):
                with contextlib.suppress(Exception):  # the database may not answer either
                    await store_watch.note(error)
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_WAIT)


def _passes(error: Exception) -> bool:
    return may_pass(error) or isinstance(error, StoreUnavailable)


def start_logging(settings: CoreSettings) -> None:
    set_up_logging(json=settings.log_json, level=settings.log_level)
