"""The room's services, a file for each use case, joined."""

from dataclasses import dataclass

from callcenter.recordings.arming import ArmingService
from callcenter.recordings.incidents import IncidentService
from callcenter.recordings.listening import ListeningService
from callcenter.recordings.reconciling import ReconcilingService
from callcenter.recordings.retention import RetentionService


@dataclass(frozen=True, slots=True)
class RecordingServices:
    """What other rooms, the interface and the pipeline ask of this room."""

    arming: ArmingService
    retention: RetentionService
    incidents: IncidentService
    reconciling: ReconcilingService
    listening: ListeningService
