"""Joins the room's services; each use case has a file of its own."""

from dataclasses import dataclass

from callcenter.recordings.arming import ArmingService
from callcenter.recordings.finding.service import FindingService
from callcenter.recordings.incidents import IncidentService
from callcenter.recordings.listening import ListeningService
from callcenter.recordings.reconciling import ReconcilingService
from callcenter.recordings.retention import RetentionService
from callcenter.recordings.stopping import StoppingService


@dataclass(frozen=True, slots=True)
class RecordingServices:
    """The services of this room that other rooms, the interface and the pipeline use."""

    arming: ArmingService
    retention: RetentionService
    incidents: IncidentService
    reconciling: ReconcilingService
    listening: ListeningService
    stopping: StoppingService
    finding: FindingService
