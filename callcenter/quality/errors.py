"""What the quality room refuses."""

from callcenter.kit.errors import Conflict, Invalid, NotAllowed, NotFound


class ReviewNotFound(NotFound):
    code = "review_not_found"


class OwnCall(NotAllowed):
    """Nobody reviews a call of their own."""

    code = "own_call"
    rule = "Q3"


class ReviewTaken(Conflict):
    """Another checker has it, or it is decided."""

    code = "review_taken"
    rule = "Q3"


class NotClaimed(Conflict):
    """Only the checker whose claim still holds decides a review."""

    code = "not_claimed"
    rule = "Q3"


class RecordingNotStored(Conflict):
    """A success passes only when its recording lies in the store."""

    code = "recording_not_stored"
    rule = "Q1"


class VerdictInvalid(Invalid):
    """The verdict does not agree with the items marked as failed."""

    code = "verdict_invalid"
    rule = "Q2"
