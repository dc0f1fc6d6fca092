"""What supervisors may do on the floor."""

from enum import StrEnum


class FloorVerb(StrEnum):
    """Acts on one agent; the board lists those that would be granted now."""

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"
    PAUSE = "pause"
    READY = "ready"
    LOG_OFF = "log_off"
    HANG_UP = "hang_up"
    HELP = "help"
    """Confirm to an agent who asks for help that someone comes."""
