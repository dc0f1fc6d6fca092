"""Joins the room's services; each use case has a file of its own."""

from dataclasses import dataclass

from callcenter.recordings.arming import ArmingService
from callcenter.recordings.incidents import IncidentService
from callcenter.recordings.listening import ListeningService
from callcenter.recordings.ports import CallReads
from callcenter.recordings.reconciling import ReconcilingService
from callcenter.recordings.retention import RetentionService
from callcenter.recordings.settings import RecordingSettings
from callcenter.storage.port import ObjectStore
from recordings_policy import Policy


@dataclass(frozen=True, slots=True)
class RecordingServices:
    """The services of this room that other rooms, the interface and the pipeline use."""

    arming: ArmingService
    retention: RetentionService
    incidents: IncidentService
    reconciling: ReconcilingService
    listening: ListeningService

    @classmethod
    def join(
        cls, calls: CallReads, store: ObjectStore, policy: Policy, settings: RecordingSettings, node: str
    ) -> "RecordingServices":
        """Makes the services of one node."""
        incidents = IncidentService()
        return cls(
            arming=ArmingService(calls, settings, node),
            retention=RetentionService(store, policy),
            incidents=incidents,
            reconciling=ReconcilingService(calls, store, incidents, settings),
            listening=ListeningService(store, settings),
        )
