"""Writes planned assignments: from the stock into hands (requirement D3)."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from callcenter.allocation import repository
from callcenter.allocation.rules.planning import Plan, Planned
from callcenter.allocation.rules.reasons import facts_of
from callcenter.allocation.types import AssignmentReason, AssignmentState
from callcenter.kit.clock import at_business_time
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService


class StockMovedError(Exception):
    """A lead of the plan was taken, closed or blocked by somebody else meanwhile: undo, and plan anew."""


async def assign_leads(
    work: Work,
    leads: LeadService,
    made: Plan,
    *,
    campaign_id: int,
    on: date,
    reason: AssignmentReason,
    run_of: Callable[[Planned], int],
    behind: Mapping[int, int] | None = None,
    **facts: Any,
) -> None:
    """Takes the leads and writes the assignments, with what earlier hands left of each lead.

    ``behind``: agent → places to go further back than planned. Raises ``StockMovedError`` when a lead is not there any
    more. Whoever blocks a lead locks it first (``AllocationService.drop``): so either it is seen here, or the
    blocker sees the assignment.
    """
    ids = [each.lead.id for each in made.assignments]
    if not ids:
        return
    if await leads.take(work, ids) != len(ids) or await leads.count_callable(work, ids) != len(ids):
        raise StockMovedError
    histories = await repository.find_histories(work.session, ids)
    first_due = at_business_time(on, 0)
    shares = {share.agent.agent_id: share for share in made.shares}
    served = made.served

    def records() -> Iterator[tuple[Any, ...]]:
        for each in made.assignments:
            share = shares[each.agent_id]
            before = histories.get(each.lead.id)
            yield (
                run_of(each),
                campaign_id,
                each.lead.id,
                each.agent_id,
                on,
                each.position + (behind or {}).get(each.agent_id, 0),
                AssignmentState.OPEN.value,
                max(first_due, before.due_at) if before else first_due,
                before.attempts if before else 0,
                before.last_note if before else "",
                reason.value,
                json.dumps(facts_of(made, share, each, served, **facts), ensure_ascii=False),
                share.agent.quota,
                work.now,
            )

    await repository.add_assignments(work.session, records())
