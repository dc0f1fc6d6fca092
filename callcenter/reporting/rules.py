"""Decides where a lead stands: one result for every lead, from facts that other rooms keep.

The tables below are all there is to it. ``queries/ledger_parts.py`` writes the same decision in SQL from the same
tables, and ``tests/rooms/reporting/test_ledger_result.py`` proves over every combination that both agree.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from callcenter.allocation.types import AssignmentEnd
from callcenter.calls.dispositions import DISPOSITIONS
from callcenter.calls.types import CallKind, Disposition, Outcome
from callcenter.leads.types import LeadState
from callcenter.reporting.types import LedgerResult

EndKey = tuple[AssignmentEnd | None, str | None]
"""How an assignment ended, and its detail."""

_R = LedgerResult


def _result_of(disposition: Disposition) -> LedgerResult:
    """Returns what a last conversation with this disposition leads to once the lead is closed.

    A callback that was promised and is not owed any more has lapsed; the others are results by their own name.
    """
    rule = DISPOSITIONS[disposition]
    if not rule.spoke_to_customer:
        return LedgerResult.NOT_REACHED
    return LedgerResult.LAPSED if rule.makes_callback else LedgerResult(disposition.value)


BY_DISPOSITION: Mapping[Disposition, LedgerResult] = {
    disposition: _result_of(disposition) for disposition, rule in DISPOSITIONS.items() if CallKind.LEAD in rule.kinds
}
"""What the last conversation leads to. The dispositions of complaint callbacks decide nothing."""

BY_OUTCOME: Mapping[Outcome, LedgerResult] = {
    outcome: _R.INVALID_NUMBER if outcome is Outcome.INVALID_NUMBER else _R.NOT_REACHED
    for outcome in Outcome
    if outcome is not Outcome.ANSWERED
}
"""What the last call leads to when it reached nobody and no further attempt follows."""

ATTEMPTS_RULE = "C3.attempts"
"""The rule that ends a lead whose attempts are used up."""

BY_END: Mapping[EndKey, LedgerResult] = {
    **{(AssignmentEnd.DISPOSITION, word.value): result for word, result in BY_DISPOSITION.items()},
    **{(AssignmentEnd.OUTCOME, word.value): result for word, result in BY_OUTCOME.items()},
    (AssignmentEnd.RULE, ATTEMPTS_RULE): _R.NOT_REACHED,
    (AssignmentEnd.DO_NOT_CALL, None): _R.ON_DNC_LIST,
    (AssignmentEnd.BASIS_WITHDRAWN, None): _R.WITHDRAWN,
}
"""What the end of the last assignment leads to where no conversation decides; None: whatever the detail."""

OVERRULES_SILENCE: Mapping[EndKey, LedgerResult] = {
    (AssignmentEnd.OUTCOME, Outcome.INVALID_NUMBER.value): _R.INVALID_NUMBER,
}
"""Ends that say more than a conversation in which nobody was reached (with a machine)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadFacts:
    """What decides where a lead stands."""

    state: LeadState
    basis_withdrawn: bool
    on_dnc_list: bool
    """An entry for the number is in force."""
    promised: bool
    """A promised callback is still owed."""
    disposition: Disposition | None
    """Of the last conversation that was no complaint callback."""
    ended_as: AssignmentEnd | None
    """Of the last assignment."""
    end_detail: str | None


def ledger_result(facts: LeadFacts) -> LedgerResult:
    """Returns where a lead stands (requirement L8)."""
    if facts.state is not LeadState.CLOSED:
        if facts.basis_withdrawn:
            return LedgerResult.WITHDRAWN
        if facts.on_dnc_list:
            return LedgerResult.ON_DNC_LIST
        return LedgerResult.STOCK if facts.state is LeadState.STOCK else LedgerResult.HELD
    if facts.promised:
        return LedgerResult.PROMISED
    ended: EndKey = facts.ended_as, facts.end_detail
    spoken = None if facts.disposition is None else BY_DISPOSITION.get(facts.disposition)
    if spoken is LedgerResult.NOT_REACHED:
        return OVERRULES_SILENCE.get(ended, spoken)
    if spoken is not None:
        return spoken
    return BY_END.get(ended) or BY_END.get((facts.ended_as, None)) or LedgerResult.RULED_OUT
