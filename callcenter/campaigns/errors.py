"""What the campaigns room refuses."""

from callcenter.kit.errors import Invalid, NotFound


class CampaignNotFound(NotFound):
    code = "campaign_not_found"


class WindowInvalid(Invalid):
    """A shift ends before it begins, passes the outer wall or overlaps another."""

    code = "window_invalid"
    rule = "C1"


class ScriptInvalid(Invalid):
    code = "script_invalid"
    rule = "C8"
