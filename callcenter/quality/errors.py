"""Refusals of the quality room."""

from callcenter.kit.errors import Conflict, Invalid, NotAllowed, NotFound


class ReviewNotFound(NotFound):
    code = "review_not_found"


class OwnCall(NotAllowed):
    """The checker was the agent of this call and may not review it."""

    code = "own_call"
    rule = "Q3"


class ReviewTaken(Conflict):
    """Another checker has claimed the review, or it is decided."""

    code = "review_taken"
    rule = "Q3"


class NotClaimed(Conflict):
    """The checker has no valid claim on the review: it was never claimed, or the claim expired."""

    code = "not_claimed"
    rule = "Q3"


class RecordingNotStored(Conflict):
    """A success can pass only when its recording is stored."""

    code = "recording_not_stored"
    rule = "Q1"


class VerdictInvalid(Invalid):
    """The verdict does not agree with the items marked as failed."""

    code = "verdict_invalid"
    rule = "Q2"
