"""Refusals of the agents room."""

from callcenter.kit.errors import Conflict, NotFound


class NotNow(Conflict):
    """Refuses an act that the agent's state does not permit; ``allowed`` names those it permits."""

    code = "not_now"


class NotLoggedOn(Conflict):
    code = "not_logged_on"


class AlreadyLoggedOn(Conflict):
    code = "already_logged_on"


class NoNode(Conflict):
    """Refuses a log-on while every node is out of use: an administrator opens one on the overview page."""

    code = "no_node"


class LegNotUp(Conflict):
    """Refuses while the browser phone is not connected: allow the microphone, wait until it shows *connected*."""

    code = "leg_not_up"


class MessageNotFound(NotFound):
    """The message does not exist, or it is another agent's."""

    code = "message_not_found"
