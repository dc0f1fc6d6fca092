"""The life of a trunk, as a table.

in_use ──refused──▶ paused ──probed──▶ probing ──worked──▶ in_use
                      ▲                   │
                      └───── refused ─────┘
"""

from enum import StrEnum

from callcenter.kit.transitions import Machine
from callcenter.lines.types import TrunkState


class TrunkFact(StrEnum):
    REFUSED = "refused"
    """It refused several calls in a row, or the probe."""
    PROBED = "probed"
    """A call is let through as the probe; also in place of one whose end never came."""
    WORKED = "worked"
    """The network answered the probe."""


_S, _F = TrunkState, TrunkFact

TRUNK: Machine[TrunkState, TrunkFact] = Machine(
    title="A trunk",
    about="Calls are offered on a trunk in use. A paused one lets a single call through at a time, as a probe.",
    model="Trunk",
    initials=(_S.IN_USE,),
    ends=(_S.IN_USE,),
    table={
        (_S.IN_USE, _F.REFUSED): _S.PAUSED,
        (_S.PAUSED, _F.PROBED): _S.PROBING,
        (_S.PROBING, _F.PROBED): _S.PROBING,
        (_S.PROBING, _F.REFUSED): _S.PAUSED,
        (_S.PROBING, _F.WORKED): _S.IN_USE,
    },
)

MACHINES = (TRUNK,)
