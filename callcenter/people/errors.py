"""Lists what the people room refuses."""

from callcenter.kit.errors import Conflict, Invalid, NotAllowed, NotFound, NotLoggedIn, Refusal


class StaffNotFound(NotFound):
    code = "staff_not_found"


class LoginTaken(Conflict):
    """Refuses a login or an extension that another member of staff has."""

    code = "login_taken"


class WeakPassword(Invalid):
    """Refuses a password that is easily guessed; ``why`` is a ``rules.Weakness``."""

    code = "weak_password"
    rule = "S1"


class WrongPassword(Invalid):
    """Refuses a change of password by a person who does not know the present one."""

    code = "wrong_password"


class PasswordChangedMeanwhile(Conflict):
    """Refuses a change that began with a password which is not the present one any more."""

    code = "password_changed_meanwhile"


class OneTimePasswordExpired(NotLoggedIn):
    """Refuses the log-in with a one-time password after its time."""

    code = "one_time_password_expired"
    rule = "S1"


class PasswordChangeRequired(NotAllowed):
    """Refuses everything but the change of password in a session that a one-time password opened."""

    code = "password_change_required"
    rule = "S1"


class SecondFactorRequired(NotAllowed):
    """Refuses everything but the proof of the second factor."""

    code = "second_factor_required"
    rule = "S1"


class EnrolmentRequired(NotAllowed):
    """Refuses everything until a person whose role needs a second factor has set one up."""

    code = "enrolment_required"
    rule = "S1"


class WrongCode(Invalid):
    """Refuses a code that is wrong, too old, or was used before."""

    code = "wrong_code"


class SecondFactorMissing(NotFound):
    """Refuses to prove or to remove a second factor that the person does not have."""

    code = "second_factor_missing"


class SecondFactorDemanded(Conflict):
    """Refuses to remove the last second factor of a person whose role needs one."""

    code = "second_factor_demanded"
    rule = "S1"


class SecondFactorExists(Conflict):
    """Refuses to set up a second authenticator app beside the first."""

    code = "second_factor_exists"


class PasskeyRefused(Invalid):
    """Refuses an answer of a passkey that is not valid for this person, this site and this challenge."""

    code = "passkey_refused"


class StaffGone(Conflict):
    """Refuses to give access to a person who has left."""

    code = "staff_gone"
    rule = "H2"


class StaffUnchanged(Invalid):
    """Refuses a change that changes nothing."""

    code = "staff_unchanged"


class OwnRole(NotAllowed):
    """Refuses to change one's own role: the last administrator would lock everybody out."""

    code = "own_role"
    rule = "S1"


class SessionNotFound(NotFound):
    """Refuses to end a log-in that has ended, or is another person's."""

    code = "session_not_found"


class OwnOneTimePassword(NotAllowed):
    """Refuses an administrator a one-time password of their own: it would need no knowledge of the present one."""

    code = "own_one_time_password"


class BadCredentials(NotLoggedIn):
    """Refuses a log-in; an unknown login, a wrong password and revoked access look alike from outside."""

    code = "bad_credentials"

    def __init__(self) -> None:
        super().__init__("login or password is wrong")


class TooManyAttempts(Refusal):
    """Refuses a login for a while after too many wrong passwords, even with the right one."""

    status = 429
    code = "too_many_attempts"


class NotFit(NotAllowed):
    """Refuses the log-in of an agent who may not telephone customers."""

    code = "not_fit"
    rule = "H1"


class RosterDayPast(Invalid):
    """Refuses to plan a day that is past."""

    code = "roster_day_past"


class RosterDayNotWorked(Invalid):
    """Refuses to plan a day that is not worked: the calendar has to be changed first."""

    code = "roster_day_not_worked"
    rule = "D1"


class NoPhoneAgent(Invalid):
    """Refuses a roster entry of a person who is no phone agent."""

    code = "no_phone_agent"


class OwnLeaving(NotAllowed):
    """Refuses to revoke one's own access: the last administrator would lock everybody out."""

    code = "own_leaving"
    rule = "H2"


class NotAvailable(Conflict):
    """Refuses work to a person who is on leave, off the roster, without a licence or gone (law 12)."""

    code = "not_available"
    rule = "F3"


class LeaveNotFound(NotFound):
    code = "leave_not_found"


class LeaveOverlaps(Conflict):
    """Refuses a leave on days that are covered already: change that one instead."""

    code = "leave_overlaps"


class LeaveSpan(Invalid):
    """Refuses a leave that runs backwards, lies in the past or is longer than a year."""

    code = "leave_span"


class RosterSpan(Invalid):
    """Refuses a span of days that runs backwards or is too long."""

    code = "roster_span"
