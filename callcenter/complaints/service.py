"""The room's services, a file for each use case, joined."""

from dataclasses import dataclass

from callcenter.callbacks.service import CallbackService
from callcenter.calls.service import CallService
from callcenter.complaints.cases import CaseService
from callcenter.complaints.clock import ComplaintClock
from callcenter.complaints.deciding import DecidingService
from callcenter.complaints.intake import ComplaintIntake
from callcenter.complaints.obligations import ObligationService
from callcenter.complaints.ports import Recordings
from callcenter.kit.crypto import Vault
from callcenter.leads.service import LeadService


@dataclass(frozen=True, slots=True)
class ComplaintServices:
    """What other rooms and the interface ask of this room."""

    cases: CaseService
    intake: ComplaintIntake
    deciding: DecidingService
    obligations: ObligationService

    @classmethod
    def join(
        cls,
        callbacks: CallbackService,
        calls: CallService,
        leads: LeadService,
        recordings: Recordings,
        vault: Vault,
        clock: ComplaintClock,
    ) -> "ComplaintServices":
        """Makes the services."""
        cases = CaseService(vault, callbacks, recordings.retention)
        return cls(
            cases=cases,
            intake=ComplaintIntake(cases, callbacks, calls, leads, vault, clock),
            deciding=DecidingService(cases, vault),
            obligations=ObligationService(cases, callbacks, calls, recordings.listening),
        )
