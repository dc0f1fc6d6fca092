"""Decides the one ledger result of a lead, from facts that other rooms keep.

The tables below are the whole decision. ``queries/ledger_parts.py`` builds the same decision in SQL from the same
tables, and ``tests/rooms/reporting/test_ledger_result.py`` compares the two over every combination of facts.
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
    """Returns the result of a closed lead whose last conversation has this disposition.

    A promised callback that is no longer owed has lapsed; every other disposition is a result of the same name.
    """
    rule = DISPOSITIONS[disposition]
    if not rule.spoke_to_customer:
        return LedgerResult.NOT_REACHED
    return LedgerResult.LAPSED if rule.makes_callback else LedgerResult(disposition.value)


BY_DISPOSITION: Mapping[Disposition, LedgerResult] = {
    disposition: _result_of(disposition) for disposition, rule in DISPOSITIONS.items() if CallKind.LEAD in rule.kinds
}
"""Result by the last conversation. Dispositions of complaint callbacks do not decide it."""

BY_OUTCOME: Mapping[Outcome, LedgerResult] = {
    outcome: _R.INVALID_NUMBER if outcome is Outcome.INVALID_NUMBER else _R.NOT_REACHED
    for outcome in Outcome
    if outcome is not Outcome.ANSWERED
}
"""Result by a last call in which the customer was not reached and after which no attempt follows."""

ATTEMPTS_RULE = "C3.attempts"
"""The rule that ends a lead whose attempts are used up."""

BY_END: Mapping[EndKey, LedgerResult] = {
    **{(AssignmentEnd.DISPOSITION, word.value): result for word, result in BY_DISPOSITION.items()},
    **{(AssignmentEnd.OUTCOME, word.value): result for word, result in BY_OUTCOME.items()},
    (AssignmentEnd.RULE, ATTEMPTS_RULE): _R.NOT_REACHED,
    (AssignmentEnd.DO_NOT_CALL, None): _R.ON_DNC_LIST,
    (AssignmentEnd.BASIS_WITHDRAWN, None): _R.WITHDRAWN,
}
"""Result by the end of the last assignment when no conversation decides; None: with any detail."""

OVERRULES_SILENCE: Mapping[EndKey, LedgerResult] = {
    (AssignmentEnd.OUTCOME, Outcome.INVALID_NUMBER.value): _R.INVALID_NUMBER,
}
"""Ends that overrule a conversation in which the customer was not reached (an answering machine)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadFacts:
    """The facts that decide a lead's result."""

    state: LeadState
    basis_withdrawn: bool
    on_dnc_list: bool
    """An entry for the number is in force."""
    promised: bool
    """A promised callback is still owed."""
    disposition: Disposition | None
    """Disposition of the last conversation that was no complaint callback."""
    ended_as: AssignmentEnd | None
    """End of the last assignment."""
    end_detail: str | None


def ledger_result(facts: LeadFacts) -> LedgerResult:
    """Returns the ledger result of a lead (requirement L8)."""
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
