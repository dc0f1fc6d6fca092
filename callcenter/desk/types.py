"""Changes the system makes to an agent's screen, and the requests an agent can make."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

CLEAR_SCREEN = "dialer.clear_screen"
"""Kind of effect: the engine takes a customer who may not be called any more off a screen."""


class NoticeCode(StrEnum):
    """What the system changed on a screen because its customer may not be called any more, or its recorder stopped."""

    TAKEN_OFF = "taken_off"
    """The customer left the screen, undialled."""
    HUNG_UP = "hung_up"
    """The call was ended before an answer."""
    IN_CONVERSATION = "in_conversation"
    """The call was answered: the conversation goes on, but the customer is not called again."""
    RECORDING_STOPPED = "recording_stopped"
    """The recorder has stopped, and the agent is asked to end the conversation."""
    RECORDING_ENDED = "recording_ended"
    """The recorder has stopped, and so the call was ended."""


OF_RECORDERS = frozenset({NoticeCode.RECORDING_STOPPED, NoticeCode.RECORDING_ENDED})
"""They say nothing of the customer."""
WHILE_TALKING = frozenset({NoticeCode.IN_CONVERSATION, NoticeCode.RECORDING_STOPPED})
"""Shown as long as the call is on the screen; the others until they are read."""


class Verb(StrEnum):
    """Requests of an agent; the snapshot lists those that would be granted now."""

    LOG_ON = "log_on"
    READY = "ready"
    PAUSE = "pause"
    CALL = "call"
    SKIP = "skip"
    LOG_OFF = "log_off"
    HANG_UP = "hang_up"
    DISPOSE = "dispose"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Whom an agent's entries are about: the customer of an assignment or of a callback, and the call to them."""

    assignment_id: int | None
    callback_id: int | None
    call_id: UUID | None
    """None as long as the customer has not been dialled."""
