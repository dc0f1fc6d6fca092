"""Refusals of the health room."""

from callcenter.kit.errors import Conflict, NotFound


class NodeNotFound(NotFound):
    code = "node_not_found"


class NodeAsItIs(Conflict):
    """Refuses to close a node that is closed, or to open one that is open."""

    code = "node_as_it_is"
