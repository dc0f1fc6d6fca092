"""The only place where concrete parts are chosen and joined: adapters, rooms, handlers, jobs, processes."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import uvicorn
from fastapi import FastAPI

import callcenter.agents.service as agents
import callcenter.allocation.api as allocation_api
import callcenter.allocation.handlers as allocation_handlers
import callcenter.audit.api as audit_api
import callcenter.audit.handlers as audit_handlers
import callcenter.callbacks.handlers as callbacks_handlers
import callcenter.campaigns.api as campaigns_api
import callcenter.complaints.api as complaints_api
import callcenter.complaints.handlers as complaints_handlers
import callcenter.dialer.api as dialer_api
import callcenter.dialer.handlers as dialer_handlers
import callcenter.field.api as field_api
import callcenter.field.handlers as field_handlers
import callcenter.leads.api as leads_api
import callcenter.people.api as people_api
import callcenter.quality.api as quality_api
import callcenter.quality.handlers as quality_handlers
import callcenter.recordings.api as recordings_api
import callcenter.recordings.handlers as recordings_handlers
import recordings_policy
from callcenter.allocation.jobs import allocate_next_working_day
from callcenter.allocation.service import AllocationService
from callcenter.allocation.settings import AllocationSettings
from callcenter.audit.certificate.service import CertificateService
from callcenter.audit.certificate.types import Limits
from callcenter.audit.service import AuditService
from callcenter.callbacks.service import CallbackService
from callcenter.callbacks.settings import CallbackSettings
from callcenter.calls.service import CallService
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.settings import CampaignSettings
from callcenter.complaints.jobs import take_late_evidence
from callcenter.complaints.service import ComplaintService
from callcenter.complaints.settings import ComplaintSettings
from callcenter.dialer.desk import DeskService
from callcenter.dialer.engine import Engine
from callcenter.dialer.floor import FloorService, RecordingTotals
from callcenter.dialer.judge import Judge, RecorderState
from callcenter.dialer.placing import PlacingService
from callcenter.dialer.settings import DialerSettings
from callcenter.field.service import FieldService
from callcenter.field.settings import FieldSettings
from callcenter.kit.bus import Bus
from callcenter.kit.clock import Clock, business_date
from callcenter.kit.config import CoreSettings
from callcenter.kit.db import Database
from callcenter.kit.log import get_logger, set_up_logging
from callcenter.kit.tasks import keep_running
from callcenter.kit.wake import Waker
from callcenter.kit.work import Work, Works
from callcenter.leads.service import LeadService
from callcenter.leads.settings import LeadSettings
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from callcenter.quality.service import QualityService
from callcenter.quality.settings import QualitySettings
from callcenter.recordings import jobs as recordings_jobs
from callcenter.recordings.pipeline import RecordingPipeline
from callcenter.recordings.service import RecordingService
from callcenter.recordings.settings import RecordingSettings
from callcenter.schedule.jobs import Daily, Every, Job
from callcenter.schedule.runner import ScheduleRunner
from callcenter.storage.port import ObjectStore
from callcenter.storage.s3 import S3Store
from callcenter.storage.settings import StorageSettings
from callcenter.telephony.asterisk.gateway import AsteriskGateway
from callcenter.telephony.port import SwitchGateway
from callcenter.telephony.settings import SwitchSettings
from callcenter.web.app import create_app
from callcenter.web.house import WebHouse

log = get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class House:
    """Every part, joined. Nothing runs yet."""

    settings: CoreSettings
    switch: SwitchSettings
    clock: Clock
    database: Database
    waker: Waker
    works: Works
    store: ObjectStore
    people: PeopleService
    leads: LeadService
    campaigns: CampaignService
    allocation: AllocationService
    agents: agents.AgentService
    calls: CallService
    callbacks: CallbackService
    recordings: RecordingService
    recording_settings: RecordingSettings
    complaints: ComplaintService
    quality: QualityService
    field: FieldService
    placing: PlacingService
    judge: Judge
    desk: DeskService
    floor: FloorService
    audit: AuditService
    certificates: CertificateService

    async def close(self) -> None:
        await self.database.close()


def build(
    settings: CoreSettings | None = None,
    *,
    switch: SwitchSettings | None = None,
    store: ObjectStore | None = None,
    clock: Clock | None = None,
) -> House:
    """Joins the parts by the settings of the environment; tests give a store or a clock of their own."""
    settings = settings or CoreSettings()
    switch = switch or SwitchSettings()
    clock = clock or settings.clock()
    vault = settings.vault
    bus = Bus()
    database = Database(settings.async_database_url)
    works = Works(database, clock, bus)
    store = store or S3Store(StorageSettings())
    recording_settings = RecordingSettings()

    people = PeopleService(PeopleSettings())
    leads = LeadService(vault, LeadSettings())
    campaigns = CampaignService(CampaignSettings())
    allocation = AllocationService(leads, campaigns, people, AllocationSettings())
    seats = agents.AgentService()
    calls = CallService(vault)
    callbacks = CallbackService(CallbackSettings(), vault)
    recordings = RecordingService(calls, store, recordings_policy.load(), recording_settings, settings.node)
    complaints = ComplaintService(ComplaintSettings(), vault, callbacks, calls, leads, recordings)
    quality = QualityService(QualitySettings(), vault, recordings)
    field = FieldService(FieldSettings(), vault, people, leads, campaigns, calls)
    judge = Judge(
        people=people,
        leads=leads,
        campaigns=campaigns,
        allocation=allocation,
        calls=calls,
        recorder=_recorder_probe(recordings),
    )
    placing = PlacingService(
        judge=judge,
        agents=seats,
        allocation=allocation,
        callbacks=callbacks,
        campaigns=campaigns,
        leads=leads,
        calls=calls,
        vault=vault,
    )
    desk = DeskService(
        placing=placing,
        judge=judge,
        agents=seats,
        people=people,
        allocation=allocation,
        callbacks=callbacks,
        campaigns=campaigns,
        leads=leads,
        calls=calls,
        node=settings.node,
        rehearsal=settings.rehearsal,
    )
    floor = FloorService(
        agents=seats,
        people=people,
        allocation=allocation,
        calls=calls,
        callbacks=callbacks,
        judge=judge,
        recording_totals=_recording_totals(recordings),
        rehearsal=settings.rehearsal,
    )
    audit = AuditService()

    audit_handlers.subscribe(bus, audit)
    allocation_handlers.subscribe(bus, allocation)
    recordings_handlers.subscribe(bus, recordings)
    callbacks_handlers.subscribe(bus, callbacks)
    complaints_handlers.subscribe(bus, complaints, calls)
    quality_handlers.subscribe(bus, quality)
    field_handlers.subscribe(bus, field)
    dialer_handlers.subscribe(bus, placing)  # last: it frees the agent when everything else is settled

    return House(
        settings=settings,
        switch=switch,
        clock=clock,
        database=database,
        waker=Waker(settings.database_url.get_secret_value()),
        works=works,
        store=store,
        people=people,
        leads=leads,
        campaigns=campaigns,
        allocation=allocation,
        agents=seats,
        calls=calls,
        callbacks=callbacks,
        recordings=recordings,
        recording_settings=recording_settings,
        complaints=complaints,
        quality=quality,
        field=field,
        placing=placing,
        judge=judge,
        desk=desk,
        floor=floor,
        audit=audit,
        certificates=CertificateService(
            audit,
            store,
            Limits(length_tolerance=recording_settings.tolerance, unflushed=recording_settings.unflushed),
        ),
    )


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
        judge=house.judge,
        settings=DialerSettings(),
    )


def jobs(house: House) -> list[Job]:
    """The table of timed work."""
    works = house.works
    return [
        Job(
            "allocation.next_working_day",
            Daily(20),
            lambda due_at: allocate_next_working_day(works, house.campaigns, house.allocation, business_date(due_at)),
        ),
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


def application(house: House) -> FastAPI:
    """The HTTP application over a house."""
    services: dict[type[Any], Any] = {
        type(service): service
        for service in (
            house.people,
            house.leads,
            house.campaigns,
            house.allocation,
            house.calls,
            house.recordings,
            house.complaints,
            house.quality,
            house.field,
            house.desk,
            house.floor,
            house.audit,
            house.switch,
        )
    }
    routers = [
        people_api.router,
        leads_api.router,
        campaigns_api.router,
        allocation_api.router,
        recordings_api.router,
        complaints_api.router,
        quality_api.router,
        field_api.router,
        dialer_api.desk,
        dialer_api.floor,
        audit_api.router,
    ]
    return create_app(
        WebHouse(
            works=house.works,
            waker=house.waker,
            services=services,
            settings=house.settings,
            routers=routers,
            phone_urls=(house.switch.websocket_url,),
        )
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
    house: House, *, with_engine: bool = True, gateway: SwitchGateway | None = None
) -> AsyncIterator[None]:
    """The background work of a process, as long as the block lasts."""
    loops = [asyncio.create_task(house.waker.run(), name="waker")]
    if with_engine:
        await house.store.prepare()
        runner = ScheduleRunner(house.works, house.settings.database_url.get_secret_value(), jobs(house))
        loops += [
            asyncio.create_task(keep_running("engine", engine(house, gateway).run), name="engine"),
            asyncio.create_task(keep_running("schedule", runner.run), name="schedule"),
        ]
    try:
        yield
    finally:
        for task in loops:
            task.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        await house.close()


def start_logging(settings: CoreSettings) -> None:
    set_up_logging(json=settings.log_json, level=settings.log_level)


def _recorder_probe(recordings: RecordingService) -> Callable[[], RecorderState]:
    def probe() -> RecorderState:
        verdict = recordings.ready()
        return RecorderState(verdict.ready, verdict.reason)

    return probe


def _recording_totals(recordings: RecordingService) -> Callable[[Work], Any]:
    async def totals(work: Work) -> RecordingTotals:
        return RecordingTotals(
            stored=await recordings.count_stored(work, business_date(work.now)),
            incidents_open=len(await recordings.open_incidents(work)),
        )

    return totals
