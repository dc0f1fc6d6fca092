"""Reads the facts a lead is settled by after a call."""

from dataclasses import replace
from datetime import timedelta

from callcenter.allocation.types import AssignmentCard
from callcenter.calls.types import CallDisposed
from callcenter.campaigns.service import CampaignService
from callcenter.dialer.rules.settlement import EndedCall, may_retry
from callcenter.eligibility.customers import CustomerReader
from callcenter.eligibility.rules import blocking_rule
from callcenter.eligibility.types import Subject
from callcenter.eligibility.windows import WindowService
from callcenter.kit.work import Work

_SPREAD_OVER = timedelta(days=30)
"""The calls of so long count, when the parts of the day are chosen."""


class EndedCallReader:
    """Collects what ``rules.settlement.settle`` asks for."""

    def __init__(self, *, campaigns: CampaignService, windows: WindowService, customers: CustomerReader) -> None:
        self._campaigns = campaigns
        self._windows = windows
        self._customers = customers

    async def facts(self, work: Work, event: CallDisposed) -> tuple[AssignmentCard, EndedCall]:
        """Returns the assignment the call was made for, and the facts as they are after the call."""
        subject = Subject(
            kind=event.kind,
            agent_id=event.agent_id,
            lead_id=event.lead_id,
            campaign_id=event.campaign_id,
            assignment_id=event.assignment_id,
        )
        customer = await self._customers.after_call(work, subject, work.now - _SPREAD_OVER)
        assert customer.assignment is not None, "an assignment is never deleted"
        rules = await self._campaigns.rules(work, event.campaign_id)
        call = EndedCall(
            outcome=event.outcome,
            disposition=event.disposition,
            blocked_by=blocking_rule(do_not_call=customer.lead.dnc, basis_valid=customer.lead.basis_valid),
            attempts=customer.assignment.attempts,
            rules=rules,
            effects=customer.effects,
        )
        if call.blocked_by is None and may_retry(event.outcome, event.disposition):
            window = await self._windows.of(work, event.kind, rules)
            call = replace(call, called_at=customer.calls.unasked_at, opening=window.opening)
        return customer.assignment, call
