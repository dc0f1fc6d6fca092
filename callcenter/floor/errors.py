"""Refusals of the floor."""

from callcenter.kit.errors import Conflict


class NotTalking(Conflict):
    """Refuses to take part in a conversation that there is none of."""

    code = "not_talking"


class NoPhone(Conflict):
    """Refuses to ring a supervisor for whom no extension is set: an administrator sets one on the staff page."""

    code = "no_phone"


class OwnCall(Conflict):
    """Refuses acts of a person on their own seat."""

    code = "own_call"
