"""What the campaigns room refuses."""

from callcenter.kit.errors import Invalid, NotFound


class CampaignNotFound(NotFound):
    code = "campaign_not_found"


class WindowInvalid(Invalid):
    """A shift ends before it begins, passes the legal calling hours or overlaps another."""

    code = "window_invalid"
    rule = "C1"


class ScriptInvalid(Invalid):
    code = "script_invalid"
    rule = "C8"


class CapsInvalid(Invalid):
    """Fewer calls in seven days than on one."""

    code = "caps_invalid"
    rule = "C3"


class CalendarDayPast(Invalid):
    """Deadlines and windows of the past have been judged by what the day was then."""

    code = "calendar_day_past"
    rule = "D1"


class CalendarSpan(Invalid):
    """Backwards, or too long."""

    code = "calendar_span"
