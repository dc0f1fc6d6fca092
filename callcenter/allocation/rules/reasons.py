"""Says why an agent got a lead, as facts and as an English sentence; panels say it in the reader's language."""

from collections.abc import Mapping
from typing import Any

from callcenter.allocation.rules.planning import Plan, Planned, Share
from callcenter.allocation.types import AssignmentEnd, AssignmentReason
from callcenter.kit.clock import business_date

_SENTENCES: Mapping[str, str] = {
    AssignmentReason.ALLOCATED: "allocated in proportion among {agents} agents: ",
    AssignmentReason.ALLOCATED_SHORT: (
        "allocated in proportion among {agents} agents, {shortage} leads short, each cut by the same part: "
    ),
    AssignmentReason.REASSIGNED: "reassigned in the day among {agents} agents with room, because {why}: ",
}
_WHY = {
    AssignmentEnd.RETURNED_LEADS: "the leads of the agent before were returned",
    AssignmentEnd.LEFT: "the agent before left",
    AssignmentEnd.NOT_ELIGIBLE: "the agent before is away, or does not serve the campaign any more",
}
_REST = (
    "class {class} ({of_class} of this agent's {new} new), district {district}, data of {data_of}; "
    "{carried} held before, {done} done, within the quota of {quota}{of_day}; seed {seed}"
)


def facts_of(plan: Plan, share: Share, planned: Planned, agents: int, **more: Any) -> dict[str, Any]:
    """Returns what a reason is about."""
    return {
        "agents": agents,
        "class": planned.lead.customer_class,
        "of_class": share.by_class[planned.lead.customer_class],
        "new": share.new,
        "district": planned.lead.district,
        "data_of": business_date(planned.lead.imported_at).isoformat(),
        "carried": share.agent.carried,
        "done": share.agent.done,
        "quota": share.agent.quota,
        "day_quota": share.agent.day_quota or share.agent.quota,
        "seed": plan.seed,
        **({"shortage": plan.shortage} if plan.shortage else {}),
        **more,
    }


def sentence(reason: str, facts: Mapping[str, Any]) -> str:
    """Returns a reason in English; one that is not known, as it stands."""
    head = _SENTENCES.get(reason)
    if head is None or not facts:
        return reason
    whole = facts.get("day_quota", facts["quota"])
    of_day = f", the campaign's part of {whole}" if whole != facts["quota"] else ""
    words = {**facts, "of_day": of_day, "class": facts["class"] or "-", "district": facts["district"] or "-"}
    if "why" in facts:
        words["why"] = _WHY.get(facts["why"], facts["why"])
    return (head + _REST).format_map(words)
