"""What the desk refuses."""

from callcenter.kit.errors import NotFound


class NoExtension(NotFound):
    """No phone is set for this agent, so none can register."""

    rule = "C5"
