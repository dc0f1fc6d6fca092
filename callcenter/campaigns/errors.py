"""Refusals of the campaigns room."""

from callcenter.kit.errors import Invalid, NotFound


class CampaignNotFound(NotFound):
    code = "campaign_not_found"


class WindowInvalid(Invalid):
    """Refuses a shift that ends before it begins, passes the legal calling hours or overlaps another."""

    code = "window_invalid"
    rule = "C1"


class RetriesInvalid(Invalid):
    """Refuses retry rules with a number outside its limits, or parts of the day that are out of order."""

    code = "retries_invalid"
    rule = "C7"


class AgentFieldsInvalid(Invalid):
    """Refuses to mask a field that has no part that could be shown."""

    code = "agent_fields_invalid"
    rule = "L4"


class ScriptInvalid(Invalid):
    code = "script_invalid"
    rule = "C8"


class CapsInvalid(Invalid):
    """Fewer calls in seven days than on one."""

    code = "caps_invalid"
    rule = "C3"
