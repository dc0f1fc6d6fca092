"""Refusals of destruction runs.

RunNotFound        404
NothingOver        409   no recording's time is over
RunOpen            409   another run waits or works
RunDecided         409
OwnProposal        409   the decision is another person's
ProtocolNotReady   409
"""

from callcenter.kit.errors import Conflict, NotFound


class RunNotFound(NotFound):
    code = "run_not_found"


class NothingOver(Conflict):
    code = "nothing_over"


class RunOpen(Conflict):
    code = "run_open"


class RunDecided(Conflict):
    code = "run_decided"


class OwnProposal(Conflict):
    """Refuses a decision on one's own list."""

    code = "own_proposal"


class ProtocolNotReady(Conflict):
    code = "protocol_not_ready"
