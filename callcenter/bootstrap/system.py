"""Joins every room's service into one system."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar, get_type_hints

import callcenter.alerts.handlers as alerts_handlers
import callcenter.allocation.handlers as allocation_handlers
import callcenter.audit.handlers as audit_handlers
import callcenter.callbacks.handlers as callbacks_handlers
import callcenter.classes.handlers as classes_handlers
import callcenter.complaints.handlers as complaints_handlers
import callcenter.desk.handlers as desk_handlers
import callcenter.dialer.handlers as dialer_handlers
import callcenter.field.handlers as field_handlers
import callcenter.lines.handlers as lines_handlers
import callcenter.quality.handlers as quality_handlers
import callcenter.quality.service as quality_service
import callcenter.readiness.handlers as readiness_handlers
import callcenter.recordings.handlers as recordings_handlers
import callcenter.target_groups.handlers as target_groups_handlers
import recordings_policy
from callcenter.agents.legs import LegService
from callcenter.agents.nodes import AgentNodes
from callcenter.agents.service import AgentService
from callcenter.alerts.commands import CommandWatch
from callcenter.alerts.floods import FloodWatch
from callcenter.alerts.proofs import ProofWatch
from callcenter.alerts.rules import switch_subject
from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.allocation.day_uses import RunsOfDay
from callcenter.allocation.forecasting import ForecastService
from callcenter.allocation.leftovers import LeftoverService
from callcenter.allocation.members import MemberService
from callcenter.allocation.quotas import QuotaService
from callcenter.allocation.returns import ReturnService
from callcenter.allocation.roster import Roster
from callcenter.allocation.runs import RunService
from callcenter.allocation.service import AllocationService
from callcenter.allocation.settings import AllocationSettings
from callcenter.allocation.watch import AllocationWatch
from callcenter.audit.anchors import AnchorService
from callcenter.audit.certificate.service import CertificateService
from callcenter.audit.certifying import CertifyingService
from callcenter.audit.checking import CheckService
from callcenter.audit.facts.noting import FactNotes
from callcenter.audit.naming import NamingService
from callcenter.audit.seals.resealing import Resealing
from callcenter.audit.service import AuditService
from callcenter.bootstrap.services import Services
from callcenter.bootstrap.verifier import limits_of
from callcenter.calendar.port import DayUses
from callcenter.calendar.service import CalendarService
from callcenter.callbacks.listing import CallbackList
from callcenter.callbacks.service import CallbackService
from callcenter.calls.service import CallService
from callcenter.calls.signals import CallSignals
from callcenter.campaigns.drafts import ScriptDrafts
from callcenter.campaigns.opening import CampaignOpening
from callcenter.campaigns.script_reviews import ScriptReviews
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.service_hours import ServiceHoursService
from callcenter.classes.service import ClassService
from callcenter.complaints.ports import RecordingReads, Retention, Visits
from callcenter.complaints.service import ComplaintServices
from callcenter.consent.service import ConsentService
from callcenter.customers.corrections import CorrectionService
from callcenter.customers.id_numbers import IdNumberIndexing
from callcenter.customers.service import CustomerService
from callcenter.desk.clearing import ClearingService
from callcenter.desk.correcting import DeskCorrections
from callcenter.desk.customer import ScriptSection
from callcenter.desk.drafts import DraftService
from callcenter.desk.notices import NoticeService
from callcenter.desk.promising import PromiseTimes
from callcenter.desk.service import DeskService
from callcenter.desk.snapshot import SnapshotService
from callcenter.dialer.keeping import KeptSignals
from callcenter.dialer.lost_nodes import LostNodeSweep
from callcenter.dialer.placing import PlacingService
from callcenter.dialer.previews import PreviewService
from callcenter.dialer.queue import CustomerQueue
from callcenter.dialer.scheduled import ScreenSweep
from callcenter.dialer.settling import SettlingService
from callcenter.dialer.wrap_up import WrapUpService
from callcenter.dnc.deliveries import DeliveryService
from callcenter.dnc.importing import DeliveryImport
from callcenter.dnc.in_force import DncInForce
from callcenter.dnc.lists import ExternalLists
from callcenter.dnc.service import DncService
from callcenter.doctor.service import DoctorService
from callcenter.eligibility.caller_ids import CallerIdWatch
from callcenter.eligibility.explain import ExplainService
from callcenter.eligibility.rule_sets import RuleSetService
from callcenter.eligibility.service import EligibilityService, RecorderProbe
from callcenter.eligibility.settings import EligibilitySettings
from callcenter.eligibility.types import RecorderState, Subject
from callcenter.field.districts import ServedDistricts
from callcenter.field.hand_overs import HandOverService
from callcenter.field.ports import SoldRecordings
from callcenter.field.service import FieldServices
from callcenter.field.underwriting import UnderwritingService
from callcenter.files.readers import Readers
from callcenter.files.settings import FileSettings
from callcenter.floor.service import ComplaintTotals, FloorService, RecordingTotals
from callcenter.health.duties import Duties
from callcenter.health.heart import Heart
from callcenter.health.lag import LagMeter
from callcenter.health.nodes import NodeService
from callcenter.health.service import HealthService
from callcenter.imports.port import Districts
from callcenter.imports.rejecting import RejectService
from callcenter.imports.service import IntakeService
from callcenter.kit.bus import Bus
from callcenter.kit.cache import Cache
from callcenter.kit.clock import Clock, business_date
from callcenter.kit.config import CoreSettings
from callcenter.kit.db import Database
from callcenter.kit.jobs import Jobs
from callcenter.kit.rates import RateSettings
from callcenter.kit.wake import Waker
from callcenter.kit.work import Work, Works
from callcenter.leads.lists import LeadLists
from callcenter.leads.port import DoNotCall
from callcenter.leads.service import LeadService
from callcenter.lines.choosing import TrunkChooser
from callcenter.lines.service import LineService
from callcenter.lines.trunks import TrunkService
from callcenter.messages.sending import AlertMessages, MessageSender
from callcenter.messages.service import RouteService
from callcenter.people.availability import AvailabilityService
from callcenter.people.changing import ChangeService
from callcenter.people.leaves import LeaveService
from callcenter.people.log_ins import LogInService
from callcenter.people.passkeys import PasskeyService
from callcenter.people.passwords import PasswordService
from callcenter.people.port import Calendar
from callcenter.people.rostering import RosterService
from callcenter.people.second_factor import SecondFactorService
from callcenter.people.service import PeopleService
from callcenter.quality.service import QualityService
from callcenter.readiness.first_run import FirstRunService
from callcenter.readiness.starting import StartService
from callcenter.recordings.arming import ArmingService
from callcenter.recordings.destruction.service import DestructionService
from callcenter.recordings.exports.making import PackMaker
from callcenter.recordings.exports.ports import SoldPolicies
from callcenter.recordings.exports.service import ExportService
from callcenter.recordings.exports.signing import Signer
from callcenter.recordings.holds.service import HoldService
from callcenter.recordings.listening import ListeningService
from callcenter.recordings.ports import CallReads
from callcenter.recordings.rehashing import RehashingService
from callcenter.recordings.retention import RetentionService
from callcenter.recordings.service import RecordingServices
from callcenter.recordings.settings import RecordingSettings
from callcenter.reporting.history.notes import HistoryNotes
from callcenter.reporting.history.service import HistoryService
from callcenter.reporting.service import LedgerService
from callcenter.storage.port import ObjectStore
from callcenter.storage.s3 import S3Store
from callcenter.storage.settings import StorageSettings
from callcenter.target_groups.service import TargetService
from callcenter.telephony.settings import SwitchSettings

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class System:
    """Holds every part, joined; nothing runs yet. A part is built because it is a field here."""

    settings: CoreSettings
    switch: SwitchSettings
    clock: Clock
    database: Database
    waker: Waker
    works: Works
    store: ObjectStore
    people: PeopleService
    passwords: PasswordService
    staff_changes: ChangeService
    log_ins: LogInService
    second_factors: SecondFactorService
    passkeys: PasskeyService
    rosters: RosterService
    leaves: LeaveService
    availability: AvailabilityService
    jobs: Jobs
    alerts: AlertService
    command_watch: CommandWatch
    flood_watch: FloodWatch
    proof_watch: ProofWatch
    routes: RouteService
    alert_messages: AlertMessages
    message_sender: MessageSender
    rates: RateSettings
    call_gaps: EligibilitySettings
    health: HealthService
    nodes: NodeService
    lag: LagMeter
    duties: Duties
    heart: Heart
    files: FileSettings
    readers: Readers
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
    corrections: CorrectionService
    classes: ClassService
    campaigns: CampaignService
    campaign_opening: CampaignOpening
    script_drafts: ScriptDrafts
    script_reviews: ScriptReviews
    service_hours: ServiceHoursService
    allocation: AllocationService
    runs: RunService
    returns: ReturnService
    history_notes: HistoryNotes
    id_numbers: IdNumberIndexing
    resealing: Resealing
    quotas: QuotaService
    members: MemberService
    leftovers: LeftoverService
    forecasts: ForecastService
    allocation_watch: AllocationWatch
    allocation_settings: AllocationSettings
    agents: AgentService
    legs: LegService
    agent_nodes: AgentNodes
    calls: CallService
    lines: LineService
    trunks: TrunkService
    trunk_chooser: TrunkChooser
    callbacks: CallbackService
    callback_list: CallbackList
    recordings: RecordingServices
    recording_settings: RecordingSettings
    holds: HoldService
    signer: Signer
    exports: ExportService
    pack_maker: PackMaker
    destruction: DestructionService
    rehashing: RehashingService
    complaints: ComplaintServices
    quality: QualityService
    field: FieldServices
    call_signals: CallSignals
    kept_signals: KeptSignals
    eligibility: EligibilityService
    caller_ids: CallerIdWatch
    rule_sets: RuleSetService
    explainer: ExplainService
    settling: SettlingService
    queue: CustomerQueue
    placing: PlacingService
    wrap_ups: WrapUpService
    previews: PreviewService
    screens: ScreenSweep
    lost_nodes: LostNodeSweep
    clearing: ClearingService
    notices: NoticeService
    desk: DeskService
    desk_corrections: DeskCorrections
    desk_drafts: DraftService
    promise_times: PromiseTimes
    screen: SnapshotService
    scripts: ScriptSection
    floor: FloorService
    audit: AuditService
    naming: NamingService
    anchors: AnchorService
    ledger: LedgerService
    history: HistoryService
    certificates: CertificateService
    checks: CheckService
    fact_notes: FactNotes
    starts: StartService
    first_run: FirstRunService
    certifying: CertifyingService
    doctor: DoctorService

    def parts(self) -> Iterator[object]:
        """Yields every part, for callers that look parts up by type."""
        return (getattr(self, field.name) for field in fields(self))

    async def close(self) -> None:
        await self.database.close()


LISTENERS: Sequence[Callable[..., None]] = (
    audit_handlers.subscribe,
    alerts_handlers.subscribe,
    target_groups_handlers.subscribe,
    classes_handlers.subscribe,
    readiness_handlers.subscribe,
    allocation_handlers.subscribe,
    allocation_handlers.subscribe_watch,
    recordings_handlers.subscribe,
    callbacks_handlers.subscribe,
    complaints_handlers.subscribe,
    quality_handlers.subscribe,
    field_handlers.subscribe,
    dialer_handlers.subscribe,  # after all other listeners to a disposition: it makes the agent ready for the next call
    dialer_handlers.subscribe_figures,
    desk_handlers.subscribe,
    lines_handlers.subscribe,  # last: it may lock the trunk, for which all calls of a moment wait
)
"""The rooms that listen to events, in the order in which listeners of the same event run."""


def build(
    settings: CoreSettings | None = None,
    *,
    switch: SwitchSettings | None = None,
    store: ObjectStore | None = None,
    clock: Clock | None = None,
) -> System:
    """Joins the parts by the settings of the environment; tests give a store or a clock of their own."""
    settings = settings or CoreSettings()
    services = Services()
    services.give(settings)
    services.give(settings.vault)
    clock, database, bus = clock or settings.clock(), Database(settings.async_database_url), Bus()
    services.give(clock, as_=Clock)
    services.give(database)
    services.give(bus)
    cache = Cache()
    services.give(Works(database, clock, bus, cache))
    services.give(Waker(settings.database_url.get_secret_value(), cache=cache))
    services.give(store or S3Store(StorageSettings()), as_=ObjectStore)
    services.give(switch or SwitchSettings())
    services.give(recordings_policy.load())
    bind_ports(services)
    _make_by_arguments(services, settings)

    system = System(**{name: services.get(kind) for name, kind in get_type_hints(System).items()})
    for subscribe in LISTENERS:
        services.call(subscribe)
    return system


def bind_ports(services: Services) -> None:
    """Binds the protocols that rooms declare to the services of other rooms that fulfil them."""
    services.bind(DayUses, RunsOfDay)
    services.bind(Calendar, CalendarService)
    services.bind(DoNotCall, DncInForce)
    services.bind(Roster, PeopleService)
    services.bind(Districts, ServedDistricts)
    services.bind(CallReads, CallService)
    services.bind(RecordingReads, ListeningService)
    services.bind(Retention, RetentionService)
    services.bind(quality_service.RecordingReads, ListeningService)
    services.bind(Visits, HandOverService)
    services.bind(SoldRecordings, RetentionService)
    services.bind(SoldPolicies, UnderwritingService)


def _make_by_arguments(services: Services, settings: CoreSettings) -> None:
    """Builds the parts that need plain values or functions of other rooms' services."""
    arming = services.make(ArmingService, node=settings.node)
    services.make(EligibilityService, recorder=_recorder_probe(services, arming, settings.node))
    services.make(SnapshotService, rehearsal=settings.rehearsal)
    services.make(
        FloorService,
        recording_totals=_recording_totals(services),
        complaint_totals=_complaint_totals(services),
        rehearsal=settings.rehearsal,
    )
    services.make(
        CertificateService, limits=limits_of(services.get(RecordingSettings), services.get(EligibilitySettings))
    )


def _recorder_probe(services: Services, arming: ArmingService, node: str) -> RecorderProbe:
    """Returns whether a call could be recorded: the engine looks at the disk, other processes at the engine's alert.

    The disk is the switch's, and a web worker on another machine does not see it. The engine judges again when it
    dials.
    """
    lag, alerts, agents = services.get(LagMeter), services.get(AlertService), services.get(AgentService)

    async def probe(work: Work, subject: Subject) -> RecorderState:
        if lag.report() is not None:  # this process leads the engine
            verdict = arming.ready()
            return RecorderState(verdict.ready, verdict.reason)
        blocked = await alerts.subjects(work, AlertKind.SPOOL_BLOCKED)
        if not blocked:
            return RecorderState(True, "the engine of the switch has room to record")
        seat = await agents.seat(work, subject.agent_id) if subject.agent_id is not None else None
        if switch_subject(seat.node if seat else node) in blocked:
            return RecorderState(False, "the switch has no room to record: see the alert")
        return RecorderState(True, "the engine of the agent's switch has room to record")

    return probe


def _recording_totals(services: Services) -> Callable[[Work], Any]:
    recordings = services.get(RecordingServices)

    async def totals(work: Work) -> RecordingTotals:
        return RecordingTotals(
            stored=await recordings.listening.count_stored(work, business_date(work.now)),
            incidents_open=len(await recordings.incidents.list_open(work)),
        )

    return totals


def _complaint_totals(services: Services) -> Callable[[Work], Any]:
    complaints = services.get(ComplaintServices)

    async def totals(work: Work) -> ComplaintTotals:
        meter = await complaints.obligations.meter(work)
        return ComplaintTotals(due=meter.due, done=meter.done, overdue=meter.overdue)

    return totals
