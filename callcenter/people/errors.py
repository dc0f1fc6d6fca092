"""What the people room refuses."""

from callcenter.kit.errors import Conflict, Invalid, NotAllowed, NotFound, NotLoggedIn, Refusal


class StaffUnknown(NotFound):
    code = "staff_unknown"


class LoginTaken(Conflict):
    """Another member of staff has this login, or this extension."""

    code = "login_taken"


class WeakPassword(Invalid):
    code = "weak_password"


class BadCredentials(NotLoggedIn):
    """Unknown login, wrong password and revoked access look alike from outside."""

    code = "bad_credentials"

    def __init__(self) -> None:
        super().__init__("login or password is wrong")


class TooManyAttempts(Refusal):
    """Too many wrong passwords: this login is locked for a while, whoever asks."""

    status = 429
    code = "too_many_attempts"


class NotFit(NotAllowed):
    """May not telephone customers, and so may not log in to the phone."""

    code = "not_fit"
    rule = "H1"


class RosterDayPast(Invalid):
    """What happened is not planned any more."""

    code = "roster_day_past"


class RosterDayNotWorked(Invalid):
    """Nobody works on that day: the calendar has to be changed first."""

    code = "roster_day_not_worked"
    rule = "D1"


class RosterReasonMissing(Invalid):
    code = "roster_reason_missing"


class NoPhoneAgent(Invalid):
    """The roster is of phone agents."""

    code = "no_phone_agent"


class RosterSpan(Invalid):
    """Backwards, or too long."""

    code = "roster_span"
