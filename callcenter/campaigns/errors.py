"""Refusals of the campaigns room."""

from callcenter.campaigns.scripts import ScriptFault, ScriptProblem
from callcenter.kit.errors import Conflict, Invalid, NotAllowed, NotFound


class CampaignNotFound(NotFound):
    code = "campaign_not_found"


class CampaignNameTaken(Conflict):
    code = "campaign_name_taken"


class CampaignHasRun(Conflict):
    """Refuses another name, product or company for a campaign that has called customers under the present one."""

    code = "campaign_has_run"
    rule = "C8"


class CallerIdNotApproved(Invalid):
    """Refuses a number that the carrier has not approved for display."""

    code = "caller_id_not_approved"
    rule = "C3"


class FirstDayPast(Invalid):
    code = "first_day_past"
    rule = "H4"


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
    """Refuses a script without a statement, or with the same key twice."""

    code = "script_invalid"
    rule = "C8"


class ScriptNameUnknown(ScriptInvalid):
    """Refuses braces that the desk has no word for: the agent would read them out."""

    code = "script_name_unknown"


class ScriptNameMissing(ScriptInvalid):
    """Refuses a script whose mandatory statements leave out a name that has to be said."""

    code = "script_name_missing"


class ScriptOutdated(Conflict):
    """Refuses a script that was written from a version which is no longer in force."""

    code = "script_outdated"
    rule = "C8"


class ScriptDraftChanged(Conflict):
    """Refuses to save a draft that the same person has saved, submitted or discarded on another page meanwhile."""

    code = "script_draft_changed"
    rule = "C8"


class ScriptWaits(Conflict):
    """Refuses a version while another one waits for its approval or its date."""

    code = "script_waits"
    rule = "C8"


class ScriptNotWaiting(Conflict):
    """Refuses to decide on a version that was decided on, or withdrawn, before."""

    code = "script_not_waiting"
    rule = "C8"


class ScriptSecondPerson(NotAllowed):
    """Refuses to let a person decide on a version whose text they have submitted, now or before."""

    code = "script_second_person"
    rule = "C8"


class ScriptDatePast(Invalid):
    """Refuses to put a version in force on a day that is over."""

    code = "script_date_past"
    rule = "C8"


class ScriptUnchanged(Invalid):
    """Refuses a version that equals the one in force."""

    code = "script_unchanged"
    rule = "C8"


class CapsInvalid(Invalid):
    """Fewer calls in seven days than on one."""

    code = "caps_invalid"
    rule = "C3"


def refused_script(problem: ScriptProblem) -> ScriptInvalid:
    """Returns the refusal of a script with that problem."""
    names = ", ".join(f"{{{name}}}" for name in problem.names)
    match problem.fault:
        case ScriptFault.UNKNOWN_NAME:
            return ScriptNameUnknown(f"the desk has no word for {names}", names=names)
        case ScriptFault.NAME_MISSING:
            return ScriptNameMissing(f"no mandatory statement says {names}", names=names)
        case ScriptFault.EMPTY | ScriptFault.KEY_TWICE:
            return ScriptInvalid("a script needs statements, each with a key of its own")
