"""The room's services, a file for each use case, joined."""

from dataclasses import dataclass

from callcenter.complaints.cases import CaseService
from callcenter.complaints.deciding import DecidingService
from callcenter.complaints.intake import ComplaintIntake
from callcenter.complaints.obligations import ObligationService


@dataclass(frozen=True, slots=True)
class ComplaintServices:
    """What other rooms and the interface ask of this room."""

    cases: CaseService
    intake: ComplaintIntake
    deciding: DecidingService
    obligations: ObligationService
