"""State machine of effects."""

from enum import StrEnum

from callcenter.kit.effects import EffectState
from callcenter.kit.transitions import Machine


class EffectFact(StrEnum):
    CLAIMED = "claimed"
    """A runner has claimed it and carries it out, outside any transaction."""
    SUCCEEDED = "succeeded"
    PUT_BACK = "put_back"
    """It failed or the process crashed, and it may be repeated: it is due again."""
    GIVEN_UP = "given_up"
    """It failed, and must not be repeated."""
    LOST = "lost"
    """The process crashed during it, and it must not be repeated."""


_S, _F = EffectState, EffectFact

EFFECT: Machine[EffectState, EffectFact] = Machine(
    title="An effect",
    about="A command to the switch is never repeated: it ends as *failed* or *lost*. Other effects are put back.",
    model="OutboxEntry",
    initials=(_S.PENDING,),
    ends=(_S.DONE, _S.FAILED, _S.LOST),
    table={
        (_S.PENDING, _F.CLAIMED): _S.STARTED,
        (_S.STARTED, _F.SUCCEEDED): _S.DONE,
        (_S.STARTED, _F.PUT_BACK): _S.PENDING,
        (_S.STARTED, _F.GIVEN_UP): _S.FAILED,
        (_S.STARTED, _F.LOST): _S.LOST,
    },
)
MACHINES = (EFFECT,)
