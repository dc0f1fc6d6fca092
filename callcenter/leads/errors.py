"""Refusals of the leads room."""

from callcenter.kit.errors import NotFound


class LeadNotFound(NotFound):
    code = "lead_not_found"


class ListNotFound(NotFound):
    code = "lead_list_not_found"
