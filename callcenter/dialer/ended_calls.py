"""Reads the facts a lead is settled by after a call."""

from dataclasses import replace
from datetime import timedelta

from callcenter.allocation.types import AssignmentCard
from callcenter.calls.service import CallService
from callcenter.calls.types import CallDisposed
from callcenter.campaigns.service import CampaignService
from callcenter.classes.effects import ClassEffectsService
from callcenter.dialer.rules.settlement import EndedCall, may_retry
from callcenter.eligibility.rules import blocking_rule
from callcenter.eligibility.windows import WindowService
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService

_SPREAD_OVER = timedelta(days=30)
"""The calls of so long count, when the parts of the day are chosen."""


class EndedCallReader:
    """Collects what ``rules.settlement.settle`` asks for."""

    def __init__(
        self,
        *,
        campaigns: CampaignService,
        windows: WindowService,
        calls: CallService,
        leads: LeadService,
        class_effects: ClassEffectsService,
    ) -> None:
        self._campaigns = campaigns
        self._windows = windows
        self._calls = calls
        self._leads = leads
        self._class_effects = class_effects

    async def facts(self, work: Work, event: CallDisposed, assignment: AssignmentCard) -> EndedCall:
        """Returns the facts as they are after the call; the number's other calls only where the lead may be retried."""
        lead = await self._leads.facts(work, event.lead_id)
        rules = await self._campaigns.rules(work, event.campaign_id)
        call = EndedCall(
            outcome=event.outcome,
            disposition=event.disposition,
            blocked_by=blocking_rule(do_not_call=lead.dnc, basis_valid=lead.basis_valid),
            attempts=assignment.attempts,
            rules=rules,
            effects=await self._class_effects.of(work, event.lead_id),
        )
        if call.blocked_by is not None or not may_retry(event.outcome, event.disposition):
            return call
        calls = await self._calls.calls_to(work, lead.phone_index, work.now - _SPREAD_OVER)
        window = await self._windows.of(work, event.kind, rules)
        return replace(call, called_at=calls.unasked_at, opening=window.opening)
