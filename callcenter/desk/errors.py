"""Refusals of the desk."""

from callcenter.kit.errors import Conflict, NotFound


class NoExtension(NotFound):
    """Refuses phone access to an agent for whom no extension is set."""

    rule = "C5"


class NoticeNotFound(NotFound):
    """The notice does not exist, or it is another agent's."""

    code = "notice_not_found"


class DispositionOwed(Conflict):
    """Refuses the next customer to an agent whose last conversation has no disposition yet."""

    code = "disposition_owed"


class DeskElsewhere(Conflict):
    """Refuses the entries of a window that is not the one at work: another one has taken the desk over."""

    code = "desk_elsewhere"
