"""Joins the room's services; each use case has a file of its own."""

from dataclasses import dataclass

from callcenter.field.following import FollowService
from callcenter.field.hand_overs import HandOverService
from callcenter.field.questions import QuestionService
from callcenter.field.regions import RegionService
from callcenter.field.underwriting import UnderwritingService
from callcenter.field.visits import VisitService


@dataclass(frozen=True, slots=True)
class FieldServices:
    """The services of this room that other rooms and the interface use."""

    regions: RegionService
    hand_overs: HandOverService
    visits: VisitService
    questions: QuestionService
    following: FollowService
    underwriting: UnderwritingService
