"""Decides what is still missing. Pure.

Source: requirement H4 (start gate), plan of the users with its deadlines before the first day T.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from callcenter.people.types import RIGHTS, Right, Role
from callcenter.readiness.types import InstallationFacts, Need, NeedCard, Readiness, StartFacts, Step, StepCard

DAYS_BEFORE: Mapping[Need, int] = {
    Need.SCRIPT: 12,  # two days before the staff
    Need.AGENTS: 10,
    Need.STOCK: 6,
    Need.LEADERS: 3,
    Need.REGIONS: 3,
    Need.QA: 3,
    Need.RECEIVER: 3,
}
"""How many days before the first day each must be there; a need without a number: on the first day."""


def start_readiness(facts: StartFacts, planned: date | None) -> Readiness:
    """Returns what a campaign has and lacks. ``planned``: its first day, from which the deadlines count."""
    unled, unreviewed = facts.branches - facts.led_branches, facts.branches - facts.reviewed_branches
    days = None if facts.stock_days is None else round(facts.stock_days, 1)
    judged: Mapping[Need, tuple[bool, Mapping[str, Any]]] = {
        Need.SCRIPT: (facts.script, {}),
        Need.CALLER_ID: (facts.caller_id_approved, {"number": facts.caller_id}),
        Need.AGENTS: (facts.agents > 0, {"agents": facts.agents, "on": facts.first_on.isoformat()}),
        Need.LEADERS: (facts.agents > 0 and not unled, {"branches": sorted(unled)}),
        Need.QA: (facts.agents > 0 and not unreviewed, {"branches": sorted(unreviewed)}),
        Need.REGIONS: (
            facts.regions > 0 and not facts.unready_regions,
            {"regions": facts.regions, "unready": list(facts.unready_regions)},
        ),
        Need.RECEIVER: (facts.dispatchers > 0, {"dispatchers": facts.dispatchers}),
        Need.STOCK: (facts.stock > 0, {"stock": facts.stock, "days": days, "low": facts.stock_low}),
    }
    return Readiness(
        tuple(
            NeedCard(need, met, planned and planned - timedelta(days=DAYS_BEFORE.get(need, 0)), more)
            for need, (met, more) in judged.items()
        )
    )


STAFF_NEEDED = (Role.AGENT, Role.AGENT_LEADER, Role.QA, Role.DATA_OFFICER, Role.DISPATCHER, Role.COMPLAINT_OFFICER)
"""One of each is needed before customers can be called, and their complaints taken."""

_RIGHT_OF: Mapping[Step, Right] = {
    Step.STAFF: Right.MANAGE_PEOPLE,
    Step.REGIONS: Right.MANAGE_PEOPLE,
    Step.LINE: Right.OPERATE,
    Step.CAMPAIGN: Right.MANAGE_CAMPAIGNS,
    Step.SCRIPT: Right.APPROVE_SCRIPTS,
    Step.LIST: Right.IMPORT_LEADS,
    Step.MEMBERS: Right.MANAGE_ROSTER,
    Step.START: Right.MANAGE_CAMPAIGNS,
    Step.ALLOCATION: Right.ALLOCATE,
    Step.FIRST_CALL: Right.USE_DESK,
}


def steps(facts: InstallationFacts) -> tuple[StepCard, ...]:
    """Returns every step in its order, with what is done and what is missing."""
    lacking = [role.value for role in STAFF_NEEDED if not facts.staff.get(role)]
    unready = list(facts.unready_regions)
    judged: Mapping[Step, tuple[bool, Mapping[str, Any]]] = {
        Step.STAFF: (not lacking, {"people": sum(facts.staff.values()), "roles": lacking}),
        Step.REGIONS: (facts.regions > 0 and not unready, {"regions": facts.regions, "unready": unready}),
        Step.LINE: (
            facts.caller_ids > 0 and not facts.trunks_out_of_use,
            {"caller_ids": facts.caller_ids, "out_of_use": list(facts.trunks_out_of_use)},
        ),
        Step.CAMPAIGN: (facts.campaigns > 0, {"campaigns": facts.campaigns}),
        Step.SCRIPT: (facts.scripts > 0, {"scripts": facts.scripts, "waits": facts.script_waits}),
        Step.LIST: (facts.lists > 0, {"lists": facts.lists}),
        Step.MEMBERS: (facts.members > 0, {"agents": facts.members}),
        Step.START: (facts.running > 0, {"running": facts.running}),
        Step.ALLOCATION: (facts.allocated, {}),
        Step.FIRST_CALL: (facts.recorded, {}),
    }
    return tuple(StepCard(step, done, more, doers_of(_RIGHT_OF[step])) for step, (done, more) in judged.items())


def doers_of(right: Right) -> tuple[Role, ...]:
    """Returns the roles that have a right."""
    return tuple(role for role in Role if right in RIGHTS[role])
