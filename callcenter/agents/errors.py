"""What the agents room refuses."""

from callcenter.kit.errors import Conflict


class NotNow(Conflict):
    """The agent's state does not permit this act; ``allowed`` names what it permits."""

    code = "not_now"


class NotLoggedOn(Conflict):
    code = "not_logged_on"


class AlreadyLoggedOn(Conflict):
    code = "already_logged_on"


class LegNotUp(Conflict):
    """The browser phone is not connected: allow the microphone, wait for the phone to show *connected*."""

    code = "leg_not_up"
