"""Every room's service, joined."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import callcenter.agents.service as agents
import callcenter.allocation.handlers as allocation_handlers
import callcenter.audit.handlers as audit_handlers
import callcenter.callbacks.handlers as callbacks_handlers
import callcenter.classes.handlers as classes_handlers
import callcenter.complaints.handlers as complaints_handlers
import callcenter.desk.handlers as desk_handlers
import callcenter.dialer.handlers as dialer_handlers
import callcenter.field.handlers as field_handlers
import callcenter.quality.handlers as quality_handlers
import callcenter.recordings.handlers as recordings_handlers
import recordings_policy
from callcenter.alerts.service import AlertService
from callcenter.allocation.service import AllocationService
from callcenter.allocation.settings import AllocationSettings
from callcenter.allocation.watch import AllocationWatch
from callcenter.audit.anchors import AnchorService
from callcenter.audit.certificate.service import CertificateService
from callcenter.audit.certificate.types import Limits
from callcenter.audit.service import AuditService
from callcenter.audit.settings import AuditSettings
from callcenter.callbacks.service import CallbackService
from callcenter.callbacks.settings import CallbackSettings
from callcenter.calls.service import CallService
from callcenter.calls.signals import CallSignals
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.settings import CampaignSettings
from callcenter.campaigns.types import DayUse
from callcenter.classes.effects import ClassEffectsService
from callcenter.classes.service import ClassService
from callcenter.complaints.service import ComplaintServices
from callcenter.complaints.settings import ComplaintSettings
from callcenter.desk.clearing import BlockedScreens, ClearingService
from callcenter.desk.customer import CustomerSection, LeadSection, ScriptSection
from callcenter.desk.day import DaySection
from callcenter.desk.notices import NoticeService
from callcenter.desk.service import DeskPlace, DeskService
from callcenter.desk.snapshot import SnapshotService
from callcenter.dialer.placing import PlacingService
from callcenter.dialer.queue import CustomerQueue
from callcenter.dialer.settling import SettlingService
from callcenter.dnc.service import DncService
from callcenter.eligibility.customers import CustomerReader
from callcenter.eligibility.explain import ExplainService
from callcenter.eligibility.service import EligibilityService
from callcenter.eligibility.types import RecorderState
from callcenter.eligibility.windows import WindowService
from callcenter.field.service import FieldServices
from callcenter.field.settings import FieldSettings
from callcenter.floor.service import FloorService, RecordingTotals, SeatBoard
from callcenter.imports.service import IntakeService
from callcenter.kit.bus import Bus
from callcenter.kit.clock import Clock, business_date
from callcenter.kit.config import CoreSettings
from callcenter.kit.db import Database
from callcenter.kit.jobs import Jobs
from callcenter.kit.wake import Waker
from callcenter.kit.work import Work, Works
from callcenter.leads.customers.service import CustomerService
from callcenter.leads.service import LeadService
from callcenter.leads.settings import LeadSettings
from callcenter.people.rostering import RosterService
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from callcenter.quality.service import QualityService
from callcenter.quality.settings import QualitySettings
from callcenter.recordings.service import RecordingServices
from callcenter.recordings.settings import RecordingSettings
from callcenter.reporting.history.service import HistoryService
from callcenter.reporting.service import LedgerService
from callcenter.reporting.settings import ReportingSettings
from callcenter.storage.port import ObjectStore
from callcenter.storage.s3 import S3Store
from callcenter.storage.settings import StorageSettings
from callcenter.target_groups.service import TargetService
from callcenter.telephony.settings import SwitchSettings


@dataclass(frozen=True, kw_only=True)
class System:
    """Every part, joined. Nothing runs yet."""

    settings: CoreSettings
    switch: SwitchSettings
    clock: Clock
    database: Database
    waker: Waker
    works: Works
    store: ObjectStore
    people: PeopleService
    rosters: RosterService
    jobs: Jobs
    alerts: AlertService
    leads: LeadService
    dnc: DncService
    intake: IntakeService
    targets: TargetService
    customers: CustomerService
    classes: ClassService
    campaigns: CampaignService
    allocation: AllocationService
    allocation_watch: AllocationWatch
    agents: agents.AgentService
    calls: CallService
    callbacks: CallbackService
    recordings: RecordingServices
    recording_settings: RecordingSettings
    complaints: ComplaintServices
    quality: QualityService
    field: FieldServices
    call_signals: CallSignals
    eligibility: EligibilityService
    explainer: ExplainService
    settling: SettlingService
    queue: CustomerQueue
    placing: PlacingService
    clearing: ClearingService
    notices: NoticeService
    desk: DeskService
    screen: SnapshotService
    floor: FloorService
    audit: AuditService
    anchors: AnchorService
    ledger: LedgerService
    history: HistoryService
    certificates: CertificateService

    async def close(self) -> None:
        await self.database.close()


def build(
    settings: CoreSettings | None = None,
    *,
    switch: SwitchSettings | None = None,
    store: ObjectStore | None = None,
    clock: Clock | None = None,
) -> System:
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
    jobs = Jobs()
    alerts = AlertService()
    lead_settings = LeadSettings()
    leads = LeadService(vault, lead_settings)
    dnc = DncService(vault, lead_settings, jobs)
    targets = TargetService()
    intake = IntakeService(vault, lead_settings, jobs, targets, dnc.listed_numbers)
    customers = CustomerService(vault, leads, people)
    campaigns = CampaignService(CampaignSettings(), lambda work, on: _runs_for(allocation, work, on))
    classes = ClassService(vault, jobs, campaigns.class_schemes)
    class_effects = ClassEffectsService()
    rosters = RosterService(campaigns.calendar)
    allocation_settings = AllocationSettings()
    allocation = AllocationService(leads, campaigns, people, allocation_settings)
    allocation_watch = AllocationWatch(allocation, campaigns, alerts, allocation_settings)
    seats = agents.AgentService()
    calls = CallService(vault)
    callbacks = CallbackService(CallbackSettings(), vault, class_effects)
    recordings = RecordingServices.join(calls, store, recordings_policy.load(), recording_settings, settings.node)
    complaints = ComplaintServices.join(callbacks, calls, leads, recordings, vault, ComplaintSettings())
    quality = QualityService(QualitySettings(), vault, recordings.listening)
    field = FieldServices.join(people, leads, campaigns, calls, vault, FieldSettings())
    windows = WindowService(campaigns)
    eligibility = EligibilityService(
        people=people,
        campaigns=campaigns,
        windows=windows,
        customers=CustomerReader(leads, calls, class_effects, allocation),
        recorder=_recorder_probe(recordings),
    )
    explainer = ExplainService(
        eligibility=eligibility,
        people=people,
        leads=leads,
        allocation=allocation,
        calls=calls,
        callbacks=callbacks,
    )
    settling = SettlingService(
        allocation=allocation, campaigns=campaigns, leads=leads, class_effects=class_effects, vault=vault
    )
    queue = CustomerQueue(eligibility=eligibility, allocation=allocation, callbacks=callbacks, settling=settling)
    placing = PlacingService(
        queue=queue, eligibility=eligibility, agents=seats, campaigns=campaigns, leads=leads, calls=calls
    )
    notices = NoticeService()
    clearing = ClearingService(
        queue=queue, eligibility=eligibility, agents=seats, leads=leads, calls=calls, notices=notices
    )
    desk = DeskService(
        agents=seats,
        people=people,
        placing=placing,
        queue=queue,
        calls=calls,
        place=DeskPlace(settings.node, settings.rehearsal),
    )
    screen = SnapshotService(
        agents=seats,
        calls=calls,
        customer=CustomerSection(
            queue=queue,
            eligibility=eligibility,
            lead=LeadSection(leads=leads, allocation=allocation, callbacks=callbacks, settling=settling),
            script=ScriptSection(campaigns, people),
        ),
        day=DaySection(allocation=allocation, calls=calls, callbacks=callbacks, windows=windows),
        notices=notices,
        rehearsal=settings.rehearsal,
    )
    floor = FloorService(
        board=SeatBoard(agents=seats, people=people, calls=calls, allocation=allocation),
        callbacks=callbacks,
        windows=windows,
        recording_totals=_recording_totals(recordings),
        rehearsal=settings.rehearsal,
    )
    audit = AuditService()
    ledger = LedgerService(jobs, vault, store, ReportingSettings())

    audit_handlers.subscribe(bus, audit)
    classes_handlers.subscribe(bus, classes)
    allocation_handlers.subscribe(bus, allocation)
    allocation_handlers.subscribe_watch(bus, allocation_watch)
    recordings_handlers.subscribe(bus, recordings.arming)
    callbacks_handlers.subscribe(bus, callbacks)
    complaints_handlers.subscribe(bus, complaints, calls)
    quality_handlers.subscribe(bus, quality)
    field_handlers.subscribe(bus, field.hand_overs)
    # Last: it frees the agent when everything else about the call is settled.
    dialer_handlers.subscribe(bus, agents=seats, calls=calls, dnc=dnc, queue=queue, settling=settling)
    desk_handlers.subscribe(bus, BlockedScreens(agents=seats, allocation=allocation, callbacks=callbacks))

    return System(
        settings=settings,
        switch=switch,
        clock=clock,
        database=database,
        waker=Waker(settings.database_url.get_secret_value()),
        works=works,
        store=store,
        people=people,
        rosters=rosters,
        jobs=jobs,
        alerts=alerts,
        leads=leads,
        dnc=dnc,
        intake=intake,
        targets=targets,
        customers=customers,
        classes=classes,
        campaigns=campaigns,
        allocation=allocation,
        allocation_watch=allocation_watch,
        agents=seats,
        calls=calls,
        callbacks=callbacks,
        recordings=recordings,
        recording_settings=recording_settings,
        complaints=complaints,
        quality=quality,
        field=field,
        call_signals=CallSignals(),
        eligibility=eligibility,
        explainer=explainer,
        settling=settling,
        queue=queue,
        placing=placing,
        clearing=clearing,
        notices=notices,
        desk=desk,
        screen=screen,
        floor=floor,
        audit=audit,
        anchors=AnchorService(audit, store, AuditSettings()),
        ledger=ledger,
        history=HistoryService(leads),
        certificates=CertificateService(
            audit,
            store,
            Limits(length_tolerance=recording_settings.tolerance, unflushed=recording_settings.unflushed),
        ),
    )


async def _runs_for(allocation: AllocationService, work: Work, on: date) -> Sequence[DayUse]:
    """Allocation runs that rest on a day: days to come are among the newest."""
    newest = await allocation.runs(work, limit=200)
    return [DayUse(run.run_id, run.campaign_id) for run in newest if run.on == on]


def _recorder_probe(recordings: RecordingServices) -> Callable[[], RecorderState]:
    def probe() -> RecorderState:
        verdict = recordings.arming.ready()
        return RecorderState(verdict.ready, verdict.reason)

    return probe


def _recording_totals(recordings: RecordingServices) -> Callable[[Work], Any]:
    async def totals(work: Work) -> RecordingTotals:
        return RecordingTotals(
            stored=await recordings.listening.count_stored(work, business_date(work.now)),
            incidents_open=len(await recordings.incidents.list_open(work)),
        )

    return totals
