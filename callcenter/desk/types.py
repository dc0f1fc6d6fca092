"""Changes the system makes to an agent's screen, and the requests an agent can make."""

from enum import StrEnum

CLEAR_SCREEN = "dialer.clear_screen"
"""Kind of effect: the engine takes a customer who may not be called any more off a screen."""


class NoticeCode(StrEnum):
    """What the system changed on a screen because its customer may not be called any more."""

    TAKEN_OFF = "taken_off"
    """The customer left the screen, undialled."""
    HUNG_UP = "hung_up"
    """The call was ended before an answer."""
    IN_CONVERSATION = "in_conversation"
    """The call was answered: the conversation goes on, but the customer is not called again."""


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
