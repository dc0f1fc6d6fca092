"""Refusals of the desk."""

from callcenter.kit.errors import NotFound


class NoExtension(NotFound):
    """Refuses phone access to an agent for whom no extension is set."""

    rule = "C5"
