"""Defines the base of events, by which a lower room announces facts to the rooms above it."""


class Event:
    """Base of every room's events: frozen dataclasses, named in the past tense."""

    __slots__ = ()
