"""Writes planned assignments: from the stock to the agents (requirement D3)."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from callcenter.allocation import repository
from callcenter.allocation.rules.planning import Plan, Planned
from callcenter.allocation.rules.reasons import facts_of
from callcenter.allocation.transitions import ASSIGNMENT
from callcenter.allocation.types import AssignmentReason
from callcenter.kit.clock import at_business_time
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService


class StockMovedError(Exception):
    """Says that a lead of the plan was taken, closed or blocked in another transaction: undo all and plan anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A plan, and what its assignments have in common."""

    plan: Plan
    campaign_id: int
    on: date
    reason: AssignmentReason
    run_of: Callable[[Planned], int]
    """Returns the run that an assignment belongs to."""
    behind: Mapping[int, int] = field(default_factory=dict)
    """Agent → places to go further back than planned."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Further facts of the reason, the same for all."""


async def lock_allocation(work: Work) -> None:
    """Waits for other runs and returns to end, over all campaigns.

    One at a time: the quota counts what an agent holds in every campaign, so two that run together could both fill it.
    """
    await work.lock("allocation")


async def assign_leads(work: Work, leads: LeadService, batch: Batch) -> None:
    """Takes the leads from the stock and writes the assignments, with what earlier assignments left of each lead.

    Raises StockMovedError when a lead is no longer in the stock. A transaction that blocks leads locks them before
    its last look for assignments (``ReturnService.drop``): so either this one sees the block, or that one sees the
    assignment.
    """
    lead_ids = [planned.lead.id for planned in batch.plan.assignments]
    if not lead_ids:
        return
    if await leads.take(work, lead_ids) != len(lead_ids):
        raise StockMovedError
    if await leads.count_callable(work, lead_ids) != len(lead_ids):
        raise StockMovedError
    histories = await repository.list_histories(work.session, lead_ids)
    first_due = at_business_time(batch.on, 0)
    shares = {share.agent.agent_id: share for share in batch.plan.shares}
    served = batch.plan.served

    def records() -> Iterator[tuple[Any, ...]]:
        for planned in batch.plan.assignments:
            share = shares[planned.agent_id]
            before = histories.get(planned.lead.id)
            facts = facts_of(batch.plan, share, planned, served, **batch.facts)
            yield (
                batch.run_of(planned),
                batch.campaign_id,
                planned.lead.id,
                planned.agent_id,
                batch.on,
                planned.position + batch.behind.get(planned.agent_id, 0),
                ASSIGNMENT.initial.value,
                max(first_due, before.due_at) if before else first_due,
                before.attempts if before else 0,
                before.last_note if before else "",
                batch.reason.value,
                json.dumps(facts, ensure_ascii=False),
                share.agent.day_quota or share.agent.quota,
                work.now,
            )

    await repository.add_assignments(work.session, records())
