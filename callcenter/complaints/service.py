"""Joins the room's services; each use case has a file of its own."""

from dataclasses import dataclass

from callcenter.complaints.cases import CaseService
from callcenter.complaints.deciding import DecidingService
from callcenter.complaints.intake import ComplaintIntake
from callcenter.complaints.obligations import ObligationService


@dataclass(frozen=True, slots=True)
class ComplaintServices:
    """The services of this room that other rooms and the interface use."""

    cases: CaseService
    intake: ComplaintIntake
    deciding: DecidingService
    obligations: ObligationService
