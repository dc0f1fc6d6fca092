"""Refusals of the desk."""

from callcenter.kit.errors import NotFound


class NoExtension(NotFound):
    """Refuses phone access to an agent for whom no extension is set."""

    rule = "C5"


class NoticeNotFound(NotFound):
    """The notice does not exist, or it is another agent's."""

    code = "notice_not_found"
