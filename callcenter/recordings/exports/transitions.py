"""State machine of exports.

requested ──approved──▶ approved ──packed──▶ packed ──expired──▶ expired
    └─────rejected─────▶ rejected
refused: made so, because a rule forbids it
"""

from enum import StrEnum

from callcenter.kit.transitions import Machine
from callcenter.recordings.exports.types import ExportState


class ExportFact(StrEnum):
    APPROVED = "approved"
    """Another person than the one who requested it allowed it."""
    REJECTED = "rejected"
    PACKED = "packed"
    """The pack is in the store, under lock until its link expires."""
    FORBIDDEN = "forbidden"
    """What was allowed is forbidden by now: the policy was cancelled before the pack was made."""
    EXPIRED = "expired"
    """The link has expired and the pack is deleted."""


_S, _F = ExportState, ExportFact

EXPORT = Machine(
    title="An export of a recording",
    about="A request that a rule forbids is kept as *refused*.",
    model="RecordingExport",
    initials=(_S.REQUESTED, _S.REFUSED),
    ends=(_S.REJECTED, _S.REFUSED, _S.EXPIRED),
    table={
        (_S.REQUESTED, _F.APPROVED): _S.APPROVED,
        (_S.REQUESTED, _F.REJECTED): _S.REJECTED,
        (_S.REQUESTED, _F.FORBIDDEN): _S.REFUSED,
        (_S.APPROVED, _F.PACKED): _S.PACKED,
        (_S.APPROVED, _F.FORBIDDEN): _S.REFUSED,
        (_S.PACKED, _F.EXPIRED): _S.EXPIRED,
    },
)
MACHINES = (EXPORT,)
