"""Every room's service, joined."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import callcenter.agents.service as agents
import callcenter.allocation.handlers as allocation_handlers
import callcenter.audit.handlers as audit_handlers
import callcenter.callbacks.handlers as callbacks_handlers
import callcenter.classes.handlers as classes_handlers
import callcenter.complaints.handlers as complaints_handlers
import callcenter.dialer.handlers as dialer_handlers
import callcenter.field.handlers as field_handlers
import callcenter.quality.handlers as quality_handlers
import callcenter.recordings.handlers as recordings_handlers
import callcenter.target_groups.handlers as target_groups_handlers
import recordings_policy
from callcenter.alerts.service import AlertService
from callcenter.allocation.day_uses import RunsOfDay
from callcenter.allocation.service import AllocationService
from callcenter.allocation.settings import AllocationSettings
from callcenter.allocation.watch import AllocationWatch
from callcenter.audit.anchors import AnchorService
from callcenter.audit.certificate.service import CertificateService
from callcenter.audit.certificate.types import Limits
from callcenter.audit.service import AuditService
from callcenter.audit.settings import AuditSettings
from callcenter.calendar.service import CalendarService
from callcenter.calendar.settings import CalendarSettings
from callcenter.callbacks.service import CallbackService
from callcenter.callbacks.settings import CallbackSettings
from callcenter.calls.service import CallService
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.settings import CampaignSettings
from callcenter.classes.effects import ClassEffectsService
from callcenter.classes.service import ClassService
from callcenter.complaints.service import ComplaintServices
from callcenter.complaints.settings import ComplaintSettings
from callcenter.consent.service import ConsentService
from callcenter.customers.service import CustomerService
from callcenter.dialer.clearing import ClearingService
from callcenter.dialer.desk import DeskService
from callcenter.dialer.explain import ExplainService
from callcenter.dialer.floor import FloorService, RecordingTotals
from callcenter.dialer.judge import Judge, RecorderState
from callcenter.dialer.placing import PlacingService
from callcenter.dnc.deliveries import DeliveryService
from callcenter.dnc.importing import DeliveryImport
from callcenter.dnc.in_force import DncInForce
from callcenter.dnc.lists import ExternalLists
from callcenter.dnc.service import DncService
from callcenter.dnc.settings import DncSettings
from callcenter.field.service import FieldServices
from callcenter.field.settings import FieldSettings
from callcenter.files.settings import FileSettings
from callcenter.imports.importing import Importer
from callcenter.imports.rejecting import RejectService
from callcenter.imports.service import IntakeService
from callcenter.imports.settings import ImportSettings
from callcenter.kit.bus import Bus
from callcenter.kit.clock import Clock, business_date
from callcenter.kit.config import CoreSettings
from callcenter.kit.db import Database
from callcenter.kit.jobs import Jobs
from callcenter.kit.wake import Waker
from callcenter.kit.work import Work, Works
from callcenter.leads.bases import LeadBases
from callcenter.leads.lists import LeadLists
from callcenter.leads.ordering import LeadOrdering
from callcenter.leads.records import LeadRecords
from callcenter.leads.service import LeadService
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
    files: FileSettings
    calendar: CalendarService
    leads: LeadService
    lead_lists: LeadLists
    dnc: DncService
    external_lists: ExternalLists
    deliveries: DeliveryService
    delivery_import: DeliveryImport
    consent: ConsentService
    intake: IntakeService
    rejects: RejectService
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
    placing: PlacingService
    clearing: ClearingService
    judge: Judge
    explainer: ExplainService
    desk: DeskService
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
    files = FileSettings()
    calendar = CalendarService(CalendarSettings(), RunsOfDay())
    rosters = RosterService(calendar)
    campaigns = CampaignService(CampaignSettings(), calendar)
    do_not_call = DncInForce()
    leads = LeadService(vault, do_not_call)
    records, lead_lists, ordering = LeadRecords(), LeadLists(), LeadOrdering()
    external_lists = ExternalLists(vault)
    dnc = DncService(vault, DncSettings(), records, external_lists)
    deliveries = DeliveryService(vault, files, jobs)
    import_settings = ImportSettings()
    importer = Importer(vault, import_settings, campaigns, dnc, lead_lists)
    intake = IntakeService(vault, import_settings, files, jobs, importer)
    targets = TargetService(campaigns, lead_lists)
    customers = CustomerService(vault, leads, records, lead_lists, do_not_call, people)
    classes = ClassService(vault, jobs, campaigns, records, lead_lists, ordering)
    class_effects = ClassEffectsService(ordering)
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
    judge = Judge(
        people=people,
        leads=leads,
        campaigns=campaigns,
        allocation=allocation,
        calls=calls,
        class_effects=class_effects,
        recorder=_recorder_probe(recordings),
    )
    placing = PlacingService(
        class_effects=class_effects,
        judge=judge,
        agents=seats,
        allocation=allocation,
        callbacks=callbacks,
        campaigns=campaigns,
        leads=leads,
        dnc=dnc,
        calls=calls,
        vault=vault,
    )
    clearing = ClearingService(
        placing=placing,
        judge=judge,
        agents=seats,
        allocation=allocation,
        callbacks=callbacks,
        leads=leads,
        calls=calls,
    )
    desk = DeskService(
        placing=placing,
        clearing=clearing,
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
    explainer = ExplainService(
        judge=judge, people=people, leads=leads, allocation=allocation, calls=calls, callbacks=callbacks
    )
    audit = AuditService()
    ledger = LedgerService(jobs, vault, store, ReportingSettings())

    audit_handlers.subscribe(bus, audit)
    target_groups_handlers.subscribe(bus, targets)
    classes_handlers.subscribe(bus, classes)
    allocation_handlers.subscribe(bus, allocation)
    allocation_handlers.subscribe_watch(bus, allocation_watch)
    recordings_handlers.subscribe(bus, recordings.arming)
    callbacks_handlers.subscribe(bus, callbacks)
    complaints_handlers.subscribe(bus, complaints, calls)
    quality_handlers.subscribe(bus, quality)
    field_handlers.subscribe(bus, field.hand_overs)
    dialer_handlers.subscribe(bus, placing, clearing)  # last: it frees the agent when everything else is settled

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
        files=files,
        calendar=calendar,
        leads=leads,
        lead_lists=lead_lists,
        dnc=dnc,
        external_lists=external_lists,
        deliveries=deliveries,
        delivery_import=DeliveryImport(vault, deliveries, records),
        consent=ConsentService(vault, LeadBases()),
        intake=intake,
        rejects=RejectService(vault, lead_lists),
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
        placing=placing,
        clearing=clearing,
        judge=judge,
        explainer=explainer,
        desk=desk,
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
