"""Holds the base of all events: what a lower room announces to the rooms above it."""


class Event:
    """Serves as the base of every room's events: frozen dataclasses, named in the past tense."""

    __slots__ = ()
