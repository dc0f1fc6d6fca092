"""State machine of messages."""

from enum import StrEnum

from callcenter.kit.transitions import Machine
from callcenter.messages.types import MessageState


class MessageFact(StrEnum):
    ACCEPTED = "accepted"
    """The receiver has taken it."""
    OUTLIVED = "outlived"
    """Nothing is left to say, or its route was removed."""


_S, _F = MessageState, MessageFact

MESSAGE: Machine[MessageState, MessageFact] = Machine(
    title="A message",
    about="It is tried until the receiver has taken it, or until it means nothing any more.",
    model="AlertMessage",
    initials=(_S.WAITING,),
    ends=(_S.SENT, _S.EXPIRED),
    table={
        (_S.WAITING, _F.ACCEPTED): _S.SENT,
        (_S.WAITING, _F.OUTLIVED): _S.EXPIRED,
    },
)
MACHINES = (MESSAGE,)
