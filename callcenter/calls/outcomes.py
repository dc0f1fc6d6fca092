"""What each outcome of the network says: of the customer, and of our line. One row of one table; every room asks it.

To add an outcome: its member in ``types.Outcome``, its row here, ``rules.outcome_of``, a migration for the CHECK
constraint, its words in the panels (``enums.ts``) and the ledger (``reporting/words.py``).

The certificate (``audit/certificate``) keeps lists of its own on purpose, as it does for dispositions.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from callcenter.calls.types import Outcome


class LineSign(StrEnum):
    """What an outcome says of the trunk that carried the call."""

    WORKS = "works"
    """The network answered for the customer's telephone: the line carries calls."""
    REFUSED = "refused"
    """The carrier refused our line, or could not be reached."""
    SILENT = "silent"
    """It says nothing of the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRule:
    """The consequences of one outcome."""

    is_attempt: bool = True
    """It was an attempt at the customer: it counts among those after which a lead or a promise ends."""
    counts_for_caps: bool = True
    """The customer's telephone may have rung: the call counts against the caps of the number (requirement C3)."""
    line: LineSign = LineSign.WORKS


_NOBODY_DISTURBED = OutcomeRule(is_attempt=False, counts_for_caps=False, line=LineSign.SILENT)

OUTCOMES: Mapping[Outcome, OutcomeRule] = MappingProxyType(
    {
        Outcome.ANSWERED: OutcomeRule(),
        Outcome.BUSY: OutcomeRule(),
        Outcome.NO_ANSWER: OutcomeRule(),
        Outcome.REJECTED: OutcomeRule(),
        Outcome.UNREACHABLE: OutcomeRule(),
        Outcome.INVALID_NUMBER: OutcomeRule(),
        Outcome.MACHINE: OutcomeRule(),
        Outcome.CONGESTION: _NOBODY_DISTURBED,
        Outcome.LINE_FAULT: OutcomeRule(is_attempt=False, counts_for_caps=False, line=LineSign.REFUSED),
        Outcome.CANCELLED: OutcomeRule(is_attempt=False, line=LineSign.SILENT),
        Outcome.NOT_PLACED: _NOBODY_DISTURBED,
        Outcome.UNKNOWN: OutcomeRule(line=LineSign.SILENT),
    }
)


def outcomes_with(condition: Callable[[OutcomeRule], bool]) -> tuple[Outcome, ...]:
    """Returns the outcomes whose rule meets a condition: for a query that has to list them."""
    return tuple(outcome for outcome, rule in OUTCOMES.items() if condition(rule))


assert set(OUTCOMES) == set(Outcome), "every outcome has its row"


def outcome_name(outcome: Outcome) -> str:
    """Returns the figure that counts the calls with this outcome, for ``/metrics``."""
    return f"calls_{outcome.value}"
